/** @import { Action } from "./types.js" */
/** @type {Map<string, (bytes: any, ends: any) => void>} topics whose stream this very isolate holds, if they are not kept */
export const near = new Map();
const decoder = new TextDecoder();

/**
 * The response as it comes to be: given whole, or begun and then written to. What is written waits
 * for the reader, but for what a mailbox relays: a mailbox cannot be slowed down.
 */
export class Reply {
  #writer;
  #begin = (_response) => {};
  /** @type {Promise<Response>} settled when the response has begun before it was whole */
  begun = new Promise((resolve) => (this.#begin = resolve));

  constructor(request) {
    this.request = request; // its signal says that its client has left
  }

  /** @param {Action} action holds the whole response, unless one has begun @returns {any} */
  give({ body, init }) {
    if (!this.#writer) return new Response(body, init);
    this.#writer.close().catch(() => {});
    return this.begun;
  }

  /** The core failed: says so, if nothing was said yet. */
  fail() {
    this.#writer?.abort().catch(() => {});
    return Response.json({ error: "internal", error_description: "The server failed; try again." }, { status: 500 });
  }

  /** @param {Action} action holds the last of a response that has begun */
  async finish(action) {
    await this.#write(action.body, action.init);
    return this.give(action);
  }

  /** Says what the action holds, and waits; 0: the client has left. @param {Action} action */
  async wait({ body, init, milliseconds }) {
    if (init.status) await this.#write(body, init);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return new Uint8Array([this.request.signal.aborted ? 0 : 1]);
  }

  /** Carries the body, then what is said to the topic, until either side ends. @param {Action} action @param {any} mailbox */
  async relay({ init, body, keepAlive, ...rest }, mailbox) {
    const { topic, mark, keepAliveSeconds, backlogBytes } = rest;
    const action = JSON.stringify({ ...rest, first: mark && decoder.decode(body ?? undefined) });
    const { webSocket: socket } = await mailbox.fetch("http://mailbox/", { headers: { upgrade: "websocket", action } });
    if (!socket) return new Uint8Array([0]);
    const stream = { queue: mark ? [] : [body], backlog: 0, ended: false, wake: () => {}, cut: () => {} };
    // Other requests call this: it touches nothing that belongs to this one, but promises.
    const push = (bytes, ends) => {
      if (stream.backlog > backlogBytes) stream.cut();
      stream.backlog += stream.queue.push(bytes) && bytes.length;
      stream.ended ||= Boolean(ends);
      stream.wake();
    };
    const timer = setInterval(push, keepAliveSeconds * 1000, keepAlive, false);
    const stop = () => {
      stream.ended = true;
      clearInterval(timer);
      if (near.get(topic) === push) near.delete(topic);
      socket.close();
      stream.wake();
    };
    new Promise((resolve) => (stream.cut = () => resolve(0))).then(() => (stop(), this.#writer?.abort().catch(() => {})));
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (event) => push(new Uint8Array(event.data), false));
    for (const end of ["close", "error"]) socket.addEventListener(end, stop);
    socket.accept();
    this.request.signal.addEventListener("abort", stop);
    if (!mark) near.set(topic, push);
    this.give = () => this.begun;
    this.#pump(stream, init).then(stop);
    return new Uint8Array([1]);
  }

  /** Writes what is queued, and waits for more until the stream has ended. @param {any} stream @param {ResponseInit} init */
  async #pump(stream, init) {
    while (stream.queue.length > 0 || !stream.ended) {
      const bytes = stream.queue.shift();
      if (!bytes) await new Promise((resolve) => (stream.wake = () => resolve(0)));
      else if (await this.#write(bytes, init)) stream.backlog -= bytes.length;
      else break;
    }
    this.#writer?.close().catch(() => {});
  }

  /** False where the client has left. @param {Uint8Array | null} bytes @param {ResponseInit} init */
  async #write(bytes, init) {
    if (!this.#writer) {
      const { readable, writable } = new IdentityTransformStream();
      this.#writer = writable.getWriter();
      this.#begin(new Response(readable, init));
    }
    return !bytes || this.#writer.write(bytes).then(() => !this.request.signal.aborted, () => false);
  }
}
