// How long mode `jwt` relies on what it knows: keys that are replaced, withdrawn, or unavailable for a
// while. The Worker runs in this process, so that the test sets the clock; the issuer is a real server.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, mock, test } from "node:test";
import { coreModule } from "../support/builds.mjs";
import { importWorker } from "../support/worker.mjs";
import { message } from "./support/http.mjs";
import { HandmadeIssuer, newKey, signed } from "./support/issuer.mjs";

/** @param {number} seconds */
const later = (seconds) => mock.timers.tick(seconds * 1000);

describe("the keys of an issuer", () => {
  const [one, two] = [newKey("ES256", "one"), newKey("ES256", "two")], again = newKey("ES256", "one");
  const metadata = "/.well-known/openid-configuration";
  /** @type {HandmadeIssuer} */
  let issuer;
  /** @type {any} */
  let worker;
  /** @type {object} */
  let env; // the same for all requests: an instance serves no other, and what it remembers would be lost
  let tokens = 0;

  /** A token that nobody has seen. @param {typeof one} key @param {object} [claims] */
  const token = (key, claims) => signed(key, issuer.claims({ exp: Math.floor(Date.now() / 1000) + 86_400, jti: ++tokens, ...claims }));
  /** @param {typeof one[]} keys */
  const publish = (...keys) => (issuer.keys = keys.map(({ publicJwk }) => publicJwk));

  /** @param {string} sent @returns {Promise<number>} the status */
  async function ask(sent) {
    const body = JSON.stringify(message("ping"));
    const headers = { authorization: `Bearer ${sent}`, "content-type": "application/json", "content-length": String(body.length) };
    const request = new Request("https://mcp.example/mcp", { method: "POST", headers, body });
    return (await worker.fetch(request, env, { waitUntil() {} })).status;
  }

  before(async () => {
    mock.timers.enable({ apis: ["Date"], now: Date.now() });
    for (const method of /** @type {const} */ (["log", "warn"])) mock.method(console, method, () => {});
    await coreModule();
    worker = await importWorker();
    issuer = await new HandmadeIssuer().start();
    env = { AUTH_MODE: "jwt", JWT_ISSUER: issuer.url, JWT_AUDIENCE: "https://mcp.example/mcp", SEAL_KEY: "k".repeat(32) };
  });
  after(() => {
    mock.reset();
    return issuer.stop?.();
  });
  beforeEach(() => {
    later(3600); // no earlier copy is still valid
    issuer.mend();
    publish(one);
  });

  // this test has to be the first: nobody has a copy yet
  test("of many requests at once in a new isolate, few ask the issuer; others are told to come back", async () => {
    const statuses = await Promise.all(Array.from({ length: 50 }, () => ask(token(one))));
    assert.ok(issuer.asked[metadata] <= 8, `it was asked ${issuer.asked[metadata]} times`);
    assert.deepEqual([...new Set(statuses)].toSorted(), [200, 503]);
    assert.equal(await ask(token(one)), 200);
  });

  test("a copy is valid for ten minutes, not longer", async () => {
    assert.equal(await ask(token(one)), 200);
    later(599);
    assert.equal(await ask(token(one)), 200);
    assert.deepEqual(issuer.asked, { [metadata]: 1, "/keys": 1 });
    later(2);
    assert.equal(await ask(token(one)), 200);
    assert.deepEqual(issuer.asked, { [metadata]: 2, "/keys": 2 });
  });

  test("a new key is found 30 seconds after the issuer was last asked, not before", async () => {
    assert.equal(await ask(token(one)), 200);
    publish(one, two);
    later(29);
    assert.equal(await ask(token(two)), 401);
    assert.equal(issuer.asked["/keys"], 1);
    later(2);
    assert.equal(await ask(token(two)), 200);
    assert.equal(await ask(token(one)), 200);
    assert.equal(issuer.asked["/keys"], 2);
  });

  test("so is a new key with the old one's id", async () => {
    assert.equal(await ask(token(one)), 200);
    publish(again);
    later(31);
    assert.equal(await ask(token(again)), 200);
    assert.equal(await ask(token(one)), 401);
  });

  test("unknown keys cost the issuer one request in 30 seconds, however many tokens name them", async () => {
    for (let i = 0; i < 20; i++) {
      assert.equal(await ask(token(two)), 401);
      later(3);
    }
    assert.equal(issuer.asked["/keys"], 2);
  });

  test("a withdrawn key lets nobody in after ten minutes, not even with a token that it let in before", async () => {
    const known = token(one);
    assert.equal(await ask(known), 200);
    publish(two);
    later(601);
    assert.equal(await ask(token(one)), 401);
    assert.equal(await ask(known), 401);
  });

  test("a remembered token expires when it says", async () => {
    const short = token(one, { exp: Math.floor(Date.now() / 1000) + 300 });
    assert.equal(await ask(short), 200);
    later(299);
    assert.equal(await ask(short), 200);
    later(62);
    assert.equal(await ask(short), 401);
  });

  test("while an issuer is unavailable, keys that are known stay valid for their ten minutes", async () => {
    assert.equal(await ask(token(one)), 200);
    issuer.instead["/keys"] = (_request, response) => void response.writeHead(500).end();
    later(31);
    assert.equal(await ask(token(two)), 503);
    assert.equal(await ask(token(one)), 200);
    later(570);
    assert.equal(await ask(token(one)), 503);
    assert.equal(await ask(token(one)), 503);
    assert.equal(issuer.asked["/keys"], 3);
    issuer.mend();
    later(6);
    assert.equal(await ask(token(one)), 200);
  });

  test("malformed documents are asked for again after 30 seconds", async () => {
    issuer.instead["/keys"] = (_request, response) => void response.end("<!doctype html>");
    assert.equal(await ask(token(one)), 503);
    issuer.mend();
    assert.equal(await ask(token(one)), 503);
    later(31);
    assert.equal(await ask(token(one)), 200);
  });

  test("while one request asks for new keys, others use the old ones", async () => {
    assert.equal(await ask(token(one)), 200);
    later(601);
    /** @type {Promise<import("node:http").ServerResponse>} */
    const waiting = new Promise((resolve) => (issuer.instead["/keys"] = (_request, response) => resolve(response)));
    const first = ask(token(one));
    const response = await waiting;
    assert.equal(await ask(token(one)), 200);
    response.end(JSON.stringify({ keys: issuer.keys }));
    assert.equal(await first, 200);
    assert.equal(issuer.asked["/keys"], 2);
  });
});
