// What each AUTH_MODE needs, and which of them leave a server open.
import { keysCommand } from "./hints.mjs";
import { wrongTo } from "./terminal.mjs";
import { parseEntries } from "./tokens.mjs";

/** @import { Where } from "./hints.mjs" */

/**
 * A variable or secret that a mode needs.
 * @typedef {object} Need
 * @property {string} name
 * @property {boolean} [secret]
 * @property {string} question what it is, for people
 * @property {string} [madeBy] what `npm run keys` is to do to make it
 * @property {{ test(value: string): boolean }} [form] what it must look like
 */

/** @type {Need} */
const TOKENS = {
  name: "TOKENS", secret: true, question: "the list of the digests of the keys that you hand out", madeBy: "add NAME",
  form: { test: (value) => !wrongTo(parseEntries)(value) },
};

const ISSUER = /^https:\/\/[^/\s]+\S*$/;

/** @type {Need[]} */
const JWT = [
  { name: "JWT_ISSUER", question: "the URL of the issuer of the tokens, such as https://accounts.example.com", form: ISSUER },
  { name: "JWT_AUDIENCE", question: "the audience that a token must be for, such as this server's URL" },
];

/** @type {Need} */
const PASSPHRASE = { name: "OWNER_PASSPHRASE", secret: true, question: "the hash of the passphrase that you log in with", madeBy: "--passphrase", form: /^pbkdf2-sha256:\d+:[\w-]+:[\w-]+$/ };

/** @type {Need[]} */
const UPSTREAM = [
  { name: "UPSTREAM_ISSUER", question: "the URL of the OpenID Connect provider where people log in, such as https://accounts.google.com", form: ISSUER },
  { name: "UPSTREAM_CLIENT_ID", question: "the client ID that the provider gave you for this server" },
  { name: "UPSTREAM_CLIENT_SECRET", secret: true, question: "the client secret that belongs to the client ID" },
  { name: "UPSTREAM_ALLOWED", question: "the list of who may log in: email addresses or @domain, separated by commas, or * for everybody with an account there" },
];

/** What it is, and what makes it. @param {Need} need @param {Where} [where] the server that needs it */
export const described = ({ question, madeBy }, where) => question + (madeBy ? ` (\`${keysCommand(madeBy, { ...where, remote: true })}\` makes it)` : "");

/** All that a mode can have; with oauth, the owner's login, an upstream's, or both. @param {string} mode @returns {Need[]} */
export function possibleNeeds(mode) {
  /** @type {Record<string, Need[]>} */
  const table = { tokens: [TOKENS], jwt: JWT, oauth: [PASSPHRASE, ...UPSTREAM] };
  return parts(mode).flatMap((part) => table[part] ?? []);
}

/** For people who choose one. */
export const MODES = [
  ["tokens", "anybody with a key that you hand out"],
  ["jwt", "anybody with a token from your OpenID Connect provider"],
  ["oauth", "anybody who logs in: you with a passphrase, or people with an account at a provider"],
  ["any", "everybody, with any token (for trying out; needs --open)"],
  ["none", "everybody (for trying out; needs --open)"],
];
/** The same, as lines. */
export const modeLines = MODES.map(([name, who]) => `  ${name.padEnd(8)}${who}`).join("\n");
const ALONE = new Set(["any", "none"]);

/** @param {string} mode as AUTH_MODE says it */
export const parts = (mode) => mode.split(",").map((part) => part.trim());

/** Why AUTH_MODE cannot be that; "" if it can. @param {string} mode */
export function refusal(mode) {
  const all = parts(mode);
  const unknown = all.find((part) => !MODES.some(([name]) => name === part));
  if (unknown !== undefined) return `AUTH_MODE=${mode}: ${unknown ? `there is no mode ${unknown}` : "a mode is missing"}. Give one or more of tokens, jwt and oauth, separated by commas, or "any" or "none" by itself.`;
  const alone = all.find((part) => ALONE.has(part));
  return alone && all.length > 1 ? `AUTH_MODE=${mode}: "${alone}" lets everybody in, so it cannot be combined with another mode. Give it by itself, or leave it out.` : "";
}

/** Why a server with this mode is open to everybody, as the end of a sentence; "" if it is not. @param {string} mode */
export function openness(mode) {
  if (mode === "none") return "it asks for no credential";
  return mode === "any" ? "it asks for a token, but accepts any token" : "";
}

/**
 * What a mode needs, all of it.
 * @param {string} mode
 * @param {(name: string) => boolean} isKnown whether something is already given
 * @returns {Need[]}
 */
export function needs(mode, isKnown) {
  const upstream = UPSTREAM.some(({ name }) => isKnown(name));
  /** @type {Record<string, Need[]>} */
  const table = { tokens: [TOKENS], jwt: JWT, oauth: upstream ? UPSTREAM : [PASSPHRASE] };
  return parts(mode).flatMap((part) => table[part] ?? []);
}

export { UPSTREAM };
