// The Worker of the environment `oauth` in this very process: what its first request leaves behind, and how
// many origins it remembers.
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

// streams are kept near whoever opened them, and the core asks for the place only once; before each request for a path of
// OAuth, the core is asked about a request of ours
test("the data centre is the client's, also if the first request of all is for a path of OAuth", async () => {
  const names = /** @type {string[]} */ ([]), webSocket = { addEventListener() {}, accept() {}, close() {} };
  const MAILBOX = { getByName: (/** @type {string} */ name) => (names.push(name), { fetch: async () => ({ webSocket }) }) };
  const key = "mcp_a-key-of-the-tests", digest = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(key))).toString("hex");
  const env = { AUTH_MODE: "tokens,oauth", TOKENS: `tests:${digest}`, OWNER_PASSPHRASE: hashed(), SEAL_KEY: "k".repeat(32), OAUTH_KV: {}, MAILBOX };
  /** @param {string} path @param {Record<string, string>} [headers] */
  const ask = (path, headers) => {
    const request = new Request(`https://mcp.example${path}`, /** @type {any} */ ({ headers, cf: { colo: "ZRH" } }));
    return worker.fetch(request, env, /** @type {any} */ ({ waitUntil() {} }));
  };
  assert.equal((await ask("/.well-known/oauth-authorization-server")).status, 200);
  const stream = await ask("/sse", { authorization: `Bearer ${key}`, accept: "text/event-stream" });
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
