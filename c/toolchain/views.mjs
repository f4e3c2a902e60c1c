// c/views/: NAME.html is the view ui://NAME (MCP Apps, SEP-1865); NAME.json beside it
// says what the view needs of the client.
import { readFile, readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { boolean, checkMembers, listOf, parse, string } from "./checks.mjs";
import { decode } from "./embed.mjs";
import { Failure, root } from "./paths.mjs";

/** @import { File } from "./embed.mjs" */

/** MCP Apps, UIResourceMeta. */
const members = {
  csp: { connectDomains: listOf(string), resourceDomains: listOf(string), frameDomains: listOf(string), baseUriDomains: listOf(string) },
  permissions: { camera: {}, microphone: {}, geolocation: {}, clipboardWrite: {} },
  domain: string,
  prefersBorder: boolean,
};

/** @param {string} folder @returns {Promise<File[]>} sorted; none if there is no such folder */
export async function readViews(folder) {
  const all = await readdir(resolve(root, folder)).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const names = all.filter((name) => !name.startsWith(".")).toSorted();
  for (const name of names) {
    if (!/^[A-Za-z_]\w*\.(html|json)$/.test(name)) throw new Failure(`${folder}/${name}: a view is one file NAME.html, with a NAME that is an identifier in C. Its scripts, styles and images go into that file.`);
    if (!names.includes(name.replace(/json$/, "html"))) throw new Failure(`${folder}/${name}: there is no ${name.replace(/json$/, "html")} that it could belong to.`);
  }
  return Promise.all(names.filter((name) => name.endsWith(".html")).map((name) => readView(folder, name.slice(0, -".html".length), names)));
}

/** @param {string} folder @param {string} name @param {string[]} names @returns {Promise<File>} */
async function readView(folder, name, names) {
  const file = `${folder}/${name}.html`;
  const bytes = await readFile(resolve(root, file));
  const html = decode(bytes);
  if (html === undefined) throw new Failure(`${file}:1: is not valid UTF-8.`);
  if (!/^\s*<!doctype html>/i.test(html)) throw new Failure(`${file}:1: must begin with <!doctype html>.`);
  const title = /<title\b[^>]*>\s*([^<]*?)\s*<\/title>/i.exec(html)?.[1];
  if (!title) throw new Failure(`${file}:1: has no <title>.`);
  const ui = names.includes(`${name}.json`) ? await readMeta(`${folder}/${name}.json`) : {};
  refuseBlocked(file, html, ui.csp?.resourceDomains ?? []);
  const meta = Object.keys(ui).length > 0 ? `"ui":${JSON.stringify(ui)}` : undefined;
  return { uri: `ui://${name}`, name, title: unescape(title, file), mimeType: "text/html;profile=mcp-app", meta, bytes };
}

/** @param {string} file */
async function readMeta(file) {
  const document = await parse(await readFile(resolve(root, file), "utf8"), file);
  checkMembers(document, members);
  return document.value;
}

/** @param {string} text */
const blank = (text) => text.replace(/[^\n]/g, " ");

/** Refuses what clients would not load, so that the view would silently be broken. @param {string} file @param {string} html @param {string[]} domains */
function refuseBlocked(file, html, domains) {
  const markup = html.replace(/<!--[\s\S]*?-->/g, blank).replace(/(<script\b[^>]*>)([\s\S]*?)(?=<\/script>)/gi, (_, tag, body) => tag + blank(body));
  for (const { index, 1: tag, 2: value } of markup.matchAll(/<(script|link|img)\b[^>]*?\s(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi)) {
    const origin = /^(https?:\/\/[^/]+)/.exec(value)?.[1];
    if (/^(data|blob):/.test(value) || (origin && domains.some((domain) => matches(domain, origin)))) continue;
    const line = markup.slice(0, index).split("\n").length;
    throw new Failure(`${file}:${line}: <${tag}> needs ${value}, which clients do not load: put it into the page${origin ? `, or add ${origin} to csp.resourceDomains in ${file.replace(/html$/, "json")}` : ""}.`);
  }
}

/** @param {string} domain such as https://*.example.com @param {string} origin */
function matches(domain, origin) {
  const [scheme, host] = domain.split("://*.");
  return host === undefined ? domain === origin : origin.startsWith(`${scheme}://`) && origin.endsWith(`.${host}`);
}

/** @param {string} text of an HTML element @param {string} file */
function unescape(text, file) {
  /** @type {Record<string, string>} */
  const characters = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(#?\w+);/g, (written, name) => {
    if (!Object.hasOwn(characters, name)) throw new Failure(`${file}:1: has ${written} in its <title>: write the character itself.`);
    return characters[name];
  });
}
