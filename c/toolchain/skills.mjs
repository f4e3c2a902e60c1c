// c/skills/: a folder with a SKILL.md is an agent skill (https://agentskills.io/specification),
// its files are resources under skill:// (SEP-2640).
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { checkMembers, parse, string, stringOf } from "./checks.mjs";
import { decode } from "./embed.mjs";
import { Failure, root } from "./paths.mjs";

/** @import { File, Skill } from "./embed.mjs" */

// SEP-2640, "Limits": what every client loads.
const mostFiles = 512, mostBytes = 16 << 20;

/** @type {Record<string, string>} */
const mimeTypes = {
  ".md": "text/markdown", ".txt": "text/plain", ".json": "application/json", ".yaml": "application/yaml", ".yml": "application/yaml",
  ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".csv": "text/csv", ".xml": "application/xml",
  ".py": "text/x-python", ".sh": "application/x-sh", ".c": "text/x-c", ".h": "text/x-c", ".svg": "image/svg+xml", ".png": "image/png",
  ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".pdf": "application/pdf",
};

const members = {
  name: (/** @type {any} */ value) =>
    string(value) ?? (/^(?!.*--)[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(value) ? undefined : "must have 1 to 64 characters: a-z, 0-9, and single hyphens between them"),
  description: stringOf(1024),
  license: string,
  compatibility: stringOf(500),
  metadata: (/** @type {any} */ value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "must be an object of strings"),
  "allowed-tools": string,
};

/**
 * @param {string} folder
 * @returns {Promise<{ skills: Skill[], files: File[] }>} sorted; none if there is no such folder
 */
export async function readSkills(folder) {
  const paths = await pathsIn(folder);
  const homes = paths.filter((path) => /(^|\/)SKILL\.md$/.test(path)).map((path) => path.slice(0, -"SKILL.md".length));
  const found = new Map(await Promise.all(paths.map(async (path) => {
    if (!homes.some((home) => path.startsWith(home) && home)) throw new Failure(`${folder}/${path}: belongs to no skill, because no folder above it has a SKILL.md. Add one, or move the file.`);
    return /** @type {const} */ ([path, await readFile(resolve(root, folder, path))]);
  })));
  const skills = await Promise.all(homes.map((home) => readSkill(folder, home, found)));
  const files = [...found].map(([path, bytes]) => {
    const frontmatter = skills.find(({ uri }) => uri === uriOf(path))?.frontmatter;
    const { name, description } = frontmatter ? JSON.parse(frontmatter) : { name: path.split("/").at(-1) };
    return { uri: uriOf(path), name, description, mimeType: mimeTypes[extname(path).toLowerCase()] ?? (decode(bytes) === undefined ? "application/octet-stream" : "text/plain"), bytes };
  });
  return { skills, files };
}

/** @param {string} path below the folder of all skills */
const uriOf = (path) => `skill://${path.split("/").map(encodeURIComponent).join("/")}`;

/** All files below the folder; hidden ones do not count. @param {string} folder @param {string} [below] @returns {Promise<string[]>} */
async function pathsIn(folder, below = "") {
  const entries = await readdir(resolve(root, folder, below), { withFileTypes: true }).catch((error) => {
    if (error.code === "ENOENT" && !below) return [];
    throw error;
  });
  const found = await Promise.all(entries.filter(({ name }) => !name.startsWith(".")).map((entry) => {
    const path = below + entry.name;
    if (entry.isDirectory()) return pathsIn(folder, `${path}/`);
    if (!entry.isFile()) throw new Failure(`${folder}/${path}: is neither a file nor a folder.`);
    return [path];
  }));
  return found.flat().toSorted();
}

/**
 * @param {string} folder
 * @param {string} home the skill's own folder, with a slash
 * @param {Map<string, Buffer>} files by path
 * @returns {Promise<Skill>}
 */
async function readSkill(folder, home, files) {
  const mine = [...files].filter(([path]) => path.startsWith(home));
  const size = mine.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  if (mine.length > mostFiles || size > mostBytes) {
    throw new Failure(`${folder}/${home}: ${mine.length} files with ${size} bytes, but clients need not load more than ${mostFiles} files or ${mostBytes} bytes. Make the skill smaller.`);
  }
  const frontmatter = await readFrontmatter(`${folder}/${home}SKILL.md`, /** @type {Buffer} */ (files.get(`${home}SKILL.md`)));
  const resources = mine.map(([path, bytes]) => ({ uri: uriOf(path), digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, size: bytes.length }));
  return { uri: uriOf(`${home}SKILL.md`), frontmatter: JSON.stringify(frontmatter), resources: JSON.stringify(resources) };
}

/** @param {string} file @param {Buffer} bytes */
async function readFrontmatter(file, bytes) {
  const text = decode(bytes);
  if (text === undefined) throw new Failure(`${file}:1: is not valid UTF-8.`);
  if (text.startsWith("\ufeff")) throw new Failure(`${file}:1: begins with a byte order mark, which clients may not know. Save it as UTF-8 without one.`);
  const yaml = /^---[ \t]*\r?\n([\s\S]*?)^---[ \t]*\r?$/m.exec(text);
  if (!yaml || yaml.index > 0) throw new Failure(`${file}:1: must begin with frontmatter, between two lines of three hyphens.`);
  const document = await parse(yaml[1], file, 2);
  const { value, fail } = document;
  for (const key of ["name", "description"]) if (!(key in value)) fail([key], "is missing");
  checkMembers(document, members, { others: true });
  const parent = file.split("/").at(-2);
  if (value.name !== parent) fail(["name"], `must be the name of the folder, ${parent}`);
  for (const [key, member] of Object.entries(value.metadata ?? {})) {
    if (key.startsWith("io.modelcontextprotocol/")) fail(["metadata", key], "is reserved for extensions of MCP");
    const wrong = string(member);
    if (wrong) fail(["metadata", key], wrong);
  }
  return value;
}
