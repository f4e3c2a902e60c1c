// The core behind one interface, as WebAssembly and as a native program. Events
// go in, actions come out; random bytes and the clock are the same in both.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stackBytes } from "../../c/toolchain/compile.mjs";
import { sanitizerEnv } from "./builds.mjs";

/** enum mcp_action_kind of c/exchange.h. */
export const Kind = {
  RESPOND: 1, READ_BODY: 2, STREAM: 3, DELIVER: 4, KEEP: 5, PEEK: 6, COLLECT: 7, PUBLISH: 8, WAIT: 9, FINISH: 10, WAKE: 11,
  FETCH: 12, VERIFY: 13, INTROSPECT: 14, LIMIT: 15,
};

/**
 * struct mcp_action of c/exchange.h.
 * @typedef {object} Action
 * @property {number} kind
 * @property {number} status
 * @property {number} keepAliveSeconds
 * @property {number} milliseconds
 * @property {number} delivery
 * @property {number} backlogBytes
 * @property {number} version
 * @property {string} headers
 * @property {Buffer} body
 * @property {string} mailbox
 * @property {string} topic
 * @property {string} keepAlive
 * @property {string} mark
 * @property {string} after
 */

/**
 * @typedef {"head" | "body" | "end" | "answer" | "reset"} Event
 * @typedef {object} Instance
 * @property {(variables: Buffer) => Promise<void>} start starts it anew
 * @property {(event: Event, bytes?: Buffer) => Promise<Action | null>} send
 * @property {string[]} headerNames which headers a head carries, in this order
 * @property {(action: Action) => Buffer} perform carries out an action while a call waits; returns its answer
 * @property {() => Promise<void>} close
 */

/** Nobody is there to be asked, and waiting takes no time. @param {Action} action */
const alone = (action) => Buffer.from(action.kind === Kind.WAIT ? [1] : []);

/** A response's lines, as worker/core.js makes them. @param {string} headers @param {string} sessionId */
const withSession = (headers, sessionId) => (sessionId === "" ? headers : `${headers}mcp-session-id: ${sessionId}\n`);

/** What c/native.c uses for random bytes under test. */
class Predictable {
  state = 0;

  /** @param {Uint8Array} bytes */
  fill(bytes) {
    for (let i = 0; i < bytes.length; i++) {
      this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
      bytes[i] = this.state >>> 24;
    }
  }
}

/** @implements {Instance} */
export class WasmInstance {
  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.module = module;
    /** @type {any} */
    this.exports = null;
    this.random = new Predictable();
    this.clock = 0; // in milliseconds since 1970
    this.logged = /** @type {string[]} */ ([]);
    /** @type {Instance["perform"]} */
    this.perform = alone;
    this.meanwhile = () => {}; // while a request is set aside
    /** @type {string[]} */
    this.headerNames = [];
  }

  get memory() {
    return Buffer.from(this.exports.memory.buffer);
  }

  /** @param {Buffer} variables */
  async start(variables) {
    this.random = new Predictable();
    const instance = await WebAssembly.instantiate(this.module, { host: this.#host() });
    this.exports = instance.exports;
    this.memory.set(variables, this.exports.core_input(variables.length));
    const names = this.exports.core_start();
    this.headerNames = this.#text(names).toString().trimEnd().split("\n");
  }

  /** @param {Event} event @param {Buffer} [bytes] @returns {Promise<Action | null>} */
  async send(event, bytes = Buffer.alloc(0)) {
    if (event === "reset") return this.exports.core_reset(), this.#checkStack(), null;
    if (event === "end") return this.#action(this.exports.core_body_ended());
    const body = event === "body";
    const room = body ? this.exports.core_body_room(bytes.length) : this.exports.core_input(bytes.length);
    if (room === 0) return this.#action(this.exports.core_body_ended());
    this.memory.set(bytes, room);
    if (body) return null;
    if (event === "answer") return this.#action(this.exports.core_answered());
    const action = this.#action(this.exports.core_head());
    if (action.kind === Kind.READ_BODY) this.#setAside();
    return action;
  }

  /** As the shim does if a body has a length. */
  #setAside() {
    const aside = Buffer.from(this.#text(this.exports.core_set_aside()));
    this.exports.core_reset();
    this.meanwhile();
    this.memory.set(aside, this.exports.core_input(aside.length));
    this.exports.core_resume();
  }

  async close() {}

  /** Whatever was done, a reset leaves nothing on the stack, except in the frames of the reset itself. */
  #checkStack() {
    const stack = this.memory.subarray(0, stackBytes - 64);
    const left = stack.findIndex((byte) => byte !== 0);
    if (left !== -1) throw new Error(`A reset left something on the stack, ${stackBytes - left} bytes deep.`);
  }

  /** A copy of the struct text at `address`. @param {number} address */
  #text(address) {
    const start = this.memory.readUInt32LE(address);
    return Buffer.from(this.memory.subarray(start, start + this.memory.readUInt32LE(address + 4)));
  }

  /** @param {number} address @returns {Action} */
  #action(address) {
    const word = (/** @type {number} */ at) => this.memory.readUInt32LE(address + at);
    return {
      kind: word(0),
      status: word(4),
      headers: withSession(`${this.#text(address + 8)}`, `${this.#text(address + 64)}`),
      body: this.#text(address + 16),
      mailbox: this.#text(address + 24).toString(),
      topic: this.#text(address + 32).toString(),
      mark: this.#text(address + 40).toString(),
      after: this.#text(address + 48).toString(),
      keepAlive: this.#text(address + 56).toString(),
      keepAliveSeconds: word(72),
      milliseconds: word(76),
      delivery: word(80),
      backlogBytes: word(84),
      version: word(88),
    };
  }

  #host() {
    const part = (/** @type {number} */ start, /** @type {number} */ size) => this.memory.subarray(start, start + size);
    return {
      now: () => this.clock,
      random: (start, size) => this.random.fill(part(start, size)),
      perform: (address) => {
        const answer = this.perform(this.#action(address));
        const room = this.exports.core_input(answer.length);
        if (room > 0) this.memory.set(answer, room); // else it is not written, as in worker/core.js
      },
      log: (start, size) => this.logged.push(part(start, size).toString()),
    };
  }
}

/** @implements {Instance} */
export class NativeInstance {
  #received = Buffer.alloc(0);
  #complaints = "";
  #arrived = () => {};
  #ended = false;

  /** @param {string} path @param {string[]} headerNames */
  constructor(path, headerNames) {
    this.headerNames = headerNames;
    /** @type {Instance["perform"]} */
    this.perform = alone;
    this.meanwhile = () => {}; // while a request is set aside
    this.program = spawn(path, ["--replay"], { env: { ...process.env, ...sanitizerEnv } });
    this.program.stdin.on("error", () => {}); // what follows tells of its end
    this.program.stderr.on("data", (bytes) => (this.#complaints += bytes));
    this.program.stdout.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#arrived();
    });
    this.exit = once(this.program, "close").then(([code]) => {
      this.#ended = true;
      this.#arrived();
      return code;
    });
  }

  /** @param {Buffer} variables */
  async start(variables) {
    await this.#event("variables", variables);
  }

  /** @param {Event} event @param {Buffer} [bytes] */
  send(event, bytes = Buffer.alloc(0)) {
    return this.#event(event, bytes);
  }

  async close() {
    this.program.stdin.end();
    const code = await this.exit;
    if (code !== 0) throw new Error(`The native program ended with ${code}:\n${this.#complaints}`);
  }

  /** @param {string} name @param {Buffer} bytes */
  async #event(name, bytes) {
    this.program.stdin.write(Buffer.concat([Buffer.from(`${name} ${bytes.length}\n`), bytes]));
    return this.#read();
  }

  /** @param {() => number} length of what is wanted; -1 while that is not known */
  async #take(length) {
    for (;;) {
      const wanted = length();
      if (wanted >= 0 && this.#received.length >= wanted) {
        const taken = this.#received.subarray(0, wanted);
        this.#received = this.#received.subarray(wanted);
        return taken;
      }
      if (this.#ended) throw new Error(`The native program ended too early:\n${this.#complaints}`);
      await new Promise((resolve) => (this.#arrived = () => resolve(undefined)));
    }
  }

  /** @returns {Promise<Action | null>} */
  async #read() {
    const line = (await this.#take(() => this.#received.indexOf("\n") + 1 || -1)).toString().trimEnd();
    if (line === "none") return null;
    const [word] = line.split(" ");
    const [kind, status, keepAliveSeconds, milliseconds, delivery, backlogBytes, version, ...lengths] = line.split(" ").slice(1).map(Number);
    const parts = [];
    for (const length of lengths) parts.push(Buffer.from(await this.#take(() => length)));
    const [headers, body, mailbox, topic, keepAlive, mark, after, sessionId] = parts;
    const action = {
      kind, status, keepAliveSeconds, milliseconds, delivery, backlogBytes, version, body,
      headers: withSession(`${headers}`, `${sessionId}`),
      mailbox: mailbox.toString(),
      topic: topic.toString(),
      keepAlive: keepAlive.toString(),
      mark: mark.toString(),
      after: after.toString(),
    };
    if (word !== "perform") return action;
    const answer = this.perform(action);
    return this.#event("answered", answer);
  }
}
