// What belongs to one caller stays with that caller; and an ordinary request needs no Durable Object.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { call, hello, message, post, toolText } from "./support/http.mjs";
import { remove, startServer, startWorkerd, temporaryFolder } from "./support/server.mjs";

/** @typedef {import("./support/server.mjs").Server} Server */

/** @param {Server} server @param {string} [authorization] @returns {Promise<string>} a session's id */
async function begin(server, authorization = "Bearer me") {
  const begun = await post(`${server.url}/mcp`, message("initialize", hello("2025-11-25")), { authorization });
  assert.equal(begun.status, 200);
  return begun.headers.get("mcp-session-id") ?? "";
}

/** Calls getToken in a session. @param {Server} server @param {string} session @param {string} [authorization] */
const inSession = (server, session, authorization = "Bearer me") =>
  post(`${server.url}/mcp`, call("getToken"), { authorization, "mcp-session-id": session });

describe("many principals at once on /mcp", () => {
  /** @type {Server} */
  let server;
  before(async () => (server = await startWorkerd({ AUTH_MODE: "any", SEAL_KEY: "k".repeat(32) })));
  after(() => server?.stop());

  test("identical ids, different tokens and sessions: each gets its own answer, to the byte", async () => {
    const tokens = Array.from({ length: 64 }, (_, i) => `Bearer ${String.fromCharCode(97 + (i % 26)).repeat(8 + i * 100)}-${i}`);
    const sessions = await Promise.all(tokens.map((token) => begin(server, token)));
    assert.equal(new Set(sessions).size, tokens.length);
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(tokens.map((token, i) => inSession(server, sessions[i], token)));
      for (const [i, { text }] of answers.entries()) {
        assert.equal(text, `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"User's token: ${tokens[i]}"}]}}`);
      }
    }
  });

  test("a session with another's token is 404, whoever else is served meanwhile", async () => {
    const mine = await begin(server, "Bearer mine");
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => inSession(server, mine, i % 2 ? "Bearer mine" : "Bearer yours")));
    assert.deepEqual(answers.map(({ status }) => status), answers.map((_, i) => (i % 2 ? 200 : 404)));
  });
});

describe("an ordinary /mcp request touches no Durable Object", () => {
  /** @type {Server} */
  let server;
  before(async () => (server = await startWorkerd({ AUTH_MODE: "any", SEAL_KEY: "k".repeat(32) }, { mailbox: false })));
  after(() => server?.stop());

  test("a whole session is served without one", async () => {
    const session = await begin(server);
    const headers = { authorization: "Bearer me", "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" };
    const statuses = [];
    for (const body of [{ jsonrpc: "2.0", method: "notifications/initialized" }, message("tools/list"), call("add", { a: 1, b: 2 }), message("ping")]) {
      statuses.push((await post(`${server.url}/mcp`, body, headers)).status);
    }
    assert.deepEqual(statuses, [202, 200, 200, 200]);
    assert.equal(toolText((await inSession(server, session)).json), "User's token: Bearer me");
  });

  test("and there really is none: a stream, which needs one, is 500", async () => {
    const response = await fetch(`${server.url}/sse`, { headers: { authorization: "Bearer me" } });
    assert.equal(response.status, 500);
    assert.equal((await response.json()).error, "internal");
    assert.equal((await inSession(server, await begin(server))).status, 200);
  });
});

describe("without SEAL_KEY", () => {
  const persist = temporaryFolder();
  after(() => remove(persist));

  test("the key outlives a restart of wrangler dev: a session from before still works", async () => {
    let server = await startServer({ AUTH_MODE: "any" }, { persist });
    const session = await begin(server);
    await server.stop();
    server = await startServer({ AUTH_MODE: "any" }, { persist });
    try {
      assert.equal((await inSession(server, session)).status, 200);
      assert.equal((await inSession(server, session, "Bearer other")).status, 404);
    } finally {
      await server.stop();
    }
  });

  test("a server with another key accepts no session of the first", async () => {
    const [one, two] = await Promise.all([startWorkerd({ AUTH_MODE: "any" }), startWorkerd({ AUTH_MODE: "any" })]);
    try {
      assert.equal((await inSession(two, await begin(one))).status, 404);
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });
});
