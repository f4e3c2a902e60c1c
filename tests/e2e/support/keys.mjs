// `npm run keys` in a folder of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, beforeEach } from "node:test";
import { join } from "node:path";
import * as variables from "../../../worker/commands/variables.mjs";
import { environment, root, run } from "./program.mjs";
import { remove, temporaryFolder } from "./server.mjs";

/** @type {string} with nothing in it but wrangler.toml */
export let folder;
/** @type {string[]} */
const folders = [];
export function begin() {
  folders.push((folder = temporaryFolder()));
  cpSync(join(root, "wrangler.toml"), join(folder, "wrangler.toml"));
}

/** Gives each test a folder of its own. */
export function isolated() {
  beforeEach(begin);
  after(() => folders.forEach(remove));
}

export const program = join(root, "worker/commands/keys.mjs");
/** @param {string[]} args @param {Record<string, string | undefined>} [env] */
export const keysWith = (args, env = {}) => run("node", [program, ...args], { cwd: folder, env });
export const keys = (/** @type {string[]} */ ...args) => keysWith(args);
export const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
export const file = (name = ".dev.vars") => readFileSync(join(folder, name), "utf8");
export const tokens = () => variables.get(file(), "TOKENS");

/** Makes a key, and returns it. @param {string[]} args */
export async function make(...args) {
  const { code, output, log } = await keys(...args);
  assert.equal(code, 0, log);
  return output.trim();
}

/** Pipes a passphrase to the program. @param {string} input @param {string[]} args @param {Record<string, string>} [env] */
export async function piped(input, args = [], env = {}) {
  const child = spawn("node", [program, "--passphrase", ...args], { cwd: folder, env: { ...environment, ...env } });
  let [output, log] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, output, log: output + log };
}

/** The configuration file of another Worker. */
export const other = join("other", "other.toml");
/** @param {string} [more] */
export function beginOther(more = "") {
  mkdirSync(join(folder, "other"));
  writeFileSync(join(folder, other), `name = "other"\nmain = "worker.js"\ncompatibility_date = "2026-10-30"\n${more}`);
}
