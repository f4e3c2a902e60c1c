// `wrangler deploy` with the same arguments, and a warning that cannot be missed
// where the deployed server would be open to everyone, or to no one.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { unstable_readConfig as readConfig } from "wrangler";

/**
 * What AUTH_MODE will be: an argument wins over wrangler.toml, as in wrangler.
 * @param {string[]} args
 * @returns {string | undefined}
 */
function authMode(args) {
  for (const arg of args) {
    const given = /^(?:--var=)?AUTH_MODE:(.*)$/s.exec(arg);
    if (given) return given[1];
  }
  const { values } = parseArgs({
    args,
    strict: false,
    options: { env: { type: "string", short: "e" }, config: { type: "string", short: "c" } },
  });
  const { env, config } = /** @type {{ env?: string, config?: string }} */ (values);
  const mode = readConfig({ env, config }, { hideWarnings: true }).vars.AUTH_MODE;
  return mode === undefined ? undefined : String(mode);
}

/** @param {string | undefined} mode @returns {string[]} nothing if all is well */
function warning(mode) {
  if (!mode) {
    return [
      "NO AUTH_MODE IS SET HERE.",
      "The server will refuse every MCP request until one is chosen:",
      "",
      "    npm run deploy -- --var AUTH_MODE:tokens",
    ];
  }
  const open = mode.split(",").map((name) => name.trim()).find((name) => name === "any" || name === "none");
  if (!open) return [];
  const why = open === "none" ? "no credential is asked for." : "a token is asked for, but any token will do.";
  return [
    `AUTH_MODE=${mode}: THIS SERVER WILL BE OPEN TO EVERYONE ON THE INTERNET,`,
    `because ${why} If that is not what you want:`,
    "",
    "    npm run deploy -- --var AUTH_MODE:tokens",
  ];
}

/** @param {string[]} lines */
function box(lines) {
  const width = Math.max(...lines.map((line) => line.length));
  const edge = "!".repeat(width + 6);
  const [on, off] = process.stderr.isTTY ? ["\x1b[1;31m", "\x1b[0m"] : ["", ""];
  return [edge, ...["", ...lines, ""].map((line) => `!! ${line.padEnd(width)} !!`), edge]
    .map((line) => on + line + off)
    .join("\n");
}

const args = process.argv.slice(2);
const lines = warning(authMode(args));
if (lines.length) console.error(`\n${box(lines)}\n`);
const wrangler = spawn("wrangler", ["deploy", ...args], { stdio: "inherit", shell: process.platform === "win32" });
wrangler.on("exit", (code) => (process.exitCode = code ?? 1));
