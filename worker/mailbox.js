import { DurableObject } from "cloudflare:workers";
/** @import { Action } from "./types.js" */
/** How often what was kept for long enough is thrown away, in milliseconds. */
const CLEANING_MS = 3_600_000;
/** What one row, and one message to a socket, holds at most. */
const PART_BYTES = 1 << 20;
/** enum mcp_delivery of c/exchange.h. */
const [ENDS, PAUSES] = [1, 2];
const [nothing, encoder] = [new Uint8Array(), new TextEncoder()];

/**
 * Where a stream meets what was sent elsewhere: relays opaque bytes to whoever has a topic open, and
 * keeps some for a while. It knows nothing of MCP, and sleeps while nobody speaks; the sockets stay
 * open meanwhile. Each method carries out the action of its name in c/exchange.h; `fetch` STREAM.
 */
export class Mailbox extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.rows("CREATE TABLE IF NOT EXISTS kept (topic TEXT, number INTEGER, body BLOB, until INTEGER, PRIMARY KEY (topic, number))");
    this.rows("CREATE TABLE IF NOT EXISTS topics (topic TEXT PRIMARY KEY, mark TEXT, newest INTEGER, ended INTEGER, milliseconds INTEGER, backlogBytes INTEGER, until INTEGER)");
  }

  /** @param {string} query @param {any[]} values @returns {any[]} */
  rows(query, ...values) {
    return this.ctx.storage.sql.exec(query, ...values).toArray();
  }

  /** The row of a topic that is kept. Numbers begin with the time: none comes twice. @param {Action} action */
  #topic({ topic, mark, milliseconds, backlogBytes }) {
    if (mark) {
      const values = [topic, mark, Date.now(), 0, milliseconds, backlogBytes, Date.now() + milliseconds];
      this.rows("INSERT INTO topics VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until", ...values);
      this.#cleanLater();
    }
    return this.rows("SELECT * FROM topics WHERE topic = ?", topic)[0];
  }

  /** Opens a topic. What is kept of it is said in the same step, so that nothing comes between or twice. @param {Request} request */
  fetch(request) {
    const action = JSON.parse(request.headers.get("action") ?? "");
    const [{ topic, after, first }, kept] = [action, this.#topic(action)];
    if (Number(after) > 0) {
      const { oldest } = this.rows("SELECT MIN(number) AS oldest FROM kept WHERE topic = ? AND number > 0", topic)[0];
      if (after > kept.newest || after < (oldest ?? kept.newest + 1) - 1) return new Response(null, { status: 410 });
    }
    const { 0: near, 1: far } = new WebSocketPair();
    this.ctx.acceptWebSocket(far, [topic]);
    if (kept) far.send(encoder.encode(`${kept.mark}${after || kept.newest}\n${first}`));
    const rest = after ? this.rows("SELECT body FROM kept WHERE topic = ? AND number > MAX(0, ?) ORDER BY number", topic, Number(after)) : [];
    for (const { body } of rest) far.send(body);
    if (kept?.ended) far.close(1000);
    return new Response(null, { status: 101, webSocket: near });
  }

  webSocketClose(socket) {
    socket.close();
  }

  /** @param {Action} action */
  deliver(action) {
    const [{ topic, body, delivery }, kept] = [action, this.#topic(action)];
    const parts = kept && delivery !== PAUSES ? this.#keepPiece(kept, body, delivery) : [body];
    const open = this.ctx.getWebSockets(topic).filter((socket) => socket.readyState === WebSocket.OPEN);
    for (const part of parts) open.at(-1)?.send(/** @type {any} */ (part));
    if (delivery) for (const socket of open) socket.close(1000);
    return new Uint8Array([kept || open.length > 0 ? 1 : 0]);
  }

  /** Numbers a piece and keeps it, in parts that have numbers of their own; the last is the piece's. */
  #keepPiece({ topic, mark, newest, milliseconds, backlogBytes }, body, delivery) {
    const count = Math.floor(body.length / PART_BYTES) + 1;
    const line = encoder.encode(`${mark}${newest + count}\n`);
    const piece = new Uint8Array(line.length + body.length);
    piece.set(line), piece.set(body, line.length);
    const [size, until] = [Math.ceil(piece.length / count), Date.now() + milliseconds];
    const parts = Array.from({ length: count }, (_, i) => piece.slice(i * size, (i + 1) * size));
    for (const [i, part] of parts.entries()) this.rows("INSERT INTO kept VALUES (?, ?, ?, ?)", topic, newest + 1 + i, part.buffer, until);
    this.rows("UPDATE topics SET newest = ?, ended = ?, until = ? WHERE topic = ?", newest + count, delivery === ENDS ? 1 : 0, until, topic);
    const sums = "SELECT number, SUM(LENGTH(body)) OVER (ORDER BY number DESC) AS bytes FROM kept WHERE topic = ? AND number > 0";
    this.rows(`DELETE FROM kept WHERE topic = ? AND number > 0 AND number <= (SELECT MAX(number) FROM (${sums}) WHERE bytes > ?)`, topic, topic, backlogBytes);
    return parts;
  }

  async fetch_key() {
    const key = (await this.ctx.storage.get("key")) ?? crypto.getRandomValues(new Uint8Array(32));
    await this.ctx.storage.put("key", key);
    return key;
  }

  /** @param {Action} action */
  keep({ topic, body, milliseconds }) {
    this.rows("INSERT OR REPLACE INTO kept VALUES (?, 0, ?, ?)", topic, body, Date.now() + milliseconds);
    this.#cleanLater();
    return nothing;
  }

  /** @param {Action} action */
  peek({ topic }) {
    const [row] = this.rows("SELECT body FROM kept WHERE topic = ? AND number = 0", topic);
    return row ? new Uint8Array(row.body) : nothing;
  }

  /** @param {Action} action */
  collect(action) {
    const body = this.peek(action);
    this.rows("DELETE FROM kept WHERE topic = ? AND number = 0", action.topic);
    return body;
  }

  async #cleanLater() {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + CLEANING_MS);
  }

  /** Throws away what was kept for long enough. */
  alarm() {
    this.rows("DELETE FROM kept WHERE until <= ?", Date.now());
    for (const { topic } of this.rows("SELECT topic FROM topics WHERE until <= ?", Date.now())) {
      if (this.ctx.getWebSockets(topic).length === 0) this.rows("DELETE FROM topics WHERE topic = ?", topic);
    }
    if (this.rows("SELECT 1 FROM kept UNION ALL SELECT 1 FROM topics LIMIT 1").length > 0) this.#cleanLater();
  }

  /** What is kept under "topic mailbox/topic" goes to that mailbox. @param {Action} action */
  async publish({ topic }) {
    const mailboxes = /** @type {any} */ (this.env).MAILBOX;
    for (const { topic: name, body } of this.rows("SELECT topic, body FROM kept WHERE topic GLOB ?", `${topic} *`)) {
      const [mailbox, target] = name.slice(name.indexOf(" ") + 1).split("/");
      await mailboxes.getByName(mailbox).deliver({ topic: target, body: new Uint8Array(body), delivery: 0 });
    }
    return nothing;
  }
}
