// wrangler, run as a person would run it, and what its configuration says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure, root } from "../../c/toolchain/paths.mjs";

/** @import { Where } from "./hints.mjs" */

/**
 * The configuration of an environment, whatever CLOUDFLARE_ENV says: environmentArgument names this one. One that
 * does not exist is as good as none, unless there are others.
 * @param {{ env?: string, config?: string }} [options]
 */
export async function configuration({ env = "", config } = {}) {
  if (config !== undefined && !existsSync(config)) throw new Failure(`There is no configuration file ${config}.`);
  const { unstable_readConfig: readConfig } = await import("wrangler"); // it takes a while to load
  try {
    return readConfig({ env, config }, { hideWarnings: true });
  } catch (/** @type {any} */ error) {
    const { file, line } = error.location ?? {};
    throw new Failure(`${file ? `${file}:${line}: ` : ""}${error.message.trim()}`);
  }
}

/** The file that says it, as people name it. @param {{ config?: string }} options @returns {Promise<string>} */
export async function configurationFile({ config }) {
  const { configPath } = await configuration({ config });
  return configPath ? relative(process.cwd(), configPath) : "wrangler.toml";
}

/** The one that was installed here. It is run without a shell, which on Windows would take a blank in a path for the end of an argument. */
const PROGRAM = join(root, "node_modules/wrangler/bin/wrangler.js");
const INTERRUPTS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Runs wrangler to its end, also when this program is interrupted: whoever called can still put things in order.
 * If `quiet`, nothing is shown, and what it prints is returned.
 * @param {string[]} args
 * @param {{ input?: string, quiet?: boolean }} [options] `input`: for its stdin, from which it takes a secret
 * @returns {Promise<{ code: number, output: string, errors: string }>}
 */
export async function wrangler(args, { input, quiet = false } = {}) {
  const shown = quiet ? "pipe" : "inherit";
  const stdin = input === undefined ? (quiet ? "ignore" : "inherit") : "pipe";
  const program = spawn(process.execPath, [PROGRAM, ...args], { stdio: [stdin, shown, shown] });
  const said = { output: "", errors: "" };
  program.stdout?.setEncoding("utf8").on("data", (text) => (said.output += text));
  program.stderr?.setEncoding("utf8").on("data", (text) => (said.errors += text));
  program.stdin?.end(input);
  let interrupted = false;
  const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
    interrupted = true;
    program.kill(signal);
  };
  for (const signal of INTERRUPTS) process.on(signal, interrupt);
  const [code] = await once(program, "close");
  for (const signal of INTERRUPTS) process.off(signal, interrupt);
  if (interrupted) throw new Failure("Interrupted.");
  return { code: code ?? 1, ...said };
}

/** What wrangler says of a Worker that was never deployed. */
const WORKER_NOT_FOUND = /Worker "[^"]*" not found|code: 10007\b/;

/** The argument that names an environment; wrangler warns if it has to guess. @param {string} [env] */
export const environmentArgument = (env = "") => `--env=${env}`;
/** The arguments that name a server. @param {Where} where */
const serverArguments = ({ env, config }) => [environmentArgument(env), ...(config ? [`--config=${config}`] : [])];

/**
 * Sets a secret of the deployed server; one without a value is deleted.
 * @param {string} name
 * @param {string} value
 * @param {Where} where
 */
export async function setSecret(name, value, where) {
  const [action, input] = value ? ["put", value] : ["delete", undefined];
  const { code, output, errors } = await wrangler(["secret", action, name, ...serverArguments(where)], { input, quiet: true });
  if (code === 0) return;
  process.stderr.write(output + errors);
  throw new Failure(`\`wrangler secret ${action} ${name}\` failed, so nothing was changed here. What it printed says why.`);
}

/** The names in a list that wrangler prints as JSON; before and after it there may be lines for people, such as that there is a newer wrangler. @param {string} output @returns {string[]} */
export function namesIn(output) {
  const [list] = /^\[(?:\n[^]*?^)?\]$/m.exec(output.replaceAll("\r", "")) ?? [];
  if (list === undefined) throw new Failure(`wrangler printed no list of the deployed server's secrets, but this:\n${output}`);
  return JSON.parse(list).map((/** @type {{ name: string }} */ { name }) => name);
}

/** The names of the deployed server's secrets; none if there is no such server yet. @param {Where} where @returns {Promise<string[]>} */
export async function secretNames(where) {
  const { code, output, errors } = await wrangler(["secret", "list", "--format", "json", ...serverArguments(where)], { quiet: true });
  if (code === 0) return namesIn(output);
  if (WORKER_NOT_FOUND.test(output + errors)) return [];
  process.stderr.write(output + errors);
  throw new Failure("wrangler could not list the deployed server's secrets. If you are not logged in, run `npx wrangler login` or set CLOUDFLARE_API_TOKEN.");
}
