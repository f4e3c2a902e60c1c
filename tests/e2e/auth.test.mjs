// Who gets in, by AUTH_MODE; and that no token is ever logged.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Raw, Stream, call, hello, message, openSse, post, toolText } from "./support/http.mjs";
import { startServer, startWorkerd } from "./support/server.mjs";

/** @typedef {import("./support/server.mjs").Server} Server */

const digest = (/** @type {string} */ token) => createHash("sha256").update(token).digest("hex");
const ping = message("ping");

describe("AUTH_MODE=tokens, under wrangler dev", () => {
  const alice = "alice-old-token", rotated = "alice-new-token", bob = "bob-token==";
  /** @type {Server} */
  let server;
  before(async () => {
    const TOKENS = [`alice:${digest(alice)}`, `alice:${digest(rotated).toUpperCase()}`, `bob:${digest(bob)}`].join(",");
    server = await startServer({ AUTH_MODE: "tokens", TOKENS });
  });
  after(() => server?.stop());
  const ask = (/** @type {any} */ body, /** @type {any} */ headers) => post(`${server.url}/mcp`, body, headers);

  test("each token in TOKENS gets in, also both of a name whose token is being rotated", async () => {
    for (const [token, name] of [[alice, "alice"], [rotated, "alice"], [bob, "bob"]]) {
      const { status, json } = await ask(call("getToken"), { authorization: `Bearer ${token}` });
      assert.deepEqual([status, toolText(json)], [200, `User's token: Bearer ... (hidden), of ${name}; scopes: all; expires: never`]);
    }
  });

  test("X-Api-Key and X-Auth-Token work like Authorization", async () => {
    for (const header of ["x-api-key", "x-auth-token"]) {
      const { json } = await ask(call("getToken"), { authorization: undefined, [header]: bob });
      assert.match(toolText(json), /of bob; scopes: all; expires: never$/);
      assert.equal((await ask(ping, { authorization: undefined, [header]: "wrong" })).status, 401);
    }
  });

  test("a wrong token is 401 with error=invalid_token, and 401 at /sse, too", async () => {
    for (const token of ["wrong", `${bob.slice(0, -1)}`, alice.toUpperCase(), digest(bob), "bob"]) {
      const authorization = `Bearer ${token}`;
      const { status, json, headers } = await ask(ping, { authorization });
      assert.deepEqual([status, json.error], [401, "invalid_token"]);
      assert.equal(headers.get("www-authenticate"), 'Bearer realm="mcp", error="invalid_token"');
      assert.equal((await Stream.open(`${server.url}/sse`, { authorization })).status, 401);
    }
  });

  test("no token is 401 without error=", async () => {
    const { status, headers } = await ask(ping, { authorization: undefined });
    assert.deepEqual([status, headers.get("www-authenticate")], [401, 'Bearer realm="mcp"']);
  });

  test("a rotated token can use its owner's sessions; another's token cannot", async () => {
    const begun = await ask(message("initialize", hello("2025-11-25")), { authorization: `Bearer ${alice}` });
    const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "" };
    assert.equal((await ask(ping, { authorization: `Bearer ${rotated}`, ...session })).status, 200);
    assert.equal((await ask(ping, { authorization: `Bearer ${bob}`, ...session })).status, 404);
    const { stream, endpoint } = await openSse(server.url, `Bearer ${alice}`);
    assert.equal((await post(endpoint, ping, { authorization: `Bearer ${rotated}` })).status, 202);
    assert.equal((await post(endpoint, ping, { authorization: `Bearer ${bob}` })).status, 404);
    stream.leave();
  });

  test("no token is in the log, nor on the page", async () => {
    await ask("{", { authorization: `Bearer ${alice}` });
    await ask(ping, { authorization: "Bearer wrong-secret-token" });
    const page = await (await fetch(server.url)).text();
    assert.match(page, /A token from this server/);
    await server.program.printed(/POST \/mcp 401/);
    for (const token of [alice, rotated, bob, "wrong-secret-token"]) {
      assert.ok(!server.log().includes(token), "the log shows a token");
      assert.ok(!page.includes(token));
    }
  });
});

describe("what the log says", () => {
  const key = "mcp_0123456789abcdefghijklmnopqrstuvwxyz", old = "mcp_old";
  const TOKENS = `alice:${digest(key)}:expires=2999-01-31:scopes=a+b\nbob:${digest(old)}:expires=2026-01-31T00:00:00Z`;

  test("one line for each call, without arguments or tokens; and why a token was refused, which its sender is not told", () =>
    served({ AUTH_MODE: "tokens", TOKENS }, async (server) => {
      const authorization = `Bearer ${key}`;
      const { json } = await post(`${server.url}/mcp`, call("getToken"), { authorization });
      assert.equal(toolText(json), "User's token: Bearer mcp_... (hidden), of alice; scopes: a b; expires: 2999-01-31T00:00:00Z");
      await post(`${server.url}/mcp`, call("add", { a: 123456, b: "secret" }), { authorization });
      const refused = await post(`${server.url}/mcp`, ping, { authorization: `Bearer ${old}` });
      assert.deepEqual([refused.status, refused.json.error], [401, "invalid_token"]);
      assert.doesNotMatch(refused.json.error_description, /^The token has expired/);
      await server.program.printed(/"reason":"expired"/);
      const lines = server.log().split("\n").filter((line) => /^\{"event":"(call|refused)"/.test(line)).map((line) => JSON.parse(line));
      const [first, second, third] = lines;
      assert.deepEqual({ ...first, milliseconds: 0 }, { event: "call", key: "alice", tool: "getToken", milliseconds: 0, outcome: "ok" });
      assert.deepEqual([second.tool, second.outcome], ["add", "tool_error"]);
      assert.deepEqual(third, { event: "refused", reason: "expired", path: "/mcp" });
      assert.equal(lines.length, 3);
      for (const secret of [key, old, "123456", "secret"]) assert.ok(!server.log().includes(secret), secret);
    }));

  test("with AUDIT=off it has no calls, but still the refusals", () =>
    served({ AUTH_MODE: "tokens", TOKENS, AUDIT: "off" }, async (server) => {
      await post(`${server.url}/mcp`, call("getToken"), { authorization: `Bearer ${key}` });
      await post(`${server.url}/mcp`, ping, { authorization: `Bearer ${old}` });
      await server.program.printed(/"reason":"expired"/);
      assert.ok(!server.log().includes('"event":"call"'));
    }));
});

/** @param {Record<string, string>} variables @param {(server: Server) => Promise<void>} check */
async function served(variables, check) {
  const server = await startWorkerd(variables);
  try {
    await check(server);
  } finally {
    await server.stop();
  }
}

test("AUTH_MODE=none lets everybody in, with or without a credential", () =>
  served({ AUTH_MODE: "none" }, async (server) => {
    const { json } = await post(`${server.url}/mcp`, call("getToken"), { authorization: undefined });
    assert.equal(toolText(json), "User's token: none, this server asks for none");
    assert.equal((await post(`${server.url}/mcp`, ping, { authorization: "nonsense" })).status, 200);
    const response = await fetch(`${server.url}/sse`);
    assert.equal(response.status, 200);
    await response.body?.cancel();
  }));

test("an unset AUTH_MODE is `any` on this machine, and 500 under any other name", () =>
  served({ ALLOWED_HOSTS: "mcp.example" }, async (server) => {
    const { json } = await post(`${server.url}/mcp`, call("getToken"), { authorization: "Bearer whatever" });
    assert.equal(toolText(json), "User's token: Bearer whatever");
    assert.equal((await post(`${server.url}/mcp`, ping, { authorization: undefined })).status, 401);
    for (const path of ["/mcp", "/sse"]) {
      const raw = new Raw(server.port);
      await raw.send(`GET ${path} HTTP/1.1\r\nHost: mcp.example\r\nAuthorization: Bearer whatever\r\n\r\n`);
      assert.equal(await raw.status(), 500);
      assert.match(await raw.answer(/\}/), /"not_configured".*AUTH_MODE/);
      raw.leave();
      await server.program.printed(new RegExp(`^\\{"event":"refused","reason":"not_configured","path":"${path}","error":"[^"]*AUTH_MODE[^"]*"\\}$`, "m"));
    }
  }));

/** @type {[string, Record<string, string>, RegExp][]} */
const unusable = [
  ["an unknown AUTH_MODE", { AUTH_MODE: "tokenz" }, /AUTH_MODE/],
  ["an empty AUTH_MODE", { AUTH_MODE: "" }, /AUTH_MODE/],
  ["modes that exclude each other", { AUTH_MODE: "tokens,none" }, /AUTH_MODE/],
  ["AUTH_MODE=tokens without TOKENS", { AUTH_MODE: "tokens" }, /TOKENS/],
  ["empty TOKENS", { AUTH_MODE: "tokens", TOKENS: " , " }, /TOKENS/],
  ["jwt without JWT_ISSUER", { AUTH_MODE: "jwt", JWT_AUDIENCE: "me" }, /JWT_ISSUER/],
  ["jwt without JWT_AUDIENCE", { AUTH_MODE: "jwt", JWT_ISSUER: "https://issuer.example" }, /JWT_AUDIENCE/],
  ["oauth in a build without it", { AUTH_MODE: "tokens,oauth", TOKENS: `a:${digest("a")}` }, /AUTH_MODE.*--env oauth/],
  ["an expiry that is not a date", { AUTH_MODE: "tokens", TOKENS: `a:${digest("a")}:expires=tomorrow` }, /TOKENS/],
  ["an AUDIT that is neither on nor off", { AUTH_MODE: "any", AUDIT: "yes" }, /AUDIT/],
  ["a malformed digest", { AUTH_MODE: "tokens", TOKENS: "alice:1234" }, /TOKENS/],
  ["a short SEAL_KEY", { AUTH_MODE: "any", SEAL_KEY: "short" }, /SEAL_KEY/],
  ["a MAX_BODY_BYTES that is not a number", { AUTH_MODE: "any", MAX_BODY_BYTES: "4M" }, /MAX_BODY_BYTES/],
];
for (const [name, variables, variable] of unusable) {
  test(`${name}: 500 that names the variable, as the log does each time, and nobody gets in`, () =>
    served(variables, async (server) => {
      for (const path of ["/mcp", "/sse/message?sessionId=x"]) {
        const { status, json } = await post(server.url + path, ping);
        assert.equal(status, 500);
        assert.match(json.error_description, variable);
        const [line] = await server.program.printed(new RegExp(`^\\{"event":"refused".*"path":"${path.split("?")[0]}".*\\}$`, "m"));
        assert.deepEqual(JSON.parse(line), { event: "refused", reason: "misconfigured", path: path.split("?")[0], error: json.error_description });
      }
      assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
    }));
}

test("MAX_BODY_BYTES sets the cap", () =>
  served({ AUTH_MODE: "any", MAX_BODY_BYTES: "100" }, async (server) => {
    const body = JSON.stringify(ping);
    assert.equal((await post(`${server.url}/mcp`, body.padEnd(100))).status, 200);
    assert.equal((await post(`${server.url}/mcp`, body.padEnd(101))).status, 413);
  }));

test("ALLOWED_ORIGINS lets these pages in and no others", () =>
  served({ AUTH_MODE: "any", ALLOWED_ORIGINS: "https://one.example, https://two.example:8443" }, async (server) => {
    for (const [origin, status] of /** @type {[string, number][]} */ ([["https://one.example", 200], ["https://two.example:8443", 200],
      ["https://two.example", 403], ["http://one.example", 403], ["http://localhost:6274", 403], ["null", 403]])) {
      assert.equal((await post(`${server.url}/mcp`, ping, { origin })).status, status, origin);
    }
  }));
