// Who somebody is, and whether they may come in. It is kept with the session and with every token,
// and judged anew each time: who is taken off UPSTREAM_ALLOWED is out at once.
import { createHash } from "node:crypto";

/** @import { Settings } from "./settings.js" */

/**
 * @typedef {object} Identity
 * @property {string} subject what the server knows them by
 * @property {string} name for people
 * @property {string} [generation] of the owner's passphrase
 * @property {string} [issuer] upstream, and what it said:
 * @property {string} [id]
 * @property {string[]} [emails] that it has verified
 */

/** @param {NonNullable<Settings["owner"]>} owner @returns {Identity} */
export const theOwner = ({ generation }) => ({ subject: "owner", name: "owner", generation });

/** What c/oauth.h is told of somebody stands in lines. @param {string} text */
export const hasControls = (text) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);

/**
 * @param {string} issuer @param {{ id: string, name?: string, emails: string[] }} user as it says
 * @returns {Identity}
 */
export function somebodyAt(issuer, { id, name, emails: all }) {
  if (hasControls(id)) throw new Error("the subject has control characters in it");
  const given = name && !hasControls(name) ? name : id, emails = all.filter((email) => !hasControls(email));
  return { subject: `${issuer}#${id}`, name: (emails[0] ?? given).slice(0, 200), issuer, id, emails };
}

/** @param {Identity} identity @param {Settings} settings @returns {boolean} */
export function mayEnter({ generation, issuer, id = "", emails = [] }, { owner, upstream }) {
  if (generation) return generation === owner?.generation;
  if (!upstream || issuer !== upstream.issuer) return false;
  const names = new Set(emails.map((email) => email.toLowerCase()).flatMap((email) => [email, email.slice(email.lastIndexOf("@"))]));
  // an entry with an @ means an address that was verified, never a subject that looks like one
  return upstream.allowed.some((entry) => entry === "*" || (entry.includes("@") ? names.has(entry.toLowerCase()) : entry === id));
}

/** The same as the provider keeps it: between colons, and as part of a key. @param {Identity} identity */
export const userIdOf = ({ subject }) => createHash("sha256").update(subject).digest("base64url");
