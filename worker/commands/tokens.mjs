// The entries of TOKENS: `name:digest`, then `:expires=...` and `:scopes=...` if they are given.
// Of a key only the digest is kept, never the key itself.
import { createHash, randomBytes } from "node:crypto";
import { Failure } from "../../c/toolchain/paths.mjs";

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} digest SHA-256 of the key, 64 hex digits
 * @property {string} expires "" if the key does not expire
 * @property {string[]} [scopes] left out: every tool may be called; empty: only those that ask for none
 */

/** LIMIT_TOKENS of c/limits.h. */
const LIMIT_ENTRIES = 64;
/** The first characters of every key, by which scanners for leaked secrets, and people, recognise one. */
const PREFIX = "mcp_";

/** A new key: 32 random bytes, base64url, after the prefix. */
export const newKey = () => PREFIX + randomBytes(32).toString("base64url");

/** @param {string} key */
export const digestOf = (key) => createHash("sha256").update(key).digest("hex");

/** @param {string} name @returns {string} the name, if it can be one */
export function checkName(name) {
  if (/^[!#-+\--9;-[\]-~]{1,64}$/.test(name)) return name; // is_name of c/config_tokens.c: with any other name, no request is served
  throw new Failure(`A key cannot be named ${JSON.stringify(name)}. Use 1 to 64 printable ASCII characters, but no spaces, commas, colons, double quotes or backslashes.`);
}

/** @param {string} expires @returns {string} the same, if it is a day or a second that exists */
export function checkExpires(expires) {
  const day = /^\d{4}-\d\d-\d\d$/.test(expires);
  const time = Date.parse(day ? `${expires}T00:00:00Z` : expires);
  const second = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(expires);
  if ((!day && !second) || time < 0 || Number.isNaN(time) || !new Date(time).toISOString().startsWith(expires.slice(0, 10))) {
    throw new Failure(`--expires cannot be ${JSON.stringify(expires)}. Give a day in UTC, such as 2030-12-31, or a second, such as 2030-12-31T10:00:00Z.`);
  }
  return expires;
}

/** When the entry ends, in ms since 1970: a day means its first moment in UTC, as in c/config_tokens.h. @param {Pick<Entry, "expires">} entry */
export const endOf = ({ expires }) => Date.parse(expires);

/** Refuses an entry that has ended already: its key would be of no use. @param {Pick<Entry, "expires">} entry */
export function checkEnd(entry) {
  if (!entry.expires || endOf(entry) > Date.now()) return;
  throw new Failure(`A key that expires ${entry.expires} would be of no use, because that is in the past (a day means its first moment, in UTC). Give a later date with --expires.`);
}

/** @param {string} scopes between blanks @returns {string[]} in their order, each once */
export function checkScopes(scopes) {
  const all = [...new Set(scopes.split(/\s+/).filter(Boolean))];
  if (all.length === 0) throw new Failure("--scopes names no scope. Put the scopes in quotes, separated by spaces, or leave --scopes out.");
  const wrong = all.find((scope) => !/^[!#-*\--[\]-~]+$/.test(scope) || /:(?:expires|scopes)=/.test(scope));
  if (wrong) throw new Failure(`${JSON.stringify(wrong)} cannot be a scope. Use printable ASCII characters, but no plus signs, commas, double quotes or backslashes, nor ":expires=" or ":scopes=".`);
  return all;
}

/** @param {string} text @param {string} place where it stands @returns {Entry} */
function parseEntry(text, place) {
  const [head, ...rest] = text.split(/:(?=(?:expires|scopes)=)/);
  const [, name, digest] = /^([^:]{1,64}):([0-9A-Fa-f]{64})$/.exec(head) ?? [];
  if (!name) throw new Failure(`${place} has an entry that is not name:digest with a digest of 64 hex digits. Correct or remove that entry by hand.`);
  const said = Object.fromEntries(rest.map((part) => part.split(/=(.*)/s, 2)));
  return { name, digest: digest.toLowerCase(), expires: said.expires ?? "", scopes: said.scopes?.split("+").filter(Boolean) };
}

/** The entries of TOKENS, between commas, blanks or line ends. @param {string} text @param {string} [place] @returns {Entry[]} */
export const parseEntries = (text, place = "TOKENS") => text.split(/[,\s]+/).filter(Boolean).map((entry) => parseEntry(entry, place));

/** @param {Entry} entry */
const formatEntry = ({ name, digest, expires, scopes }) =>
  `${name}:${digest}${expires && `:expires=${expires}`}${scopes ? `:scopes=${scopes.join("+")}` : ""}`;

/** @param {Entry[]} entries @param {string} [between] */
export const formatEntries = (entries, between = ",") => entries.map(formatEntry).join(between);

/** The entries and one more. @param {Entry[]} entries @param {Entry} entry @returns {Entry[]} */
export function withEntry(entries, entry) {
  if (entries.length >= LIMIT_ENTRIES) throw new Failure(`There are ${LIMIT_ENTRIES} keys already, and a server takes no more. Remove one first.`);
  return [...entries, entry];
}

/**
 * The entries without those of a name, or without the one of them whose digest begins with `start`.
 * @param {Entry[]} entries
 * @param {string} name
 * @param {string} [start] of the digest
 */
export function withoutEntry(entries, name, start = "") {
  const gone = entries.filter((entry) => entry.name === name && entry.digest.startsWith(start.toLowerCase()));
  if (start && gone.length > 1) throw new Failure(`The digests of ${gone.length} keys named ${name} begin with ${start}. Give more of the digest.`);
  return { gone, left: entries.filter((entry) => !gone.includes(entry)) };
}
