// Very many subscriptions, and a subscriber that never reads: on workerd, as deployed.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { Stream, call, post } from "./support/http.mjs";
import { residentBytes } from "./support/memory.mjs";
import { eventually } from "./support/program.mjs";
import { startWorkerd } from "./support/server.mjs";

const MIB = 1 << 20;
/** What a whole isolate may hold when deployed. */
const bound = 128 * MIB;
const watched = "test://watched-resource";
const revision = "2026-07-28";
const envelope = { "io.modelcontextprotocol/protocolVersion": revision, "io.modelcontextprotocol/clientCapabilities": {} };

/** @type {import("./support/server.mjs").Server} */
let server;

/** Listens for the resources. @param {string | number} id @param {string[]} uris @returns {Promise<Stream>} */
async function listen(id, uris) {
  const headers = {
    "content-type": "application/json", accept: "application/json, text/event-stream",
    "mcp-protocol-version": revision, "mcp-method": "subscriptions/listen",
  };
  const request = http.request(`${server.url}/mcp`, { method: "POST", agent: false, headers });
  request.on("error", () => {});
  request.end(JSON.stringify({ jsonrpc: "2.0", id, method: "subscriptions/listen", params: { _meta: envelope, notifications: { resourceSubscriptions: uris } } }));
  const [response] = await once(request, "response");
  return new Stream(response);
}

/** Makes the watched resource change `times` times, at most 64. */
async function touch(times = 1) {
  const batch = Array.from({ length: times }, (_, i) => call("test_touch_resource", {}, i));
  const { status } = await post(`${server.url}/mcp`, batch, { "mcp-protocol-version": "2025-03-26" });
  assert.equal(status, 200);
}

/** The next message of a stream, which says that the watched resource changed. @param {Stream} stream */
async function heard(stream) {
  const { method, params } = await stream.message();
  assert.deepEqual([method, params.uri], ["notifications/resources/updated", watched]);
}

const start = async () => (server = await startWorkerd({ AUTH_MODE: "none" }, { fixture: true }));

/** 99 resources that only the stream `i` listens for. @param {number} i */
const others = (i) => Array.from({ length: 99 }, (_, j) => `test://template/${i}-${j}/data`);

describe("ten thousand subscriptions", () => {
  /** @type {Stream[]} */
  let streams;
  /** @type {number} */
  let bytes;

  before(async () => {
    await start();
    bytes = residentBytes(server.program.pid);
    streams = await Promise.all(Array.from({ length: 100 }, (_, i) => listen(i, [...others(i), watched])));
    for (const stream of streams) assert.equal((await stream.message()).method, "notifications/subscriptions/acknowledged");
  });
  after(async () => {
    streams?.forEach((stream) => stream.leave());
    await server?.stop();
  });

  test("one stream takes a hundred, and refuses one more", async () => {
    const refused = await listen("more", [...others(0), watched, "test://static-text"]);
    let text = "";
    for await (const piece of refused.response) text += piece;
    assert.equal(JSON.parse(text).error.code, -32602);
  });

  test("each hears once of the change that it waits for, and of no other", async () => {
    await touch();
    await Promise.all(streams.map(heard));
    await touch();
    await Promise.all(streams.map(heard));
    for (const { frames } of streams) assert.deepEqual(frames, []);
  });

  test("ordinary requests are answered meanwhile, and memory is bounded", async () => {
    const { status } = await post(`${server.url}/mcp`, call("test_simple_text"));
    assert.equal(status, 200);
    const held = residentBytes(server.program.pid) - bytes;
    assert.ok(held < bound, `${held / MIB} MiB are held`);
  });
});

test("a subscriber that never reads is cut off; memory is bounded, and others hear everything", async (t) => {
  await start();
  t.after(() => server.stop());
  // the id comes back in each notification, so that fewer fill a stream
  const deaf = await listen("x".repeat(1000), [watched]);
  deaf.response.pause();
  const other = await listen("other", [watched]);
  await other.message();
  const bytes = residentBytes(server.program.pid);
  const changes = 200 * 64; // of more than 1100 bytes: 14 MiB, and 8 MiB may wait
  for (let i = 0; i < changes; i += 64) {
    await touch(64);
    for (let j = 0; j < 64; j++) await heard(other);
  }
  const held = residentBytes(server.program.pid) - bytes;
  assert.ok(held < bound, `${held / MIB} MiB are held`);
  deaf.response.resume();
  await eventually(() => deaf.ended, "the end of the stream that was not read");
  assert.ok(deaf.frames.length < changes, "nothing was thrown away");
  other.leave();
});
