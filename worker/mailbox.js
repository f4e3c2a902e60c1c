import { DurableObject } from "cloudflare:workers";

/** How long something is kept for whoever collects it, in milliseconds. */
const KEPT_MS = 3_600_000;

/**
 * Where a stream meets what was sent elsewhere: relays opaque bytes to whoever has a topic open, and
 * keeps some for a while. It knows nothing of MCP, and sleeps while nobody speaks; the sockets stay
 * open meanwhile.
 */
export class Mailbox extends DurableObject {
  /**
   * Opens the topic that the URL's path names.
   * @param {Request} request
   */
  fetch(request) {
    const { 0: near, 1: far } = new WebSocketPair();
    this.ctx.acceptWebSocket(far, [new URL(request.url).pathname.slice(1)]);
    return new Response(null, { status: 101, webSocket: near });
  }

  /**
   * Relays `bytes`; says with a byte whether anybody has the topic open (1). `last` closes it.
   * @param {string} topic
   * @param {Uint8Array} bytes
   * @param {boolean} last
   */
  deliver(topic, bytes, last) {
    const open = this.ctx.getWebSockets(topic).filter((socket) => socket.readyState === WebSocket.OPEN);
    for (const socket of open) {
      socket.send(bytes);
      if (last) socket.close(1000);
    }
    return new Uint8Array([open.length > 0 ? 1 : 0]);
  }

  /**
   * Keeps `bytes` under `topic` until they are collected, or for an hour.
   * @param {string} topic
   * @param {Uint8Array} bytes
   */
  async keep(topic, bytes) {
    await this.ctx.storage.put(`kept:${topic}`, { bytes, until: Date.now() + KEPT_MS });
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + KEPT_MS);
    return new Uint8Array();
  }

  /** What is kept under `topic`, or nothing. @param {string} topic */
  async peek(topic) {
    const kept = /** @type {any} */ (await this.ctx.storage.get(`kept:${topic}`));
    return kept?.bytes ?? new Uint8Array();
  }

  /** The same, for the first who asks. @param {string} topic */
  async collect(topic) {
    const bytes = await this.peek(topic);
    return (await this.ctx.storage.delete(`kept:${topic}`)) ? bytes : new Uint8Array();
  }

  /** Throws away what nobody collected. */
  async alarm() {
    const kept = /** @type {Map<string, any>} */ (await this.ctx.storage.list({ prefix: "kept:" }));
    const ends = [...kept].map(([name, { until }]) => ({ name, until }));
    const over = ends.filter(({ until }) => until <= Date.now());
    for (const { name } of over) await this.ctx.storage.delete(name);
    if (over.length < ends.length) await this.ctx.storage.setAlarm(Date.now() + KEPT_MS);
  }

  /** 32 random bytes, made when first asked for and the same ever after. */
  async key() {
    let key = await this.ctx.storage.get("key");
    if (!key) {
      key = crypto.getRandomValues(new Uint8Array(32));
      await this.ctx.storage.put("key", key);
    }
    return key;
  }

  /** @param {WebSocket} socket */
  webSocketClose(socket) {
    socket.close();
  }
}
