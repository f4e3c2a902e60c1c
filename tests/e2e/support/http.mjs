// What tests send by hand: messages, streams, and bytes that no HTTP client would send.
import { EventEmitter, once } from "node:events";
import http from "node:http";
import net from "node:net";
import { patience } from "./program.mjs";

/** A credential as a client sends it. */
export const credential = "Bearer secret-of-the-tests";

/** @param {string} method @param {object} [params] @param {string | number} [id] */
export const message = (method, params, id = 1) => ({ jsonrpc: "2.0", id, method, params });

/** @param {string} name @param {object} [args] @param {string | number} [id] */
export const call = (name, args = {}, id = 1) => message("tools/call", { name, arguments: args }, id);

/** The parameters of `initialize`. @param {string} protocolVersion */
export const hello = (protocolVersion) => ({ protocolVersion, capabilities: {}, clientInfo: { name: "tests", version: "0" } });

/**
 * Posts a message.
 * @param {string} url
 * @param {any} body an object becomes JSON
 * @param {Record<string, string | undefined>} [headers] undefined leaves a default one out
 * @returns {Promise<{ status: number, headers: Headers, text: string, json: any }>}
 */
export async function post(url, body, headers = {}) {
  const all = { authorization: credential, "content-type": "application/json", accept: "application/json, text/event-stream", ...headers };
  const given = /** @type {[string, string][]} */ (Object.entries(all).filter(([, value]) => value !== undefined));
  const isBytes = typeof body === "string" || body instanceof Uint8Array;
  const bytes = /** @type {BodyInit} */ (isBytes ? body : JSON.stringify(body));
  return answerOf(await fetch(url, { method: "POST", headers: given, body: bytes }));
}

/** @param {Response} response */
export async function answerOf(response) {
  const text = await response.text();
  let json;
  if (response.headers.get("content-type") === "application/json") json = JSON.parse(text);
  return { status: response.status, headers: response.headers, text, json };
}

/** The one text of a tool's result. @param {any} answer a JSON-RPC response */
export const toolText = (answer) => answer.result.content[0].text;

/** @typedef {{ event: string, data: string, comment: boolean }} Frame */

/** An SSE stream on a connection of its own. */
export class Stream extends EventEmitter {
  /** @type {Frame[]} not yet taken */
  frames = [];
  ended = false;
  #rest = "";

  /** @param {http.IncomingMessage} response */
  constructor(response) {
    super();
    this.response = response;
    this.status = response.statusCode;
    this.headers = response.headers;
    response.setEncoding("utf8");
    response.on("data", (text) => this.#take(text));
    response.on("error", () => {});
    response.on("close", () => {
      this.ended = true;
      this.emit("frame");
    });
  }

  /**
   * Opens one.
   * @param {string} url
   * @param {Record<string, string>} [headers]
   * @returns {Promise<Stream>}
   */
  static async open(url, headers = {}) {
    const request = http.get(url, { agent: false, headers: { authorization: credential, accept: "text/event-stream", ...headers } });
    const [response] = await once(request, "response");
    request.on("error", () => {});
    return new Stream(response);
  }

  /** @param {string} text */
  #take(text) {
    this.#rest += text;
    const parts = this.#rest.split("\n\n");
    this.#rest = /** @type {string} */ (parts.pop());
    for (const part of parts) {
      const field = (/** @type {string} */ name) => new RegExp(`^${name}: ?(.*)$`, "m").exec(part)?.[1] ?? "";
      this.frames.push({ event: field("event"), data: field("data"), comment: part.startsWith(":") });
    }
    this.emit("frame");
  }

  /** The next frame, comments too. @returns {Promise<Frame>} */
  async frame() {
    const signal = AbortSignal.timeout(patience);
    while (this.frames.length === 0) {
      if (this.ended) throw new Error("The stream ended.");
      await once(this, "frame", { signal });
    }
    return /** @type {Frame} */ (this.frames.shift());
  }

  /** The next event's data. @param {string} event */
  async data(event) {
    const end = Date.now() + patience; // comments come forever
    let frame;
    do frame = await this.frame();
    while (frame.comment && Date.now() < end);
    if (frame.event !== event) throw new Error(`The event ${frame.event} came, not ${event}.`);
    return frame.data;
  }

  /** The next message. @returns {Promise<any>} */
  async message() {
    return JSON.parse(await this.data("message"));
  }

  /** Closes the connection, as a client that is killed does. */
  leave() {
    this.response.destroy();
  }
}

/** Opens /sse; returns the stream and the URL of its message endpoint.
 * @param {string} url the server's
 * @param {string} [authorization]
 */
export async function openSse(url, authorization = credential) {
  const stream = await Stream.open(`${url}/sse`, { authorization });
  return { stream, endpoint: url + (await stream.data("endpoint")) };
}

/** A TCP connection over which a test sends whatever it likes. */
export class Raw {
  received = "";

  /** @param {number} port */
  constructor(port) {
    this.socket = net.connect(port, "127.0.0.1");
    this.socket.setEncoding("latin1");
    this.socket.on("data", (text) => (this.received += text));
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
  }

  /** @param {string | Uint8Array} bytes @returns {Promise<boolean>} false if the other side is gone */
  send(bytes) {
    return new Promise((resolve) => {
      this.socket.write(bytes, (error) => resolve(!error));
      this.closed.then(() => resolve(false));
    });
  }

  /** The head of a POST to /mcp. @param {string[]} headers */
  head(...headers) {
    const lines = ["POST /mcp HTTP/1.1", "Host: localhost", `Authorization: ${credential}`, "Content-Type: application/json", "Accept: application/json", ...headers];
    return this.send(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** The status of the answer; 0 if the connection ended without one. @returns {Promise<number>} */
  async status() {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(await this.answer(/^HTTP\/1\.1 \d+ /))?.[1] ?? 0);
  }

  /** The answer, once `pattern` is in it; what came, if the connection ended before that. @param {RegExp} pattern */
  async answer(pattern) {
    const signal = AbortSignal.timeout(patience);
    while (!pattern.test(this.received) && !this.socket.closed) {
      const more = once(this.socket, "data", { signal }).catch(() => signal.throwIfAborted()); // a reset is an end, too
      await Promise.race([more, this.closed]);
    }
    return this.received;
  }

  leave() {
    this.socket.destroy();
  }
}
