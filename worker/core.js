import module from "../build/core.wasm";
// enum mcp_action_kind of c/exchange.h, in its order
const kinds = " RESPOND READ_BODY STREAM DELIVER KEEP PEEK COLLECT PUBLISH WAIT FINISH WAKE FETCH VERIFY INTROSPECT LIMIT".split(" ");
const IDLE_INSTANCES = 16, IDLE_BYTES = 1 << 20; // how many instances are kept, none larger than that, and how many copies
const LARGE_BYTES = 1 << 18, SPARE_BYTES = 1 << 24; // a body is large from there on; large requests share one instance up to that size
const idle = /** @type {Core[]} */ ([]), spare = /** @type {Core[]} */ ([]);
let place = ""; // the data centre: the same for all requests of an isolate, and slow to ask for
let copies = /** @type {any} */ (null); // what requests set aside was copied to; null before the isolate's first request that could be
const newest = /** @type {any[]} */ ([]); // by its status, the last response's head: most are the same
export const waits = WebAssembly.Module.imports(module).some(({ name }) => name === "perform"); // a tool may wait: calls are suspended
const { promising, Suspending } = /** @type {any} */ (WebAssembly), suspended = waits ? promising : (event) => event;
const pairsOf = (lines) => lines.split("\n").slice(0, -1).map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]); // "name: value\n"
const encoder = new TextEncoder(), decoder = new TextDecoder();
const scratch = new Uint8Array(65536 + 1); // for a head: one that is cut here is over LIMIT_HEAD_BYTES

/** The response that an action describes, with its body or with `stream`. @param {Action} action @returns {Response} */
export function response({ init, sessionId, body }, stream = /** @type {any} */ (body)) {
  const made = new Response(stream, init);
  if (sessionId) made.headers.set("mcp-session-id", sessionId);
  return made;
}

/** An instance to serve a request; a large one if the body is. @param {object} env @param {any} perform does what a tool waits for @returns {Core} */
export function take(env, perform, bodyBytes = 0) {
  const core = (bodyBytes > LARGE_BYTES && spare.pop()) || idle.pop() || new Core(env);
  return core.env === env ? Object.assign(core, { perform }) : take(env, perform, bodyBytes); // the variables changed while the isolate lived
}

/** One WASM instance, serving one request at a time. An event gives, or promises, an action's address. */
export class Core {
  bytes = new Uint8Array(); // the memory, as bytes and as words
  words = new Uint32Array();
  perform = /** @type {any} */ (undefined);
  /** @param {object} env the Worker's. Its texts, numbers and lists are variables and secrets; of other bindings the core knows the names */
  constructor(env) {
    const random = (start, size) => crypto.getRandomValues(this.view().subarray(start, start + size));
    const perform = async (address) => this.pass(await this.perform(this.action(address)), () => {});
    const log = (start, size) => console.log(decoder.decode(this.view().subarray(start, start + size)));
    const host = { now: Date.now, random, log, perform: waits && new Suspending(perform) }; // c/host.h
    this.exports = /** @type {any} */ (new WebAssembly.Instance(module, /** @type {any} */ ({ host })).exports);
    this.bodyEnded = suspended(this.exports.core_body_ended);
    this.answered = suspended(this.exports.core_answered);
    const variables = Object.entries((this.env = env)).flat().map((each) => `${each instanceof Object && !Array.isArray(each) ? "" : each ?? ""}\0`);
    this.headerNames = this.#text(this.pass(encoder.encode(variables.join("")), this.exports.core_start) / 4).trimEnd().split("\n");
    this.idleBytes = Math.max(IDLE_BYTES, this.view().length);
  }
  /** Forgets the request and waits for the next, or is dropped with its memory. @param {boolean} [pauses] the request goes on later */
  release(pauses) {
    const size = this.view().length, small = size <= this.idleBytes, kept = small ? idle : spare;
    if (!pauses) spare.length = 0;
    if (kept.length < (small ? IDLE_INSTANCES : size <= SPARE_BYTES ? 1 : 0)) kept.push((this.exports.core_reset(), this));
  }
  /** A view of the memory as it is now: when it grows, older views become empty. */
  view() { return this.bytes.length > 0 ? this.bytes : (this.bytes = new Uint8Array((this.words = new Uint32Array(this.exports.memory.buffer)).buffer)); }
  /** Passes a request's head to the core. @param {Request} request */
  head(request) {
    const { method, url, headers } = request, names = this.headerNames;
    place ||= url.startsWith("https://mailbox/") ? "" : String(request.cf?.colo ?? "-"); // a mailbox says none
    let size = 0;
    for (let i = -3; i < names.length; i++) {
      const line = i >= 0 ? headers.get(names[i]) ?? "\0" : i > -2 ? place : i > -3 ? url : method;
      for (let at = 0; at < line.length; at++) scratch[size++] = Math.min(line.charCodeAt(at), 127); // the lower half of another may end a line
      scratch[size++] = 10; // byte by byte: joined first, they leave a kilobyte of garbage
    }
    return this.pass(scratch.subarray(0, size - 1), this.exports.core_head);
  }
  /** A copy of the request, so that the instance can serve others while its body comes; the isolate's first request has it alone. */
  setAside() {
    if (!copies) return void (copies = []);
    const whole = this.#bytes(this.exports.core_set_aside() / 4), size = whole.length, copy = copies.at(-1)?.length >= size ? copies.pop() : new Uint8Array(size + 1024);
    return copy.set(whole), size && { copy, size };
  }
  /** Goes on with that request. Only the same instance can: another may know less. */
  resume({ copy, size }) {
    return this.pass(copy.subarray(0, size), () => (copies.length < IDLE_INSTANCES && copies.push(copy.fill(0, 0, size)), this.exports.core_resume()));
  }
  /** Passes a piece of the body; false if there is none, or the core wants no more. @param {Uint8Array} [piece] */
  body(piece = new Uint8Array(), room = piece.length && this.exports.core_body_room(piece.length)) { return room > 0 && (this.view().set(piece, room), true); }
  /** Writes `input` where the core reads it and calls `event`, such as this.answered. @param {Uint8Array} input @param {() => any} event */
  pass(input, event) {
    const room = this.exports.core_input(input.length);
    if (room > 0) this.view().set(input, room);
    return room > 0 ? event() : this.exports.core_body_ended();
  }
  /** Copies the action at `address`: a Response would not copy its body. @param {number} address @returns {Action} */
  action(address) {
    const bytes = this.view(), words = this.words, at = address / 4;
    const kind = kinds[words[at]], status = words[at + 1], head = words[at + 2], length = words[at + 3], start = words[at + 4], size = words[at + 5];
    if (kind === "READ_BODY") return /** @type {any} */ ({ kind, bodyBytes: words[at + 23] });
    const last = newest[status], sessionId = words[at + 17] > 0 && this.#text(at + 16), body = size > 0 ? bytes.slice(start, start + size) : null;
    let same = status === 0 || last?.head.length === length; // compared byte by byte: decoding costs more
    for (let i = 0; same && i < length; i++) same = last.head[i] === bytes[head + i];
    if (!same) newest[status] = { head: bytes.slice(head, head + length), init: new Response(null, { status, headers: pairsOf(this.#text(at + 2)) }) };
    const action = /** @type {any} */ ({ kind, status, init: newest[status]?.init, sessionId, body });
    if (kind === "RESPOND" && !words[at + 15]) return action; // last words have more
    const text = (word) => this.#text(at + word), number = (word) => words[at + word];
    const texts = { mailbox: text(6), topic: text(8), mark: text(10), after: text(12), keepAlive: text(14) };
    return Object.assign(action, texts, { keepAliveSeconds: number(18), milliseconds: number(19), delivery: number(20), backlogBytes: number(21), version: number(22) });
  }
  /** The bytes whose address and size are the words at `at`; the same as text. @param {number} at */
  #bytes(at) { return this.view().subarray(this.words[at], this.words[at] + this.words[at + 1]); }
  #text(at) { return this.view() && this.words[at + 1] > 0 ? decoder.decode(this.#bytes(at)) : ""; }
}
