// HTTP+SSE: what an idle session costs, and what a message and its answer on the stream cost.
import { Connection, EventStream, requestBytes } from "../connection.mjs";
import { clientHeaders, message } from "../load.mjs";
import { titles } from "../servers.mjs";
import { judge, median, printed, ratio, table } from "../statistics.mjs";
import { Server, observed } from "../workerd.mjs";
import { initializeParams } from "../workloads.mjs";

/** @typedef {import("../servers.mjs").Bundle} Bundle */

const ACTIVE = 50;
const WARM = 20;

/** A client of the 2024-11-05 transport. */
class Session {
  /** @param {Server} server @param {number} user */
  constructor(server, user) {
    this.headers = clientHeaders(user);
    this.connection = new Connection(server.port);
    this.stream = new EventStream(server.port, requestBytes("GET", "/sse", { ...this.headers, accept: "text/event-stream" }));
    this.path = "";
    this.id = 0;
  }

  async open() {
    const { event, data } = await this.stream.next();
    if (event !== "endpoint") throw new Error(`The first event is ${event}.`);
    this.path = data.replace(/^https?:\/\/[^/]*/, "");
    await this.ask("initialize", { ...initializeParams, protocolVersion: "2024-11-05" });
    await this.#post(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
    // an idle client holds the stream and nothing else
    this.connection.close();
    return this;
  }

  /** @param {string} body */
  async #post(body) {
    const { status } = await this.connection.send(requestBytes("POST", this.path, this.headers, body));
    if (status !== 202) throw new Error(`A message was answered ${status}.`);
  }

  /** A message and its answer on the stream. @param {string} method @param {object} params */
  async ask(method, params) {
    const id = ++this.id;
    const answer = this.stream.next();
    await this.#post(message(id, method, params));
    const { result, id: echoed } = JSON.parse((await answer).data);
    if (echoed !== id || !result) throw new Error(`${method} was answered ${(await answer).data}`);
    return result;
  }

  /** @param {number} port */
  reconnect(port) {
    this.connection = new Connection(port);
  }

  async call() {
    const { content } = await this.ask("tools/call", { name: "add", arguments: { a: 2, b: 3 } });
    if (content[0].text !== "5") throw new Error(`2 and 3 make ${content[0].text}.`);
  }

  close() {
    this.stream.close();
    this.connection.close();
  }
}

/** @param {Server} server @param {number} count @param {number} from */
async function openMany(server, count, from) {
  const sessions = [];
  for (let i = 0; i < count; i++) sessions.push(await new Session(server, from + i).open());
  return sessions;
}

/**
 * @param {Server} server
 * @param {Session[]} sessions
 * @param {{ trips: number, together: boolean }} how
 * @returns {Promise<number>} CPU microseconds per round trip */
async function roundTrips(server, sessions, { trips, together }) {
  const cpu = server.cpu();
  for (let i = 0; i < trips; i++) {
    if (together) await Promise.all(sessions.map((session) => session.call()));
    else for (const session of sessions) await session.call();
  }
  return (server.cpu() - cpu) / (trips * sessions.length);
}

/** @param {Bundle} bundle @param {number} count @returns {Promise<number>} bytes per session */
async function idleMemory(bundle, count) {
  const server = new Server(bundle);
  await server.start();
  try {
    const sessions = await openMany(server, WARM, 0);
    const before = server.memory();
    sessions.push(...(await openMany(server, count, WARM)));
    const each = (server.memory() - before) / count;
    for (const session of sessions) session.close();
    return each;
  } finally {
    await server.stop();
  }
}

/** Adds the rounds of one process of each server.
 * @param {Map<string, number[]>} results
 * @param {Bundle[]} bundles
 * @param {{ rounds: number, trips: number, warmUp: number, together: boolean }} plan
 */
async function addRoundTrips(results, bundles, { rounds, warmUp, ...how }) {
  const servers = bundles.map((bundle) => new Server(bundle));
  try {
    const sessions = [];
    for (const server of servers) {
      await server.start();
      const own = await openMany(server, ACTIVE, 0);
      for (const session of own) session.reconnect(server.bundle.twice ? server.far : server.port);
      await roundTrips(server, own, { ...how, trips: warmUp });
      sessions.push(own);
    }
    for (let i = 0; i < rounds; i++) {
      for (const [at, server] of servers.entries()) {
        results.get(server.name)?.push(await roundTrips(server, sessions[at], how));
      }
    }
    for (const session of sessions.flat()) session.close();
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** Rounds in several processes, started anew, because one may cost more than the next.
 * @param {Bundle[]} bundles
 * @param {{ repeats: number, rounds: number, trips: number, warmUp: number, together: boolean }} plan
 */
async function measureRoundTrips(bundles, { repeats, ...plan }) {
  /** @type {Map<string, number[]>} */
  const results = new Map(bundles.map(({ name }) => [name, []]));
  for (let i = 0; i < repeats; i++) await addRoundTrips(results, bundles, plan);
  return results;
}

/**
 * @param {Map<string, number[]>} results
 * @param {{ title: string, unit: string, divisor: number, goal: number, notes?: string[] }} how
 */
function report(results, { title, unit, divisor, goal, notes }) {
  const demo = results.get("demo") ?? [];
  const rows = [...results].map(([name, values]) => {
    const of = ratio(values, demo);
    if (name === "ours") judge(`${title}, of the demo's`, of.middle, printed(of), goal, { most: true });
    return [titles[name], (median(values) / divisor).toFixed(0), printed(of)];
  });
  table(title, ["", unit, "of the demo's"], rows, { command: "npm run bench -- sse", notes });
}

const notes = ["This server delivers a message to a stream of the same isolate by itself, to another's through its mailbox; the demo always through an object."];

/**
 * @param {Bundle[]} bundles
 * @param {{ idle: number, repeats: number, rounds: number, trips: number, warmUp: number }} plan
 * @returns {Promise<Map<string, number[]>>} CPU microseconds of the round trips, one at a time
 */
export async function measureSse(bundles, plan) {
  if (!observed) {
    console.log("\nHTTP+SSE: skipped, memory and CPU time of a process are read on Linux only.");
    return new Map();
  }
  /** @type {Map<string, number[]>} */
  const memory = new Map(bundles.map(({ name }) => [name, []]));
  for (let i = 0; i < plan.repeats; i++) {
    for (const bundle of bundles) memory.get(bundle.name)?.push(await idleMemory(bundle, plan.idle));
  }
  report(memory, { title: "idle /sse session, resident memory", unit: "KB", divisor: 1024, goal: 0.4 });
  const all = bundles.flatMap((bundle) => (bundle.name === "ours" ? [bundle, { ...bundle, name: "far", twice: true }] : [bundle]));
  let alone = new Map();
  for (const [together, how] of /** @type {const} */ ([[false, "one at a time"], [true, "all at once"]])) {
    const trips = await measureRoundTrips(all, { ...plan, together });
    if (!together) alone = trips;
    report(trips, { title: `round trip on ${ACTIVE} /sse sessions, ${how}, CPU`, unit: "us", divisor: 1, goal: 0.45, notes });
  }
  return alone;
}
