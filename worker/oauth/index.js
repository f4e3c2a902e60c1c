// The Worker of the environment `oauth`: the same one, with an authorization server in front. That is
// a library, which no other build carries; requests that are not for it go to the shim.
import "./log.js";
import shim from "../index.js";
import { createHash } from "node:crypto";
import { authorize, callback } from "./authorize.js";
import { textOf } from "./bodies.js";
import { addressOf, countTry } from "./counters.js";
import { isLoopback } from "./hosts.js";
import { mayEnter, scopesFor } from "./identity.js";
import { noteClient, servedAt } from "./outside.js";
import { errorPage, takesHtml } from "./pages.js";
import { paths, serverAt } from "./server.js";
import { readSettings, usesOAuth } from "./settings.js";

export { Mailbox } from "../mailbox.js";

/** @import { Settings } from "./settings.js" */

/** What this isolate has read from its variables. */
let read = /** @type {{ from: any, env: any, settings: Settings }} */ ({ from: undefined, env: undefined, settings: {} });

const KEY_BYTES = 512; // the platform fails on a longer key

/** The same storage, where nothing is found under a key that is too long: strangers say what is looked up. @param {any} kv @returns {any} */
const lookedUp = (kv) => ({
  get: async (key, options) => (Buffer.byteLength(key) > KEY_BYTES ? null : kv.get(key, options)),
  put: (...given) => kv.put(...given),
  delete: (key) => kv.delete(key),
  list: (options) => kv.list(options),
});

/** The same env each time, with the function that the core asks about a token, or what is wrong with the settings. @param {any} env */
function reading(env) {
  if (read.from === env) return read;
  const settings = readSettings(env), stored = { ...env, OAUTH_KV: lookedUp(env.OAUTH_KV) };
  if (settings.problem) console.error(settings.problem);
  read = { from: env, env: { ...stored, introspect: settings.problem ?? ((token) => introspect(token, stored, settings)) }, settings };
  return read;
}

/**
 * What an access token says, as c/oauth.h wants it; empty if it is not good.
 * @param {string} token @param {any} env @param {Settings} settings
 * @returns {Promise<Uint8Array>}
 */
async function introspect(token, env, settings) {
  // tokens are looked up by themselves: which origin the server is at makes no difference
  const { provider } = await serverAt("https://introspection.invalid", settings, async () => []);
  const known = await provider.getOAuthApi(env).unwrapToken(token).catch((error) => (console.error(error), error));
  if (known instanceof Error) return new Uint8Array([0]); // it could not be looked up
  if (!known) return new Uint8Array();
  if (!mayEnter(known.grant.props, settings)) return new TextEncoder().encode("not_allowed");
  const { subject, name } = known.grant.props;
  const lines = [subject, name, scopesFor(known.grant.props, settings, known.scope).join(" "), known.expiresAt * 1000, [known.audience ?? []].flat().join(" ")];
  return new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
}

/** The scopes that the tools ask for, as the core lists them. @param {string} origin @param {any} env @param {ExecutionContext} context */
async function scopesOf(origin, env, context) {
  const response = await shim.fetch(new Request(`${origin}/.well-known/oauth-protected-resource`), env, context);
  if (!response.ok) throw new Error(`The core did not list the scopes: status ${response.status}`); // no empty list: what comes is remembered
  const { scopes_supported: scopes } = /** @type {any} */ (await response.json());
  return Array.isArray(scopes) ? scopes : [];
}

/** An error of ours, in the core's form. @param {number} status @param {string} error @param {string} message @param {Record<string, string>} [headers] */
const refuse = (status, error, message, headers) => Response.json({ error, error_description: message }, { status, headers: { "cache-control": "no-store", "access-control-allow-origin": "*", ...headers } });

/** Whether a client was given a key, as c/issued_tokens.c sees it: what `npm run keys` makes, or a header that OAuth never uses. @param {Headers} headers */
const cameWithKey = (headers) => /^bearer +mcp_/i.test(headers.get("authorization") ?? "") || headers.has("x-api-key") || headers.has("x-auth-token");

/**
 * Each registration is kept for a while, so there is a limit to them. And a client sends the headers
 * it was given here, too: one whose key was refused at /mcp has come to begin a login that nobody
 * wants, and is told what is wrong instead (RFC 7591, section 3, and RFC 6750, section 3.1).
 * @param {Request} request @param {any} mailbox
 */
async function refuseRegistration(request, mailbox) {
  if (cameWithKey(request.headers)) {
    const message = "The key that was sent is not valid here. Correct it, or send none and log in.";
    return refuse(401, "invalid_token", message, { "www-authenticate": 'Bearer realm="mcp", error="invalid_token"' });
  }
  const seconds = request.method === "POST" ? await countTry(mailbox, "registration", addressOf(request)) : 0;
  if (!seconds) return undefined;
  const headers = { "retry-after": String(seconds), "access-control-expose-headers": "Retry-After" };
  return refuse(429, "too_many_requests", `Too many registrations. Try again in ${seconds} seconds.`, headers);
}

const [POSTED_BYTES, TOKEN_PARAMETERS, CODE_MS] = [16384, 32, 3_600_000];

/**
 * Hands what is posted to the library, within bounds: it would read any length, and take 7 s of the whole isolate for 40,000 parameters.
 * @param {Request} request @param {boolean} forTokens @param {any} mailbox @param {(request: Request) => Promise<Response>} handle
 */
async function bounded(request, forTokens, mailbox, handle) {
  const text = await textOf(request, POSTED_BYTES);
  if (text === undefined || (forTokens && text.split("&").length > TOKEN_PARAMETERS)) return refuse(413, "invalid_request", "The request is too long.");
  const response = await handle(new Request(request.url, { method: "POST", headers: request.headers, body: text }));
  if (!forTokens || !response.ok) return response;
  const form = new URLSearchParams(text);
  noteClient(form.get("client_id") ?? "");
  return (await isSpent(form, mailbox)) ? refuse(400, "invalid_grant", "This code has already been used.") : response;
}

/** Whether tokens were given for this code before, which the library's storage may not know yet (RFC 6749, section 4.1.2). @param {URLSearchParams} form @param {any} mailbox */
async function isSpent(form, mailbox) {
  const code = form.get("grant_type") === "authorization_code" && form.get("code");
  if (!code) return false;
  const topic = `code ${createHash("sha256").update(code).digest("base64url")}`;
  const [first] = await mailbox.keep({ topic, body: new Uint8Array(), milliseconds: CODE_MS, version: 1 });
  return !first;
}

const own = new Set(Object.values(paths)), people = new Set([paths.authorize, paths.callback]);

/** Throws what refuses the request before anybody looks at it. @param {Request} request @param {URL} url @param {any} env @param {ExecutionContext} context */
async function serve(request, url, env, context) {
  const { settings, env: wrapped } = reading(env), { origin, pathname } = url;
  servedAt(url);
  // what our pages post has the origin `null`, since they send no referrer, so it says nothing
  const from = people.has(pathname) ? null : request.headers.get("origin");
  const { cf } = request; // an isolate's first request says in which data centre it is
  const gate = await shim.fetch(new Request(`${origin}/mcp`, /** @type {any} */ ({ cf, headers: from === null ? {} : { origin: from } })), wrapped, context);
  if (gate.status !== 401) throw gate; // the core says which hosts and pages may come, and what is wrong with a variable, also for these paths
  if (url.protocol === "http:" && !isLoopback(url.hostname)) throw refuse(403, "forbidden_host", "Nobody can log in over plain HTTP, except at localhost: use https.");
  const mailbox = env.MAILBOX.getByName("oauth");
  const { provider, scopes } = await serverAt(origin, settings, () => scopesOf(origin, wrapped, context));
  if (people.has(pathname)) {
    const desk = { request, url, settings, scopes, mailbox, oauth: provider.getOAuthApi(wrapped) };
    return pathname === paths.authorize ? authorize(desk) : callback(desk);
  }
  const refused = pathname === paths.register && (await refuseRegistration(request, mailbox));
  if (refused) return refused;
  const handle = (/** @type {Request} */ asked) => provider.fetch(asked, wrapped, context);
  return request.method === "POST" ? bounded(request, pathname === paths.token, mailbox, handle) : handle(request);
}

export default {
  /** @param {Request} request @param {any} env @param {ExecutionContext} context */
  async fetch(request, env, context) {
    if (!usesOAuth(env)) return shim.fetch(request, env, context);
    const url = new URL(request.url);
    if (!own.has(url.pathname)) return shim.fetch(request, reading(env).env, context);
    try {
      return await serve(request, url, env, context);
    } catch (error) {
      if (!(error instanceof Response)) console.error(error);
      const refusal = error instanceof Response ? error : refuse(500, "internal", "The server failed. Try again.");
      return people.has(url.pathname) && takesHtml(request) ? errorPage(refusal.status, (await refusal.json()).error_description) : refusal;
    }
  },
};
