// What several checks need to know about a server: found out once, when it is first asked for.
import { initialize, isLegacy, legacy } from "./messages.mjs";

/** @import { Answer, Probe } from "./probe.mjs" */
/** @typedef {{ url: string, answer: Answer }} Found a document at a well-known place */

/** @param {any} json */
const isObject = (json) => typeof json === "object" && json !== null && !Array.isArray(json);

/** Whether it is a URL that can be asked: a server may say anything. @param {any} value @returns {boolean} */
export const isWebUrl = (value) => typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

/** Whether only this machine can reach it. @param {string} url */
export const isLocal = (url) => /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.*\.localhost)$/.test(new URL(url).hostname);

/** The handshake without a credential. @param {Probe} probe @returns {Promise<Answer>} */
export const anonymous = async (probe) => ((await isLegacyPath(probe)) ? probe.ask({ headers: { accept: "text/event-stream" }, head: true }) : initialize(probe));

/** Whether messages go to a place other than the URL. That cannot be tried without a credential, so 404 and 405 tell. @param {Probe} probe */
const isLegacyPath = async (probe) => [404, 405].includes((await initialize(probe)).status);

/** The handshake with the credential, if there is one. @param {Probe} probe @returns {Promise<Answer>} */
export const handshake = async (probe) => ((await isLegacy(probe)) ? legacy(probe, "initialize") : initialize(probe, { credential: true }));

/** Whether the server talks to anybody. @param {Probe} probe */
export async function isOpen(probe) {
  const { status, json, stream } = await anonymous(probe);
  return status === 200 && (json?.result !== undefined || (stream && (await isLegacyPath(probe))));
}

/** Whether there is any point in asking as a client that is let in. @param {Probe} probe */
export const canTalk = async (probe) => probe.credential !== undefined || isOpen(probe);

/** Whether the credential is good, or none is needed. @param {Probe} probe */
export const isIn = async (probe) => (await canTalk(probe)) && (await handshake(probe)).json?.result !== undefined;

/** What WWW-Authenticate says to whoever has no credential. @param {Probe} probe */
export async function challenge(probe) {
  const header = (await anonymous(probe)).headers.get("www-authenticate") ?? "";
  const parameter = (/** @type {string} */ name) => new RegExp(`\\b${name}="([^"]*)"`, "i").exec(header)?.[1] ?? "";
  return { header, isBearer: /\bbearer\b/i.test(header), error: parameter("error"), metadata: parameter("resource_metadata") };
}

/** The path of a URL, to be put after a well-known one. @param {string} url */
const tail = (url) => new URL(url).pathname.replace(/\/$/, "");

/** The places of a server's own metadata, the more specific first (RFC 9728, section 3.1). @param {string} url */
export const resourcePlaces = (url) => [...new Set([tail(url), ""])].map((end) => `${new URL(url).origin}/.well-known/oauth-protected-resource${end}`);

/** The places of an issuer's metadata, in the order in which clients look (RFC 8414, OpenID Connect Discovery). @param {string} issuer */
export function issuerPlaces(issuer) {
  const { origin } = new URL(issuer);
  const path = tail(issuer);
  const inserted = [`${origin}/.well-known/oauth-authorization-server${path}`, `${origin}/.well-known/openid-configuration${path}`];
  return path ? [...inserted, `${origin}${path}/.well-known/openid-configuration`] : inserted;
}

/** The first of these places that has a document. @param {Probe} probe @param {string[]} places @returns {Promise<Found | undefined>} */
async function firstDocument(probe, places) {
  for (const url of places) {
    const answer = await probe.ask({ url });
    if (answer.status === 200 && isObject(answer.json)) return { url, answer };
  }
  return undefined;
}

/** What the server says about itself as a protected resource. @param {Probe} probe @returns {Promise<Found | undefined>} */
export async function resourceMetadata(probe) {
  const { metadata } = await challenge(probe);
  const named = URL.canParse(metadata) ? [metadata] : [];
  return firstDocument(probe, [...new Set([...named, ...resourcePlaces(probe.url)])]);
}

/** Whether clients are told, in any way, that there is OAuth. @param {Probe} probe */
export const advertisesOAuth = async (probe) =>
  (await challenge(probe)).metadata !== "" || (await resourceMetadata(probe)) !== undefined || (await firstDocument(probe, issuerPlaces(new URL(probe.url).origin))) !== undefined;

/** The issuer that clients go to: the first that is named, else the server itself, as before 2025-06-18. @param {Probe} probe @returns {Promise<string>} */
export async function issuerOf(probe) {
  const first = (await resourceMetadata(probe))?.answer.json.authorization_servers?.[0];
  return isWebUrl(first) ? first : new URL(probe.url).origin;
}

/** The authorization server's metadata. @param {Probe} probe @returns {Promise<Found | undefined>} */
export const issuerMetadata = async (probe) => firstDocument(probe, issuerPlaces(await issuerOf(probe)));
