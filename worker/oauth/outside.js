// What a client names, its metadata document and its keys, is fetched from exactly there, and never
// from a private network: it is a stranger who asks for that. The provider library would follow
// redirects, and leaves no choice, so the platform's own function is wrapped. A fetch that itself says
// what to do with redirects goes to the deployer's own, such as an issuer, and none of this applies to
// it. When deployed, global_fetch_strictly_public backs all of it up.
import { isLoopback } from "./hosts.js";

let servesLoopback = false;

/** Notes where this server was reached: one on the user's machine may fetch from there, too. @param {URL} url */
export function servedAt(url) {
  servesLoopback ||= isLoopback(url.hostname);
}

/** Addresses that are never public (RFC 6890), and names that are never in public DNS (RFC 6761, 6762, 8375). */
const privateHosts = /^(0|10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|192\.0\.[02]|198\.1[89]|198\.51\.100|203\.0\.113|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|22[4-9]|2[3-5]\d)\.|^\[|(^|\.)(localhost|local|internal|home\.arpa)\.?$|^[^.]+$/;

/** @param {string} hostname as a URL has it: addresses are in their canonical form */
export const isPrivate = (hostname) => (isLoopback(hostname) ? !servesLoopback : privateHosts.test(hostname));

const [MINUTE, ONE_HOST, ALL_HOSTS, CLIENTS] = [60_000, 60, 600, 1000];
let asked = { since: 0, all: 0, hosts: /** @type {Map<string, number>} */ (new Map()) };

const clients = /** @type {Set<string>} */ (new Set());

/** Notes the id of a client that is its document's URL: its publisher wants it fetched, so no limit applies to it. @param {string} id */
export function noteClient(id) {
  if (id.startsWith("https:") && clients.size < CLIENTS) clients.add(id);
}

/** Whether this isolate has asked enough, this host or all of them, in this minute: strangers say whom it asks. @param {string} hostname @param {number} now */
export function askedEnough(hostname, now) {
  if (now - asked.since >= MINUTE) asked = { since: now, all: 0, hosts: new Map() };
  const times = asked.hosts.get(hostname) ?? 0;
  if (times >= ONE_HOST || asked.all >= ALL_HOSTS) return true;
  asked.hosts.set(hostname, times + 1);
  asked.all++;
  return false;
}

const platformFetch = globalThis.fetch;

/** @param {RequestInfo | URL} input @param {RequestInit} [init] @returns {Promise<Response>} */
async function fetchOutside(input, init) {
  if (init?.redirect) return platformFetch(input, init);
  const url = input instanceof Request ? input.url : String(input), { hostname } = new URL(url);
  if (isPrivate(hostname)) throw new TypeError(`${hostname} is on a private network`);
  if (!clients.has(url) && askedEnough(hostname, Date.now())) throw new TypeError(`${hostname} was asked too often in this minute`);
  return platformFetch(input, { redirect: "manual", ...init });
}

globalThis.fetch = /** @type {typeof fetch} */ (fetchOutside);
