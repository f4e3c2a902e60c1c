// The servers that are compared, bundled as they would be deployed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../c/toolchain/paths.mjs";
import { buildOurs } from "./builds.mjs";

/**
 * @typedef {object} Bundle
 * @property {string} name
 * @property {string} folder where it is
 * @property {string[]} modules the main one first
 * @property {string} compatibilityDate
 * @property {string[]} compatibilityFlags
 * @property {Record<string, string>} variables
 * @property {Record<string, unknown>} [values] variables that are not strings
 * @property {Record<string, string>} durableObjects binding to class
 * @property {boolean} [twice] runs in two isolates, with the same objects: the second one's port is `far`
 * @property {string} [storage] a folder with what an earlier start left of its objects' storage; without it there is nothing yet
 * @property {string} upload its size, as wrangler reports it
 */

const here = import.meta.dirname;

/** Where this process bundles, until it ends; others may be measuring, too. */
const scratch = join(root, "build/bench", `process-${process.pid}`);
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** @type {Record<string, { main: string, durableObjects?: Record<string, string> }>} */
const peers = {
  floor: { main: "floor.js" },
  durable: { main: "durable.js", durableObjects: { DURABLE: "Durable" } },
  sdk: { main: "sdk.js" },
  lite: { main: "lite.js" },
  demo: { main: "demo.js", durableObjects: { DEMO: "Demo" } },
};

/** What the tables call them. @type {Record<string, string>} */
export const titles = {
  ours: "this server",
  few: "this server with 2 tools",
  far: "this server, where another isolate has the stream",
  first: "this server, started for the first time of all",
  floorLess: "bare worker that leaves out Node.js's timers, as this server does",
  bare: "this server as a SERVER_BARE",
  every: "this server with every feature",
  oauth: "this server with its own authorization server (mode oauth)",
  floor: "bare worker (the floor)",
  durable: "the floor through a Durable Object",
  sdk: "@modelcontextprotocol/server 2",
  lite: "mcp-lite",
  demo: "the demo (agents, McpAgent)",
};

/** Installs the peers, unless what the lockfile lists is already there. */
export function installPeers() {
  const installed = join(here, "node_modules/.package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(here, "package-lock.json")).mtimeMs) return;
  console.log("Installing the servers to compare with (npm ci in tests/bench) ...");
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: here,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("The servers to compare with could not be installed.");
}

/** @param {string[]} args */
function wrangler(args) {
  const { status, stdout, stderr } = spawnSync("wrangler", ["deploy", "--dry-run", ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" },
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`wrangler failed:\n${stdout}\n${stderr}`);
  return /gzip: ([^\n]*)/.exec(stdout)?.[1] ?? "unknown";
}

/** What this server's own wrangler.toml says. */
function ownSettings() {
  const config = readFileSync(join(root, "wrangler.toml"), "utf8");
  return {
    compatibilityDate: /^compatibility_date = "(.*)"/m.exec(config)?.[1] ?? "",
    compatibilityFlags: /** @type {string[]} */ (JSON.parse(/^compatibility_flags = (\[.*\])/m.exec(config)?.[1] ?? "[]")),
    durableObjects: /** @type {Record<string, string>} */ ({ MAILBOX: "Mailbox" }),
  };
}

/** @param {string} name @param {string} main @param {Pick<Bundle, "compatibilityDate" | "compatibilityFlags" | "durableObjects">} settings */
function configText(name, main, { compatibilityDate, compatibilityFlags, durableObjects }) {
  const lines = [
    `name = "${name}"`,
    `main = ${JSON.stringify(main)}`,
    `compatibility_date = "${compatibilityDate}"`,
    `compatibility_flags = ${JSON.stringify(compatibilityFlags)}`,
    "minify = true",
    "keep_names = false",
  ];
  for (const [binding, type] of Object.entries(durableObjects)) {
    lines.push("[[durable_objects.bindings]]", `name = "${binding}"`, `class_name = "${type}"`);
    lines.push("[[migrations]]", 'tag = "v1"', `new_sqlite_classes = ["${type}"]`);
  }
  return `${lines.join("\n")}\n`;
}

/** The modules that wrangler left in `folder`. @param {string} folder @param {string} main */
function modulesIn(folder, main) {
  const names = readdirSync(folder).filter((name) => /\.(m?js|wasm|sql)$/.test(name));
  return names.toSorted((a, b) => Number(b === main) - Number(a === main));
}

/**
 * The Worker whose main module is `main`, or this checkout's.
 * @param {string} folder
 * @param {Pick<Bundle, "name" | "variables" | "compatibilityDate" | "compatibilityFlags" | "durableObjects">} settings
 * @param {string} [main]
 * @returns {Bundle}
 */
function bundleAt(folder, settings, main) {
  const path = join(scratch, folder);
  mkdirSync(path, { recursive: true });
  const config = join(path, "wrangler.toml");
  if (main) writeFileSync(config, configText(settings.name, main, settings));
  const environment = settings.name === "oauth" ? ["--env", "oauth"] : [];
  const upload = wrangler([...(main ? ["--config", config] : environment), "--outdir", path]);
  return { ...settings, folder: path, modules: modulesIn(path, main?.split("/").at(-1) ?? "index.js"), upload };
}

/** What was bundled so far. @type {Map<string, Bundle>} */
const bundled = new Map();

/**
 * Bundles the server `name`: "ours", or a peer.
 * @param {string} name
 * @param {string} [kind] of what it offers: "2" tools, as deployed; another number of tools; "echo"; "bare"; "every"; "oauth", of wrangler.toml's environment
 * @returns {Promise<Bundle>}
 */
export async function bundle(name, kind = "2") {
  const own = ["ours", "few", "bare", "every", "oauth"].includes(name);
  const folder = own ? `ours-${kind}` : name;
  const settings = { name, variables: /** @type {Record<string, string>} */ (own ? { AUTH_MODE: "any" } : { TOOLS: kind }), ...ownSettings() };
  if (!own) Object.assign(settings, { compatibilityFlags: [], durableObjects: peers[name].durableObjects ?? {} });
  const main = own ? !["2", "oauth"].includes(kind) && (await buildOurs(kind)) : join(here, "peers", peers[name].main);
  const made = bundled.get(folder) ?? bundleAt(folder, settings, main || undefined);
  bundled.set(folder, made);
  return { ...made, name, variables: settings.variables };
}
