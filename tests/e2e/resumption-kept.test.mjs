// What the mailbox keeps of streams that may break: the session's own, for whom, and how much.
import assert from "node:assert/strict";
import http from "node:http";
import { once } from "node:events";
import { before, describe, test } from "node:test";
import { call, message, post } from "./support/http.mjs";
import { residentBytes } from "./support/memory.mjs";
import { eventually } from "./support/program.mjs";
import { MIB, afterEvents, connection, counting, ended, eventsIn, piecesUntilLook, rest, served, server, session, told } from "./support/resumption.mjs";

/** @import { Event } from "./support/resumption.mjs" */

served();

describe("the session's own stream", () => {
  /** @type {Record<string, string>} */
  let headers;
  before(async () => {
    headers = await session();
    await post(`${server.url}/mcp`, message("resources/subscribe", { uri: "test://watched-resource" }), headers);
  });
  const touch = () => post(`${server.url}/mcp`, call("test_touch_resource"), headers);

  test("what was said while nobody listened reaches the client that comes back", async () => {
    const { events } = await connection(headers, undefined, afterEvents(1));
    await touch();
    await touch();
    const back = await rest(headers, events, afterEvents(3));
    assert.deepEqual(back.events.map(({ data }) => data?.method), [undefined, ...Array(2).fill("notifications/resources/updated")]);
    const last = await rest(headers, back.events, afterEvents(1));
    assert.equal(last.events[0].id, back.events[2].id);
  });

  // once it was refused: the SDKs gave up after three attempts, or never, and heard of nothing any more
  test("a client that comes back with an event that is no longer kept hears what is said from now on", async () => {
    const { events } = await connection(headers, undefined, afterEvents(1));
    const slept = [{ ...events[0], id: events[0].id.replace(/\d+$/, "1") }];
    let listens = false;
    const back = rest(headers, slept, (text) => ((listens = text.length > 0), afterEvents(2)(text)));
    await eventually(() => listens, "the stream");
    await touch();
    assert.deepEqual((await back).events.map(({ data }) => data?.method), [undefined, "notifications/resources/updated"]);
  });

  test("of two that listen, only the newer one is told", async () => {
    const counts = [0, 0];
    const listen = (/** @type {number} */ i) => connection(headers, undefined, (text) => {
      counts[i] = eventsIn(text).length;
      return i === 1 && counts[1] === 2 ? text.length : -1;
    });
    const older = listen(0);
    await eventually(() => counts[0] === 1, "the older stream");
    const newer = listen(1);
    await eventually(() => counts[1] === 1, "the newer stream");
    await touch();
    await newer;
    assert.deepEqual(counts, [1, 2]);
    older.catch(() => {});
  });
});

describe("whose event an id names", () => {
  test("an id of another caller or another session, a forged and a changed one are refused", async () => {
    const mine = await session(), other = await session(), theirs = await session("2025-11-25", "Bearer somebody-else");
    const { events } = await connection(mine, counting({ to: 2, milliseconds: 20 }));
    const id = events[1].id;
    /** @type {[Record<string, string>, string, number][]} */
    const cases = [
      [mine, id, 200], [other, id, 400], [theirs, id, 400], [{ ...mine, authorization: theirs.authorization }, id, 404],
      [mine, "forged.1", 400], [mine, `x${id.slice(1)}`, 400], [mine, id.replace(/\d+$/, "x"), 400],
      [mine, id.replace(/\d+$/, "1"), 405], [mine, `${id}9`, 405],
    ];
    for (const [headers, last, status] of cases) {
      const answer = await connection({ ...headers, "last-event-id": last }, undefined);
      assert.equal(answer.status, status, `${last}: ${answer.text}`);
    }
  });
});

describe("what is kept is bounded", () => {
  // once all of it was sent at once, and the stream was closed before any of it was read, as often as the client came
  // back
  test("a client that comes back for more than may wait for a reader gets all of it, in several connections", async () => {
    const headers = await session(), numbers = Array.from({ length: 280 }, (_, i) => i + 1);
    let count = 0, all = /** @type {Event[]} */ ([]);
    do {
      count = ended();
      all = (await connection(headers, counting({ to: numbers.length, milliseconds: 1, with: "x".repeat(31 << 10) }), afterEvents(1))).events;
      await eventually(() => ended() > count, "the end of the call");
    } while (piecesUntilLook(all) < 40); // then all of it is kept
    for (let i = 0; i < 10 && told(all).length <= numbers.length; i++) all.push(...(await rest(headers, all)).events.slice(1));
    assert.deepEqual(told(all), [...numbers, "280 numbers"]);
  });

  test("a client that comes back when more was said than is kept is told that it is gone", async () => {
    const headers = await session();
    const first = await connection(headers, counting({ to: 10, milliseconds: 1, with: "x".repeat(MIB) }), afterEvents(1));
    await eventually(async () => (await rest(headers, first.events, afterEvents(1))).status === 405, "the end of what is kept");
    const { status, text } = await rest(headers, first.events);
    assert.deepEqual([status, JSON.parse(text).error], [405, "event_gone"]);
  });

  test("an event that is kept in several parts comes whole", async () => {
    const headers = await session(), text = "y".repeat(3 * MIB);
    const first = await connection(headers, counting({ to: 1, milliseconds: 1, with: text }), afterEvents(1));
    const second = await rest(headers, first.events);
    assert.equal(second.events[1].data.params.message, text);
    assert.deepEqual(told(second.events), [1, "1 numbers"]);
  });

  // once the stream was closed in the middle of it, however fast it was read, and a client that came back was
  // told that it is gone
  test("an event that is larger than all that may wait for a reader comes whole, there and to a client that comes back", async () => {
    const headers = await session(), said = "y".repeat(12 * MIB);
    const begin = (/** @type {any} */ enough) => connection(headers, counting({ to: 1, milliseconds: 20_000, with: said }), enough);
    const large = (/** @type {string} */ text) => (text.length > said.length && text.endsWith("\n\n") ? text.length : -1);
    const cut = await begin(afterEvents(1));
    for (const { events } of [await begin(large), await rest(headers, cut.events, large)]) assert.ok(events[1]?.data.params.message === said);
  });

  test("a client that never reads does not fill the memory, and the call goes on", async () => {
    const headers = await session();
    const start = residentBytes(server.program.pid);
    const request = http.request(`${server.url}/mcp`, {
      agent: false, method: "POST", headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    });
    request.on("error", () => {});
    request.end(JSON.stringify(counting({ to: 60, milliseconds: 1, with: "z".repeat(MIB) })));
    const [response] = await once(request, "response");
    response.on("error", () => {});
    response.pause();
    const [id] = /** @type {RegExpExecArray} */ (/(?<=^id: ).*/.exec(String(response.read() ?? (await once(response, "readable"), response.read()))));
    // the call is over when its first events are gone and its last is there
    await eventually(async () => (await rest(headers, [{ id, retry: "", data: "" }], afterEvents(1))).status === 405, "the end of what is kept");
    await eventually(() => residentBytes(server.program.pid) - start < 96 * MIB, "less memory");
    response.destroy();
  });
});
