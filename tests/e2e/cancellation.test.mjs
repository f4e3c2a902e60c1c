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

/** The headers of a new session's requests. @param {string} authorization */
async function session(authorization = credential) {
  const begun = await post(`${server.url}/mcp`, message("initialize", hello("2025-11-25")), { authorization });
  return { authorization, "mcp-session-id": begun.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-11-25" };
}

test("a cancelled call's stream ends without a response", async () => {
  const headers = await session();
  const stranger = await session("Bearer somebody-else");
  const response = await fetch(`${server.url}/mcp`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify(counting("mine")),
  });
  let text = "", sent = false;
  for await (const piece of /** @type {any} */ (response.body)) {
    text += Buffer.from(piece);
    if (sent || !text.includes('"progress":1,')) continue;
    sent = true;
    // ids are a session's own: this cancels nothing here
    assert.equal((await post(`${server.url}/mcp`, cancelled("mine"), stranger)).status, 202);
    assert.equal((await post(`${server.url}/mcp`, cancelled("another"), headers)).status, 202);
    assert.doesNotMatch(text, /: cancelled/);
    assert.equal((await post(`${server.url}/mcp`, cancelled("mine"), headers)).status, 202);
  }
  assert.match(text, /: cancelled\n\n$/);
  assert.doesNotMatch(text, /"result"|"error"/);
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
