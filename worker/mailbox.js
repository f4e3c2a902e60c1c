import { DurableObject } from "cloudflare:workers";
import tables from "./mailbox.sql";
const FOR_EVER_MS = 1e15, CLEANING_MS = 3_600_000, RETRIES = 5; // old things are cleaned up that often; the platform repeats an alarm 6 times
const PART_BYTES = 1 << 20, PIECES_APART = 256; // limit of a row and of a message; pieces between two looks at whether too many are kept
const ENDS = 1, PAUSES = 2, COLON = 58; // enum mcp_delivery of c/exchange.h; a comment's first byte

/** Relays opaque bytes to whoever has a topic open, and keeps some: `kept` has what KEEP says under number 0, and under other numbers the
 * pieces of `topics`, those with a mark. It hibernates while its sockets stay open. Each method is the action of its name; `fetch` is STREAM. */
export class Mailbox extends DurableObject {
  ready = /** @type {any} */ (undefined); // set once the tables exist
  /** @param {string} query @param {any[]} values @returns {any[]} */
  rows(query, ...values) {
    this.ready ??= this.ctx.storage.sql.exec(tables);
    return this.ctx.storage.sql.exec(query, ...values).toArray();
  }
  /** The row of a topic with a mark. Numbers start at the time, so that none is used twice. @param {Action} action */
  #topic({ topic, mark, milliseconds, backlogBytes }) {
    const [now, add] = [Date.now(), "INSERT INTO topics VALUES (?, ?, ?, 0, ?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until"];
    if (mark) this.#keep(add, topic, mark, now, milliseconds, backlogBytes, now + milliseconds);
    return this.rows("SELECT * FROM topics WHERE topic = ?", topic)[0];
  }
  /** Sends what is kept in the same step that opens the topic, so that nothing is lost or repeated. @param {Request} request */
  fetch(request) {
    const action = JSON.parse(request.headers.get("action") ?? ""), kept = this.#topic(action), { topic, after, first, backlogBytes } = action;
    const rest = after ? this.rows("SELECT number, body FROM kept WHERE topic = ? AND number > ? ORDER BY number", topic, Number(after)) : [];
    if (after && (rest[0] ? after > 0 && rest[0].number - after > 1 : kept.ended || kept.newest - after)) return new Response(null, { status: 410 });
    const { 0: near, 1: far } = new WebSocketPair();
    this.ctx.acceptWebSocket(far, [topic]);
    if (kept) rest.unshift({ body: Buffer.from(`${kept.mark}${rest[0] ? rest[0].number - 1 : kept.newest}\n${first}`) });
    let [room, whole] = [backlogBytes, true]; // what would not wait for its reader is for when it returns; events stay whole
    for (const { body } of rest) if (room >= 0 || !whole) [room, whole] = [room - body.byteLength, (far.send(body), Buffer.from(body).at(-1) === 10)];
    if (kept?.ended || room < 0) far.close(1000);
    return new Response(null, { status: 101, webSocket: near });
  }
  deliver(action) {
    const { topic, body, delivery } = action, kept = this.#topic(action);
    if (kept?.ended) return new Uint8Array([1]); // nothing comes after the last piece
    const open = this.ctx.getWebSockets(topic).filter((socket) => socket.readyState === WebSocket.OPEN);
    for (const part of kept && delivery !== PAUSES ? this.#number(kept, body, delivery) : [body]) open.at(-1)?.send(part);
    if (delivery) for (const socket of open) socket.close(1000);
    return new Uint8Array([kept || open.length > 0 ? 1 : 0]);
  }
  /** Numbers a piece and keeps it, unless it is a comment. Its parts have a number each; the last is the piece's. */
  #number({ topic, mark, newest, milliseconds, bytes }, body, delivery) {
    const count = Math.floor(body.length / PART_BYTES) + 1, until = Date.now() + milliseconds;
    const piece = Buffer.concat([Buffer.from(`${mark}${newest + count}\n`), body]), size = Math.ceil(piece.length / count);
    const parts = Array.from({ length: count }, (_, i) => new Uint8Array(piece.subarray(i * size, (i + 1) * size)));
    const add = (part, i) => this.rows("INSERT INTO kept VALUES (?, ?, ?, ?, 0)", topic, newest + 1 + i, part, until);
    if (body[0] !== COLON) parts.forEach(add);
    this.rows("UPDATE topics SET newest = ?, ended = ?, until = ? WHERE topic = ?", newest + count, delivery === ENDS ? 1 : 0, until, topic);
    const old = "DELETE FROM kept WHERE topic = ?1 AND number IN (SELECT number FROM sums WHERE topic = ?1 AND bytes > ?2)";
    if ((newest + count) % PIECES_APART < count || piece.length * PIECES_APART > bytes) this.rows(old, topic, Math.max(bytes, piece.length));
    return parts;
  }
  keep({ topic, body, milliseconds, version }) {
    const had = this.rows("SELECT version FROM current WHERE topic = ?", topic)[0]?.version ?? 0, until = Date.now() + (milliseconds || FOR_EVER_MS);
    if (version && version !== had + 1) return new Uint8Array([0]);
    this.#keep("INSERT OR REPLACE INTO kept VALUES (?, 0, ?, ?, ?)", topic, body, until, version);
    return new Uint8Array([1]);
  }
  peek({ topic }, query = "SELECT body FROM current WHERE topic = ?") { return new Uint8Array(this.rows(query, topic)[0]?.body ?? 0); }
  collect(action) { return this.peek(action, "DELETE FROM kept WHERE topic = ? AND number = 0 RETURNING body"); }
  async wake({ topic, body, milliseconds }) {
    await this.ctx.storage.put("wake", { topic, body, id: crypto.randomUUID() });
    await this.ctx.storage.setAlarm(Date.now() + milliseconds);
  }
  /** Runs a query that keeps something, and sees to it that it is cleaned up one day. @param {string} query @param {any[]} values */
  #keep(query, ...values) {
    this.rows(query, ...values); // if it fails, the caller hears of it
    const { storage } = this.ctx; // an alarm for cleaning must not replace the one that repeats a post
    const clean = async (alarm) => alarm === null && !(await storage.get("wake")) && storage.setAlarm(Date.now() + CLEANING_MS);
    this.ctx.waitUntil(storage.getAlarm().then(clean));
  }
  /** Posts what WAKE said, which is repeated soon if this throws, else with the next cleaning, and cleans up. */
  async alarm({ retryCount } = { retryCount: 0 }) {
    const { storage, exports } = /** @type {any} */ (this.ctx), wake = await storage.get("wake");
    const answer = wake && (await exports.default.fetch(`https://mailbox${wake.topic}`, { method: "POST", body: wake.body }));
    const fails = answer && !answer.ok && answer.status !== 404;
    if (fails && retryCount < RETRIES) throw new Error(`${wake.topic} answered ${answer.status}`);
    if (wake && !fails && (await storage.get("wake")).id === wake.id) await storage.delete("wake"); // unless there is a new one
    const open = JSON.stringify(this.ctx.getWebSockets().flatMap((socket) => this.ctx.getTags(socket)));
    this.rows("UPDATE topics SET until = ? + milliseconds WHERE topic IN (SELECT value FROM json_each(?))", Date.now(), open);
    this.rows("DELETE FROM kept WHERE until <= ?", Date.now());
    this.rows("DELETE FROM topics WHERE until <= ?", Date.now() - CLEANING_MS); // one cleaning later: they may have been open until now
    const more = fails || this.rows("SELECT 1 FROM kept UNION ALL SELECT 1 FROM topics LIMIT 1").length > 0;
    if (more && (await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + CLEANING_MS);
    if (!more && open === "[]" && !(await storage.get("wake"))) this.ready = await storage.deleteAll(); // no empty tables are left
  }
  /** Delivers what is kept under "topic mailbox/topic" to that mailbox, followed by the body. What nobody takes is deleted if it soon expires. */
  async publish({ topic: begin, body: end, milliseconds }) {
    const all = this.rows("SELECT topic, body, until FROM kept WHERE topic GLOB ?", `${begin} *`);
    await Promise.allSettled(all.map(async ({ topic, body, until }) => {
      const [mailbox, target] = topic.slice(begin.length + 1).split("/"), object = /** @type {any} */ (this.env).MAILBOX.getByName(mailbox);
      const [taken] = await object.deliver({ topic: target, body: Buffer.concat([Buffer.from(body), end ?? new Uint8Array()]) });
      if (!taken && until < Date.now() + milliseconds) this.rows("DELETE FROM kept WHERE topic = ?", topic);
    }));
  }
}
