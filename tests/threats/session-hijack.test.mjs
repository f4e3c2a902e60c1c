// toolhive#5306 and others: a session's id was all it took, so whoever got hold of one owned the session.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Stream, answerOf, call, hello, message, openSse, post, toolText } from "../e2e/support/http.mjs";
import { serving, tokensOf, toolsRun } from "./support.mjs";

// names and tokens of the same length: a binding to the length alone would not do
const anna = "Bearer annas-first-token", refreshed = "Bearer annas-later-token", boby = "Bearer bobys-first-token";
const bearer = (/** @type {string} */ authorization) => authorization.slice("Bearer ".length);

describe("session hijack", () => {
  const server = serving({ AUTH_MODE: "tokens", TOKENS: tokensOf(["anna", bearer(anna)], ["anna", bearer(refreshed)], ["boby", bearer(boby)]) });

  /** A new session of anna's, as headers. */
  async function begin() {
    const begun = await post(`${server().url}/mcp`, message("initialize", hello("2025-11-25")), { authorization: anna });
    assert.equal(begun.status, 200);
    return { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-11-25" };
  }

  /** Does not wait for a stream forever, should one open. @param {string} method @param {Record<string, string>} headers */
  const ask = async (method, headers) =>
    answerOf(await fetch(`${server().url}/mcp`, { method, headers: { accept: "text/event-stream", ...headers }, signal: AbortSignal.timeout(10_000) }));

  test("POST with another's token is 404, and the tool does not run", async () => {
    const session = await begin(), called = (/** @type {string} */ authorization) => post(`${server().url}/mcp`, call("getToken"), { ...session, authorization });
    /** @type {Awaited<ReturnType<typeof post>> | undefined} */
    let answer;
    assert.deepEqual(await toolsRun(server(), anna, async () => (answer = await called(boby))), []);
    assert.deepEqual([answer?.status, answer?.json.error], [404, "session_not_found"]);
    assert.deepEqual(await toolsRun(server(), anna, () => called(anna)), ["getToken"]);
  });

  test("GET with another's token is 404 and opens no stream, with or without an event's id", async () => {
    const session = await begin();
    const own = await Stream.open(`${server().url}/mcp`, { ...session, authorization: anna });
    assert.equal(own.status, 200);
    for (const more of /** @type {Record<string, string>[]} */ ([{}, { "last-event-id": "AAAAAAAAAAAAAAAA.1" }])) {
      const { status, json } = await ask("GET", { ...session, ...more, authorization: boby });
      assert.deepEqual([status, json.error], [404, "session_not_found"]);
    }
    own.leave();
  });

  test("DELETE with another's token ends nothing", async () => {
    const session = await begin();
    const { status } = await ask("DELETE", { ...session, authorization: boby });
    assert.ok(status >= 400, `${status}`);
    assert.equal((await post(`${server().url}/mcp`, message("ping"), { ...session, authorization: anna })).status, 200);
  });

  test("the message endpoint with another's token is 404: the tool does not run, and nothing of it reaches the stream", async () => {
    const { stream, endpoint } = await openSse(server().url, anna);
    /** @type {Awaited<ReturnType<typeof post>> | undefined} */
    let answer;
    assert.deepEqual(await toolsRun(server(), anna, async () => (answer = await post(endpoint, call("getToken", {}, "hers"), { authorization: boby }))), []);
    assert.deepEqual([answer?.status, answer?.json.error], [404, "session_not_found"]);
    assert.equal((await post(endpoint, message("ping", {}, "mine"), { authorization: anna })).status, 202);
    assert.equal((await stream.message()).id, "mine");
    stream.leave();
  });

  test("without any token it is 401, whatever session is named", async () => {
    const session = await begin();
    for (const method of ["POST", "GET", "DELETE"]) assert.equal((await ask(method, session)).status, 401);
  });

  test("a refreshed token of the same name can use the same sessions", async () => {
    const session = await begin();
    const { status, json } = await post(`${server().url}/mcp`, call("getToken"), { ...session, authorization: refreshed });
    assert.equal(status, 200);
    assert.match(toolText(json), /, of anna; /);
    const { stream, endpoint } = await openSse(server().url, anna);
    assert.equal((await post(endpoint, message("ping"), { authorization: refreshed })).status, 202);
    stream.leave();
  });
});
