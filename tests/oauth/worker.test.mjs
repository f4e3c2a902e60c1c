// The Worker of the environment `oauth` in this very process: what its first request leaves behind, how many
// origins it remembers, and what it says if what it needs is out of order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hashed } from "../e2e/support/oauth.mjs";
import { coreModule } from "../support/builds.mjs";
import { importWorker } from "../support/worker.mjs";

// as on the platform: what says where a request came from can be given to another one
const { Request: NodeRequest } = globalThis;
globalThis.Request = class extends NodeRequest {
  /** @param {any} input @param {any} [init] */
  constructor(input, init) {
    super(input, init);
    Object.assign(this, { cf: init?.cf });
  }
};

await coreModule();
await importWorker(); // and what it takes to import the other one
const { default: worker } = await import("../../worker/oauth/index.js"), { serverAt } = await import("../../worker/oauth/server.js");

const key = "mcp_a-key-of-the-tests", digest = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(key))).toString("hex");
const variables = { AUTH_MODE: "tokens,oauth", TOKENS: `tests:${digest}`, OWNER_PASSPHRASE: hashed(), SEAL_KEY: "k".repeat(32) };
const counting = { peek: async () => [], keep: async () => [1] };

/** @param {any} env @param {string} path @param {any} [init] */
const ask = (env, path, init) => worker.fetch(new Request(`https://mcp.example${path}`, init), env, /** @type {any} */ ({ waitUntil() {} }));

// streams are kept near whoever opened them, and the core asks for the place only once; before each request for a path of
// OAuth, the core is asked about a request of ours
test("the data centre is the client's, also if the first request of all is for a path of OAuth", async () => {
  const names = /** @type {string[]} */ ([]), webSocket = { addEventListener() {}, accept() {}, close() {} };
  const MAILBOX = { getByName: (/** @type {string} */ name) => (names.push(name), { fetch: async () => ({ webSocket }) }) };
  const env = { ...variables, OAUTH_KV: {}, MAILBOX }, cf = { colo: "ZRH" };
  assert.equal((await ask(env, "/.well-known/oauth-authorization-server", { cf })).status, 200);
  const stream = await ask(env, "/sse", { cf, headers: { authorization: `Bearer ${key}`, accept: "text/event-stream" } });
  assert.equal(stream.status, 200);
  await stream.body?.cancel();
  assert.match(String(names.at(-1)), /^ZRH-/);
});

test("sixteen origins are remembered, not as many as strangers can think of", async () => {
  const asked = /** @type {string[]} */ ([]);
  const at = async (/** @type {number} */ i) => {
    const origin = `https://${i}.mcp.example`;
    await serverAt(origin, {}, async () => (asked.push(origin), []));
  };
  await serverAt("https://introspection.invalid", {}, async () => []); // one of the Worker's own
  asked.length = 0;
  for (let round = 0; round < 2; round++) for (let i = 0; i < 14; i++) await at(i);
  assert.equal(asked.length, 14, "with mcp.example and the Worker's own, there are sixteen");
  await at(14);
  await at(0);
  assert.equal(asked.length, 16, "the seventeenth took the others' place");
});

test("a storage that is out of order is 500, not somebody's mistake, and logged", async (t) => {
  const log = t.mock.method(console, "error", () => {}), OAUTH_KV = { get: async () => { throw new Error("out of order"); } };
  const env = { ...variables, OAUTH_KV, MAILBOX: { getByName: () => counting } };
  const body = new URLSearchParams({ grant_type: "refresh_token", client_id: "x", refresh_token: "a:b:c" });
  for (const [path, init] of /** @type {[string, any?][]} */ ([["/authorize?client_id=x&redirect_uri=https://client.example/"], ["/oauth/token", { method: "POST", body }]])) {
    const response = await ask(env, path, init);
    assert.deepEqual([response.status, (await response.json()).error], [500, "internal"], path);
    assert.match(String(log.mock.calls.at(-1)?.arguments), /out of order/);
  }
});

test("who comes with a browser is told on a page what is out of order, and a program in JSON", async (t) => {
  t.mock.method(console, "error", () => {});
  const env = { ...variables, OAUTH_KV: { get: async () => { throw new Error("out of order"); } }, MAILBOX: { getByName: () => counting } };
  const wrong = { ...env, OWNER_PASSPHRASE: "wrong" }, path = "/authorize?client_id=x&redirect_uri=https://client.example/";
  for (const [each, status, why] of /** @type {[any, number, RegExp][]} */ ([[env, 500, /The server failed/], [wrong, 500, /OWNER_PASSPHRASE/]])) {
    for (const [accept, type] of [["text/html,*/*;q=0.8", "text/html; charset=utf-8"], ["application/json, */*", "application/json"]]) {
      const response = await ask(each, path, { headers: { accept } });
      assert.deepEqual([response.status, response.headers.get("content-type")], [status, type]);
      assert.match(await response.text(), why);
    }
  }
});

test("as long as a variable of the core's is wrong, that is said, and not that there are no scopes", async () => {
  const env = { ...variables, TOKENS: "no digest", OAUTH_KV: {}, MAILBOX: { getByName: () => counting } };
  for (let i = 0; i < 2; i++) {
    const response = await worker.fetch(new Request("https://another.example/.well-known/oauth-authorization-server"), env, /** @type {any} */ ({ waitUntil() {} }));
    assert.equal(response.status, 500);
    assert.match((await response.json()).error_description, /TOKENS/);
  }
});

// it was given the key for good: a login would be begun, and the key refused again
test("a client that comes with a key cannot register, in whichever header it sends it; any other client can", async () => {
  const env = { ...variables, OAUTH_KV: { put: async () => {} }, MAILBOX: { getByName: () => counting } }, body = '{"redirect_uris":["https://client.example/"]}';
  const register = (/** @type {object} */ headers) => ask(env, "/oauth/register", { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
  for (const headers of [{ authorization: "Bearer mcp_x" }, { authorization: "bearer  mcp_x" }, { "x-api-key": "x" }, { "x-auth-token": "x" }]) {
    const response = await register(headers);
    assert.deepEqual([response.status, (await response.json()).error], [401, "invalid_token"], JSON.stringify(headers));
  }
  for (const headers of [{}, { authorization: "Bearer a:b:c" }, { authorization: "Basic mcp_x" }]) assert.equal((await register(headers)).status, 201, JSON.stringify(headers));
});
