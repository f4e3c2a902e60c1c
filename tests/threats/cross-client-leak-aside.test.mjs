// A request that waits for its body is set aside as it is, and resumed once the body is there. In
// development it was once resumed as somebody else's: what it knew of its caller was in a table of the
// instance, which others had filled meanwhile, or it went on among the variables of another instance.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { HandmadeIssuer, newKey, signed } from "../e2e/support/issuer.mjs";
import { coreModule } from "../support/builds.mjs";
import { importWorker } from "../support/worker.mjs";

const SEAL_KEY = "0123456789abcdef0123456789abcdef", body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "add", arguments: { a: 1, b: 2 } } }));

/** An entry of TOKENS. @param {string} name */
const entry = (name) => `${name}:${createHash("sha256").update(`key-of-${name}`).digest("hex")}`;

/** @param {string[]} names */
const keys = (...names) => ({ AUTH_MODE: "tokens", TOKENS: names.map(entry).join(","), SEAL_KEY, MAILBOX: {} });

/** Calls a tool. @param {object} env @param {string} token @param {{ length?: boolean, waited?: () => Promise<void> }} [how] `length`: whether the body's length is announced; `waited`: called when the body is waited for, which comes once that is done */
async function ask(env, token, { length = true, waited } = {}) {
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json", ...(length ? { "content-length": String(body.length) } : {}) };
  const pull = async (/** @type {any} */ controller) => (await waited?.(), controller.enqueue(new Uint8Array(body)), controller.close(), controller.byobRequest?.respond(0));
  const request = new Request("https://mcp.example.com/mcp", /** @type {any} */ ({ method: "POST", headers, duplex: "half", body: new ReadableStream({ type: "bytes", pull }, { highWaterMark: 0 }) }));
  return (await worker.fetch(/** @type {any} */ (request), env, context)).status;
}

/** Begins a request, and returns once its body is waited for; what it returns lets the body come. @param {object} env @param {string} token @param {{ length?: boolean }} [how] */
async function held(env, token, how = {}) {
  const [waits, comes] = Array.from({ length: 2 }, () => /** @type {PromiseWithResolvers<void>} */ (Promise.withResolvers()));
  const status = ask(env, token, { ...how, waited: () => (waits.resolve(), comes.promise) });
  await Promise.race([waits.promise, status]);
  return () => (comes.resolve(), status);
}

/** Who was served meanwhile, as the log says. @param {import("node:test").TestContext} t @param {() => Promise<void>} meanwhile */
async function served(t, meanwhile) {
  const lines = /** @type {any[]} */ ([]), log = t.mock.method(console, "log", (/** @type {string} */ line) => lines.push(JSON.parse(line)));
  await meanwhile();
  log.mock.restore();
  return lines.map(({ subject, key }) => subject ?? key);
}

describe("cross-client leak", () => {
  const issuer = new HandmadeIssuer(), key = newKey("ES256", "one");
  const tokenOf = (/** @type {string} */ sub) => signed(key, { iss: issuer.url, aud: "me", sub, client_id: "test", jti: sub, iat: 0, exp: Math.floor(Date.now() / 1000) + 3600 });
  let env = /** @type {any} */ ({}); // each test has instances of its own
  const newEnv = () => ({ AUTH_MODE: "jwt", JWT_ISSUER: issuer.url, JWT_AUDIENCE: "me", SEAL_KEY, MAILBOX: {} });
  before(async () => {
    await coreModule();
    await issuer.start();
    issuer.keys = [key.publicJwk];
    const first = newEnv(), token = tokenOf("first"); // neither is set aside: the first gets the issuer's keys, the second is the first that does not
    for (let i = 0; i < 2; i++) assert.equal(await ask(first, token), 200);
  });
  beforeEach(() => (env = newEnv()));
  after(() => issuer.stop?.());

  test("a call stays its caller's own, whoever else logs in while its body comes", async (t) => {
    const mallory = tokenOf("mallory");
    assert.equal(await ask(env, mallory), 200); // now mallory is remembered
    const finish = await held(env, mallory);
    for (let i = 0; i < 32; i++) assert.equal(await ask(env, tokenOf(`victim-${i}`)), 200); // as many as can be remembered
    assert.deepEqual(await served(t, async () => assert.equal(await finish(), 200)), ["mallory"]);
  });

  // another instance may not have the sealing key yet: what it sealed without one was then refused
  test("only the instance that set a request aside resumes it; another one reads its head anew", async (t) => {
    const { Core } = await import("../../worker/core.js"), { setAside } = Core.prototype, places = new Map();
    t.mock.method(Core.prototype, "setAside", /** @this {any} */ function () {
      const aside = setAside.call(this);
      places.set(aside, this);
      return aside;
    });
    const resume = t.mock.method(Core.prototype, "resume");
    const [alice, carol] = [tokenOf("alice"), tokenOf("carol")];
    const first = [await held(env, alice, { length: false }), await held(env, carol, { length: false })]; // an instance each, in which each is the first caller
    for (const finish of first) assert.equal(await finish(), 200);
    const set = await held(env, carol), streams = await held(env, carol, { length: false }); // `streams` takes the instance that set `set` aside
    assert.deepEqual(await served(t, async () => assert.equal(await set(), 200)), ["carol"]);
    assert.equal(await streams(), 200);
    assert.deepEqual([places.size, resume.mock.callCount()], [1, 0]);
    assert.equal(await ask(env, carol), 200); // nobody takes the instance meanwhile
    const [resumed] = /** @type {any[]} */ (resume.mock.calls), { copy } = resumed.arguments[0];
    assert.deepEqual([resume.mock.callCount(), places.get(resumed.arguments[0]) === resumed.this], [1, true]);
    assert.ok(copy.every((/** @type {number} */ byte) => byte === 0), "the copy, with the token in it, is wiped");
  });

  // an isolate may outlive its variables: the platform then gives it other ones
  test("other variables have other instances: no call becomes somebody else's, and no removed key stays valid", async (t) => {
    const old = keys("amy", "zoe"), now = keys("zoe", "len");
    const streams = await held(old, "key-of-zoe", { length: false }); // has an instance of `old`
    const set = await held(now, "key-of-zoe");
    const others = await held(now, "key-of-len", { length: false }); // has the instance that set `set` aside
    assert.equal(await streams(), 200); // the instance of `old` is free again
    assert.deepEqual(await served(t, async () => assert.equal(await set(), 200)), ["zoe"]);
    assert.equal(await others(), 200);
    assert.equal(await ask(old, "key-of-amy"), 200);
    assert.equal(await ask(now, "key-of-amy"), 401);
  });
});
