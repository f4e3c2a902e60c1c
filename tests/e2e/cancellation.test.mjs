// A call that waits is cancelled from another request: it ends, and no response is sent. The fixture's
// tools, on a bare workerd.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Raw, call, credential, hello, message, openSse, post } from "./support/http.mjs";
import { eventually, patience } from "./support/program.mjs";
import { startWorkerd } from "./support/server.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
before(async () => {
  server = await startWorkerd({ AUTH_MODE: "any", AUDIT: "on" }, { fixture: true });
});
after(() => server?.stop());

/** A call that would count for a minute, and reports each number. @param {string} id */
function counting(id) {
  const counts = call("count", { to: 120, milliseconds: 500 });
  return { ...counts, id, params: { ...counts.params, _meta: { progressToken: "p" } } };
}

/** @param {string} requestId */
const cancelled = (requestId) => ({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId, reason: "enough" } });

/** The headers of a new session's requests, whose client can be asked. @param {string} authorization @param {string} revision */
async function session(authorization = credential, revision = "2025-11-25") {
  const begun = await post(`${server.url}/mcp`, message("initialize", { ...hello(revision), capabilities: { elicitation: {}, roots: {} } }), { authorization });
  return { authorization, "mcp-session-id": begun.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": revision };
}

/** Posts `body`, and calls each of `then` once its key is in what came; returns all that came. @param {any} body @param {Record<string, string>} headers @param {Record<string, (text: string) => Promise<void>>} then */
async function posting(body, headers, then) {
  const response = await fetch(`${server.url}/mcp`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  });
  const left = Object.entries(then);
  let text = "";
  for await (const piece of /** @type {any} */ (response.body)) {
    text += Buffer.from(piece);
    while (left.length > 0 && text.includes(left[0][0])) await left.shift()?.[1](text);
  }
  return text;
}

/** @param {string} id @param {Record<string, string>} headers */
const cancel = async (id, headers) => assert.equal((await post(`${server.url}/mcp`, cancelled(id), headers)).status, 202);

/** Cancels another call of the session, and calls with this id in other sessions: so many that some share its mailbox. @param {string} id @param {Record<string, string>} headers */
async function cancelOthers(id, headers) {
  await cancel("another", headers);
  const others = ["Bearer somebody-else", credential].flatMap((authorization) => Array.from({ length: 20 }, () => session(authorization)));
  await Promise.all(others.map(async (other) => cancel(id, await other)));
}

// a call checks every two seconds, or four to five numbers, whether it was cancelled
test("a cancelled call's stream ends without a response; cancelling other calls does not end it", async () => {
  const headers = await session();
  const text = await posting(counting("mine"), headers, {
    '"progress":1,': () => cancelOthers("mine", headers),
    '"progress":8,': () => cancel("mine", headers),
  });
  assert.match(text, /"progress":8,/);
  assert.match(text, /: cancelled\n\n$/);
  assert.doesNotMatch(text, /"result"|"error"/);
});

// once only a long wait gave the call a stream, and without one it could not be cancelled
test("a call that reports nothing and waits for half a second at a time can be cancelled, too", async () => {
  const headers = await session();
  const text = await posting(call("count", { to: 120, milliseconds: 500 }, "silent"), headers, { "id: ": () => cancel("silent", headers) });
  assert.match(text, /: cancelled\n\n$/);
});

// the call "waits" checks whether it was cancelled, too, and was not
for (const others of [[], [call("count", { to: 6, milliseconds: 500 }, "waits")]]) {
  test(`a cancelled call of a batch is left out of the answer, which has the other messages: ${others.length + 1}`, async () => {
    const headers = await session(credential, "2025-03-26");
    const text = await posting([counting("mine"), ...others, message("ping", {}, "fast")], headers, { '"progress":1,': () => cancel("mine", headers) });
    const answer = JSON.parse(/data: (\[.*)\n\n$/.exec(text)?.[1] ?? "[]");
    assert.deepEqual(answer.map((/** @type {any} */ { id }) => id), [...others.map(({ id }) => id), "fast"], text);
    assert.doesNotMatch(text, /: cancelled/);
  });
}

test("a batch of nothing but a cancelled call ends without an answer", async () => {
  const headers = await session(credential, "2025-03-26");
  const text = await posting([counting("mine")], headers, { '"progress":1,': () => cancel("mine", headers) });
  assert.match(text, /: cancelled\n\n$/);
});

/** The answer to the question in `text`. @param {string} text */
const answerTo = (text) => ({ jsonrpc: "2.0", id: /"id":"(ask\.[^"]+)"/.exec(text)?.[1], result: { action: "accept", content: { name: "Eve" } } });

test("a call that waits for the client's answer can be cancelled: its stream ends, and a late answer is dropped", async () => {
  const headers = await session();
  const asks = call("test_input_required_result_elicitation", {}, "asks");
  const text = await posting(asks, headers, { "elicitation/create": () => cancel("asks", headers) });
  assert.match(text, /: cancelled\n\n$/);
  assert.equal((await post(`${server.url}/mcp`, answerTo(text), headers)).status, 202);
  // a client that comes back to the stream is told that it is over; with 200, the SDKs came back every
  // second, forever
  const id = /id: (.*)\nevent: message/.exec(text)?.[1] ?? "";
  const again = await fetch(`${server.url}/mcp`, { headers: { ...headers, accept: "text/event-stream", "last-event-id": id } });
  assert.deepEqual([again.status, (await again.json()).error], [405, "event_gone"]);
});

// once its question was asked all the same, and its stream stayed open for an hour: only a call that had begun a
// stream looked whether it was cancelled
test("a call that is cancelled before it asks does not ask", async () => {
  const headers = await session();
  await cancel("early", headers); // before the call itself came: no time has to be guessed, and the mark stays for a minute
  const asks = { "roots/list": () => assert.fail("it asked") };
  assert.equal(await posting(call("count", { to: 1, milliseconds: 1, roots: true }, "early"), headers, asks), "");
});

test("a call that waits for the client's answer still gets it after other calls were cancelled", async () => {
  const headers = await session();
  const text = await posting(call("test_input_required_result_elicitation", {}, "asks"), headers, {
    "elicitation/create": async (heard) => {
      await cancelOthers("asks", headers);
      assert.equal((await post(`${server.url}/mcp`, answerTo(heard), headers)).status, 202);
    },
  });
  assert.match(text, /"id":"asks","result"/);
});

test("on HTTP+SSE the answer to a cancelled call's question is dropped, too", async () => {
  const { stream, endpoint } = await openSse(server.url);
  await post(endpoint, call("test_input_required_result_elicitation", {}, "asks"), { "mcp-protocol-version": "2025-06-18" });
  const question = await stream.message();
  assert.equal(question.method, "elicitation/create");
  assert.equal((await post(endpoint, cancelled("asks"))).status, 202);
  assert.equal((await post(endpoint, answerTo(JSON.stringify(question)))).status, 202);
  await post(endpoint, message("ping", {}, 7));
  assert.equal((await stream.message()).id, 7);
  stream.leave();
});

test("on HTTP+SSE a cancelled call's POST is accepted once the call has ended, and its stream carries no response", async () => {
  const { stream, endpoint } = await openSse(server.url);
  const called = post(endpoint, counting("mine"));
  assert.equal((await stream.message()).params.progress, 1);
  assert.equal((await post(endpoint, cancelled("mine"))).status, 202);
  assert.equal((await called).status, 202);
  await post(endpoint, message("ping", {}, 7));
  let heard;
  do heard = await stream.message();
  while (heard.method === "notifications/progress");
  assert.equal(heard.id, 7);
  stream.leave();
});

// once it ended immediately, and the stream that was open all the while got an empty result
test("on HTTP+SSE a call goes on when the connection of its POST ends: the stream for its answer is still there", async () => {
  const { stream, endpoint } = await openSse(server.url);
  const counts = call("count", { to: 4, milliseconds: 500 }, "left");
  const body = JSON.stringify({ ...counts, params: { ...counts.params, _meta: { progressToken: "p" } } });
  const leaver = new Raw(server.port);
  await leaver.send(`POST ${endpoint.slice(server.url.length)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${credential}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  assert.equal((await stream.message()).params.progress, 1);
  leaver.socket.resetAndDestroy();
  let heard;
  do heard = await stream.message();
  while (heard.method === "notifications/progress");
  assert.deepEqual([heard.id, heard.result.content[0].text], ["left", "4 numbers"]);
  stream.leave();
});

// once it went on for 25 seconds. In 2026-07-28, closing the stream is how a client cancels.
test("a call of 2026-07-28 that waits ends a few seconds after its client has left", async () => {
  const meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {} };
  const counts = call("count", { to: 1, milliseconds: 60_000 });
  const body = JSON.stringify({ ...counts, params: { ...counts.params, _meta: { ...meta, progressToken: "p" } } });
  const leaver = new Raw(server.port);
  const printed = server.log().length;
  await leaver.head("Accept: text/event-stream", "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: count", `Content-Length: ${body.length}`);
  await leaver.send(body);
  assert.match(await leaver.answer(/"progress":1,/), /"progress":1,/);
  leaver.socket.resetAndDestroy();
  const ended = await eventually(() => /"milliseconds":(\d+),"outcome":"given_up"/.exec(server.log().slice(printed)), "its end");
  assert.ok(Number(ended[1]) < 15_000, `it took ${ended[1]} ms`);
});
