// An OpenID Connect provider on loopback, as others run one: oidc-provider, with its own pages for
// logging in and for consent, which ask for nothing but a name.
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

/** Who has an account there, and what is known of them. @type {Record<string, object>} */
export const accounts = {
  ada: { email: "ada@example.com", email_verified: true, preferred_username: "ada" },
  eve: { email: "ada@example.com", email_verified: false, preferred_username: "eve" },
  bob: { email: "bob@elsewhere.example", email_verified: true, preferred_username: "bob" },
};

export const registration = { client_id: "remote-mcp-server-c", client_secret: "a secret: with/what=is encoded & signs", grant_types: ["authorization_code"], response_types: ["code"] };

export const algorithms = ["RS256", "PS256", "ES256", "EdDSA"];

/** A key of each kind, as JWKs. */
function keys() {
  const pairs = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("ec", { namedCurve: "P-256" }), generateKeyPairSync("ed25519")];
  return pairs.map(({ privateKey }, i) => Object.assign(privateKey.export({ format: "jwk" }), { kid: `key ${i}`, use: "sig" }));
}

/** @returns {Promise<{ url: string, expect: (redirectUri: string, algorithm?: string) => void, stop: () => void }>} `expect` says where its client comes back, and how its ID tokens are signed */
export async function startUpstream() {
  const http = createServer();
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (http.address()), url = `http://localhost:${port}`;
  const client = { ...registration, redirect_uris: ["http://localhost/"], id_token_signed_response_alg: "RS256" };
  const jwks = { keys: keys() };
  const make = () => new Provider(url, {
    clients: [client],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username"] },
    findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
    pkce: { required: () => true },
    cookies: { keys: ["of the tests"] },
    jwks,
    enabledJWA: { idTokenSigningAlgValues: algorithms },
  });
  let handle = make().callback();
  http.on("request", (request, response) => handle(request, response));
  return {
    url,
    expect: (redirectUri, algorithm = "RS256") => {
      client.redirect_uris = [redirectUri];
      client.id_token_signed_response_alg = algorithm;
      handle = make().callback();
    },
    stop: () => {
      http.closeAllConnections();
      http.close();
    },
  };
}
