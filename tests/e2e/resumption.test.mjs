// Streams that break and are resumed: whatever the client has seen of one when it breaks, it then gets the
// rest, each event once. What is kept for that, and for whom: resumption-kept.test.mjs.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CallToolResultSchema, ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { call, credential, message, openSse, post } from "./support/http.mjs";
import { eventually } from "./support/program.mjs";
import { afterBytes, afterEvents, connection, counting, eventsIn, rest, served, server, session, told } from "./support/resumption.mjs";

/** @import { Event } from "./support/resumption.mjs" */

/** What comes of a call whose connection stays closed; it takes 20 s, while the tests run. @type {Promise<Event[]>} */
let late;
served(() => void (late = comeLate()));

async function comeLate() {
  const headers = await session();
  const { events } = await connection(headers, counting({ to: 1, milliseconds: 600_000, close: true }));
  return (await rest(headers, events.filter(({ id }) => id))).events;
}

const counted = [...Array.from({ length: 6 }, (_, i) => i + 1), "6 numbers"];

for (const version of ["2025-03-26", "2025-06-18", "2025-11-25"]) {
  describe(`a call of ${version}`, { concurrency: 8 }, () => {
    /** @type {Record<string, string>} */
    let headers;
    before(async () => (headers = await session(version)));
    const begin = (/** @type {any} */ enough) => connection(headers, counting({ to: 6, milliseconds: 20 }), enough);

    test("begins with an id and a retry hint, before anything is said", async () => {
      const { events, text } = await begin(undefined);
      assert.equal(events[0].data, "");
      assert.match(events[0].id, /^[\w-]+\.\d+$/);
      assert.equal(events[0].retry, "1000");
      assert.equal(text.startsWith(`id: ${events[0].id}\nretry: 1000\n${version < "2025-11-25" ? "" : "data: \n"}\n`), true);
      assert.deepEqual(told(events), counted);
      assert.equal(new Set(events.map(({ id }) => id)).size, events.length);
    });

    for (let cut = 1; cut <= 7; cut++) {
      test(`cut after event ${cut}: the rest comes, once`, async () => {
        const first = await begin(afterEvents(cut));
        const second = await rest(headers, first.events);
        assert.equal(second.events[0].id, first.events.at(-1)?.id, "it does not begin by saying where it is");
        assert.deepEqual([...told(first.events), ...told(second.events)], counted);
      });
    }

    test("a client that has the last event, and comes back all the same, is told that there is no more", async () => {
      const { status, text } = await rest(headers, (await begin(afterEvents(8))).events);
      assert.deepEqual([status, JSON.parse(text).error], [405, "event_gone"]);
    });

    // how long the whole stream is cannot be known beforehand
    for (let bytes = 120; bytes < 1500; bytes += 53) {
      test(`cut after ${bytes} bytes: the same`, async () => {
        const first = await begin(afterBytes(bytes));
        const second = await rest(headers, first.events);
        assert.deepEqual([...told(first.events), ...told(second.events)], counted);
      });
    }

    test("cut after each single event: the same", async () => {
      const all = (await begin(afterEvents(1))).events;
      for (let i = 0; told(all).length < counted.length; i++) {
        assert.ok(i < 20, "the rest never came");
        const next = await rest(headers, all, afterEvents(2)); // the first says where it is
        all.push(...next.events.slice(1));
      }
      assert.deepEqual(told(all), counted);
    });

    // once the stream stayed open forever, with a comment now and then
    test("a call that traps ends with an error, after what it reported", async () => {
      const { events } = await connection(headers, counting({ to: 2, milliseconds: 20, trap: true }));
      assert.deepEqual(told(events.slice(0, -1)), [1, 2]);
      assert.match(events.at(-1)?.data.error.message, /The server failed/);
    });

    test("resumed by several at once: each gets what came after its event", async () => {
      const { events } = await begin(undefined);
      const again = await Promise.all(events.map((_, i) => rest(headers, events.slice(0, i + 1))));
      for (const [i, each] of again.entries()) assert.deepEqual(told(each.events), counted.slice(i));
    });
  });
}

test("a call outside a session that traps ends with an error, after what it reported", async () => {
  const { events } = await connection({ authorization: credential }, counting({ to: 2, milliseconds: 20, trap: true }));
  assert.deepEqual(told(events.slice(0, -1)), [1, 2]);
  assert.match(events.at(-1)?.data.error.message, /The server failed/);
});

// once its client only got a 500 for the message, or for the answer to a question, and went on waiting
test("a call on /sse that traps ends with an error on the session's stream, which goes on", async () => {
  const { stream, endpoint } = await openSse(server.url);
  assert.equal((await post(endpoint, call("count", { to: 1, trap: true }, "traps"))).status, 500);
  const { id, error } = await stream.message();
  assert.deepEqual([id, error.code], ["traps", -32603]);
  assert.equal((await post(endpoint, message("ping", {}, "after"))).status, 202);
  assert.equal((await stream.message()).id, "after");
  stream.leave();
});

describe("closing the connection", () => {
  test("2025-11-25: the client comes back each time, and gets everything", async () => {
    const headers = await session();
    const all = (await connection(headers, counting({ to: 3, milliseconds: 20, close: true }))).events;
    assert.equal(all.at(-1)?.retry, "10");
    for (let i = 0; told(all).length < 4; i++) {
      assert.ok(i < 20, "the rest never came");
      all.push(...(await rest(headers, all.filter(({ id }) => id))).events);
    }
    assert.deepEqual(told(all), [1, 2, 3, "3 numbers"]);
  });

  test("before 2025-11-25, the connection stays open", async () => {
    const { events } = await connection(await session("2025-06-18"), counting({ to: 3, close: true }));
    assert.deepEqual(told(events), [1, 2, 3, "3 numbers"]);
  });
});

test("a question that was not seen is asked again, and the result comes on the same connection as that", async () => {
  const headers = await session();
  const asking = call("test_elicitation", { message: "Who?" }, "e");
  const first = await connection(headers, asking, afterEvents(1));
  /** @type {any} */
  let question;
  const second = rest(headers, first.events, (/** @type {string} */ text) => {
    question ??= eventsIn(text).find(({ data }) => data)?.data;
    if (question) post(`${server.url}/mcp`, { jsonrpc: "2.0", id: question.id, result: { action: "decline" } }, headers);
    return -1;
  });
  const { events } = await second;
  assert.equal(question.method, "elicitation/create");
  assert.equal(events.at(-1)?.data.id, "e");
  assert.match(told(events).at(-1), /decline/);
});

/** @param {any} [options] @param {any} [capabilities] the client's */
async function connected(options, capabilities = {}) {
  const client = new Client({ name: "tests", version: "0" }, { capabilities });
  const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers: { authorization: credential } }, ...options });
  await client.connect(transport);
  return { client, transport };
}

describe("SDK v1", () => {
  test("comes back by itself when the connection is closed", async () => {
    const { client } = await connected();
    /** @type {number[]} */
    const numbers = [];
    const result = await client.callTool({ name: "count", arguments: { to: 4, milliseconds: 30, close: true } }, CallToolResultSchema, {
      onprogress: ({ progress }) => numbers.push(progress),
    });
    assert.deepEqual([...numbers, /** @type {any} */ (result).content[0].text], [1, 2, 3, 4, "4 numbers"]);
    await client.close();
  });

  test("resumes a long call in another connection, by its resumption token", async () => {
    const first = await connected();
    /** @type {string[]} */
    const tokens = [];
    /** @type {number[]} */
    const numbers = [];
    const listen = (/** @type {StreamableHTTPClientTransport} */ transport) => {
      const pass = transport.onmessage;
      // oxlint-disable-next-line unicorn/prefer-add-event-listener
      transport.onmessage = (/** @type {any} */ one) => (one.params && numbers.push(one.params.progress), pass?.(one));
    };
    const { sessionId, protocolVersion } = first.transport;
    const what = { method: "tools/call", params: { name: "count", arguments: { to: 20, milliseconds: 30 } } };
    listen(first.transport);
    const begun = first.client.request(/** @type {any} */ (what), CallToolResultSchema, { onresumptiontoken: (token) => tokens.push(token), onprogress: () => {} });
    begun.catch(() => {});
    await eventually(() => tokens.length > 3, "some events");
    await first.client.close();
    const second = await connected({ sessionId });
    second.transport.setProtocolVersion(protocolVersion ?? "");
    listen(second.transport);
    const result = await second.client.request(/** @type {any} */ (what), CallToolResultSchema, { resumptionToken: tokens.at(-1) });
    assert.equal(/** @type {any} */ (result).content[0].text, "20 numbers");
    assert.deepEqual(numbers, Array.from({ length: 20 }, (_, i) => i + 1));
    await second.client.close();
  });

  // it takes an error for no response: it came back twice, and said five times that something had failed
  test("comes back once to the stream of a call that ended with an error, and says nothing of it", async () => {
    let returns = 0;
    /** @type {Error[]} */
    const errors = [];
    const fetching = (/** @type {URL} */ url, /** @type {RequestInit} */ init) => {
      if (new Headers(init.headers).has("last-event-id")) returns++;
      return fetch(url, init);
    };
    const { client } = await connected({ fetch: fetching }, { roots: {} });
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [] }));
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    client.onerror = (error) => errors.push(error);
    await assert.rejects(client.callTool({ name: "test_input_required_result_multiple_inputs" }), /does not offer/);
    await eventually(() => returns > 0, "its return");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.deepEqual([returns, errors], [1, []]);
    await client.close();
  });
});

test("a call whose connection stays closed is given up, and a client that comes back is told so", async () => {
  const last = (await late).at(-1);
  assert.deepEqual([last?.data.id, last?.data.error.code], [1, -32603]);
});
