// Load on one server: connections that each send the next request when the last was answered.
import { Connection, requestBytes } from "./connection.mjs";

/** @typedef {import("./workerd.mjs").Server} Server */
/** @typedef {{ method: string, params: object, inSession?: boolean, tokens?: string[], check: (result: any) => boolean }} Workload `tokens`: of so many users */
/** @typedef {{ request: Buffer, id: number, known: string }} Prepared */
/** @typedef {{ rate: number, cpu: number, latencies: number[] }} Round requests a second, CPU microseconds a request */

const USERS = 64;
const CONNECTIONS = 16;

/** The headers that the official client sends. @param {number} user */
export const clientHeaders = (user) => ({
  authorization: `Bearer token-of-user-${user}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  "user-agent": "node",
});

/** The JSON of a message. @param {number} id @param {string} method @param {object} params */
export const message = (id, method, params) => JSON.stringify({ jsonrpc: "2.0", id, method, params });

export const initializeParams = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "bench", version: "1.0.0" },
};

/** The JSON in an answer, be it the body or an event. @param {string} body */
function jsonIn(body) {
  return JSON.parse(body.startsWith("{") ? body : (/^data: (\{.*)$/m.exec(body)?.[1] ?? "null"));
}

/**
 * Opens a session; gives the headers that show it.
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

/** Requests of one kind to one server, each of another user. */
export class Load {
  /** @param {Server} server @param {Workload} workload */
  constructor(server, workload) {
    this.server = server;
    this.workload = workload;
    /** @type {Prepared[]} */
    this.requests = [];
    this.at = 0;
    this.latencies = /** @type {number[]} */ ([]);
  }

  async prepare() {
    this.connections = Array.from({ length: CONNECTIONS }, () => new Connection(this.server.port));
    const { method, params, inSession, tokens } = this.workload;
    const needed = inSession || (this.server.name === "demo" && method !== "initialize");
    for (let user = 0; user < (tokens?.length ?? USERS); user++) {
      const id = 1000 + user;
      const session = needed ? await openSession(this.connections[0], user) : {};
      const credential = tokens ? { authorization: `Bearer ${tokens[user]}` } : {};
      const headers = { ...clientHeaders(user), ...session, ...credential };
      this.requests.push({ request: requestBytes("POST", "/mcp", headers, message(id, method, params)), id, known: "" });
    }
  }

  /** @param {Prepared} prepared @param {import("./connection.mjs").Answer} answer */
  #check(prepared, answer) {
    if (answer.body === prepared.known) return;
    const { id, result } = answer.status === 200 ? jsonIn(answer.body) : {};
    if (id !== prepared.id || !this.workload.check(result)) {
      throw new Error(`${this.server.name} answered ${this.workload.method} with ${answer.status} ${answer.body}\n${this.server.log}`);
    }
    prepared.known = answer.body;
  }

  /** @param {Connection} connection @param {number} until */
  async #drive(connection, until) {
    for (let now = performance.now(); now < until; ) {
      const prepared = this.requests[this.at++ % this.requests.length];
      this.#check(prepared, await connection.send(prepared.request));
      const after = performance.now();
      this.latencies.push(after - now);
      now = after;
    }
  }

  /** @param {number} milliseconds @returns {Promise<Round>} */
  async round(milliseconds) {
    this.latencies = [];
    const cpu = this.server.cpu();
    const start = performance.now();
    await Promise.all((this.connections ?? []).map((connection) => this.#drive(connection, start + milliseconds)));
    const seconds = (performance.now() - start) / 1000;
    const count = this.latencies.length;
    return { rate: count / seconds, cpu: (this.server.cpu() - cpu) / count, latencies: this.latencies };
  }

  close() {
    for (const connection of this.connections ?? []) connection.close();
  }
}
