// The Worker, served: by `wrangler dev`, as a person would, or by a bare workerd, which is what runs when
// deployed, with nothing in front of it that could hide how connections end.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program, environment, root } from "./program.mjs";

/**
 * @typedef {object} Server
 * @property {string} url without a slash at its end
 * @property {number} port
 * @property {() => string} log what the server printed so far
 * @property {Program} program
 * @property {() => Promise<void>} stop leaves no process and no file
 */

/** @type {Set<string>} folders, to be removed should this process end first */
const folders = new Set();
process.on("exit", () => folders.forEach(remove));

/** A folder that the caller removes. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "remote-mcp-server-c-"));
  folders.add(folder);
  return folder;
}

/** @param {string} folder */
export function remove(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.delete(folder);
}

/**
 * `wrangler dev` on a free port.
 * @param {Record<string, string>} [variables] the Worker's; those of the developer's own .env and .dev.vars do not count
 * @param {{ cwd?: string, persist?: string, config?: string, env?: string, port?: number, trust?: string }} [options] `persist` is kept,
 *   if it is given; `env` is one of wrangler.toml; `trust` is a file with certificates to trust
 * @returns {Promise<Server>}
 */
export async function startServer(variables = {}, { cwd = root, persist, config, env, port: wanted = 0, trust } = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "none.env"), "");
  // by itself it listens at the first address of localhost alone, which on many machines is ::1
  const args = [
    join(root, "node_modules/wrangler/bin/wrangler.js"), "dev", "--ip=127.0.0.1", `--port=${wanted}`, "--inspector-port=0", "--show-interactive-dev-session=false",
    `--persist-to=${persist ?? join(folder, "state")}`, `--env-file=${join(folder, "none.env")}`,
    ...(config ? [`--config=${config}`] : []),
    ...(env ? [`--env=${env}`] : []),
    ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
  ];
  const program = new Program(process.execPath, args, { cwd, env: trust ? { NODE_EXTRA_CA_CERTS: trust } : {} });
  const stop = async () => {
    await program.stop();
    remove(folder);
  };
  try {
    const [, port] = await program.printed(/Ready on http:\/\/[^:\s]+:(\d+)/);
    return { url: `http://localhost:${port}`, port: Number(port), log: () => program.log, program, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @type {Record<string, string>} how a config names the kind of a module */
const moduleKinds = { js: "esModule", sql: "text", wasm: "wasm" };

/** Builds the module, if it is not up to date. @param {string} target build.sh's */
function build(target) {
  execFileSync(join(root, "build.sh"), [target], { env: environment, stdio: ["ignore", "ignore", "inherit"] });
}

/** @param {Record<string, string>} variables @param {string[]} modules @param {boolean} mailbox */
function workerdConfig(variables, modules, mailbox) {
  const settings = readFileSync(join(root, "wrangler.toml"), "utf8");
  const [, date] = /** @type {RegExpExecArray} */ (/^compatibility_date = (".*")$/m.exec(settings));
  const [, flags] = /^compatibility_flags = (\[.*\])$/m.exec(settings) ?? ["", "[]"];
  const bindings = Object.entries(variables).map(([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`);
  if (mailbox) bindings.push('(name = "MAILBOX", durableObjectNamespace = "Mailbox")');
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "disk", disk = (path = "disk", writable = true)),
    (name = "internet", network = (allow = ["local"])), # an issuer that a test started, and nobody else
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [${modules.map((name) => `(name = "${name}", ${moduleKinds[name.split(".")[1]]} = embed "${name}")`).join(", ")}],
  compatibilityDate = ${date},
  compatibilityFlags = ${flags},
  durableObjectNamespaces = [(className = "Mailbox", uniqueKey = "Mailbox", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [${bindings.join(", ")}],
);
`;
}

/**
 * The Worker in a workerd of its own. Starts in a fraction of a second, and keeps nothing.
 * @param {Record<string, string>} [variables]
 * @param {{ mailbox?: boolean, fixture?: boolean, args?: string[] }} [options] `fixture`: with the conformance suite's tools
 * @returns {Promise<Server>}
 */
export async function startWorkerd(variables = {}, { mailbox = true, fixture = false, args = [] } = {}) {
  build(fixture ? "fixture" : "wasm");
  const from = fixture ? join(root, "build/fixture") : root;
  const folder = temporaryFolder();
  const scripts = readdirSync(join(from, "worker")).filter((name) => /\.(js|sql)$/.test(name));
  // the main module is the first
  const modules = ["worker/index.js", ...scripts.filter((name) => name !== "index.js").map((name) => `worker/${name}`), "build/core.wasm"];
  for (const name of ["worker", "build", "disk"]) mkdirSync(join(folder, name));
  for (const name of modules) cpSync(join(from, name), join(folder, name));
  writeFileSync(join(folder, "config.capnp"), workerdConfig(variables, modules, mailbox));
  const { default: workerd } = createRequire(import.meta.url)("workerd");
  const program = new Program(workerd, ["serve", join(folder, "config.capnp"), `--directory-path=disk=${join(folder, "disk")}`, "--control-fd=1", ...args]);
  const stop = async () => {
    await program.stop("SIGKILL"); // it would wait for its clients to leave
    remove(folder);
  };
  try {
    const [, port] = await program.printed(/"port":(\d+)/);
    return { url: `http://127.0.0.1:${port}`, port: Number(port), log: () => program.log, program, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
