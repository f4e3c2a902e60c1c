// Logging in at an upstream provider: the authorization code flow with PKCE, state and nonce. The
// state is the provider library's: it is bound to the browser, and good only once.
import { createHash } from "node:crypto";
import { UpstreamError, json } from "./documents.js";
import { claimsOf } from "./id-token.js";
import { hasControls, somebodyAt } from "./identity.js";
import { known, providerOf } from "./providers.js";

/** @import { Identity } from "./identity.js" */
/** @import { Provider } from "./providers.js" */
/** @import { Upstream } from "./settings.js" */

/** What is kept of a login for the way back. @typedef {{ verifier: string, nonce: string, query: string }} Login */

const google = "https://accounts.google.com";

/** What people call it. @param {string} issuer */
export const nameOf = (issuer) => (known[issuer] ? "GitHub" : issuer === google ? "Google" : new URL(issuer).host);

/**
 * Where the browser goes to log in.
 * @param {Upstream} upstream @param {string} callback @param {string} state @param {Login} login
 * @param {boolean} [another] whether it should ask who it is, although it knows somebody
 * @returns {Promise<string>}
 */
export async function loginUrl({ issuer, clientId }, callback, state, { verifier, nonce }, another) {
  const provider = await providerOf(issuer), url = new URL(provider.authorize);
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: callback,
    scope: provider.scope,
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...(provider.keys ? { nonce } : {}),
    // OpenID Connect Core 1.0, section 3.1.2.1; these two let one choose instead, and not all others do
    ...(another ? { prompt: known[issuer] || issuer === google ? "select_account" : "login" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/**
 * Who came back.
 * @param {Upstream} upstream @param {string} callback @param {URLSearchParams} response @param {Login} login
 * @returns {Promise<Identity>}
 */
export async function whoCameBack(upstream, callback, response, login) {
  const { issuer } = upstream, provider = await providerOf(issuer), from = response.get("iss");
  if (provider.namesItself ? from !== issuer : from !== null && provider.keys && from !== issuer) throw new UpstreamError("the response is from another issuer");
  const tokens = await redeem(provider, upstream, callback, response.get("code") ?? "", login.verifier);
  if (typeof tokens.access_token !== "string") throw new UpstreamError(`${issuer} gave no token: ${String(tokens.error).slice(0, 40)}`);
  if (!provider.keys) return gitHubUser(provider, tokens.access_token);
  const claims = await claimsOf(tokens.id_token, await json(provider.keys), { issuer, clientId: upstream.clientId, nonce: login.nonce });
  return somebodyAt(issuer, userOf(issuer, await userInfo(provider, claims, tokens.access_token)));
}

/** RFC 6749, section 4.1.3. @param {Provider} provider @param {Upstream} upstream @param {string} callback @param {string} code @param {string} verifier */
function redeem(provider, { clientId, clientSecret }, callback, code, verifier) {
  const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier });
  const headers = /** @type {Record<string, string>} */ ({});
  const byForm = !clientSecret || provider.clientAuthentication?.includes("client_secret_post");
  if (byForm) body.set("client_id", clientId);
  if (byForm && clientSecret) body.set("client_secret", clientSecret);
  if (!byForm) headers.authorization = `Basic ${btoa([clientId, clientSecret].map((part) => formEncoded(part ?? "")).join(":"))}`;
  return json(provider.token, { method: "POST", body, headers });
}

/** RFC 6749, section 2.3.1. @param {string} text */
const formEncoded = (text) => new URLSearchParams({ _: text }).toString().slice(2);

/** The claims of the ID token or, if it leaves the address out, of the userinfo endpoint: never a mixture. @param {Provider} provider @param {any} claims @param {string} token */
async function userInfo({ userInfo: url }, claims, token) {
  if (!url || claims.email !== undefined) return claims;
  const user = await json(url, { headers: { authorization: `Bearer ${token}` } });
  return user.sub === claims.sub ? user : claims; // OpenID Connect Core 1.0, section 5.3.2
}

/** @param {string} issuer @param {any} claims */
export function userOf(issuer, { sub, email, email_verified: verified, hd, preferred_username: login, name }) {
  const emails = verified === true && typeof email === "string" ? [email] : [];
  const user = { id: sub, name: [login, name].find((each) => typeof each === "string"), emails };
  // an account that somebody made for themselves with a company's address stays theirs when they leave: it has no `hd`
  return issuer === google ? { ...user, domains: typeof hd === "string" ? [`@${hd}`] : emails.flatMap((each) => /@(?:gmail|googlemail)\.com$/i.exec(each) ?? []) } : user;
}

/** A GitHub login can be renamed, and then taken by somebody else; the number stays. @param {Provider} provider @param {string} token */
async function gitHubUser({ issuer, user = "", emails = "" }, token) {
  const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
  const [{ id, login }, addresses] = await Promise.all([json(user, { headers }), json(emails, { headers })]);
  if (!Number.isSafeInteger(id) || !Array.isArray(addresses)) throw new UpstreamError(`${issuer} does not say who logged in`);
  const verified = addresses.filter((each) => each.verified === true).toSorted((a, b) => Number(b.primary) - Number(a.primary));
  const name = typeof login === "string" && !hasControls(login) ? login : undefined;
  const who = somebodyAt(issuer, { id: String(id), name, emails: verified.map(({ email }) => String(email)) });
  return name ? { ...who, name } : who;
}
