// The mailbox by itself: what it does with what it is told to keep, on workerd, without MCP.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { eventually, root } from "./support/program.mjs";
import { remove, startServer, temporaryFolder } from "./support/server.mjs";

const HOUR = 3_600_000;
const folder = temporaryFolder();

/** @type {import("./support/server.mjs").Server} */
let server;

// A Worker that does with the mailbox `object` what a request says: [object, method, action]. Its mailbox
// counts the rows that it reads. Storage cannot be filled up here, so the mailbox throws as if it were
// full.
const worker = `import { Mailbox as Own } from ${JSON.stringify(join(root, "worker/mailbox.js"))};
export class Mailbox extends Own {
  read = 0;
  rows(query, ...values) {
    super.rows("SELECT 1"); // so that the tables are there
    if (query.startsWith("INSERT") && values.includes("full")) throw new Error("database or disk is full");
    const cursor = this.ctx.storage.sql.exec(query, ...values), all = cursor.toArray();
    this.read += cursor.rowsRead;
    return all;
  }
  rowsRead() { return String(this.read); }
  bytesKept() { return String(this.rows("SELECT SUM(LENGTH(body)) AS sum FROM kept")[0].sum); }
  tables() { return JSON.stringify([...this.ctx.storage.sql.exec("SELECT name FROM sqlite_schema WHERE name IN ('kept', 'topics')")].map(({ name }) => name)); }
  async clean() { await this.alarm(); return ""; }
  /** Lets so much time go by for the topics. */
  age({ milliseconds }) { this.rows("UPDATE topics SET until = until - ?", milliseconds); return ""; }
  streamsOpen() { return String(this.ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN).length); }
  /** What the platform does for the last time after six failures, two minutes later; then whether there is another alarm. */
  async repeatLast() {
    await this.ctx.storage.deleteAlarm();
    await this.alarm({ isRetry: true, retryCount: 6 });
    return String((await this.ctx.storage.getAlarm()) > Date.now());
  }
  async isWaking() { return String((await this.ctx.storage.get("wake")) !== undefined); }
}
/** Opens a stream; hear() gets each message. @returns {Promise<{ status: number, webSocket: any }>} without a socket if it does not open */
async function open(mailbox, action, hear) {
  const { status, webSocket } = await mailbox.fetch("https://mailbox/", { headers: { upgrade: "websocket", action: JSON.stringify(action) } });
  if (webSocket) {
    webSocket.binaryType = "arraybuffer";
    webSocket.addEventListener("message", ({ data }) => hear(new TextDecoder().decode(data)));
    webSocket.accept();
  }
  return { status, webSocket };
}
/** What a stream hears that is open while the mailbox cleans up, long after its topic has expired. */
async function cleanWhileOpen(mailbox, action) {
  const heard = [], { promise, resolve } = Promise.withResolvers();
  await open(mailbox, action, (message) => heard.push(message) === 2 && resolve(heard.join("\\n")));
  await mailbox.age({ milliseconds: 3 * 3600000 });
  await mailbox.clean();
  await mailbox.deliver({ topic: action.topic, body: new TextEncoder().encode("the piece"), delivery: 0 });
  return promise;
}
/** What a stream hears of a change that is published while it is open, and then its last piece. */
async function hearChange(updates, place, { subject, topic, end }) {
  const heard = [], { promise, resolve } = Promise.withResolvers(), { webSocket } = await open(place, { topic }, (message) => heard.push(message));
  webSocket.addEventListener("close", () => resolve(heard.join("\\n")));
  await updates.publish({ topic: subject, body: new TextEncoder().encode(end), milliseconds: 23 * 3600000 });
  await place.deliver({ topic, body: new TextEncoder().encode("the last"), delivery: 1 });
  return promise;
}
/** What a stream hears until it ends, or why it does not open. */
async function listen(mailbox, action) {
  const heard = [], { promise, resolve } = Promise.withResolvers();
  const { status, webSocket } = await open(mailbox, action, (message) => heard.push(message));
  webSocket?.addEventListener("close", () => resolve(heard.join("\\n")));
  return webSocket ? promise : String(status);
}
/** Opens a stream, which ends with this request, and has the mailbox clean up long after its topic has expired; its first message. */
async function leave(mailbox, action) {
  const { promise, resolve } = Promise.withResolvers(), { webSocket } = await open(mailbox, action, resolve);
  await mailbox.age({ milliseconds: 3 * 3600000 });
  await mailbox.clean();
  webSocket.close(1000);
  return promise;
}
/** Takes what a mailbox posts. While it posts the first, it is told to post the second. */
async function take(path, env) {
  if (path === "/down") return new Response(null, { status: 503 });
  if (path !== "/first" && path !== "/second") return new Response(null, { status: 404 });
  const mailbox = env.MAILBOX.getByName("posting");
  if (path === "/first") await mailbox.wake({ topic: "/second", milliseconds: 0, body: new Uint8Array() });
  await mailbox.keep({ topic: path, milliseconds: 3600000, body: new TextEncoder().encode("taken") });
  return new Response();
}
export default {
  async fetch(request, env) {
    const { hostname, pathname } = new URL(request.url);
    if (hostname === "mailbox") return take(pathname, env);
    const [object, method, action, times = 1] = await request.json();
    if (method === "cleanWhileOpen") return new Response(await cleanWhileOpen(env.MAILBOX.getByName(object), action));
    if (method === "listen") return new Response(await listen(env.MAILBOX.getByName(object), action));
    if (method === "hearChange") return new Response(await hearChange(env.MAILBOX.getByName(object), env.MAILBOX.getByName(action.place), action));
    if (method === "leave") return new Response(await leave(env.MAILBOX.getByName(object), action));
    let answer;
    for (let i = 0; i < times; i++) answer = await env.MAILBOX.getByName(object)[method]({ ...action, body: new TextEncoder().encode(action.body ?? "") });
    return new Response(answer);
  },
};
`;

before(async () => {
  writeFileSync(join(folder, "worker.mjs"), worker);
  writeFileSync(join(folder, "wrangler.toml"), `name = "mailbox"
main = "worker.mjs"
compatibility_date = "2026-10-30"
durable_objects.bindings = [{ name = "MAILBOX", class_name = "Mailbox" }]
migrations = [{ tag = "v1", new_sqlite_classes = ["Mailbox"] }]
`);
  server = await startServer({}, { cwd: folder, config: join(folder, "wrangler.toml") });
});
after(async () => {
  await server?.stop();
  remove(folder);
});

/** @param {[object: string, method: string, action: Record<string, unknown>, times?: number]} what */
const ask = (...what) => fetch(server.url, { method: "POST", body: JSON.stringify(what) });

/** The answer. @param {Parameters<typeof ask>} what @returns {Promise<string>} */
async function act(...what) {
  const response = await ask(...what);
  assert.equal(response.status, 200);
  return response.text();
}

// once each change was sent to every stream of the last day that had listened for it, most of which had
// ended
test("what is kept for a stream is dropped at the first change that finds nobody there, unless it is new or a session's", async () => {
  const lines = { over: 22 * HOUR, opening: 24 * HOUR, session: 47 * HOUR };
  for (const [name, milliseconds] of Object.entries(lines)) await act("updates", "keep", { topic: `subject place/${name}`, milliseconds, body: name });
  await act("updates", "publish", { topic: "subject", milliseconds: 23 * HOUR });
  const left = await Promise.all(Object.keys(lines).map((name) => act("updates", "peek", { topic: `subject place/${name}` })));
  assert.deepEqual(left, ["", "opening", "session"]);
});

test("what is kept for a stream is sent to one that is there, with what the change says, and stays until it is not", async () => {
  const line = { topic: "change here/listener" };
  await act("updates", "keep", { ...line, milliseconds: HOUR, body: "line" });
  for (let i = 0; i < 2; i++) assert.equal(await act("updates", "hearChange", { place: "here", subject: "change", topic: "listener", end: ", and its end" }), "line, and its end\nthe last");
  assert.equal(await act("updates", "peek", line), "line");
  await eventually(async () => (await act("here", "streamsOpen", {})) === "0", "the streams are closed");
  await act("updates", "publish", { topic: "change", milliseconds: 23 * HOUR });
  assert.equal(await act("updates", "peek", line), "");
});

test("what is kept for a stream stays if the stream's own events are kept", async () => {
  await act("updates", "keep", { topic: "other place/kept", milliseconds: HOUR, body: "line" });
  await act("place", "deliver", { topic: "kept", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 1000, body: "opened" });
  await act("updates", "publish", { topic: "other", milliseconds: 23 * HOUR });
  assert.equal(await act("updates", "peek", { topic: "other place/kept" }), "line");
});

// once each piece read all that was kept before it: 16,000 small ones took 102 s in all
test("a piece reads only a few of those kept before it, and what is too much is thrown away all the same", async () => {
  const piece = { topic: "call", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 50_000, body: "x".repeat(80) };
  await act("pieces", "deliver", piece, 2000);
  const read = Number(await act("pieces", "rowsRead", {}));
  await act("pieces", "deliver", piece, 512);
  const each = (Number(await act("pieces", "rowsRead", {})) - read) / 512;
  assert.ok(each < 50, `${each} rows are read for each piece`); // measured: 15; 1,510 if each reads all
  const kept = Number(await act("pieces", "bytesKept", {}));
  assert.ok(kept >= piece.backlogBytes / 2 && kept <= piece.backlogBytes * 2, `${kept} bytes are kept`);
});

// once the beginning of it was thrown away
test("a piece that is larger than all that is to be kept is kept, and nothing before it", async () => {
  const topic = { topic: "large", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 1000 }, body = "x".repeat(2_500_000);
  for (const delivery of [0, 1]) await act("large", "deliver", { ...topic, body, delivery });
  const [, , , ...parts] = (await act("large", "listen", { ...topic, after: "0", first: "hello" })).split("\n"); // the first is after two ids
  assert.equal(parts.join(""), body);
});

// once the caller was told that it is kept, and nobody was told what failed
test("whoever asks to have something kept learns if it is not", async () => {
  assert.equal((await ask("store", "keep", { topic: "full", milliseconds: HOUR, body: "x" })).status, 500);
});

// once it was posted again and again until the platform gave up, and nothing else of that mailbox was
// cleaned up any more
test("a post to something that is gone is not repeated", async () => {
  await act("waking", "wake", { topic: "/gone", milliseconds: 0, body: "x" });
  await eventually(async () => (await act("waking", "isWaking", {})) === "false", "the end of it");
});

// once it was never posted again, so that the task had no end, and nothing of that mailbox was cleaned up any more
test("a post that fails for longer than the platform repeats it is repeated later, and its mailbox is cleaned up", async () => {
  await act("down", "keep", { topic: "old", milliseconds: 1, body: "x" });
  await act("down", "wake", { topic: "/down", milliseconds: HOUR, body: "x" });
  for (let i = 0; i < 2; i++) assert.equal(await act("down", "repeatLast", {}), "true");
  assert.equal(await act("down", "isWaking", {}), "true");
  assert.equal(await act("down", "bytesKept", {}), "null");
});

test("what is to be posted next is not forgotten when the current post is done", async () => {
  await act("posting", "wake", { topic: "/first", milliseconds: 0, body: "x" });
  await eventually(async () => (await act("posting", "isWaking", {})) === "false", "the end of both");
  for (const topic of ["/first", "/second"]) assert.equal(await act("posting", "peek", { topic }), "taken", topic);
});

// otherwise later pieces would have no number, and a client that comes back would miss them
test("an expired topic stays for as long as a stream has it open", async () => {
  const text = await act("open", "cleanWhileOpen", { topic: "stream", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 1000, first: "hello" });
  assert.match(text, /^id: 1-(\d+)\nhello\nid: 1-\d+\nthe piece$/);
});

test("nothing can be added after a topic's last piece, neither for a stream that is there nor for one that comes later", async () => {
  const topic = { topic: "call", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 1000 }, there = act("ended", "listen", { ...topic, first: "hello" });
  await eventually(async () => (await act("ended", "streamsOpen", {})) === "1", "the stream is open");
  await act("ended", "deliver", { ...topic, body: "a piece", delivery: 0 });
  await act("ended", "deliver", { ...topic, body: "the last", delivery: 1 });
  await act("ended", "deliver", { ...topic, body: "one more", delivery: 1 });
  const pieces = /^id: 1-\d+\nhello\nid: 1-\d+\na piece\nid: 1-\d+\nthe last$/;
  const heard = await there;
  assert.match(heard, pieces);
  assert.equal(await act("ended", "listen", { ...topic, after: "0", first: "hello" }), heard);
});

// once a client that had been connected for hours, and was cut off for a second just then, could not come
// back, and its SDK gave up
test("a topic that was open when the mailbox cleaned up can be resumed for as long as any other, and through the next cleanup", async () => {
  const stream = { topic: "stream", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 1000 };
  const first = await act("left open", "leave", { ...stream, first: "hello" });
  await eventually(async () => (await act("left open", "streamsOpen", {})) === "0", "the stream is closed");
  await act("left open", "age", { milliseconds: 1.5 * HOUR });
  await act("left open", "clean", {});
  await act("left open", "deliver", { ...stream, delivery: 1, body: "the last piece" });
  assert.match(await act("left open", "listen", { ...stream, after: /\d+(?=\n)/.exec(first)?.[0] }), /\nthe last piece$/);
});

// once the SDKs came back every second, forever, to the stream of a call that they had cancelled, or that
// had taken too long
test("a stream that is over, and was read to its last event, cannot be opened again, even if a comment followed", async () => {
  const stream = { topic: "stream", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 1000 };
  await act("over", "deliver", { ...stream, body: "event" });
  await act("over", "deliver", { ...stream, body: ": cancelled", delivery: 1 });
  const heard = await act("over", "listen", { ...stream, after: "0", first: "" });
  assert.match(heard, /^id: 1-\d+\n\nid: 1-\d+\nevent$/);
  assert.equal(await act("over", "listen", { ...stream, after: /\d+(?=\nevent)/.exec(heard)?.[0] }), "410");
});

// once a client that had slept for hours, and knew only that its call had a stream, waited forever for the rest of
// it; if the call was over, it came back every second
test("a stream of which nothing is kept any more cannot be opened from its beginning, whether it is over or not", async () => {
  const stream = { topic: "stream", mark: "id: 1-", milliseconds: -1000, backlogBytes: 1000 };
  await act("slept", "deliver", { ...stream, body: "question", delivery: 1 });
  await act("slept", "clean", {});
  assert.equal(await act("slept", "listen", { ...stream, after: "0", first: "" }), "410");
  await act("slept", "age", { milliseconds: 3 * HOUR });
  await act("slept", "clean", {});
  assert.equal(await act("slept", "listen", { ...stream, after: "0", first: "" }), "410");
});

// once the first event's id was 0, whatever came after it, and what was thrown away meanwhile was passed over
test("whoever comes back to the first event of a stream that was opened at its beginning learns if something is gone", async () => {
  const stream = { topic: "stream", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 1000 };
  await act("first", "deliver", { ...stream, body: "question" });
  const [, seen] = /^id: 1-(\d+)\n$/.exec(await act("first", "leave", { ...stream, after: "0", first: "" })) ?? [];
  await act("first", "deliver", { ...stream, body: "x".repeat(1000), delivery: 1 });
  assert.equal(await act("first", "listen", { ...stream, after: seen, first: "" }), "410");
});

// once the mark of a cancelled call was valid until the next cleanup, for other calls with the same id,
// too
test("what has expired is gone, whether the mailbox has cleaned up or not", async () => {
  await act("short", "keep", { topic: "t", body: "here", milliseconds: -1000, version: 1 });
  assert.equal(await act("short", "peek", { topic: "t" }), "");
  // what is kept there next is the first version again: once it was not, and counting failed logins was
  // retried in circles for an hour
  await act("short", "keep", { topic: "t", body: "anew", version: 1 });
  assert.equal(await act("short", "peek", { topic: "t" }), "anew");
});

// each task has a mailbox of its own: once, 28 KB of empty tables were left of each
test("an empty mailbox leaves nothing behind, and can be used again", async () => {
  const keep = (/** @type {number} */ milliseconds) => act("left", "keep", { topic: "t", body: "here", milliseconds });
  await keep(HOUR);
  await act("left", "clean", {});
  assert.deepEqual(JSON.parse(await act("left", "tables", {})), ["kept", "topics"]);
  assert.equal(await act("left", "peek", { topic: "t" }), "here");
  await keep(1);
  await eventually(async () => (await act("left", "clean", {})) + (await act("left", "tables", {})) === "[]", "the tables go");
  await keep(HOUR);
  assert.equal(await act("left", "peek", { topic: "t" }), "here");
});
