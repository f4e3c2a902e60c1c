// A server: a bundled Worker in a workerd of its own, on a core of its own.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { cpus } from "node:os";
import { join } from "node:path";
import { Connection, requestBytes } from "./connection.mjs";

/** @typedef {import("./servers.mjs").Bundle} Bundle */

const { default: workerd, compatibilityDate } = createRequire(import.meta.url)("workerd");

const hasTaskset = process.platform === "linux" && spawnSync("taskset", ["--version"]).status === 0;
const isLinux = process.platform === "linux";

/** Whether a server gets a core of its own, and the load generator another. */
export const pinned = hasTaskset && cpus().length > 1;

/** Whether CPU time and memory of a process can be read. */
export const observed = isLinux;

/** Keeps this process, the load generator, away from the servers' core. */
export function pinLoadGenerator() {
  if (pinned) spawnSync("taskset", ["-a", "-cp", "1", String(process.pid)]);
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => done(port));
    });
  });
}

/** How a config names the kind of a module, by the end of the module's name. @type {Record<string, string>} */
const moduleKinds = { js: "esModule", mjs: "esModule", sql: "text", wasm: "wasm" };

/** A module that the demo's stack imports, and that only the platform and wrangler have. */
const emailModule = '(name = "cloudflare-internal:email", internal = true, esModule = "export default { EmailMessage: class {} }")';

/** @param {Bundle} bundle @param {{ near: number, far: number }} ports @param {string} disk */
function configText(bundle, { near, far }, disk) {
  const modules = bundle.modules.map((name) => {
    const kind = moduleKinds[name.split(".").at(-1) ?? ""];
    return `(name = "${name}", ${kind} = embed "${name}")`;
  });
  const classes = Object.entries(bundle.durableObjects);
  const bindings = [
    ...Object.entries(bundle.variables).map(([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`),
    ...Object.entries(bundle.values ?? {}).map(([name, value]) => `(name = "${name}", json = ${JSON.stringify(JSON.stringify(value))})`),
  ];
  const objects = classes.map(([name, type]) => `(name = "${name}", durableObjectNamespace = (className = "${type}", serviceName = "main"))`);
  const namespaces = classes.map(([, type]) => `(className = "${type}", uniqueKey = "${type}", enableSql = true)`);
  const worker = `  modules = [${modules.join(", ")}],
  compatibilityDate = "${[bundle.compatibilityDate, compatibilityDate].toSorted()[0]}",
  compatibilityFlags = ${JSON.stringify(bundle.compatibilityFlags)},
  bindings = [${[...bindings, ...objects].join(", ")}],`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .w),${bundle.twice ? '\n    (name = "again", worker = .again),' : ""}
    (name = "disk", disk = (path = ${JSON.stringify(disk)}, writable = true)),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${near}", http = (), service = "main"),${bundle.twice ? `\n    (name = "far", address = "127.0.0.1:${far}", http = (), service = "again"),` : ""}
  ],
  extensions = [(modules = [${emailModule}])],
);
const w :Workerd.Worker = (
  durableObjectNamespaces = [${namespaces.join(", ")}],
  ${classes.length > 0 ? 'durableObjectStorage = (localDisk = "disk"),' : ""}
${worker}
);
${bundle.twice ? `const again :Workerd.Worker = (\n${worker}\n);\n` : ""}`;
}

/** A running workerd. */
export class Server {
  /** @param {Bundle} bundle @param {{ pinned?: boolean }} [options] whether it gets a core of its own, if there is one */
  constructor(bundle, options = {}) {
    this.bundle = bundle;
    this.pinned = pinned && options.pinned !== false;
    this.name = bundle.name;
    this.port = 0;
    this.far = 0;
    this.log = "";
  }

  /** Starts the process; resolves at once, not when it answers. */
  async spawn() {
    [this.port, this.far] = await Promise.all([freePort(), freePort()]);
    const disk = join(this.bundle.folder, `disk-${this.port}`);
    mkdirSync(disk, { recursive: true });
    if (this.bundle.storage) cpSync(this.bundle.storage, disk, { recursive: true });
    const config = join(this.bundle.folder, `${this.port}.capnp`);
    writeFileSync(config, configText(this.bundle, { near: this.port, far: this.far }, disk));
    const command = [...(this.pinned ? ["taskset", "-c", "0"] : []), workerd, "serve", config];
    this.files = [disk, config];
    this.process = spawn(command[0], command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (text) => (this.log = (this.log + text).slice(-4000)));
    }
  }

  /** Starts the process; resolves once it answers. */
  async start() {
    await this.spawn();
    await this.firstAnswer(requestBytes("GET", "/healthz", {}));
  }

  /** Sends `request` until somebody is there to answer. @param {Buffer} request */
  async firstAnswer(request) {
    for (;;) {
      const connection = new Connection(this.port);
      try {
        return await connection.send(request);
      } catch (error) {
        if (this.process?.exitCode !== null || this.process.signalCode !== null) throw new Error(`${this.name} did not start:\n${this.log}`, { cause: error });
        await new Promise((done) => setTimeout(done, 1));
      } finally {
        connection.close();
      }
    }
  }

  /** CPU time that all its threads have used so far, in microseconds; 0 if that cannot be read. */
  cpu() {
    if (!observed) return 0;
    const tasks = `/proc/${this.process?.pid}/task`;
    const nanoseconds = readdirSync(tasks).map((task) => Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]));
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1000;
  }

  /** Resident memory in bytes; 0 if that cannot be read. */
  memory() {
    if (!observed) return 0;
    const status = readFileSync(`/proc/${this.process?.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  /** @param {{ storage?: string }} [options] a folder to copy its objects' storage to, once the process has been ended, not killed */
  async stop({ storage } = {}) {
    const { process: child } = this;
    if (child?.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill(storage ? "SIGTERM" : "SIGKILL");
      await ended;
    }
    if (storage && this.files) cpSync(this.files[0], storage, { recursive: true });
    for (const file of this.files ?? []) rmSync(file, { recursive: true, force: true });
  }
}
