// 2026-07-28, Authorization, "Token Passthrough": a token for another server is worth nothing here. And
// one for this server goes nowhere else: not into a log, a page, an error or a document.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { call, message, post, toolText } from "../e2e/support/http.mjs";
import { HandmadeIssuer, newKey, signed } from "../e2e/support/issuer.mjs";
import { startWorkerd } from "../e2e/support/server.mjs";
import { paths, serving, tokensOf } from "./support.mjs";

/** Sends the credential everywhere, in good and in bad requests; returns all answers, and all of the log. @param {import("./support.mjs").Server} server @param {Record<string, string>} credential */
async function everywhere(server, credential) {
  const heard = [];
  for (const path of [...paths, "/nothing"]) {
    for (const method of ["GET", "POST", "PUT"]) {
      const response = await fetch(server.url + path, { method, headers: { ...credential, accept: "application/json, text/html" } });
      heard.push(JSON.stringify([...response.headers]), await response.text());
    }
  }
  for (const body of ["{", "[]", message("nonsense"), call("add", { a: "x" }), call("getToken"), message("resources/read", { uri: "x" })]) heard.push((await post(`${server.url}/mcp`, body, { authorization: undefined, ...credential })).text);
  heard.push((await post(`${server.url}/mcp`, message("ping"), { authorization: undefined, ...credential, "mcp-session-id": "nonsense" })).text);
  return { heard: heard.join("\n"), log: server.log() };
}

describe("token passthrough", () => {
  const audience = "https://mcp.example/mcp", key = newKey("ES256", "one"), issuer = new HandmadeIssuer();
  const token = "the-token-that-nobody-may-see", wrong = "the-wrong-token-that-nobody-may-see";
  before(async () => {
    await issuer.start();
    issuer.keys = [key.publicJwk];
  });
  after(() => issuer.stop?.());

  describe("listed in TOKENS", () => {
    const server = serving({ AUTH_MODE: "tokens", TOKENS: tokensOf(["anna", token]), AUDIT: "on" });

    for (const [what, credential] of /** @type {[string, Record<string, string>][]} */ ([["a good token", { authorization: `Bearer ${token}` }], ["a good key", { "x-api-key": token }], ["a wrong token", { authorization: `Bearer ${wrong}` }], ["a token in the wrong scheme", { authorization: `Basic ${token}` }]])) {
      test(`${what} is in no log and in no answer`, async () => {
        const { heard, log } = await everywhere(server(), credential);
        for (const each of [token, wrong]) assert.ok(!heard.includes(each) && !log.includes(each), "it was shown");
      });
    }
    test("the log names whose token it was, so there is a log to look at", () => assert.match(server().log(), /"anna"/));
  });

  describe("from an issuer", () => {
    /** @type {import("./support.mjs").Server} */
    let server;
    before(async () => {
      server = await startWorkerd({ AUTH_MODE: "jwt", JWT_ISSUER: issuer.url, JWT_AUDIENCE: audience, SEAL_KEY: "0123456789abcdef0123456789abcdef", AUDIT: "on" });
    });
    after(() => server?.stop());

    for (const aud of ["https://other.example/mcp", "https://mcp.example", `${audience}/`, `${audience}x`, "HTTPS://mcp.example/mcp", ["https://other.example/mcp"], [], "", undefined]) {
      test(`a token for ${JSON.stringify(aud)} is 401, though this issuer signed it`, async () => {
        const { status, json } = await post(`${server.url}/mcp`, call("getToken"), { authorization: `Bearer ${signed(key, issuer.claims({ aud }))}` });
        assert.deepEqual([status, json.error], [401, "invalid_token"]);
      });
    }

    test("a token for this server is let in; it is in no log and in no answer, and the issuer never sees it", async () => {
      const good = signed(key, issuer.claims({ aud: ["https://other.example/mcp", audience] })), [, claims, signature] = good.split(".");
      /** @type {string[]} */
      const seen = [];
      issuer.instead["/keys"] = (request, response) => {
        seen.push(JSON.stringify(request.rawHeaders));
        response.end(JSON.stringify({ keys: issuer.keys }));
      };
      const { heard, log } = await everywhere(server, { authorization: `Bearer ${good}` });
      assert.equal((await post(`${server.url}/mcp`, message("ping"), { authorization: `Bearer ${good}` })).status, 200);
      assert.match(toolText((await post(`${server.url}/mcp`, call("getToken"), { authorization: `Bearer ${good}` })).json), /alice/);
      assert.ok(seen.length > 0, "the issuer was not asked");
      for (const part of [claims, signature]) assert.ok(![heard, log, ...seen, ...Object.keys(issuer.asked)].join("\n").includes(part), "it was shown");
    });
  });
});
