import { createHash, createHmac } from "node:crypto";
import module from "../build/core.wasm";

/** @import { Action } from "./types.js" */
/** enum mcp_action_kind of c/exchange.h, in its order. */
const kinds = " RESPOND READ_BODY STREAM DELIVER FETCH_KEY KEEP PEEK COLLECT PUBLISH WAIT FINISH WAKE".split(" ");

/** Instances kept for the next requests; one that a large request made larger is not kept. */
const IDLE_INSTANCES = 16;
const idle = [];
let [freshBytes, place] = [Infinity, ""]; // the data centre is one for all requests of an isolate, and dear to ask for
/** The newest head of a response as the core wrote it, and as a Response takes it: most are the same. */
let newest = { status: 0, lines: "", init: {} };

/** Whether some tool waits: then what runs tools may be suspended (JavaScript Promise Integration). */
export const waits = WebAssembly.Module.imports(module).some(({ name }) => name === "perform");
const { promising, Suspending } = /** @type {any} */ (WebAssembly);
const [encoder, decoder] = [new TextEncoder(), new TextDecoder()];
/** Where heads are encoded. One that does not fit is over LIMIT_HEAD_BYTES even when it is cut. */
const scratch = new Uint8Array(65536 + 4);

/** One WASM instance, serving one request at a time. An event gives, or promises, an action's address. */
export class Core {
  /** @param {object} env the Worker's: variables and secrets are its strings */
  constructor(env) {
    this.exports = /** @type {any} */ (new WebAssembly.Instance(module, { host: this.#host() }).exports);
    this.bodyEnded = waits ? promising(this.exports.core_body_ended) : this.exports.core_body_ended;
    this.eventAnswered = waits ? promising(this.exports.core_answered) : this.exports.core_answered;
    this.perform = async (/** @type {Action} */ _action) => new Uint8Array(); // what a tool waits for
    freshBytes = Math.min(freshBytes, this.view().length);
    const strings = Object.entries(env).filter(([, value]) => typeof value === "string");
    const variables = encoder.encode(strings.map(([name, value]) => `${name}\0${value}\0`).join(""));
    this.view().set(variables, this.exports.core_start_room(variables.length));
    this.exports.core_start();
    const [start, size] = new Uint32Array(this.exports.memory.buffer, this.exports.core_header_names(), 2);
    this.headerNames = decoder.decode(this.#part(start, size)).trimEnd().split("\n");
  }

  /** An idle instance, or a new one. @param {object} env */
  static take(env) {
    return idle.pop() ?? new Core(env);
  }

  /** Forgets the request. An instance that trapped is not released, but dropped. */
  release() {
    this.exports.core_reset();
    if (this.view().length <= freshBytes && idle.length < IDLE_INSTANCES) idle.push(this);
  }

  /** Memory as it is now: when it grows, older views become empty. */
  view() {
    return this.bytes?.length ? this.bytes : (this.bytes = new Uint8Array(this.exports.memory.buffer));
  }

  /** A request came. @param {Request} request @returns {number} */
  head(request) {
    place ||= request.url.startsWith("https://mailbox/") ? "" : String(request.cf?.colo ?? "-"); // a mailbox says none
    let head = `${request.method}\n${request.url}\n${place}`;
    for (const name of this.headerNames) head += `\n${request.headers.get(name) ?? "\0"}`;
    return this.#pass(scratch.subarray(0, encoder.encodeInto(head, scratch).written), this.exports.core_head);
  }

  /** A piece of the body came; false where the core wants no more. @param {Uint8Array} piece */
  body(piece) {
    const room = this.exports.core_body_room(piece.length);
    if (room === 0) return piece.length === 0;
    this.view().set(piece, room);
    this.exports.core_body_received(piece.length);
    return true;
  }

  /** The last action came to `answer`. @param {Uint8Array} answer */
  answered(answer) {
    return this.#pass(answer, this.eventAnswered);
  }

  /** Writes `input` where the core reads it, and calls `event`. @param {Uint8Array} input @param {(size: number) => any} event */
  #pass(input, event) {
    const room = this.exports.core_input(input.length);
    if (room === 0) return this.exports.core_action();
    this.view().set(input, room);
    return event(input.length);
  }

  action(address) {
    const words = new Uint32Array(this.view().buffer, address, 17);
    const [kind, body] = [kinds[words[0]], words[5] > 0 ? this.view().slice(words[4], words[4] + words[5]) : null];
    if (kind === "READ_BODY") return /** @type {any} */ ({ kind });
    const [status, lines] = [words[1], decoder.decode(this.#part(words[2], words[3]))];
    if (newest.status !== status || newest.lines !== lines) {
      const headers = Object.fromEntries(lines.split("\n").slice(0, -1).map((line) => line.split(/: (.*)/, 2)));
      newest = { status, lines, init: { status, headers } };
    }
    const action = /** @type {Action} */ ({ kind, init: newest.init, body });
    if (kind === "RESPOND") return action;
    action.mailbox = decoder.decode(this.#part(words[6], words[7]));
    action.topic = decoder.decode(this.#part(words[8], words[9]));
    action.keepAlive = this.#part(words[10], words[11]).slice();
    const [keepAliveSeconds, milliseconds, last, backlogBytes, version] = words.subarray(12);
    return Object.assign(action, { keepAliveSeconds, milliseconds, last: last !== 0, backlogBytes, version });
  }

  /** Bytes of memory. @param {number} start @param {number} size */
  #part(start, size) {
    return this.view().subarray(start, start + size);
  }

  /** What the core asks of its host: c/host.h. @returns {Record<string, any>} */
  #host() {
    const part = this.#part.bind(this);
    const host = {
      now: () => Date.now(),
      random: (start, size) => crypto.getRandomValues(part(start, size)),
      sha256: (data, size, digest) => this.view().set(createHash("sha256").update(part(data, size)).digest(), digest),
      hmac_sha256: (key, keySize, data, size, digest) =>
        this.view().set(createHmac("sha256", part(key, keySize)).update(part(data, size)).digest(), digest),
    };
    const perform = async (address) => this.#pass(await this.perform(this.action(address)), (size) => size);
    return waits ? { ...host, perform: new Suspending(perform) } : host;
  }
}
