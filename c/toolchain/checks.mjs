// YAML, and JSON as part of it, checked: mistakes are reported with their line. The parser
// is loaded only if there is something to parse.
import { Failure } from "./paths.mjs";

/** @typedef {(value: any) => string | undefined} Check says what a value must be, if it is not that */

/** @type {Check} */
export const string = (value) => (typeof value === "string" ? undefined : "must be a string: put quotes around it");

/** @type {Check} */
export const boolean = (value) => (typeof value === "boolean" ? undefined : "must be true or false");

/** @param {number} most characters @returns {Check} */
export const stringOf = (most) => (value) =>
  string(value) ?? (value.trim() && [...value].length <= most ? undefined : `must have 1 to ${most} characters`);

/** @param {Check} check of each element @returns {Check} */
export const listOf = (check) => (value) =>
  Array.isArray(value) ? value.map(check).find(Boolean) : "must be a list";

/**
 * @typedef {object} Document
 * @property {any} value
 * @property {(path: string[], sentence: string) => never} fail says it about the member at `path`, with its line
 */

/**
 * Parses `text`, which must hold one object.
 * @param {string} text
 * @param {string} file
 * @param {number} [line] of the file on which the text begins
 * @returns {Promise<Document>}
 */
export async function parse(text, file, line = 1) {
  const { LineCounter, isMap, isPair, parseDocument, visit } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  /** @param {number} offset @param {string} sentence @returns {never} */
  const failAt = (offset, sentence) => {
    throw new Failure(`${file}:${lines.linePos(offset).line + line - 1}: ${sentence}`);
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) failAt(problem.pos[0], problem.message);
  // it may stand for nothing, for what it is in, or for more than there is memory for
  visit(document, { Alias: (_, { range, source }) => failAt(range?.[0] ?? 0, `*${source} stands for another value in YAML: put quotes around it, or write that value here`) });
  if (!isMap(document.contents)) failAt(0, "expected an object here: lines of 'name: value'");
  /** Where the key is or, if there is none, what holds it. @param {string[]} path @returns {number} */
  const offsetOf = (path) => {
    const holder = /** @type {any} */ (path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents);
    const pair = holder?.items?.find((/** @type {any} */ item) => isPair(item) && String(item.key) === path.at(-1));
    return pair?.key?.range?.[0] ?? holder?.range?.[0] ?? 0;
  };
  const value = document.toJS();
  const fail = (/** @type {string[]} */ path, /** @type {string} */ sentence) => failAt(offsetOf(path), `${path.join(".")} ${sentence}`);
  refuseUnspeakable(value, [], fail);
  return { value, fail };
}

/** JSON has no infinities and no dates. @param {any} value @param {string[]} path @param {Document["fail"]} fail */
function refuseUnspeakable(value, path, fail) {
  if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) refuseUnspeakable(member, [...path, key], fail);
  } else if (value === undefined || typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) {
    fail(path, "cannot be written as JSON");
  }
}

/**
 * Checks the members of the object at `path`.
 * @param {Document} document
 * @param {Record<string, any>} members by name: a Check, or the members of an object
 * @param {{ path?: string[], others?: boolean }} [options] `others`: other members are allowed
 */
export function checkMembers(document, members, { path = [], others = false } = {}) {
  const object = path.reduce((value, key) => value[key], document.value);
  for (const [key, value] of Object.entries(object)) {
    const at = [...path, key], wanted = members[key];
    if (typeof wanted === "function") {
      const wrong = wanted(value);
      if (wrong) document.fail(at, wrong);
    } else if (wanted) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) document.fail(at, "must be an object");
      checkMembers(document, wanted, { path: at });
    } else if (!others) {
      document.fail(at, `is unknown: the members here are ${Object.keys(members).join(", ") || "none"}`);
    }
  }
}
