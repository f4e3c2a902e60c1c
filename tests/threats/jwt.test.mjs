// The classics of JWT libraries: what the token says about itself decides how it is checked. Each of these
// was accepted somewhere. tests/e2e/jwt.test.mjs tests them with the reasons in the log.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { call, post, toolText } from "../e2e/support/http.mjs";
import { HandmadeIssuer, encoded, newKey, signed } from "../e2e/support/issuer.mjs";
import { startWorkerd } from "../e2e/support/server.mjs";
import { toolsRun } from "./support.mjs";

const audience = "https://mcp.example/mcp";

describe("JWT", () => {
  const issuer = new HandmadeIssuer(), rsa = newKey("RS256", "rsa"), curve = newKey("ES256", "curve"), stranger = newKey("RS256", "rsa");
  /** @type {import("../e2e/support/server.mjs").Server} */
  let server;
  const start = () => startWorkerd({ AUTH_MODE: "jwt", JWT_ISSUER: issuer.url, JWT_AUDIENCE: audience, SEAL_KEY: "0123456789abcdef0123456789abcdef" });
  before(async () => {
    await issuer.start();
    issuer.keys = [rsa.publicJwk, curve.publicJwk];
    server = await start();
  });
  after(() => Promise.all([server?.stop(), issuer.stop?.()]));

  const ask = (/** @type {string} */ token, from = server) => post(`${from.url}/mcp`, call("getToken"), { authorization: `Bearer ${token}` });
  const now = Math.floor(Date.now() / 1000);
  const unsigned = (/** @type {object} */ header) => `${encoded(header)}.${encoded(issuer.claims())}`;
  const hmac = (/** @type {string} */ secret) => {
    const text = unsigned({ alg: "HS256", kid: "rsa" });
    return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
  };
  const rs = (/** @type {object} */ changes, /** @type {object} */ header = {}) => signed(rsa, issuer.claims(changes), { alg: "RS256", kid: "rsa", ...header });

  /** @type {[string, () => string][]} */
  const classics = [
    ["alg: none", () => `${unsigned({ alg: "none" })}.`],
    ["alg: None", () => `${unsigned({ alg: "None" })}.`],
    ["alg: NONE", () => `${unsigned({ alg: "NONE" })}.`],
    ["alg: nOnE", () => `${unsigned({ alg: "nOnE" })}.`],
    ["alg: none with a signature", () => rs({}, { alg: "none" })],
    ["alg: None with a signature", () => rs({}, { alg: "None" })],
    ["alg: NONE with a signature", () => rs({}, { alg: "NONE" })],
    ["no signature under a good alg", () => `${unsigned({ alg: "RS256", kid: "rsa" })}.`],
    ["HS256 with the RSA key's PEM as the secret", () => hmac(rsa.pem)],
    ["HS256 with the RSA key's JWK as the secret", () => hmac(JSON.stringify(rsa.publicJwk))],
    ["HS256 with an empty secret", () => hmac("")],
    ["an ES256 signature of zeros (CVE-2022-21449)", () => `${unsigned({ alg: "ES256", kid: "curve" })}.${Buffer.alloc(64).toString("base64url")}`],
    ["a key id that no key has", () => rs({}, { kid: "nobody" })],
    ["a key id that is a path", () => rs({}, { kid: "../../../../dev/null" })],
    ["a key that the token brings along", () => signed(stranger, issuer.claims(), { alg: "RS256", kid: "own", jwk: stranger.publicJwk })],
    ["a key's URL that the token brings along", () => signed(stranger, issuer.claims(), { alg: "RS256", kid: "own", jku: `${issuer.url}/own` })],
    ["a stranger's key under the id of the issuer's", () => signed(stranger, issuer.claims())],
    ["an algorithm that is not the key's", () => signed(rsa, issuer.claims(), { alg: "PS256", kid: "rsa" })],
    ["crit with an extension", () => rs({}, { crit: ["b64"], b64: false })],
    ["wrong iss", () => rs({ iss: "https://evil.example" })],
    ["iss with an additional slash", () => rs({ iss: `${issuer.url}/` })],
    ["no iss", () => rs({ iss: undefined })],
    ["wrong aud", () => rs({ aud: "https://evil.example/mcp" })],
    ["no aud", () => rs({ aud: undefined })],
    ["expired", () => rs({ exp: now - 600 })],
    ["not yet valid", () => rs({ nbf: now + 600 })],
    ["no exp", () => rs({ exp: undefined })],
    ["an exp that is text", () => rs({ exp: "9999999999" })],
    ["an exp that is absurdly far away", () => rs({ exp: 1e300 })],
    ["a claim twice", () => signed(rsa, JSON.stringify(issuer.claims()).replace("{", `{"aud":"${audience}",`))],
    ["a claim twice, once escaped", () => signed(rsa, JSON.stringify(issuer.claims({ aud: "x" })).replace("{", `{"\\u0061ud":"${audience}",`))],
    ["a header member twice", () => signed(rsa, issuer.claims(), '{"alg":"none","alg":"RS256","kid":"rsa"}')],
    ["a changed subject", () => { const [head, , signature] = rs({}).split("."); return `${head}.${encoded(issuer.claims({ sub: "admin" }))}.${signature}`; }],
    ["a changed header", () => { const [, claims, signature] = rs({}).split("."); return `${encoded({ alg: "RS256", kid: "rsa", more: 1 })}.${claims}.${signature}`; }],
    ["only two parts", () => rs({}).split(".").slice(0, 2).join(".")],
    ["a fourth part that is empty", () => `${rs({})}.`],
    ["four parts", () => `${rs({})}.${encoded({})}`],
    ["five parts, as of an encrypted token", () => `${rs({})}.${encoded({})}.${encoded({})}`],
    ["oversized", () => rs({ filler: "x".repeat(16_384) })],
    ["deeply nested claims", () => signed(rsa, `{"iss":"${issuer.url}","x":${"[".repeat(1000)}${"]".repeat(1000)}}`)],
  ];
  for (const [name, token] of classics) {
    test(`${name}: 401, and no tool runs`, async () => {
      /** @type {Awaited<ReturnType<typeof ask>> | undefined} */
      let answer;
      assert.deepEqual(await toolsRun(server, `Bearer ${rs({})}`, async () => (answer = await ask(token()))), []);
      assert.deepEqual([answer?.status, answer?.json?.error], [401, "invalid_token"], answer?.text);
    });
  }

  test("a good token is let in, so nothing else refused the others, and its call is logged", async () => {
    assert.deepEqual(await toolsRun(server, `Bearer ${rs({})}`, async () => {
      const { status, json } = await ask(rs({ jti: "good" }));
      assert.equal(status, 200);
      assert.match(toolText(json), /alice/);
    }), ["getToken"]);
  });

  /** @type {[string, import("node:http").RequestListener][]} */
  const troubles = [
    ["down", (request) => void request.socket.destroy()],
    ["slow", () => {}],
    ["slow halfway through", (_request, response) => void response.write('{"keys":[')],
  ];
  for (const [name, listener] of troubles) {
    test(`an issuer whose keys are ${name}: nobody is let in, and everybody gets an answer`, { timeout: 60_000 }, async () => {
      issuer.instead["/keys"] = listener;
      const cold = await start();
      try {
        // RFC 6750 has 401 for bad tokens, but nobody knows whether this one is bad
        const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => ask(rs({ jti: `${name} ${i}` }), cold)));
        assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
      } finally {
        await cold.stop();
        issuer.mend();
      }
    });
  }
});
