// A call that waits is cancelled from another request: it ends, and no response is sent. The fixture's
// tools, on a bare workerd.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { call, credential, hello, message, openSse, post } from "./support/http.mjs";
import { startWorkerd } from "./support/server.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
before(async () => {
  server = await startWorkerd({ AUTH_MODE: "any" }, { fixture: true });
});
after(() => server?.stop());

/** A call that would count for a minute, and reports each number. @param {string} id */
function counting(id) {
  const counts = call("count", { to: 120, milliseconds: 500 });
  return { ...counts, id, params: { ...counts.params, _meta: { progressToken: "p" } } };
}

/** @param {string} requestId */
const cancelled = (requestId) => ({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId, reason: "enough" } });

/** The headers of a new session's requests. @param {string} authorization @param {string} revision */
async function session(authorization = credential, revision = "2025-11-25") {
  const begun = await post(`${server.url}/mcp`, message("initialize", hello(revision)), { authorization });
  return { authorization, "mcp-session-id": begun.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": revision };
}

/** Posts `body`, and does `then` once what came says `mark`; gives all that came. @param {any} body @param {Record<string, string>} headers @param {string} mark @param {(text: string) => Promise<void>} then */
async function posting(body, headers, mark, then) {
  const response = await fetch(`${server.url}/mcp`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify(body),
  });
  let text = "", done = false;
  for await (const piece of /** @type {any} */ (response.body)) {
    text += Buffer.from(piece);
    if (done || !text.includes(mark)) continue;
    done = true;
    await then(text);
  }
  return text;
}

test("a cancelled call's stream ends without a response", async () => {
  const headers = await session();
  const stranger = await session("Bearer somebody-else");
  const text = await posting(counting("mine"), headers, '"progress":1,', async (heard) => {
    // ids are a session's own: this cancels nothing here
    assert.equal((await post(`${server.url}/mcp`, cancelled("mine"), stranger)).status, 202);
    assert.equal((await post(`${server.url}/mcp`, cancelled("another"), headers)).status, 202);
    assert.doesNotMatch(heard, /: cancelled/);
    assert.equal((await post(`${server.url}/mcp`, cancelled("mine"), headers)).status, 202);
  });
  assert.match(text, /: cancelled\n\n$/);
  assert.doesNotMatch(text, /"result"|"error"/);
});

// the call that waits looks whether it was cancelled, too, and was not
for (const others of [[], [call("count", { to: 6, milliseconds: 500 }, "waits")]]) {
  test(`a cancelled call of a batch is left out of the answer, and the others are in it: ${others.length + 1}`, async () => {
    const headers = await session(credential, "2025-03-26");
    const text = await posting([counting("mine"), ...others, message("ping", {}, "fast")], headers, '"progress":1,', async () => {
      assert.equal((await post(`${server.url}/mcp`, cancelled("mine"), headers)).status, 202);
    });
    const answer = JSON.parse(/data: (\[.*)\n\n$/.exec(text)?.[1] ?? "[]");
    assert.deepEqual(answer.map((/** @type {any} */ { id }) => id), [...others.map(({ id }) => id), "fast"], text);
    assert.doesNotMatch(text, /: cancelled/);
  });
}

test("a batch of nothing but a cancelled call ends without an answer", async () => {
  const headers = await session(credential, "2025-03-26");
  const text = await posting([counting("mine")], headers, '"progress":1,', async () => {
    assert.equal((await post(`${server.url}/mcp`, cancelled("mine"), headers)).status, 202);
  });
  assert.match(text, /: cancelled\n\n$/);
});

test("on HTTP+SSE the call's post is accepted once it has ended, and no response comes down the stream", async () => {
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
