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

  /** @param {import("./core.js").Action} action holds the whole response */
  give(action) {
    if (this.#writer) this.end();
    else this.#begun.resolve(new Response(action.body, action.init));
  }

  /** @param {unknown} error */
  fail(error) {
    this.#writer?.abort(error).catch(() => {});
    this.#begun.reject(error);
  }

  /**
   * Writes `bytes`, after beginning the response if that was not done.
   * @param {Uint8Array | null} bytes
   * @param {ResponseInit} init
   * @returns {Promise<boolean>} false where the client has left
   */
  async write(bytes, init) {
    if (!this.#writer) {
      const { readable, writable } = new IdentityTransformStream();
      this.#writer = writable.getWriter();
      this.#begun.resolve(new Response(readable, init));
    }
    if (!bytes) return !this.signal.aborted;
    return this.#writer.write(bytes).then(() => !this.signal.aborted, () => false);
  }

  /** Ends a response that has begun. */
  end() {
    this.#writer?.close().catch(() => {});
  }

  /** @param {import("./core.js").Action} action holds the last of a response that has begun */
  async finish(action) {
    await this.write(action.body, action.init);
    this.end();
  }

  /**
   * Says what the action holds, and waits; the byte 0 says that the client has left.
   * @param {import("./core.js").Action} action
   */
  async wait(action) {
    const here = action.init.status ? await this.write(action.body, action.init) : !this.signal.aborted;
    if (here) await new Promise((resolve) => setTimeout(resolve, action.milliseconds));
    return new Uint8Array([here && !this.signal.aborted ? 1 : 0]);
  }

  /**
   * Begins a response that carries the action's body, then what the mailbox relays, and a keep-alive
   * in between, until either side leaves.
   * @param {import("./core.js").Action} action
   * @param {any} mailbox the Durable Object
   */
  async relay(action, mailbox) {
    const { webSocket: socket } = await mailbox.fetch(`http://mailbox/${action.topic}`, {
      headers: { upgrade: "websocket" },
    });
    const close = () => {
      clearInterval(timer);
      socket.close();
      this.#writer?.abort().catch(() => {});
    };
    /** @param {Uint8Array} bytes */
    const write = async (bytes) => {
      this.#backlog += bytes.length;
      if (this.#backlog > action.backlogBytes || !(await this.write(bytes, action.init))) return close();
      this.#backlog -= bytes.length;
    };
    const timer = setInterval(() => write(action.keepAlive), action.keepAliveSeconds * 1000);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (/** @type {any} */ event) => write(new Uint8Array(event.data)));
    socket.addEventListener("close", () => (clearInterval(timer), this.end()));
    socket.addEventListener("error", close);
    socket.accept();
    this.signal.addEventListener("abort", close);
    if (this.signal.aborted) close();
    write(/** @type {Uint8Array} */ (action.body));
  }
}
