/** @import { Action } from "./types.js" */
/**
 * The response as it comes to be: given whole, or begun and then written to. What is written waits
 * for the reader, but for what a mailbox relays: a mailbox cannot be slowed down.
 */
export class Reply {
  #begun = Promise.withResolvers();
  #backlog = 0;
  /** @type {WritableStreamDefaultWriter | undefined} */
  #writer;

  /** @type {Promise<Response>} settled as soon as the response has begun */
  response = this.#begun.promise;

  /** @param {AbortSignal} signal of the request: its client left */
  constructor(signal) {
    this.signal = signal;
  }

  /** @param {Action} action holds the whole response */
  give({ body, init }) {
    if (this.#writer) this.#end();
    else this.#begun.resolve(new Response(body, init));
  }

  /** The core failed: says so, if nothing was said yet. */
  fail() {
    this.#writer?.abort().catch(() => {});
    this.#begun.resolve(Response.json({ error: "internal", error_description: "The server failed; try again." }, { status: 500 }));
  }

  /** @param {Action} action holds the last of a response that has begun */
  async finish(action) {
    await this.#write(action.body, action.init);
    this.#end();
  }

  /** Says what the action holds, and waits; 0: the client has left. @param {Action} action */
  async wait({ body, init, milliseconds }) {
    if (init.status) await this.#write(body, init);
    if (!this.signal.aborted) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return new Uint8Array([this.signal.aborted ? 0 : 1]);
  }

  /** Carries the body, then what the mailbox relays, until either side leaves. @param {Action} action @param {any} mailbox */
  async relay({ topic, body, init, keepAlive, keepAliveSeconds, backlogBytes }, mailbox) {
    const { webSocket: socket } = await mailbox.fetch(`http://mailbox/${topic}`, { headers: { upgrade: "websocket" } });
    const close = () => {
      clearInterval(timer);
      socket.close();
      this.#writer?.abort().catch(() => {});
    };
    const write = async (/** @type {any} */ bytes) => {
      this.#backlog += bytes.length;
      if (this.#backlog > backlogBytes || !(await this.#write(bytes, init))) return close();
      this.#backlog -= bytes.length;
    };
    const timer = setInterval(() => write(keepAlive), keepAliveSeconds * 1000);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (/** @type {any} */ event) => write(new Uint8Array(event.data)));
    socket.addEventListener("close", () => (clearInterval(timer), this.#end()));
    socket.addEventListener("error", close);
    socket.accept();
    this.signal.addEventListener("abort", close);
    if (this.signal.aborted) close();
    write(body);
  }

  /** False where the client has left. @param {Uint8Array | null} bytes @param {ResponseInit} init */
  async #write(bytes, init) {
    if (!this.#writer) {
      const { readable, writable } = new IdentityTransformStream();
      this.#writer = writable.getWriter();
      this.#begun.resolve(new Response(readable, init));
    }
    return !bytes || this.#writer.write(bytes).then(() => !this.signal.aborted, () => false);
  }

  #end() {
    this.#writer?.close().catch(() => {});
  }
}
