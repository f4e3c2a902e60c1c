// HTTP+SSE streams: whose answers they carry, how they end, and what a slow reader costs. On a bare
// workerd and behind `wrangler dev`, whose proxy reports later than the platform that a client has left.
import assert from "node:assert/strict";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { call, credential, message, openSse, post, toolText } from "./support/http.mjs";
import { residentBytes } from "./support/memory.mjs";
import { eventually } from "./support/program.mjs";
import { startServer, startWorkerd } from "./support/server.mjs";

/** @typedef {import("./support/server.mjs").Server} Server */
/** @typedef {import("./support/http.mjs").Stream} Stream */

const ping = message("ping");
const MIB = 1 << 20;

/** A message whose answer is as large as itself, and repeats `mark`. @param {string} mark @param {number} bytes */
const echo = (mark, bytes) => message(mark.padEnd(bytes, "x"));

/** After a client has left, its messages must get 404. No event tells when the server learns of it, so
 * the wait grows until it is long enough.
 * @param {string} url
 * @param {(stream: Stream) => void} leave
 * @param {number} posts how many may still be accepted, because only writing tells that nobody reads
 */
async function assertLeaverNoticed(url, leave, posts) {
  const statuses = [];
  for (let wait = 20; wait < 6000; wait *= 2) {
    const { stream, endpoint } = await openSse(url);
    leave(stream);
    statuses.length = 0;
    for (let i = 0; i <= posts; i++) {
      await delay(wait);
      statuses.push((await post(endpoint, ping)).status);
    }
    if (statuses.at(-1) === 404) return;
  }
  assert.fail(`the server did not notice: ${statuses}`);
}

/** @param {() => Server} server @param {{ closed: number, reset: number }} posts see assertLeaverNoticed */
function commonTests(server, posts) {
  /** @type {Stream} */
  let idle;
  before(async () => (idle = (await openSse(server().url)).stream));

  test("the stream is sent as events that no proxy may cache or change", () => {
    assert.equal(idle.headers["content-type"], "text/event-stream");
    assert.equal(idle.headers["cache-control"], "no-cache, no-transform");
  });

  test("50 sessions at once, identical ids, a token each: every answer on its own stream", async () => {
    const tokens = Array.from({ length: 50 }, (_, i) => `Bearer caller-${i}-${"y".repeat(i * 20)}`);
    const opened = await Promise.all(tokens.map((token) => openSse(server().url, token)));
    const posted = await Promise.all(opened.flatMap(({ endpoint }, i) =>
      [1, 2, 3].map((id) => post(endpoint, call("getToken", {}, id), { authorization: tokens[i] }))));
    assert.deepEqual(new Set(posted.map(({ status }) => status)), new Set([202]));
    for (const [i, { stream }] of opened.entries()) {
      const answers = [await stream.message(), await stream.message(), await stream.message()];
      assert.deepEqual(answers.map(({ id }) => id).toSorted(), [1, 2, 3]);
      for (const answer of answers) assert.equal(toolText(answer), `User's token: ${tokens[i]}`);
      assert.deepEqual(stream.frames, []);
      stream.leave();
    }
  });

  test("a session accepts no other token, and nothing of the attempt reaches its stream", async () => {
    const { stream, endpoint } = await openSse(server().url, "Bearer mine");
    assert.equal((await post(endpoint, ping, { authorization: "Bearer yours" })).status, 404);
    await post(endpoint, message("ping", {}, "mine"), { authorization: "Bearer mine" });
    assert.equal((await stream.message()).id, "mine");
    stream.leave();
  });

  test("a client that leaves is noticed; other streams are not disturbed", async () => {
    const { stream, endpoint } = await openSse(server().url);
    // a connection that was closed in order could still be read by a client that only ended its half
    await assertLeaverNoticed(server().url, (left) => left.leave(), posts.closed);
    await assertLeaverNoticed(server().url, (left) => left.response.socket.resetAndDestroy(), posts.reset);
    assert.equal((await post(endpoint, message("ping", {}, "on"))).status, 202);
    assert.deepEqual(await stream.message(), { jsonrpc: "2.0", id: "on", result: {} });
    stream.leave();
  });

  test("a reader that pauses gets everything, whole and in order", async () => {
    const { stream, endpoint } = await openSse(server().url);
    stream.response.pause();
    const marks = ["a", "b", "c", "d", "e", "f"];
    for (const mark of marks) assert.equal((await post(endpoint, echo(mark, MIB))).status, 202);
    stream.response.resume();
    for (const mark of marks) {
      const { error } = await stream.message();
      assert.equal(error.message, `Method not found: ${mark.padEnd(MIB, "x")}`);
    }
    stream.leave();
  });

  // last: its 25 s pass while the others run
  test("an idle stream is kept alive by a comment", async () => {
    const frame = await idle.frame();
    assert.deepEqual([frame.comment, frame.event, frame.data], [true, "", ""]);
    idle.leave();
  });
}

describe("streams", { concurrency: true }, () => {
  describe("on workerd", { concurrency: 1 }, () => {
    /** @type {Server} */
    let server;
    before(async () => (server = await startWorkerd({ AUTH_MODE: "any" })));
    after(() => server?.stop());
    commonTests(() => server, { closed: 1, reset: 0 });

    // so the end of a connection alone does not say that nobody reads: only writing tells
    test("a client that ended its half of the connection still reads the other", async () => {
      const socket = net.connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
      let text = "";
      socket.setEncoding("utf8");
      socket.on("data", (piece) => (text += piece));
      socket.write(`GET /sse HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${credential}\r\nAccept: text/event-stream\r\n\r\n`);
      const endpoint = () => /\/sse\/message\S+/.exec(text)?.[0];
      await eventually(endpoint, "the endpoint");
      socket.end();
      assert.equal((await post(server.url + endpoint(), message("ping", {}, "half"))).status, 202);
      await eventually(() => text.includes('"id":"half"'), "the answer");
      socket.destroy();
    });

    test("a client that never reads is cut off, its memory is given back, and others go on", async () => {
      const other = await openSse(server.url);
      const { stream, endpoint } = await openSse(server.url);
      stream.response.pause();
      // instances for messages of this size exist before anything is measured
      for (let i = 0; i < 8; i++) await post(`${server.url}/mcp`, echo("warm", MIB));
      const start = residentBytes(server.program.pid);
      let taken = 0;
      while ((await post(endpoint, echo("x", MIB))).status === 202) {
        assert.ok(++taken < 64, "the stream was never closed");
        await post(other.endpoint, message("ping", {}, taken));
        assert.equal((await other.stream.message()).id, taken);
      }
      assert.ok(taken >= 8, `closed after ${taken} MiB, below the limit`);
      // memory is given back by garbage collection, and an idle server collects nothing
      await eventually(async () => {
        await post(`${server.url}/mcp`, message("ping", {}, 1));
        return residentBytes(server.program.pid) - start < 64 * MIB;
      }, "less memory");
      other.stream.leave();
      stream.leave();
    });
  });

  describe("behind wrangler dev", { concurrency: 1 }, () => {
    /** @type {Server} */
    let server;
    before(async () => (server = await startServer({ AUTH_MODE: "any" })));
    after(() => server?.stop());
    commonTests(() => server, { closed: 2, reset: 2 });
  });
});
