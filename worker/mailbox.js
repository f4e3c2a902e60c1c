import { DurableObject } from "cloudflare:workers";

/** How long something is kept for whoever collects it, in milliseconds. */
const KEPT_MS = 3_600_000;
const nothing = new Uint8Array();

/**
 * Where a stream meets what was sent elsewhere: relays opaque bytes to whoever has a topic open, and
 * keeps some for a while. It knows nothing of MCP, and sleeps while nobody speaks; the sockets stay
 * open meanwhile. Each method but `fetch` carries out the action of its name in c/exchange.h.
 */
export class Mailbox extends DurableObject {
  /** Opens the topic that the URL's path names. @param {Request} request */
  fetch(request) {
    const { 0: near, 1: far } = new WebSocketPair();
    this.ctx.acceptWebSocket(far, [new URL(request.url).pathname.slice(1)]);
    return new Response(null, { status: 101, webSocket: near });
  }

  /** @param {WebSocket} socket */
  webSocketClose(socket) {
    socket.close();
  }

  /** @param {import("./core.js").Action} action */
  deliver({ topic, body, last }) {
    const open = this.ctx.getWebSockets(topic).filter((socket) => socket.readyState === WebSocket.OPEN);
    for (const socket of open) {
      socket.send(/** @type {Uint8Array} */ (body));
      if (last) socket.close(1000);
    }
    return new Uint8Array([open.length > 0 ? 1 : 0]);
  }

  async fetch_key() {
    const key = (await this.ctx.storage.get("key")) ?? crypto.getRandomValues(new Uint8Array(32));
    await this.ctx.storage.put("key", key);
    return key;
  }

  /** @param {import("./core.js").Action} action */
  async keep({ topic, body }) {
    await this.ctx.storage.put(`kept:${topic}`, { body, until: Date.now() + KEPT_MS });
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + KEPT_MS);
    return nothing;
  }

  /** @param {{ topic: string }} action */
  async peek({ topic }) {
    const kept = /** @type {any} */ (await this.ctx.storage.get(`kept:${topic}`));
    return kept?.body ?? nothing;
  }

  /** @param {{ topic: string }} action */
  async collect({ topic }) {
    const body = await this.peek({ topic });
    return (await this.ctx.storage.delete(`kept:${topic}`)) ? body : nothing;
  }

  /** Throws away what nobody collected. */
  async alarm() {
    const kept = /** @type {Map<string, any>} */ (await this.ctx.storage.list({ prefix: "kept:" }));
    const over = [...kept].filter(([, { until }]) => until <= Date.now());
    for (const [name] of over) await this.ctx.storage.delete(name);
    if (over.length < kept.size) await this.ctx.storage.setAlarm(Date.now() + KEPT_MS);
  }

  /** @param {import("./core.js").Action} action */
  async subscribe({ topic, target, body }) {
    await this.ctx.storage.put(`sent:${topic}:${target}`, { body, since: Date.now() });
    return nothing;
  }

  /** @param {import("./core.js").Action} action */
  async unsubscribe({ topic, target }) {
    await this.ctx.storage.delete(`sent:${topic}:${target}`);
    return nothing;
  }

  /** Who has long had no stream open is forgotten. @param {import("./core.js").Action} action */
  async publish({ topic }) {
    const prefix = `sent:${topic}:`;
    for (const [name, { body, since }] of /** @type {any} */ (await this.ctx.storage.list({ prefix }))) {
      const [mailbox, target] = name.slice(prefix.length).split("/");
      const [delivered] = await /** @type {any} */ (this.env).MAILBOX.getByName(mailbox).deliver({ topic: target, body });
      if (!delivered && since < Date.now() - KEPT_MS) await this.ctx.storage.delete(name);
    }
    return nothing;
  }
}
