// `npm run deploy` in a folder of its own, with wrangler itself, against Cloudflare's API as a test has it.
import { writeFileSync } from "node:fs";
import { after, afterEach, beforeEach } from "node:test";
import { join } from "node:path";
import { startCloudflare } from "./cloudflare.mjs";
import { root, run } from "./program.mjs";
import { remove, temporaryFolder } from "./server.mjs";
import { atTerminal } from "./terminal.mjs";

export const digest = "0123456789abcdef".repeat(4);
export const hash = "pbkdf2-sha256:100000:c2FsdA:aGFzaA";
export const program = join(root, "worker/commands/deploy.mjs");

/** @type {string} of a Worker of which only the configuration matters */
export let folder;
/** @type {import("./cloudflare.mjs").Cloudflare} */
export let cloudflare;
export const settings = (more = "") => `name = "worker"\nmain = "worker.js"\ncompatibility_date = "2026-10-30"\nworkers_dev = true\n${more}`;
export const OAUTH = '\n[env.oauth]\nname = "worker"\nmain = "oauth.js"\n';

/** @param {string} toml */
export function begin(toml) {
  writeFileSync(join(folder, "wrangler.toml"), toml);
  for (const name of ["worker.js", "oauth.js"]) writeFileSync(join(folder, name), `export default { fetch: () => new Response("${name}") };`);
}
/** @type {string[]} */
const folders = [];
/** Gives each test a folder and a platform of its own. */
export function isolated() {
  beforeEach(async () => {
    folders.push((folder = temporaryFolder()));
    begin(settings(OAUTH));
    cloudflare = await startCloudflare();
  });
  afterEach(() => cloudflare.stop());
  after(() => folders.forEach(remove));
}

/** Another configuration file, which may be of another Worker. */
export const OTHER = "other.toml";
export const beginOther = (name = "worker") => writeFileSync(join(folder, OTHER), settings(OAUTH).replaceAll('name = "worker"', `name = "${name}"`));

/** @param {string[]} args @param {Record<string, string>} [env] */
export const deployWith = (args, env = {}) => run("node", [program, ...args], { cwd: folder, env: { ...cloudflare.env, TMPDIR: folder, ...env } });
export const deploy = (/** @type {string[]} */ ...args) => deployWith(args);
/** The bindings of the last upload, by name: kind and value. */
export const uploaded = () => Object.fromEntries((cloudflare.uploads.at(-1) ?? []).map(({ name, type, text }) => [name, [type, text]]));

/** @param {[RegExp, string][]} answers @param {string[]} args */
export const answering = (answers, ...args) => atTerminal(["node", program, ...args], answers, { cwd: folder, env: { ...cloudflare.env, TMPDIR: folder } });
