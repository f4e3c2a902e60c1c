// .dev.vars: the variables of the local server, in dotenv's format. People write in it, too: what is
// not set here stays as it is, byte for byte, except for a byte order mark.
import { existsSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure } from "../../c/toolchain/paths.mjs";

/** The file that `wrangler dev` reads, beside its configuration: one for the environment alone takes precedence. @param {{ env?: string, config?: string }} where */
export function variablesFile({ env, config = "" }) {
  const file = resolve(dirname(config), ".dev.vars"), own = `${file}.${env}`;
  return env && existsSync(own) ? own : file;
}

/** One assignment; a value in quotes may span several lines. */
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*(?:=|:[ \t])[ \t]*("(?:\\"|[^"])*"|'(?:\\'|[^'])*'|`(?:\\`|[^`])*`|[^#\r\n]*)/gm;

/** @param {string} text as it is written @returns {string} what it says */
function unquote(text) {
  const value = text.trim();
  const quote = value[0];
  if (value.length < 2 || !["'", '"', "`"].includes(quote) || value.at(-1) !== quote) return value;
  const inner = value.slice(1, -1);
  return quote === '"' ? inner.replace(/\\n/g, "\n").replace(/\\r/g, "\r") : inner;
}

/** @param {string} value @returns {string} written so that dotenv reads the same */
function quoted(value) {
  if (/^[\w:=+,./@-]*$/.test(value)) return value;
  // in double quotes there may be no \n and \r: there they are line ends
  const quote = ["'", '"', "`"].find((each) => !value.includes(each) && !(each === '"' && /\\[nr]/.test(value)));
  if (!quote || value.endsWith("\\")) throw new Failure(".dev.vars cannot hold this value, because it has all three kinds of quotes or ends in a backslash. Choose another one.");
  return quote + value + quote;
}

/** The last assignment of `name`, which is the one that counts. @param {string} text @param {string} name */
const find = (text, name) => [...text.matchAll(ASSIGNMENT)].findLast((match) => match[1] === name);

/** What `text` says of `name`. @param {string} text @param {string} name @returns {string | undefined} */
export function get(text, name) {
  const match = find(text, name);
  return match && unquote(match[2]);
}

/** `text` with `name` set. @param {string} text @param {string} name @param {string} value */
export function set(text, name, value) {
  const match = find(text, name);
  if (match) {
    const end = match.index + match[0].length;
    const after = text.slice(end);
    return text.slice(0, end - match[2].length) + quoted(value) + (value && after.startsWith("#") ? " " : "") + after;
  }
  const line = text.includes("\r\n") ? "\r\n" : "\n";
  return `${text}${text && !text.endsWith("\n") ? line : ""}${name}=${quoted(value)}${line}`;
}

/** Without a byte order mark, as dotenv reads it. @param {string} file @returns {string} empty if there is none */
export const read = (file) => (existsSync(file) ? readFileSync(file, "utf8").replace(/^\ufeff/, "") : "");

/** What a link leads to; the file itself if it is none. @param {string} file @returns {string} */
function target(file) {
  try {
    return resolve(dirname(file), readlinkSync(file));
  } catch {
    return file;
  }
}

/** Writes what nobody else on this machine needs to read: whole, or not at all. @param {string} file @param {string} text */
export function write(file, text) {
  const path = target(file), whole = `${path}.${process.pid}`;
  try {
    writeFileSync(whole, text, { mode: 0o600 });
    renameSync(whole, path);
  } finally {
    rmSync(whole, { force: true });
  }
}
