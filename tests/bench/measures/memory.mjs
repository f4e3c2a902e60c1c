// WebAssembly memory: of a fresh instance, of one that serves a large request and of the next request's,
// and of a thousand requests at once. In workerd, with a module that counts the instances that are made.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Connection, requestBytes } from "../connection.mjs";
import { clientHeaders, message } from "../load.mjs";
import { judge, table } from "../statistics.mjs";
import { Server, observed } from "../workerd.mjs";

/** @typedef {import("../servers.mjs").Bundle} Bundle */
/** @typedef {{ instances: number, newest: number, sizes: number[] }} Counted instances made so far; bytes of the newest one's memory, and of each one's */

export const MIB = 1 << 20;
export const CONCURRENT = 1000;

/** The end of a body without a length. */
const LAST_CHUNK = "0\r\n\r\n";

/** Counts every instance that is made after it was imported; memory that has grown counts as it is now. */
const counter = `
export const memories = [];
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    memories.push(instance.exports.memory);
    return instance;
  },
});
`;

/** @param {string} main */
const counted = (main) => `
import { memories } from "./counter.js";
import worker from "./${main}";
export * from "./${main}";
export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/counted") return worker.fetch(request, env, context);
    const sizes = memories.map((memory) => memory.buffer.byteLength);
    return Response.json({ instances: sizes.length, newest: sizes.at(-1) ?? 0, sizes });
  },
};
`;

/**
 * This server, with a path that says how many instances were made.
 * @param {Bundle} ours
 * @returns {Bundle}
 */
export function counting(ours) {
  const [main] = ours.modules;
  writeFileSync(join(ours.folder, "counter.js"), counter);
  writeFileSync(join(ours.folder, "counted.js"), counted(main));
  return { ...ours, modules: ["counted.js", "counter.js", ...ours.modules] };
}

/** A request whose body has `size` bytes of filler. @param {number} size */
function requestOf(size) {
  const params = { name: "add", arguments: { a: 2, b: 3 }, _meta: { filler: "x".repeat(size) } };
  return requestBytes("POST", "/mcp", clientHeaders(0), message(1, "tools/call", params));
}

/** The same without a length: it is passed on as it arrives. */
function streamed() {
  const [head, body] = requestOf(0).toString().split("\r\n\r\n");
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n`;
  return Buffer.from(`${head.replace(/content-length: \d+/, "transfer-encoding: chunked")}\r\n\r\n${chunk}${LAST_CHUNK}`);
}

/** The beginning of a request that announces a large body, and the first byte of the body. */
function announced() {
  const request = requestOf(3 * MIB);
  return request.subarray(0, request.indexOf("\r\n\r\n") + 5);
}

/**
 * A thousand requests at once that announce 3 MiB each, send one byte, and leave.
 * @param {Server} server
 * @returns {Promise<AtOnce>}
 */
export async function announceAtOnce(server) {
  const [before, { instances }, sockets] = [server.memory(), await count(server), await connections(server)];
  for (const socket of sockets) socket.write(announced());
  const now = await settled(server);
  const resident = server.memory() - before;
  for (const socket of sockets) socket.destroy();
  return { instances: now.instances - instances, resident };
}

/** Serves one request after the other. @param {Server} server @param {number[]} sizes of the bodies */
export async function serve(server, sizes) {
  const connection = new Connection(server.port);
  for (const size of sizes) {
    const { status, body } = await connection.send(requestOf(size));
    if (status !== 200) throw new Error(`A request of ${size} bytes was answered ${status} ${body}`);
  }
  connection.close();
}

/** @param {Server} server @returns {Promise<Counted>} */
export async function count(server) {
  const connection = new Connection(server.port);
  const { body } = await connection.send(requestBytes("GET", "/counted", {}));
  connection.close();
  return JSON.parse(body);
}

/** Waits until no more instances are made. @param {Server} server @returns {Promise<Counted>} */
async function settled(server) {
  let [had, now] = [-1, await count(server)];
  while (now.instances !== had) {
    await new Promise((done) => setTimeout(done, 200));
    [had, now] = [now.instances, await count(server)];
  }
  return now;
}

/** @param {Server} server */
async function connections(server) {
  const sockets = Array.from({ length: CONCURRENT }, () => connect({ port: server.port, host: "127.0.0.1" }));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  for (const socket of sockets) socket.on("error", () => {}); // whoever waits for an answer gets the error; when the server is stopped, nobody waits
  return sockets;
}

/** @typedef {{ instances: number, resident: number }} AtOnce instances made for them, in addition to those that were kept; bytes of memory that they took */

/**
 * A thousand requests at once.
 * @param {Server} server
 * @param {"sent" | "waiting" | "streamed"} how all of it at once; without the end of the body until all are under way; the same, without a length
 * @returns {Promise<AtOnce>}
 */
export async function serveAtOnce(server, how) {
  const [request, before, { instances }] = [how === "streamed" ? streamed() : requestOf(0), server.memory(), await count(server)];
  const held = how === "sent" ? 0 : how === "waiting" ? 1 : LAST_CHUNK.length;
  const sockets = await connections(server);
  const answers = sockets.map((socket) => once(socket, "data"));
  for (const socket of sockets) socket.write(request.subarray(0, request.length - held));
  const now = await settled(server);
  const resident = server.memory() - before;
  for (const socket of sockets) socket.write(request.subarray(request.length - held));
  for (const [answer] of await Promise.all(answers)) {
    if (!String(answer).startsWith("HTTP/1.1 200")) throw new Error(`A request was answered ${answer}`);
  }
  for (const socket of sockets) socket.destroy();
  return { instances: now.instances - instances, resident };
}

const bound = `Beside the one that served what came before. Who waits for a body that said its length has no instance. Who streams one,
waits for something outside, or has a tool that waits, has one: so many times a fresh one's memory, and what the bodies need, at the
most; 16 instances are kept for what comes next, and one that has grown, while only large requests come.`;

/** @param {number} bytes */
const mib = (bytes) => `${(bytes / MIB).toFixed(2)} MiB`;

/** @param {Bundle} ours */
export async function measureMemory(ours) {
  const server = new Server(counting(ours));
  await server.start();
  try {
    await serve(server, [0]);
    const fresh = (await count(server)).newest;
    await serve(server, [3 * MIB]);
    const large = (await count(server)).newest;
    await serve(server, [0]);
    const next = (await count(server)).newest;
    const whole = await serveAtOnce(server, "sent");
    const slow = await serveAtOnce(server, "waiting");
    const begun = await announceAtOnce(server);
    const piecewise = await serveAtOnce(server, "streamed");
    const resident = (/** @type {number} */ bytes) => (observed ? mib(bytes) : "-");
    const rows = [
      ["a fresh instance", "1", mib(fresh), "-"],
      ["the same while it serves a request of 3 MiB", "1", mib(large), "-"],
      ["the one that serves the next request", "1", mib(next), "-"],
      [`${CONCURRENT} requests sent at once`, String(whole.instances), mib(whole.instances * fresh), resident(whole.resident)],
      [`${CONCURRENT} requests whose bodies do not end`, String(slow.instances), mib(slow.instances * fresh), resident(slow.resident)],
      [`${CONCURRENT} requests that announce 3 MiB, and send one byte`, String(begun.instances), mib(begun.instances * fresh), resident(begun.resident)],
      [`${CONCURRENT} requests whose bodies say no length, and do not end`, String(piecewise.instances), mib(piecewise.instances * fresh), resident(piecewise.resident)],
    ];
    table("WebAssembly memory", ["", "instances made", "their memory", "resident"], rows, { command: "npm run bench -- memory", notes: [bound] });
    judge("memory of a fresh instance", fresh / MIB, mib(fresh), 1, { most: true });
    judge("memory after a 3 MiB request", next / MIB, mib(next), 1, { most: true });
    judge(`memory of ${CONCURRENT} requests at once, beside what was there`, (whole.instances * fresh) / MIB, mib(whole.instances * fresh), 8, { most: true });
  } finally {
    await server.stop();
  }
}
