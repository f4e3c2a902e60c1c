// c/skills/ and c/views/ as C: each file is a resource, its bytes an array. A build
// without such files compiles nothing for them.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { write } from "./compile.mjs";
import { Failure, root } from "./paths.mjs";
import { readSkills } from "./skills.mjs";
import { readViews } from "./views.mjs";

/**
 * @typedef {object} File a resource
 * @property {string} uri
 * @property {string} name
 * @property {string} [title]
 * @property {string} [description]
 * @property {string} mimeType
 * @property {string} [meta] members of its `_meta`
 * @property {Buffer} bytes
 */

/** @typedef {{ uri: string, frontmatter: string, resources: string }} Skill the last two are JSON */

// c/registry.c has room for 4096 declarations of all kinds.
const mostFiles = 3000;

/** Where the C made from `folder`'s files goes. @param {string} folder */
export const generatedOf = (folder) => (folder === "c" ? "build/generated" : `build/${folder.split("/").at(-1)}/generated`);

/**
 * Writes views.h and, if there is something to embed, resources.c.
 * @param {string} folder that holds skills/ and views/
 * @returns {Promise<string[]>} the C files to compile
 */
export async function generateResources(folder) {
  const [{ skills, files }, views] = [await readSkills(`${folder}/skills`), await readViews(`${folder}/views`)];
  const embedded = [...files, ...views];
  if (embedded.length > mostFiles) throw new Failure(`${folder}/skills and ${folder}/views hold ${embedded.length} files, and ${mostFiles} is the most. Remove some.`);
  const to = generatedOf(folder);
  const names = views.map(({ name, uri }) => `#define VIEW_${name} "${uri}"\n`).join("");
  await writeIfChanged(`${to}/views.h`, `/* Made from ${folder}/views/ by the build. */\n${names}`);
  const source = `${to}/resources.c`;
  if (embedded.length === 0) return rm(join(root, source), { force: true }).then(() => []);
  const parts = [
    `/* Made from ${folder}/skills/ and ${folder}/views/ by the build. */\n#include "tool_call.h"\n`,
    ...embedded.map(declareFile),
    ...skills.map(declareSkill),
  ];
  await writeIfChanged(source, parts.join("\n"));
  return [source];
}

/** @param {File} file @param {number} i */
function declareFile({ bytes, mimeType, ...file }, i) {
  const view = `file_${i}, ${bytes.length}`;
  const read = isText(bytes) ? `tool_call_append_text(call, (struct text){(const char *)${view}});` : `reply_blob(call, ${view});`;
  const members = Object.entries({ ...file, mime_type: mimeType }).filter(([, value]) => value !== undefined);
  return `${array(`file_${i}`, bytes)}static void read_${i}(struct tool_call *call) {
    ${read}
}
RESOURCE(file_${i}, ${members.map(([member, value]) => `.${member} = ${literal(value)}`).join(", ")}, .read = read_${i});
`;
}

/** @param {Skill} skill @param {number} i */
function declareSkill({ uri, frontmatter, resources }, i) {
  return `${array(`frontmatter_${i}`, Buffer.from(frontmatter))}${array(`files_${i}`, Buffer.from(resources))}\
SKILL(skill_${i}, .uri = ${literal(uri)}, .frontmatter = (const char *)frontmatter_${i}, .resources = (const char *)files_${i});
`;
}

/** Whether the bytes can be a JSON string. @param {Buffer} bytes */
function isText(bytes) {
  return !bytes.includes(0) && decode(bytes) !== undefined;
}

/** The text, a byte order mark and all; undefined if it is not valid UTF-8. @param {Buffer} bytes */
export function decode(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A C array with a NUL after the bytes, so that it is a string too. A string literal
 * would be shorter, but C only promises room for 4095 characters.
 * @param {string} name
 * @param {Buffer} bytes
 */
export function array(name, bytes) {
  const lines = [];
  for (let i = 0; i < bytes.length; i += 32) lines.push(`    ${[...bytes.subarray(i, i + 32)].join(",")},`);
  return [`static const unsigned char ${name}[] = {`, ...lines, "    0,", "};", ""].join("\n");
}

/** A short text as a C string literal. @param {string} text */
function literal(text) {
  const characters = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[ -~]/.test(character) && !/["\\?]/.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${characters.join("")}"`;
}

/** @param {string} path @param {string | Buffer} data */
export async function writeIfChanged(path, data) {
  const had = await readFile(join(root, path)).catch(() => null);
  if (!had?.equals(Buffer.from(data))) await write(path, data);
}
