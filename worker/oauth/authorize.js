// The authorization endpoint: who is it, and what may the client have? What is asked for is in the
// URL, and read anew each time; what is agreed to is what the consent page showed: the provider
// library keeps that, and the form has a handle to it that is bound to the browser.
import { AuthorizationError, CimdFetchError } from "@cloudflare/workers-oauth-provider";
import { timingSafeEqual } from "node:crypto";
import { textOf } from "./bodies.js";
import { consent, decide } from "./consent.js";
import { addressOf, countTry, forgetTries } from "./counters.js";
import { UpstreamError } from "./documents.js";
import { isLoopback } from "./hosts.js";
import { mayEnter, theOwner } from "./identity.js";
import { noteClient } from "./outside.js";
import { Refusal, errorPage, goTo, loginPage, takesHtml } from "./pages.js";
import { isPassphrase } from "./passphrase.js";
import { paths, queryWith } from "./server.js";
import { cookie, findSession, openSession, randomText, setCookie } from "./sessions.js";
import { loginUrl, nameOf, whoCameBack } from "./upstream.js";

/** @import { AuthRequest, OAuthHelpers } from "@cloudflare/workers-oauth-provider" */
/** @import { Settings } from "./settings.js" */

const [FORM_BYTES, FORM_SECONDS] = [16384, 600];
const mayRepeat = "resource"; // RFC 8707, section 2
const loginCookie = "__Host-oauth-login";

/**
 * What it takes to deal with one request to these pages.
 * @typedef {object} Desk
 * @property {Request} request
 * @property {URL} url
 * @property {Settings} settings
 * @property {string[]} scopes all there are
 * @property {any} mailbox
 * @property {OAuthHelpers} oauth
 */

/** @param {Desk} desk @returns {Promise<Response>} */
export async function authorize(desk) {
  return answered(desk, async () => {
    const { method } = desk.request;
    if (method === "POST") return post(desk);
    if (method !== "GET" && method !== "HEAD") throw new Refusal(405, "Open this page in a browser.", "GET, HEAD, POST");
    if (await isGone(desk)) return Response.json(gone, { status: 401, headers: { "cache-control": "no-store" } });
    const wanted = await wantedOf(desk);
    // only our own page begins a login: another site could begin so many that its visitors have to wait
    if (/^(upstream|another)$/.test(desk.url.searchParams.get("login") ?? "")) return isFromElsewhere(desk.request) ? goTo(`${paths.authorize}?${queryWith(desk.url)}`) : beginLogin(desk, wanted);
    const session = await findSession(desk.mailbox, desk.request);
    return session && mayEnter(session, desk.settings) ? consent(desk, wanted, session) : login(desk, wanted);
  });
}

/** Whether another site led here, with a link or a form of its own. @param {Request} request */
const isFromElsewhere = (request) => !["same-origin", "none"].includes(request.headers.get("sec-fetch-site") ?? "none");

/** Where the upstream provider sends the browser. @param {Desk} desk @returns {Promise<Response>} */
export async function callback(desk) {
  return answered(desk, async () => {
    const { settings, url, oauth, request, mailbox } = desk;
    if (!settings.upstream) throw new Refusal(404, "There is nothing here.");
    if (request.method !== "GET") throw new Refusal(405, "Open this page in a browser.", "GET");
    const { request: wanted, data, headers } = await oauth.finishUpstream(request);
    const begun = /** @type {import("./upstream.js").Login} */ (data);
    const refusal = url.searchParams.get("error");
    if (refusal !== null) {
      logRefused("upstream", { detail: `${settings.upstream.issuer}: ${/^[a-z_]{1,40}$/.test(refusal) ? refusal : "without saying why"}` });
      throw new AuthorizationError("access_denied", { ...wanted, description: "Nobody has logged in." });
    }
    const identity = await whoCameBack(settings.upstream, url.origin + paths.callback, url.searchParams, begun);
    if (!mayEnter(identity, settings)) {
      logRefused("not_allowed", { subject: identity.subject, verified: identity.emails });
      const another = `${paths.authorize}?${queryWith(new URL(`?${begun.query}`, url), "again")}`; // by itself, the provider would go on as the same person
      return errorPage(403, `${identity.name} may not use this server. Ask its owner for access (UPSTREAM_ALLOWED).`, headers, another);
    }
    headers.append("set-cookie", await openSession(mailbox, identity));
    return goTo(`${paths.authorize}?${begun.query}`, headers);
  });
}

/** Logs a login that came to nothing, for whoever looks for guessing. @param {string} reason @param {object} [more] */
const logRefused = (reason, more) => console.log(JSON.stringify({ event: "login_refused", reason, ...more }));

/**
 * Whether an error may be sent to the client it is for. Anybody can register one, and then a link to this server would
 * lead anywhere; so only to this computer, or for somebody who is logged in (RFC 9700, section 4.11.2).
 * @param {Desk} desk @param {string} to
 */
async function maySend({ mailbox, request }, to) {
  const { protocol, hostname } = new URL(to);
  return (protocol === "http:" && isLoopback(hostname)) || (await findSession(mailbox, request)) !== undefined;
}

/** @param {Desk} desk @param {() => Promise<Response>} answer @returns {Promise<Response>} */
async function answered(desk, answer) {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof AuthorizationError && error.redirectTo && (await maySend(desk, error.redirectTo))) return goTo(error.redirectTo);
    if (error instanceof AuthorizationError) return errorPage(400, `${String(error.description).replace(/\.$/, "")}. Go back to the application and connect again.`);
    if (error instanceof Refusal) return errorPage(error.status, error.message, error.headers);
    if (error instanceof CimdFetchError) {
      console.log(JSON.stringify({ event: "oauth_refused", reason: error.reason, client: error.metadataUrl, detail: error.detail }));
      return errorPage(400, "The application's description of itself could not be fetched, or is not valid. Tell whoever made the application.");
    }
    if (!(error instanceof UpstreamError)) throw error;
    logRefused("upstream", { detail: error.message });
    return errorPage(502, "The login at the provider did not work. Go back to the application and try again. The server's log says why.");
  }
}

const gone = { error: "invalid_client", error_description: "There is no such client, or its registration has expired: register again." };

/**
 * Whether a program, not a browser, asks as a client that does not exist: mcp-remote asks before it
 * opens a browser with a registration that it kept, since a page could only tell its user.
 * @param {Desk} desk @returns {Promise<boolean>}
 */
async function isGone({ request, oauth, url }) {
  return !takesHtml(request) && (await oauth.lookupClient(url.searchParams.get("client_id") ?? "")) === null;
}

/**
 * True if the URI is written as it is parsed. The library compares those on loopback in parsed form: one that is
 * written differently, such as /a/../callback, would pass. @param {string} uri
 */
function isExact(uri) {
  const parsed = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!parsed || !isLoopback(parsed.hostname)) return /^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/.test(uri);
  const [, path] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\A-Z]+([\x21-\x7e]*)$/.exec(uri) ?? [], whole = parsed.pathname + parsed.search;
  return path === whole || path === whole.slice(1); // a path of / may be left out
}

/** What the client asks for, checked. @param {Desk} desk @returns {Promise<AuthRequest>} */
async function wantedOf({ oauth, url }) {
  // RFC 6749, section 3.1; shown, not sent back, since nobody knows which of two redirect URIs is meant
  const names = [...url.searchParams.keys()], twice = names.find((name, index) => mayRepeat !== name && names.indexOf(name) !== index);
  if (twice !== undefined) throw new AuthorizationError("invalid_request", { description: `The application gives ${/^[a-z_]{1,40}$/.test(twice) ? twice : "a parameter"} more than once` });
  const redirect = url.searchParams.get("redirect_uri") ?? "";
  if (!isExact(redirect)) throw new AuthorizationError("invalid_request", { description: "Invalid redirect URI" });
  const wanted = await oauth.parseAuthRequest(new Request(url));
  noteClient(wanted.clientId);
  const right = wanted.codeChallengeMethod === "S256" && /^[\w-]{43}$/.test(wanted.codeChallenge ?? "");
  if (right) return wanted;
  const description = "PKCE with S256 is required: send code_challenge and code_challenge_method=S256.";
  throw new AuthorizationError("invalid_request", { description, redirectUri: wanted.redirectUri, state: wanted.state, issuer: wanted.issuer });
}

/** @param {Desk} desk @param {AuthRequest} wanted @param {string} [problem] @param {{ status?: number, retryAfter?: number }} [options] */
async function login({ request, url, settings: { owner, upstream }, oauth }, wanted, problem, { status = 200, retryAfter = 0 } = {}) {
  const { clientName } = await oauth.describeConsent(wanted);
  const token = cookie(request, loginCookie) || randomText();
  const headers = new Headers({ "set-cookie": setCookie(loginCookie, token, FORM_SECONDS) });
  if (retryAfter) headers.set("retry-after", String(retryAfter));
  const how = /^(again|another)$/.test(url.searchParams.get("login") ?? "") ? "another" : "upstream";
  const link = upstream && { name: nameOf(upstream.issuer), url: `${paths.authorize}?${queryWith(url, how)}` };
  return loginPage({ client: clientName, passphrase: owner !== undefined, upstream: link, token, problem }, { status, headers });
}

/** @param {Desk} desk @param {AuthRequest} wanted */
async function beginLogin(desk, wanted) {
  const { request, mailbox, url, settings: { upstream }, oauth } = desk;
  if (!upstream) throw new Refusal(404, "This server has no such login. Go back to the application and connect again.");
  const seconds = await countTry(mailbox, "login", addressOf(request));
  if (seconds) return tooMany(desk, wanted, seconds);
  const begun = { verifier: randomText(), nonce: randomText(), query: queryWith(url) };
  const { state, headers } = await oauth.beginUpstream(wanted, { data: begun });
  const another = url.searchParams.get("login") === "another";
  return goTo(await loginUrl(upstream, url.origin + paths.callback, state, begun, another), headers);
}

/** @param {Desk} desk */
async function post(desk) {
  const form = await formOf(desk.request);
  if (form.has("handle")) return decide(desk, form);
  const wanted = await wantedOf(desk), { request, mailbox, settings: { owner } } = desk;
  if (!owner) throw new Refusal(404, "This server has no such login. Go back to the application and connect again.");
  if (!isSame(form.get("token") ?? "", cookie(request, loginCookie))) {
    throw new Refusal(403, "This form was not opened in this browser, or it was opened too long ago. Allow cookies, go back to the application and connect again.");
  }
  const address = addressOf(request), seconds = await countTry(mailbox, "passphrase", address);
  if (seconds) {
    logRefused("too_many_attempts");
    return tooMany(desk, wanted, seconds);
  }
  if (!(await isPassphrase(form.get("passphrase") ?? "", owner))) {
    logRefused("wrong_passphrase");
    return login(desk, wanted, "That is not the passphrase.", { status: 403 });
  }
  await forgetTries(mailbox, "passphrase", address);
  const headers = new Headers({ "set-cookie": await openSession(mailbox, theOwner(owner)) });
  return goTo(`${paths.authorize}?${queryWith(desk.url)}`, headers);
}

/** @param {Desk} desk @param {AuthRequest} wanted @param {number} seconds to wait */
const tooMany = (desk, wanted, seconds) => login(desk, wanted, `Too many attempts. Try again in ${inWords(seconds)}.`, { status: 429, retryAfter: seconds });

/** @param {number} seconds */
const inWords = (seconds) => (seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`);

/** @param {string} posted @param {string} kept */
function isSame(posted, kept) {
  const [a, b] = [posted, kept].map((text) => Buffer.from(text));
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}

/** The form, if one of our pages posted it. @param {Request} request @returns {Promise<URLSearchParams>} */
async function formOf(request) {
  if ((request.headers.get("sec-fetch-site") ?? "same-origin") !== "same-origin") throw new Refusal(403, "This form came from another site. Go back to the application and connect again.");
  const type = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw new Refusal(415, "This is not the form of this page. Go back to the application and connect again.");
  const text = await textOf(request, FORM_BYTES);
  if (text === undefined) throw new Refusal(413, "The form is too long. Go back to the application and connect again.");
  return new URLSearchParams(text);
}
