// HTTP/1.1 over one socket that stays open: small, so that the load generator is not what is measured.
import { connect } from "node:net";

/** @typedef {{ status: number, head: string, body: string }} Answer */

const HEAD_END = Buffer.from("\r\n\r\n");

/**
 * The bytes of a request.
 * @param {string} method
 * @param {string} path
 * @param {Record<string, string>} headers
 * @param {string | Buffer} [body]
 */
export function requestBytes(method, path, headers, body = "") {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = method === "POST" ? `content-length: ${Buffer.byteLength(body)}\r\n` : "";
  const head = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join("")}${length}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

/** The data of chunked bytes as far as they have come, and whether the last chunk is there. @param {Buffer} bytes */
function dechunk(bytes) {
  const data = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return { data, rest: bytes.subarray(at), ended: false };
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (end + 4 + size > bytes.length) return { data, rest: bytes.subarray(at), ended: false };
    if (size === 0) return { data, rest: bytes.subarray(end + 4), ended: true };
    data.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}

/** The first answer in `bytes`; null while it is not complete. @param {Buffer} bytes @returns {Answer | null} */
function readAnswer(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const head = bytes.toString("latin1", 0, headEnd);
  const status = Number(head.slice(9, 12));
  const rest = bytes.subarray(headEnd + 4);
  const length = /\r\ncontent-length: (\d+)/i.exec(head);
  if (length) return rest.length < Number(length[1]) ? null : { status, head, body: rest.toString("utf8", 0, Number(length[1])) };
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) return { status, head, body: "" };
  const { data, ended } = dechunk(rest);
  return ended ? { status, head, body: Buffer.concat(data).toString() } : null;
}

/** A connection with one request under way at a time; opened again when the server has closed it for being idle. */
export class Connection {
  /** @param {number} port */
  constructor(port) {
    this.port = port;
    this.received = Buffer.alloc(0);
    /** @type {{ request: Buffer, tries: number, done: (answer: Answer) => void, failed: (error: Error) => void } | undefined} */
    this.waiting = undefined;
    /** @type {import("node:net").Socket | undefined} */
    this.socket = this.#open();
  }

  #open() {
    const socket = connect({ port: this.port, host: "127.0.0.1", noDelay: true });
    socket.on("data", (piece) => this.#take(piece));
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => {
      if (this.socket === socket) this.#lost();
    });
    return socket;
  }

  /** @param {Buffer} request @returns {Promise<Answer>} */
  send(request) {
    return new Promise((done, failed) => {
      this.waiting = { request, tries: 0, done, failed };
      this.socket ??= this.#open();
      this.socket.write(request);
    });
  }

  close() {
    const { socket } = this;
    this.socket = undefined;
    socket?.destroy();
  }

  /** @param {Buffer} piece */
  #take(piece) {
    this.received = this.received.length === 0 ? piece : Buffer.concat([this.received, piece]);
    const answer = readAnswer(this.received);
    if (!answer) return;
    this.received = Buffer.alloc(0);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.done(answer);
  }

  /** The server closed the connection: perhaps just when a request was sent, which is then sent again. */
  #lost() {
    this.socket = undefined;
    const { waiting } = this;
    if (waiting && waiting.tries++ === 0 && this.received.length === 0) {
      this.socket = this.#open();
      this.socket.write(waiting.request);
    } else {
      this.waiting = undefined;
      waiting?.failed(new Error("The server closed the connection."));
    }
  }
}

/** A stream of server-sent events. */
export class EventStream {
  /** @param {number} port @param {Buffer} request */
  constructor(port, request) {
    this.received = Buffer.alloc(0);
    this.inHead = true;
    this.text = "";
    /** @type {{ event: string, data: string }[]} */
    this.events = [];
    /** @type {((event: { event: string, data: string }) => void) | undefined} */
    this.waiting = undefined;
    this.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.socket.on("data", (piece) => this.#take(piece));
    this.socket.on("error", (error) => console.error(`event stream: ${error.message}`));
    this.socket.write(request);
  }

  /** The next event. @returns {Promise<{ event: string, data: string }>} */
  next() {
    const event = this.events.shift();
    return event ? Promise.resolve(event) : new Promise((done) => (this.waiting = done));
  }

  close() {
    this.socket.destroy();
  }

  /** @param {Buffer} piece */
  #take(piece) {
    this.received = Buffer.concat([this.received, piece]);
    if (this.inHead) {
      const end = this.received.indexOf(HEAD_END);
      if (end < 0) return;
      const head = this.received.toString("latin1", 0, end);
      if (!head.startsWith("HTTP/1.1 200")) throw new Error(`The stream was not opened: ${head}`);
      this.inHead = false;
      this.received = this.received.subarray(end + 4);
    }
    const { data, rest } = dechunk(this.received);
    this.received = rest;
    this.text += Buffer.concat(data).toString();
    this.#split();
  }

  #split() {
    const frames = this.text.split("\n\n");
    this.text = frames.pop() ?? "";
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame);
      if (!data) continue; // a comment
      const event = { event: /^event: (.*)$/m.exec(frame)?.[1] ?? "message", data: data[1] };
      const { waiting } = this;
      this.waiting = undefined;
      if (waiting) waiting(event);
      else this.events.push(event);
    }
  }
}
