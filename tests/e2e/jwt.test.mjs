// Mode `jwt`: whose tokens get in, why others do not, and what an issuer that misbehaves can do.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Stream, call, hello, message, post, toolText } from "./support/http.mjs";
import { HandmadeIssuer, encoded, newKey, shortKey, signed, startProvider } from "./support/issuer.mjs";
import { startWorkerd } from "./support/server.mjs";

/** @typedef {import("./support/server.mjs").Server} Server */

const audience = "https://mcp.example/mcp";
const ping = message("ping");

/** A server that takes this issuer's tokens. @param {string} issuer @param {Record<string, string>} [more] */
const serverOf = (issuer, more = {}) =>
  startWorkerd({ AUTH_MODE: "jwt", JWT_ISSUER: issuer, JWT_AUDIENCE: `other,${audience}`, SEAL_KEY: "k".repeat(32), ...more });

/** @param {Server} server @param {string} token @param {any} [body] @param {Record<string, string>} [headers] */
const ask = (server, token, body = ping, headers = {}) => post(`${server.url}/mcp`, body, { authorization: `Bearer ${token}`, ...headers });

/** Checks that the token is refused like any other, and that the log says why. @param {Server} server @param {string} token @param {string} reason */
async function refused(server, token, reason) {
  const from = server.log().length;
  const { status, headers, json, text } = await ask(server, token);
  assert.equal(status, 401, `${reason}: ${text}`);
  assert.equal(json.error, "invalid_token");
  assert.equal(json.error_description, "The token is not good here: mistyped, withdrawn, expired, or another server's. The server's log says which.");
  assert.match(headers.get("www-authenticate") ?? "", /^Bearer realm="mcp", error="invalid_token", resource_metadata="/);
  const [, said] = await server.program.printed(/"event":"refused","reason":"([^"]*)"/, from);
  assert.equal(said, reason);
}

/** A listener that always answers this. @param {string} body @param {number} [status] @param {Record<string, string>} [headers] @returns {import("node:http").RequestListener} */
const says = (body, status = 200, headers = {}) => (_request, response) => response.writeHead(status, headers).end(body);

/** Checks that the token does not get in for now, and is told to come back. @param {Server} server @param {string} token @param {string} reason */
async function unavailable(server, token, reason) {
  const from = server.log().length;
  const { status, headers, json } = await ask(server, token);
  assert.deepEqual([status, json.error], [503, "temporarily_unavailable"]);
  assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  const [, said] = await server.program.printed(/"event":"refused","reason":"([^"]*)"/, from);
  assert.equal(said, reason);
}

for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
  describe(`a real OpenID Connect server as the issuer, ${algorithm}`, () => {
    /** @type {Awaited<ReturnType<typeof startProvider>>} */
    let provider;
    /** @type {Server} */
    let server;
    before(async () => {
      provider = await startProvider(audience, algorithm);
      server = await serverOf(provider.issuer);
    });
    after(() => Promise.all([server?.stop(), provider?.stop()]));

    test("its tokens get in, at /mcp and at /sse", async () => {
      const token = await provider.token("alice");
      const { status, json } = await ask(server, token, call("getToken"));
      assert.equal(status, 200);
      assert.match(toolText(json), /alice/);
      assert.doesNotMatch(toolText(json), new RegExp(token.slice(-20)));
      const stream = await Stream.open(`${server.url}/sse`, { authorization: `Bearer ${token}` });
      assert.equal(stream.status, 200);
      stream.leave();
    });

    test("a new token of the same subject can use its session; another subject's cannot", async () => {
      const [first, second, other] = [await provider.token("alice"), await provider.token("alice"), await provider.token("bob")];
      assert.notEqual(first, second);
      const begun = await ask(server, first, message("initialize", hello("2025-11-25")));
      const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "" };
      assert.equal((await ask(server, second, ping, session)).status, 200);
      assert.equal((await ask(server, other, ping)).status, 200);
      assert.equal((await ask(server, other, ping, session)).status, 404);
    });
  });
}

describe("whose tokens get in", () => {
  const issuer = new HandmadeIssuer(), keys = ["RS256", "PS256", "ES256", "EdDSA"].map((alg) => newKey(alg, `key-${alg}`));
  const [rsa] = keys, short = shortKey("short"), stranger = newKey("RS256", rsa.kid);
  /** @type {Server} */
  let server;
  before(async () => {
    await issuer.start();
    issuer.keys = [...keys, short].map(({ publicJwk }) => publicJwk);
    server = await serverOf(issuer.url);
  });
  after(() => Promise.all([server?.stop(), issuer.stop?.()]));

  test("those of every algorithm", async () => {
    for (const key of keys) assert.equal((await ask(server, signed(key, issuer.claims({ jti: key.alg })))).status, 200, key.alg);
    assert.equal((await ask(server, signed(keys[3], issuer.claims(), { alg: "Ed25519", kid: keys[3].kid }))).status, 200, "the key says EdDSA, which is the same");
    assert.equal((await ask(server, signed(keys[0], issuer.claims(), { alg: "PS256", kid: keys[0].kid }))).status, 401, "the key says RS256, which is not");
  });

  test("garbage is refused before anything is fetched", async () => {
    const fresh = new HandmadeIssuer();
    await fresh.start();
    const cold = await serverOf(fresh.url);
    try {
      await refused(cold, "abc", "malformed");
      await refused(cold, "a.b.c", "malformed");
      await refused(cold, signed(rsa, { ...fresh.claims(), iss: "https://evil.example" }), "wrong_issuer");
      await refused(cold, signed(rsa, fresh.claims({ exp: 1 })), "expired");
      assert.deepEqual(fresh.asked, {});
    } finally {
      await Promise.all([cold.stop(), fresh.stop?.()]);
    }
  });

  const now = Math.floor(Date.now() / 1000);
  /** @type {[string, string, () => string][]} what it is, the reason in the log, the token */
  const hostile = [
    ["alg none", "algorithm_not_allowed", () => `${encoded({ alg: "none" })}.${encoded(issuer.claims())}.`],
    ["alg none with a signature", "algorithm_not_allowed", () => signed(rsa, issuer.claims(), { alg: "none", kid: rsa.kid })],
    ["HS256 with the RSA key as the secret", "algorithm_not_allowed", () => {
      const text = `${encoded({ alg: "HS256", kid: rsa.kid })}.${encoded(issuer.claims())}`;
      return `${text}.${createHmac("sha256", rsa.pem).update(text).digest("base64url")}`;
    }],
    ["an algorithm that is not the key's", "unknown_key", () => signed(rsa, issuer.claims(), { alg: "PS256", kid: rsa.kid })],
    ["an unknown kid", "unknown_key", () => signed(rsa, issuer.claims(), { alg: "RS256", kid: "nobody" })],
    ["a key that the token brings along", "unknown_key", () => signed(stranger, issuer.claims(), { alg: "RS256", kid: "own", jwk: stranger.publicJwk, jku: `${issuer.url}/own` })],
    ["no kid, when several keys fit", "unknown_key", () => signed(rsa, issuer.claims(), { alg: "RS256" })],
    ["a key of 1024 bits", "unusable_key", () => signed(short, issuer.claims())],
    ["a stranger's signature", "bad_signature", () => signed(stranger, issuer.claims())],
    ["a changed claim", "bad_signature", () => {
      const [header, , signature] = signed(rsa, issuer.claims()).split(".");
      return `${header}.${encoded(issuer.claims({ sub: "admin" }))}.${signature}`;
    }],
    ["crit", "critical_extension", () => signed(rsa, issuer.claims(), { alg: "RS256", kid: rsa.kid, crit: ["exp"], exp: now })],
    ["a token of another type", "wrong_type", () => signed(rsa, issuer.claims(), { alg: "RS256", kid: rsa.kid, typ: "logout+jwt" })],
    ["wrong iss", "wrong_issuer", () => signed(rsa, issuer.claims({ iss: `${issuer.url}/` }))],
    ["wrong aud", "wrong_audience", () => signed(rsa, issuer.claims({ aud: "https://mcp.example" }))],
    ["no aud", "wrong_audience", () => signed(rsa, issuer.claims({ aud: undefined }))],
    ["expired", "expired", () => signed(rsa, issuer.claims({ exp: now - 3600 }))],
    ["no exp", "no_expiry", () => signed(rsa, issuer.claims({ exp: undefined }))],
    ["not yet valid", "not_yet_valid", () => signed(rsa, issuer.claims({ nbf: now + 3600 }))],
    ["issued in the future", "issued_in_future", () => signed(rsa, issuer.claims({ iat: now + 3600 }))],
    ["no sub", "no_subject", () => signed(rsa, issuer.claims({ sub: undefined }))],
    ["a sub of two lines", "no_subject", () => signed(rsa, issuer.claims({ sub: "a\nb" }))],
    ["a claim twice", "malformed", () => signed(rsa, JSON.stringify(issuer.claims()).replace("{", '{"sub":"admin",'))],
    ["a header member twice", "malformed", () => signed(rsa, issuer.claims(), `{"alg":"none","alg":"RS256","kid":"${rsa.kid}"}`)],
    ["padding", "malformed", () => `${signed(rsa, issuer.claims())}=`],
  ];
  for (const [name, reason, token] of hostile) {
    test(`not ${name}: 401, and the log says ${reason}`, () => refused(server, token(), reason));
  }

  test("not an oversized one, which is not a credential at all", async () => {
    const from = server.log().length, { status, json } = await ask(server, signed(rsa, issuer.claims({ filler: "x".repeat(16_384) })));
    assert.deepEqual([status, json.error], [401, "invalid_token"]);
    await server.program.printed(/"event":"refused","reason":"malformed"/, from);
  });

  test("no token is in the log, and a request without a token is 401", async () => {
    const token = signed(rsa, issuer.claims({ jti: "logged?" }));
    assert.equal((await ask(server, token)).status, 200);
    await refused(server, `${token}A`, "bad_signature");
    for (const part of token.split(".").slice(1)) assert(!server.log().includes(part));
    assert.equal((await post(`${server.url}/mcp`, ping, { authorization: undefined })).status, 401);
  });

  test("a verified token is remembered: the issuer is not asked for it again", async () => {
    const token = signed(rsa, issuer.claims({ jti: "remembered" }));
    assert.equal((await ask(server, token)).status, 200);
    const asked = { ...issuer.asked };
    for (let i = 0; i < 5; i++) assert.equal((await ask(server, token)).status, 200);
    assert.deepEqual(issuer.asked, asked);
  });

  test("made-up key ids do not cause the issuer to be asked each time", async () => {
    const asked = { ...issuer.asked };
    for (let i = 0; i < 30; i++) await refused(server, signed(rsa, issuer.claims(), { alg: "RS256", kid: `made-up-${i}` }), "unknown_key");
    assert(issuer.asked["/keys"] - asked["/keys"] <= 1);
    assert.equal(issuer.asked["/own"], undefined);
  });
});

describe("an issuer that misbehaves", () => {
  const key = newKey("ES256", "one"), metadata = "/.well-known/openid-configuration", other = "/.well-known/oauth-authorization-server";
  /** @type {HandmadeIssuer} */
  let issuer;
  before(async () => {
    issuer = await new HandmadeIssuer().start();
    issuer.keys = [key.publicJwk];
  });
  after(() => issuer.stop?.());

  const jwks = JSON.stringify({ keys: [key.publicJwk] });

  /** Runs `check` on a server that never asked this issuer before. @param {Record<string, import("node:http").RequestListener>} instead @param {(server: Server, token: string) => Promise<void>} check */
  async function misbehaving(instead, check) {
    issuer.mend();
    issuer.instead = instead;
    const server = await serverOf(issuer.url);
    try {
      await check(server, signed(key, issuer.claims()));
    } finally {
      await server.stop();
    }
  }

  /** @type {[string, string, Record<string, import("node:http").RequestListener>][]} */
  const cases = [
    ["metadata that is not there", "issuer_unavailable", { [metadata]: says("{}", 404) }],
    ["metadata of another issuer", "issuer_malformed", { [metadata]: (request, response) => says(JSON.stringify({ issuer: "https://evil.example", jwks_uri: `http://${request.headers.host}/keys` }))(request, response) }],
    ["metadata that is a page", "issuer_malformed", { [metadata]: says("<!doctype html>") }],
    ["keys that answer 500", "keys_unavailable", { "/keys": says(jwks, 500) }],
    ["keys that hang up", "keys_unavailable", { "/keys": (request) => void request.socket.destroy() }],
    ["keys that are redirected elsewhere", "keys_unavailable", { "/keys": says("", 302, { location: "/elsewhere" }), "/elsewhere": says(jwks) }],
    ["keys that are huge", "keys_unavailable", { "/keys": says(jwks + " ".repeat(65_536)) }],
    ["keys that never end", "keys_unavailable", { "/keys": (_request, response) => {
      const more = () => { while (response.write(" ".repeat(65_536))); };
      response.on("drain", more);
      more();
    } }],
    ["keys that are malformed", "keys_malformed", { "/keys": says('{"keys":[}') }],
    ["keys that are empty", "keys_unavailable", { "/keys": says("") }],
    ["keys that never arrive", "keys_unavailable", { "/keys": () => {} }],
    ["keys of which only half arrives", "keys_unavailable", { "/keys": (_request, response) => void response.write(jwks.slice(0, 50)) }],
  ];
  for (const [name, reason, instead] of cases) {
    test(`${name}: 503 with Retry-After, and the log says ${reason}`, () => misbehaving(instead, (server, token) => unavailable(server, token, reason)));
  }

  test("one that is unavailable is not asked for each request", () =>
    misbehaving({ "/keys": says("", 500) }, async (server, token) => {
      for (let i = 0; i < 10; i++) await unavailable(server, token, "keys_unavailable");
      assert(issuer.asked["/keys"] <= 2);
    }));

  test("one with only the metadata of RFC 8414 is good enough", () =>
    misbehaving({ [metadata]: says("", 404), [other]: (request, response) => says(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }))(request, response) }, async (server, token) => {
      assert.equal((await ask(server, token)).status, 200);
      assert.deepEqual(issuer.asked, { [metadata]: 1, [other]: 1, "/keys": 1 });
    }));

  test("a key that is not on its curve verifies nothing", () =>
    misbehaving({ "/keys": says(JSON.stringify({ keys: [{ ...key.publicJwk, x: key.publicJwk.y, y: key.publicJwk.x }] })) }, (server, token) => refused(server, token, "bad_signature")));
});

describe("together with other modes, and misconfigured", () => {
  const key = newKey("EdDSA", "one"), opaque = "a-key-of-tokens";
  /** @type {HandmadeIssuer} */
  let issuer;
  before(async () => {
    issuer = await new HandmadeIssuer().start();
    issuer.keys = [key.publicJwk];
  });
  after(() => issuer.stop?.());

  test("tokens,jwt takes both, and refuses what is neither", async () => {
    const TOKENS = `ci:${createHash("sha256").update(opaque).digest("hex")}`;
    const server = await serverOf(issuer.url, { AUTH_MODE: "tokens,jwt", TOKENS });
    try {
      assert.equal((await ask(server, opaque)).status, 200);
      assert.equal((await ask(server, signed(key, issuer.claims()))).status, 200);
      await refused(server, "neither", "unknown");
      await refused(server, signed(key, issuer.claims({ aud: "x" })), "wrong_audience");
    } finally {
      await server.stop();
    }
  });

  test("a missing or wrong variable is named, and nobody gets in", async () => {
    const wrong = { JWT_ISSUER: ["", "http://issuer.example", "issuer.example"], JWT_AUDIENCE: [""] };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const server = await serverOf(issuer.url, { [name]: value });
        try {
          const { status, json } = await ask(server, signed(key, issuer.claims()));
          assert.deepEqual([status, json.error], [500, "misconfigured"]);
          assert.match(json.error_description, new RegExp(name));
        } finally {
          await server.stop();
        }
      }
    }
  });
});
