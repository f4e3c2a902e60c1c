// Streams that break and are resumed: whatever the client has seen of one when it breaks, it then gets the
// rest, each event once. The fixture's tools, on a bare workerd.
import assert from "node:assert/strict";
import http from "node:http";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CallToolResultSchema, ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { call, credential, hello, message, openSse, post } from "./support/http.mjs";
import { residentBytes } from "./support/memory.mjs";
import { eventually } from "./support/program.mjs";
import { startWorkerd } from "./support/server.mjs";

const MIB = 1 << 20;
/** @typedef {{ id: string, retry: string, data: any }} Event */

/** @type {import("./support/server.mjs").Server} */
let server;
/** What comes of a call whose connection stays closed; it takes 20 s, while the tests run. @type {Promise<Event[]>} */
let late;
before(async () => {
  server = await startWorkerd({ AUTH_MODE: "any", AUDIT: "on", MAX_BODY_BYTES: String(16 * MIB) }, { fixture: true });
  late = comeLate();
});
after(() => server?.stop());

/** The headers of a new session's requests. @param {string} [version] @param {string} [authorization] */
async function session(version = "2025-11-25", authorization = credential) {
  const parameters = { ...hello(version), capabilities: { elicitation: {} } };
  const begun = await post(`${server.url}/mcp`, message("initialize", parameters), { authorization });
  return { authorization, "mcp-session-id": begun.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": version };
}

/** A call that counts, and reports each number. @param {Record<string, any>} args */
function counting(args) {
  const counts = call("count", args);
  return { ...counts, params: { ...counts.params, _meta: { progressToken: "p" } } };
}

/** The complete events in `text`. @param {string} text @returns {Event[]} */
function eventsIn(text) {
  const blocks = text.split("\n\n").slice(0, -1).filter((block) => !block.startsWith(":"));
  return blocks.map((block) => {
    const field = (/** @type {string} */ name) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1] ?? "";
    return { id: field("id"), retry: field("retry"), data: field("data") && JSON.parse(field("data")) };
  });
}

/** What a client is told: a number for each report, else the message. @param {Event[]} events */
const told = (events) => events.filter(({ data }) => data).map(({ data }) => data.params?.progress ?? data.result?.content?.[0].text ?? data);

/** One connection, given up once `enough` says how much of what came was seen: nothing later counts.
 * @param {Record<string, string>} headers
 * @param {any} body a message to post; undefined: GET
 * @param {(text: string) => number} [enough] how much of it was seen; less than 0: go on
 */
async function connection(headers, body, enough = () => -1) {
  const request = http.request(`${server.url}/mcp`, {
    agent: false, method: body ? "POST" : "GET",
    headers: { "content-type": "application/json", accept: body ? "application/json, text/event-stream" : "text/event-stream", ...headers },
  });
  request.on("error", () => {});
  request.end(body && JSON.stringify(body));
  const [response] = await once(request, "response");
  let text = "", seen = -1;
  response.setEncoding("utf8");
  response.on("error", () => {});
  response.on("data", (piece) => {
    text += piece;
    if (seen < 0) seen = enough(text);
    if (seen >= 0) response.socket.resetAndDestroy();
  });
  await new Promise((resolve) => response.on("close", resolve));
  const events = eventsIn(seen < 0 ? text : text.slice(0, seen));
  return { status: response.statusCode, text, events };
}

/** Where the event number `count` ends; less than 0 if it has not come. @param {number} count */
const afterEvents = (count) => (/** @type {string} */ text) => {
  let end = 0;
  for (let i = 0; i < count; i++) {
    end = text.indexOf("\n\n", end) + 2;
    if (end < 2) return -1;
  }
  return end;
};

/** @param {number} bytes */
const afterBytes = (bytes) => (/** @type {string} */ text) => (text.length >= bytes ? bytes : -1);

/** What comes after the last of `events`, as far as `enough` lets it. @param {any} headers @param {Event[]} events @param {any} [enough] */
const rest = (headers, events, enough) => connection({ ...headers, "last-event-id": events.at(-1)?.id ?? "" }, undefined, enough);

/** After how many pieces the mailbox looks whether too much is kept. @param {Event[]} events */
const piecesUntilLook = ([{ id }]) => 256 - (Number(/\d+$/.exec(id)) % 256);

/** How many calls have ended. */
const ended = () => server.log().split('"outcome":"ok"').length;

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
