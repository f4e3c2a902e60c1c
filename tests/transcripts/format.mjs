// The transcripts' format: Markdown that reads as documentation. README.md says
// what it may hold; this file parses it, fills it in and matches against it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

/**
 * @typedef {object} Block
 * @property {string} kind such as "request"
 * @property {boolean} unread of a response: the body must not have been asked for
 * @property {boolean} refused of a stream: the mailbox does not open it, and an answer follows
 * @property {string} first its first line
 * @property {string[]} headers the lines up to the first empty one
 * @property {string | null} body what follows the empty line
 * @property {string} text all of it
 * @property {number} line where it begins
 *
 * @typedef {{ title: string, blocks: Block[] }} Section
 * @typedef {{ title: string, sections: Section[] }} Transcript
 * @typedef {Map<string, string>} Captures
 */

const kinds = new Set(["variables", "request", "response", "stream", "deliver", "keep", "collect", "peek", "publish", "wait", "finish", "fetch", "verify", "introspect", "limit", "answer"]);

/** @param {string} text @returns {Transcript} */
export function parse(text) {
  const lines = text.split("\n");
  /** @type {Transcript} */
  const transcript = { title: "", sections: [{ title: "", blocks: [] }] };
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].startsWith("# ")) transcript.title = lines[i].slice(2);
    if (lines[i].startsWith("## ")) transcript.sections.push({ title: lines[i].slice(3), blocks: [] });
    if (!lines[i].startsWith("```")) continue;
    const end = lines.indexOf("```", i + 1);
    assert(end > 0, `line ${i + 1}: the block has no end`);
    const [kind, ...words] = lines[i].slice(3).split(" ");
    assert(kinds.has(kind), `line ${i + 1}: there is no block "${kind}"`);
    transcript.sections.at(-1)?.blocks.push(parseBlock(kind, words, lines.slice(i + 1, end), i + 1));
    i = end;
  }
  return transcript;
}

/** @param {string} kind @param {string[]} words @param {string[]} lines @param {number} line @returns {Block} */
function parseBlock(kind, words, lines, line) {
  const gap = lines.indexOf("");
  const head = gap < 0 ? lines : lines.slice(0, gap);
  const [first = "", ...headers] = head;
  // An event ends with an empty line, which belongs to it; nothing else ends with a line end.
  const events = kind === "stream" || kind === "deliver" || headers.includes("content-type: text/event-stream");
  const body = gap < 0 ? null : lines.slice(gap + 1).join("\n") + (events ? "\n" : "");
  return { kind, unread: words.includes("unread"), refused: words.includes("refused"), first, headers, body, text: lines.join("\n"), line };
}

// What is repeated may hold braces itself: {{repeat 3 <<{"a":1}>>}}.
const placeholder = /\{\{(repeat \d+ <<.*?>>|[a-z][^{}]*)\}\}/g;

/** @type {Record<string, (rest: string, captures: Captures) => string | Buffer>} */
const functions = {
  bytes: (hex) => Buffer.from(hex.replaceAll(" ", ""), "hex"),
  repeat: (rest) => {
    const [, count, what] = /^(\d+) (?:<<)?(.*?)(?:>>)?$/.exec(rest) ?? assert.fail(`repeat what? ${rest}`);
    return what.repeat(Number(count));
  },
  sha256: (text) => createHash("sha256").update(text).digest("hex"),
  flip: (rest, captures) => {
    const [name, bit] = rest.split(" ");
    const bytes = Buffer.from(captured(name, captures), "base64url");
    bytes[Math.floor(Number(bit) / 8)] ^= 1 << (Number(bit) % 8);
    return bytes.toString("base64url");
  },
};

/** @param {string} name @param {Captures} captures */
function captured(name, captures) {
  return captures.get(name) ?? assert.fail(`nothing was captured as {{${name}}}`);
}

/** Fills in a request's placeholders. @param {string} text @param {Captures} captures @returns {Buffer} */
export function fill(text, captures) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(placeholder)) {
    const [name, ...rest] = found[1].split(" ");
    const value = functions[name]?.(rest.join(" "), captures) ?? captured(name, captures);
    parts.push(Buffer.from(text.slice(end, found.index)), Buffer.from(value));
    end = found.index + found[0].length;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(end))]);
}

/**
 * Demands that `actual` is what the template says, and keeps what it captures.
 * @param {string} actual
 * @param {string} template
 * @param {Captures} captures
 * @param {string} what for the message
 */
export function match(actual, template, captures, what) {
  const names = [];
  let pattern = "", end = 0;
  for (const found of template.matchAll(placeholder)) {
    pattern += escaped(template.slice(end, found.index));
    end = found.index + found[0].length;
    const [name, ...rest] = found[1].split(" ");
    if (name === "any") pattern += "[\\s\\S]*?";
    else if (captures.has(name)) pattern += escaped(captured(name, captures));
    else if (functions[name]) pattern += escaped(String(functions[name](rest.join(" "), captures)));
    else {
      names.push(name);
      pattern += "([A-Za-z0-9_-]+)";
    }
  }
  pattern += escaped(template.slice(end));
  const groups = new RegExp(`^${pattern}$`).exec(actual);
  if (!groups) assert.equal(actual, template, what);
  else names.forEach((name, i) => captures.set(name, groups[i + 1]));
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
