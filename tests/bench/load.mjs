// Load on one server: connections that each send the next request once the last one has been answered.
import { Connection, requestBytes } from "./connection.mjs";
import { initializeParams, modernHeaders, modernMeta } from "./workloads.mjs";

/** @typedef {import("./workerd.mjs").Server} Server */
/** @typedef {import("./workloads.mjs").Workload} Workload */
/** @typedef {{ request: Buffer, id: number, known: Buffer | undefined }} Prepared */
/** @typedef {{ rate: number, cpu: number, latencies: number[] }} Round requests per second, CPU microseconds per request */

/** The headers that the official client's requests have when Node's fetch sends them. @param {number} user */
export const clientHeaders = (user) => ({
  connection: "keep-alive",
  authorization: `Bearer token-of-user-${user}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  "accept-language": "*",
  "sec-fetch-mode": "cors",
  "user-agent": "node",
  "accept-encoding": "gzip, deflate",
});

/** The JSON of a message. @param {number} id @param {string} method @param {object} params */
export const message = (id, method, params) => JSON.stringify({ jsonrpc: "2.0", id, method, params });

/** The JSON in an answer, whether it is the body or an event. @param {string} body */
function jsonIn(body) {
  return JSON.parse(body.startsWith("{") ? body : (/^data: (\{.*)$/m.exec(body)?.[1] ?? "null"));
}

/** Opens a session; returns the headers that name it.
 * @param {Connection} connection
 * @param {number} user
 * @returns {Promise<Record<string, string>>}
 */
async function openSession(connection, user) {
  const headers = clientHeaders(user);
  const { head } = await connection.send(requestBytes("POST", "/mcp", headers, message(0, "initialize", initializeParams)));
  const session = {
    "mcp-session-id": /\r\nmcp-session-id: (\S+)/i.exec(head)?.[1] ?? "none-kept-here",
    "mcp-protocol-version": initializeParams.protocolVersion,
  };
  const initialized = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
  await connection.send(requestBytes("POST", "/mcp", { ...headers, ...session }, initialized));
  return session;
}

/** One kind of operation on one server, each by another user: a request, or one for each page of a list. */
export class Load {
  /** @param {Server} server @param {Workload} workload */
  constructor(server, workload) {
    this.server = server;
    this.workload = workload;
    /** @type {Prepared[][]} */
    this.operations = [];
    this.at = 0;
    this.sent = 0;
    this.latencies = /** @type {number[]} */ ([]);
    /** What the first user was answered, by the cursor that was sent, "" without one. @type {Record<string, any>} */
    this.results = {};
    this.answerBytes = 0;
    this.connections = Array.from({ length: workload.connections ?? 16 }, () => new Connection(server.port));
  }

  /** Opens the sessions, and makes the first user ask once, for all pages if those are wanted. */
  async prepare() {
    const { method, params, era, tokens, users = tokens?.length ?? 64 } = this.workload;
    const modern = era === "2026-07-28";
    // the demo serves nobody without a session
    const needed = era === "session" || (this.server.name === "demo" && method !== "initialize");
    const all = modern ? { ...params, _meta: modernMeta } : params;
    /** @type {((cursor: string) => Prepared)[]} */
    const asks = [];
    for (let user = 0; user < users; user++) {
      const id = 1000 + user;
      const more = modern ? modernHeaders(this.workload) : needed ? await openSession(this.connections[0], user) : {};
      const credential = tokens ? { authorization: `Bearer ${tokens[user]}` } : {};
      const headers = { ...clientHeaders(user), ...more, ...credential };
      asks.push((cursor) => {
        const request = requestBytes("POST", "/mcp", headers, message(id, method, cursor ? { ...all, cursor } : all));
        return { request, id, known: undefined };
      });
    }
    await this.#askFirst(asks[0]);
    // cursors are the same for all users
    this.operations = asks.map((ask) => Object.keys(this.results).map(ask));
  }

  /** @param {(cursor: string) => Prepared} ask */
  async #askFirst(ask) {
    const { whole } = this.workload;
    for (let cursor = "", more = true; more; more = whole !== undefined && cursor !== "") {
      const prepared = ask(cursor), answer = await this.connections[0].send(prepared.request);
      this.#check(prepared, answer);
      this.results[cursor] = jsonIn(answer.body).result;
      this.answerBytes += answer.bytes.length;
      cursor = this.results[cursor].nextCursor ?? "";
    }
    if (whole && !whole(Object.values(this.results))) throw new Error(`${this.server.name}: the pages of ${this.workload.title} are not the whole list.`);
  }

  /** @param {Prepared} prepared @param {import("./connection.mjs").Answer} answer */
  #check(prepared, answer) {
    if (prepared.known?.equals(answer.bytes)) return;
    const { id, result } = answer.status === 200 ? jsonIn(answer.body) : {};
    if (id !== prepared.id || !result || !this.workload.check(result)) {
      const said = answer.body.slice(0, 1000);
      throw new Error(`${this.server.name} answered ${this.workload.title} with ${answer.status} ${said}\n${this.server.log}`);
    }
    prepared.known = answer.bytes;
  }

  /** @param {Connection} connection @param {(count: number, now: number) => boolean} goesOn */
  async #drive(connection, goesOn) {
    for (let now = performance.now(); goesOn(this.sent, now); ) {
      this.sent++;
      const operation = this.operations[this.at++ % this.operations.length];
      for (const prepared of operation) this.#check(prepared, await connection.send(prepared.request));
      const after = performance.now();
      this.latencies.push(after - now);
      now = after;
    }
  }

  /** @param {{ milliseconds?: number, requests?: number }} how long @returns {Promise<Round>} */
  async round({ milliseconds = Infinity, requests = Infinity }) {
    this.latencies = [];
    this.sent = 0;
    const cpu = this.server.cpu();
    const start = performance.now();
    const goesOn = (/** @type {number} */ count, /** @type {number} */ now) => count < requests && now < start + milliseconds;
    await Promise.all(this.connections.map((connection) => this.#drive(connection, goesOn)));
    const seconds = (performance.now() - start) / 1000;
    const count = this.latencies.length;
    return { rate: count / seconds, cpu: (this.server.cpu() - cpu) / count, latencies: this.latencies };
  }

  close() {
    for (const connection of this.connections) connection.close();
  }
}
