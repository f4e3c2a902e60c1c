// Who issues tokens: a real OpenID Connect server, and one made by hand that says what a test wants.
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import Provider from "oidc-provider";

/** @typedef {import("node:net").AddressInfo} AddressInfo */

/**
 * Listens on a free port of this machine.
 * @param {http.RequestListener} [listener]
 * @returns {Promise<{ server: http.Server, url: string, stop: () => Promise<void> }>}
 */
async function listen(listener) {
  const server = http.createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { server, url: `http://127.0.0.1:${/** @type {AddressInfo} */ (server.address()).port}`, stop };
}

/** The clients of the real one: each is the subject of its own tokens. */
const clients = ["alice", "bob"];

/**
 * `oidc-provider`, certified for OpenID Connect. `token` gets an access token by the grant client_credentials.
 * @param {string} resource whom tokens are for (RFC 8707)
 * @param {string} [algorithm] that signs them
 */
export async function startProvider(resource, algorithm = "RS256") {
  const { server, url, stop } = await listen();
  const { jwk } = newKey(algorithm, "provider-1");
  const getResourceServerInfo = () => ({ scope: "files:read files:write", audience: resource, accessTokenFormat: "jwt", jwt: { sign: { alg: algorithm } } });
  const provider = new Provider(url, /** @type {any} */ ({
    clients: clients.map((id) => ({
      client_id: id, client_secret: `${id}-secret`, grant_types: ["client_credentials"], redirect_uris: [], response_types: [],
      id_token_signed_response_alg: algorithm,
    })),
    jwks: { keys: [jwk] },
    enabledJWA: { idTokenSigningAlgValues: [algorithm] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: true, getResourceServerInfo, defaultResource: () => resource },
    },
  }));
  server.on("request", provider.callback());

  /** @param {string} client @param {string} [scope] @returns {Promise<string>} */
  async function token(client, scope = "files:read") {
    const authorization = `Basic ${Buffer.from(`${client}:${client}-secret`).toString("base64")}`;
    const body = new URLSearchParams({ grant_type: "client_credentials", resource, scope });
    const response = await fetch(`${url}/token`, { method: "POST", headers: { authorization }, body });
    const answer = /** @type {any} */ (await response.json());
    if (!response.ok) throw new Error(`The issuer answered ${JSON.stringify(answer)}`);
    return answer.access_token;
  }
  return { issuer: url, token, stop };
}

/** How each algorithm's keys are made, and what signs with one. @type {Record<string, { key: () => any, sign: (text: string, key: any) => Buffer }>} */
const algorithms = {
  RS256: { key: rsaKey, sign: (text, key) => sign("sha256", Buffer.from(text), key) },
  PS256: {
    key: rsaKey,
    sign: (text, key) => sign("sha256", Buffer.from(text), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  },
  ES256: {
    key: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
    sign: (text, key) => sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }),
  },
  EdDSA: { key: () => generateKeyPairSync("ed25519"), sign: (text, key) => sign(null, Buffer.from(text), key) },
};

function rsaKey(modulusLength = 2048) {
  return generateKeyPairSync("rsa", { modulusLength });
}

/** @typedef {{ alg: string, kid: string, privateKey: import("node:crypto").KeyObject, jwk: any, publicJwk: any, pem: string }} Key */

/** @param {string} alg @param {string} kid @returns {Key} */
export function newKey(alg, kid, pair = algorithms[alg].key()) {
  const described = { kid, alg, use: "sig" };
  return {
    alg, kid,
    privateKey: pair.privateKey,
    jwk: { ...pair.privateKey.export({ format: "jwk" }), ...described },
    publicJwk: { ...pair.publicKey.export({ format: "jwk" }), ...described },
    pem: pair.publicKey.export({ format: "pem", type: "spki" }),
  };
}

/** An RSA key that is too short. @param {string} kid */
export const shortKey = (kid) => newKey("RS256", kid, rsaKey(1024));

/** @param {string | object} part JSON as it is, or an object */
export const encoded = (part) => Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url");

/** A compact JWS. @param {Key} key @param {string | object} claims @param {string | object} [header] */
export function signed(key, claims, header = { alg: key.alg, kid: key.kid, typ: "at+jwt" }) {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${algorithms[key.alg].sign(text, key.privateKey).toString("base64url")}`;
}

/** An issuer whose every answer can be made wrong. */
export class HandmadeIssuer {
  /** @type {Record<string, number>} how often each path was asked for */
  asked = {};
  /** @type {Record<string, http.RequestListener>} what is answered there instead */
  instead = {};
  /** @type {any[]} the JWK set */
  keys = [];
  url = "";

  async start() {
    const { url, stop } = await listen((request, response) => this.#answer(request, response));
    this.url = url;
    this.stop = stop;
    return this;
  }

  /** Makes it what it was at the start, except for its keys. */
  mend() {
    this.asked = {};
    this.instead = {};
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  #answer(request, response) {
    const path = request.url ?? "";
    this.asked[path] = (this.asked[path] ?? 0) + 1;
    if (this.instead[path]) return void this.instead[path](request, response);
    const documents = {
      "/.well-known/openid-configuration": { issuer: this.url, jwks_uri: `${this.url}/keys` },
      "/keys": { keys: this.keys },
    };
    const document = documents[path];
    response.writeHead(document ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(document ?? { error: "not_found" }));
  }

  /** The claims of a good token. @param {object} [more] */
  claims(more = {}) {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.url, aud: "https://mcp.example/mcp", sub: "alice", iat: now, exp: now + 600, scope: "files:read", ...more };
  }
}
