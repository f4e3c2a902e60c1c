// Who somebody is, and whether they may come in. It is kept with the session and with every token,
// and judged anew each time: whoever is taken off UPSTREAM_ALLOWED is out at once.
import { createHash } from "node:crypto";

/** @import { Settings } from "./settings.js" */

const LOGIN_DAYS = 90;

/**
 * @typedef {object} Identity
 * @property {string} subject what the server knows them by
 * @property {string} name for people
 * @property {string} [generation] of the owner's passphrase
 * @property {string} [issuer] upstream, and what it said:
 * @property {string} [id]
 * @property {string[]} [emails] that it has verified
 * @property {string[]} [domains] that it speaks for, with their @: those of the addresses, unless it says which
 * @property {number} [since] when they logged in
 */

/** @param {NonNullable<Settings["owner"]>} owner @returns {Identity} */
export const theOwner = ({ generation }) => ({ subject: "owner", name: "owner", generation });

/** What c/oauth.h is told about somebody is made of lines. @param {string} text */
export const hasControls = (text) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);

/**
 * @param {string} issuer @param {{ id: string, name?: string, emails: string[], domains?: string[] }} user as it describes them
 * @returns {Identity}
 */
export function somebodyAt(issuer, { id, name, emails: all, domains }) {
  if (hasControls(id)) throw new Error("the subject contains control characters");
  const given = name && !hasControls(name) ? name : id, emails = all.filter((email) => !hasControls(email));
  return { subject: `${issuer}#${id}`, name: (emails[0] ?? given).slice(0, 200), issuer, id, emails, ...(domains ? { domains } : {}) };
}

/** The entries of UPSTREAM_ALLOWED that mean them; none if one denies them. @param {Identity} identity @param {Settings} settings */
function entriesOf({ issuer, id = "", emails = [], domains }, { upstream }) {
  if (!upstream || issuer !== upstream.issuer) return [];
  const names = new Set([...emails, ...(domains ?? emails.map((email) => email.slice(email.lastIndexOf("@"))))].map((each) => each.toLowerCase()));
  // an entry with an @ means an address that was verified, never a subject that looks like one
  const found = upstream.allowed.filter(({ who }) => who === "*" || (who.includes("@") ? names.has(who.toLowerCase()) : who === id));
  return found.some(({ denied }) => denied) ? [] : found;
}

/** @param {Identity} identity @param {Settings} settings @returns {boolean} */
export function mayEnter(identity, settings) {
  return identity.generation ? identity.generation === settings.owner?.generation : entriesOf(identity, settings).length > 0;
}

/** Why nothing is granted to them any more; undefined if it is. Whoever has left a company is out one day, however long their client goes on asking. @param {Identity} identity @param {Settings} settings @param {number} now */
export function whyNoMore(identity, settings, now) {
  if (now - (identity.since ?? 0) > LOGIN_DAYS * 86_400_000) return `The login was more than ${LOGIN_DAYS} days ago: log in again.`;
  return mayEnter(identity, settings) ? undefined : "The person who granted this may not log in any more.";
}

/** Which of `scopes` they may have: all, unless each entry that means them says which. @param {Identity} identity @param {Settings} settings @param {string[]} scopes */
export function scopesFor(identity, settings, scopes) {
  const entries = entriesOf(identity, settings);
  const all = identity.generation || entries.some((entry) => !entry.scopes);
  return all ? scopes : scopes.filter((scope) => entries.some((entry) => entry.scopes?.includes(scope)));
}

/** The same in the provider's form: it is kept between colons, and as part of a key. @param {Identity} identity */
export const userIdOf = ({ subject }) => createHash("sha256").update(subject).digest("base64url");
