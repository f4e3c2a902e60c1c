// HTTP/1.1 over one socket that stays open: small, so that the load generator is not what is measured.
import { connect } from "node:net";

/** An answer; its body as it came. */
export class Answer {
  /** @param {string} head @param {Buffer} bytes */
  constructor(head, bytes) {
    this.head = head;
    this.bytes = bytes;
  }

  get status() {
    return Number(this.head.slice(9, 12));
  }

  get body() {
    return this.bytes.toString();
  }
}

const LAST_CHUNK = "0\r\n\r\n";
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

/** The data of chunked bytes as far as they have arrived, and whether the last chunk is there. @param {Buffer} bytes */
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

/** Puts an answer together from its pieces, which are not parsed before it can be complete: long ones have many. */
class Reader {
  /** @type {Buffer[]} */
  pieces = [];
  length = 0;
  /** How many bytes there will be: 0 while the head is not there, Infinity with chunks. */
  wanted = 0;

  /** @param {Buffer} piece @returns {Answer | null} the answer, once it is complete */
  take(piece) {
    this.pieces.push(piece);
    this.length += piece.length;
    const chunked = this.wanted === Infinity;
    if (this.length < this.wanted && !chunked) return null;
    if (chunked && piece.length > LAST_CHUNK.length && !piece.toString("latin1", piece.length - LAST_CHUNK.length).endsWith(LAST_CHUNK)) return null;
    return this.#read(Buffer.concat(this.pieces));
  }

  /** @param {Buffer} bytes @returns {Answer | null} */
  #read(bytes) {
    const headEnd = bytes.indexOf(HEAD_END);
    if (headEnd < 0) return null;
    const head = bytes.toString("latin1", 0, headEnd);
    const rest = bytes.subarray(headEnd + 4);
    const length = /\r\ncontent-length: (\d+)/i.exec(head);
    if (length) {
      this.wanted = headEnd + 4 + Number(length[1]);
      return bytes.length < this.wanted ? null : new Answer(head, rest);
    }
    if (!/\r\ntransfer-encoding: chunked/i.test(head)) return new Answer(head, Buffer.alloc(0));
    this.wanted = Infinity;
    const { data, ended } = dechunk(rest);
    return ended ? new Answer(head, Buffer.concat(data)) : null;
  }
}

/** A connection with one request under way at a time; reopened if the server has closed it for being idle. */
export class Connection {
  /** @param {number} port */
  constructor(port) {
    this.port = port;
    this.reader = new Reader();
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
    const answer = this.reader.take(piece);
    if (!answer) return;
    this.reader = new Reader();
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.done(answer);
  }

  /** The server closed the connection: perhaps just when a request was sent, which is then sent again. */
  #lost() {
    this.socket = undefined;
    const { waiting } = this;
    if (waiting && waiting.tries++ === 0 && this.reader.length === 0) {
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
