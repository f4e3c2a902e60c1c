// The servers that are compared, bundled as they would be deployed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../c/toolchain/paths.mjs";

/**
 * @typedef {object} Bundle
 * @property {string} name
 * @property {string} folder where it is
 * @property {string[]} modules the main one first
 * @property {string} compatibilityDate
 * @property {string[]} compatibilityFlags
 * @property {Record<string, string>} variables
 * @property {Record<string, string>} durableObjects binding to class
 * @property {string} upload its size, as wrangler reports it
 */

const here = import.meta.dirname;

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
  floor: "bare worker (the floor)",
  durable: "the floor through a Durable Object",
  sdk: "@modelcontextprotocol/server 2",
  lite: "mcp-lite",
  demo: "the demo (agents, McpAgent)",
};

/** Installs the peers, unless what the lockfile lists is there. */
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

/** A wrangler configuration for a peer. @param {string} name @param {string} compatibilityDate */
function peerConfig(name, compatibilityDate) {
  const { main, durableObjects = {} } = peers[name];
  const lines = [`name = "${name}"`, `main = "${join(here, "peers", main)}"`, `compatibility_date = "${compatibilityDate}"`];
  for (const [binding, type] of Object.entries(durableObjects)) {
    lines.push("[[durable_objects.bindings]]", `name = "${binding}"`, `class_name = "${type}"`);
    lines.push("[[migrations]]", 'tag = "v1"', `new_sqlite_classes = ["${type}"]`);
  }
  return `${lines.join("\n")}\n`;
}

/** The modules that wrangler left in `folder`. @param {string} folder @param {string} main */
function modulesIn(folder, main) {
  const names = readdirSync(folder).filter((name) => /\.(m?js|wasm)$/.test(name));
  return names.toSorted((a, b) => Number(b === main) - Number(a === main));
}

/**
 * Bundles the server `name`: "ours", or a peer.
 * @param {string} name
 * @returns {Bundle}
 */
export function bundle(name) {
  const folder = join(root, "build/bench", name);
  const config = readFileSync(join(root, "wrangler.toml"), "utf8");
  const compatibilityDate = /^compatibility_date = "(.*)"/m.exec(config)?.[1] ?? "";
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (name === "ours") {
    const upload = wrangler(["--outdir", folder]);
    const flags = /^compatibility_flags = (\[.*\])/m.exec(config)?.[1] ?? "[]";
    return {
      name,
      folder,
      modules: modulesIn(folder, "index.js"),
      compatibilityDate,
      compatibilityFlags: JSON.parse(flags),
      variables: { AUTH_MODE: "any" },
      durableObjects: { MAILBOX: "Mailbox" },
      upload,
    };
  }
  const { main, durableObjects = {} } = peers[name];
  writeFileSync(join(folder, "wrangler.toml"), peerConfig(name, compatibilityDate));
  const upload = wrangler(["--config", join(folder, "wrangler.toml"), "--outdir", folder]);
  const modules = modulesIn(folder, main);
  return { name, folder, modules, compatibilityDate, compatibilityFlags: [], variables: {}, durableObjects, upload };
}
