// Where the users of an upstream provider log in: what OpenID Connect discovery says about an
// issuer or, for providers that are none, what they document.
import { isLoopback } from "./hosts.js";
import { UpstreamError, json } from "./documents.js";

/**
 * @typedef {object} Provider
 * @property {string} issuer
 * @property {string} authorize
 * @property {string} token
 * @property {string} scope what is asked for
 * @property {string} [keys] of the ID token, if it is an OpenID Connect provider
 * @property {string} [userInfo]
 * @property {string[]} [clientAuthentication]
 * @property {boolean} [namesItself] its responses have `iss` (RFC 9207)
 * @property {string} [user] GitHub's: whose access token it is, and
 * @property {string} [emails] the addresses they have there
 */

/** @type {Record<string, Provider>} those that are not OpenID Connect issuers */
export const known = {
  "https://github.com": {
    issuer: "https://github.com",
    authorize: "https://github.com/login/oauth/authorize",
    token: "https://github.com/login/oauth/access_token",
    scope: "read:user user:email",
    clientAuthentication: ["client_secret_post"],
    user: "https://api.github.com/user",
    emails: "https://api.github.com/user/emails",
  },
};

/** @param {string} issuer @returns {Promise<Provider>} */
export async function providerOf(issuer) {
  return known[issuer] ?? discover(issuer);
}

/** OpenID Connect Discovery 1.0, section 4. @param {string} issuer @returns {Promise<Provider>} */
async function discover(issuer) {
  const document = await json(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (document.issuer !== issuer) throw new UpstreamError(`${issuer}: its discovery document names the issuer ${JSON.stringify(document.issuer)}`);
  const provider = {
    issuer,
    authorize: endpoint(document, "authorization_endpoint"),
    token: endpoint(document, "token_endpoint"),
    keys: endpoint(document, "jwks_uri"),
    userInfo: document.userinfo_endpoint === undefined ? undefined : endpoint(document, "userinfo_endpoint"),
    clientAuthentication: document.token_endpoint_auth_methods_supported,
    namesItself: document.authorization_response_iss_parameter_supported === true,
    scope: "openid email profile",
  };
  return provider;
}

/** @param {any} document @param {string} name @returns {string} */
function endpoint(document, name) {
  const url = URL.canParse(document[name]) ? new URL(document[name]) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname))) return url.href;
  throw new UpstreamError(`${document.issuer}: its discovery document has no usable ${name}`);
}
