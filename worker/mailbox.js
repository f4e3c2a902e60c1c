import { DurableObject } from "cloudflare:workers";

/** How often what was kept for long enough is thrown away, in milliseconds. */
const CLEANING_MS = 3_600_000;
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

  webSocketClose(socket) {
    socket.close();
  }

  deliver({ topic, body, last }) {
    const open = this.ctx.getWebSockets(topic).filter((socket) => socket.readyState === WebSocket.OPEN);
    for (const socket of open) socket.send(body);
    if (last) for (const socket of open) socket.close(1000);
    return new Uint8Array([open.length > 0 ? 1 : 0]);
  }

  async fetch_key() {
    const key = (await this.ctx.storage.get("key")) ?? crypto.getRandomValues(new Uint8Array(32));
    await this.ctx.storage.put("key", key);
    return key;
  }

  async keep({ topic, body, milliseconds, version }) {
    const [storage, name] = [/** @type {any} */ (this.ctx.storage), `kept:${topic}`];
    if (version && version !== ((await storage.get(name))?.version ?? 0) + 1) return new Uint8Array([0]);
    await storage.put(name, { body, until: Date.now() + milliseconds, version });
    // an alarm for cleaning must not stand in the place of the one that repeats a post
    const free = (await storage.getAlarm()) === null && !(await storage.get("wake"));
    if (free) await storage.setAlarm(Date.now() + CLEANING_MS);
    return new Uint8Array([1]);
  }

  async wake({ topic, body, milliseconds }) {
    await this.ctx.storage.put("wake", { topic, body, id: crypto.randomUUID() });
    await this.ctx.storage.setAlarm(Date.now() + milliseconds);
    return nothing;
  }

  /** @param {{ topic: string }} action */
  async peek({ topic }) {
    return /** @type {any} */ (await this.ctx.storage.get(`kept:${topic}`))?.body ?? nothing;
  }

  /** @param {{ topic: string }} action */
  async collect({ topic }) {
    const body = await this.peek({ topic });
    return (await this.ctx.storage.delete(`kept:${topic}`)) ? body : nothing;
  }

  /** What is kept under topics that begin with `begin`. @param {string} begin @returns {Promise<any>} */
  kept(begin) {
    return this.ctx.storage.list({ prefix: `kept:${begin}` });
  }

  /** Posts what is to be posted; a throw has the platform call this again. Throws away what was kept for long enough. */
  async alarm() {
    const { storage, exports } = /** @type {any} */ (this.ctx);
    const wake = await storage.get("wake");
    const answer = wake && (await exports.default.fetch(`https://mailbox${wake.topic}`, { method: "POST", body: wake.body }));
    if (answer && !answer.ok) throw new Error(`${wake.topic} answered ${answer.status}`);
    if (wake && (await storage.get("wake")).id === wake.id) await storage.delete("wake"); // else there is a new one
    const kept = await this.kept("");
    const over = [...kept].filter(([, { until }]) => until <= Date.now());
    for (const [name] of over) await storage.delete(name);
    if (over.length < kept.size && (await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + CLEANING_MS);
  }

  /** What is kept under "topic mailbox/topic" goes to that mailbox, with the action's body behind it. */
  async publish({ topic, body: end }) {
    const mailboxes = /** @type {any} */ (this.env).MAILBOX;
    for (const [name, { body }] of await this.kept(`${topic} `)) {
      const [mailbox, target] = name.slice(name.indexOf(" ") + 1).split("/");
      await mailboxes.getByName(mailbox).deliver({ topic: target, body: Buffer.concat([body, end ?? nothing]) });
    }
    return nothing;
  }
}
