/** @import { Action } from "./types.js" */
/** @type {Map<string, (bytes: any) => void>} topics whose stream this very isolate holds, if they are not kept */
export const near = new Map();

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

  /** Says what the action holds, and waits; 0: the client has left. @param {Action} action */
  async wait({ body, init, milliseconds }) {
    if (body) await this.#write(body, init);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return new Uint8Array([this.request.signal.aborted ? 0 : 1]);
  }

  /** Carries the body, then what is said to the topic, until either side ends. @param {Action} action @param {any} mailbox */
  async relay({ init, body, keepAlive, ...rest }, mailbox) {
    const { topic, mark, keepAliveSeconds, backlogBytes } = rest;
    const action = JSON.stringify({ ...rest, first: mark && String(Buffer.from(body ?? "")) });
    const { webSocket: socket } = await mailbox.fetch("http://mailbox/", { headers: { upgrade: "websocket", action } });
    if (!socket) return new Uint8Array([0]);
    // Other requests call what is in `near`: it touches nothing that belongs to this one, but the queue and a promise.
    let [queue, cut] = [/** @type {any} */ (null), () => {}];
    const strategy = { highWaterMark: backlogBytes, size: ({ length }) => length };
    const readable = new ReadableStream({ start: (controller) => (queue = controller), cancel: () => ((queue = null), stop()) }, strategy);
    const push = (bytes) => queue && (queue.desiredSize < 0 ? cut() : queue.enqueue(bytes));
    const timer = setInterval(push, keepAliveSeconds * 1000, Buffer.from(keepAlive));
    const stop = () => {
      clearInterval(timer);
      if (near.get(topic) === push) near.delete(topic);
      socket.close();
      queue?.close();
      queue = null;
    };
    new Promise((resolve) => (cut = () => resolve(undefined))).then((old = queue) => (stop(), old?.error()));
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (event) => push(new Uint8Array(event.data)));
    for (const end of ["close", "error"]) socket.addEventListener(end, stop);
    socket.accept();
    this.request.signal.addEventListener("abort", stop);
    this.give = () => this.begun;
    if (!mark) push(body);
    if (!mark) near.set(topic, push);
    this.#begin(new Response(readable, init));
    return new Uint8Array([1]);
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
