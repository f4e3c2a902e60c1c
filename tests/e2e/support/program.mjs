// A program that runs beside a test, and is surely gone afterwards.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("../../../", import.meta.url)).replace(/[/\\]$/, "");

/** How long anything may take before a test gives up on it; nothing is expected to come near. */
export const patience = 120_000;

/** @type {Set<number>} process groups, to be ended should this process end first */
const groups = new Set();
process.on("exit", () => {
  for (const group of groups) signalGroup(group, "SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** @param {number} group @param {NodeJS.Signals | 0} signal @returns {boolean} whether anybody was there */
function signalGroup(group, signal) {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

/**
 * Calls `check` until it returns something true or time is up. For what no event tells.
 * @template T
 * @param {() => T | Promise<T>} check
 * @param {string} what for the failure
 * @param {number} [timeout] in ms
 * @returns {Promise<NonNullable<T>>}
 */
export async function eventually(check, what, timeout = patience) {
  for (const end = Date.now() + timeout; ; await delay(50)) {
    const result = await check();
    if (result) return result;
    if (Date.now() > end) throw new Error(`This did not happen within ${timeout} ms: ${what}`);
  }
}

/** A free port, which no system gives to a program that asks for any port. @returns {Promise<number>} */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    const free = await new Promise((resolve) => {
      const probe = createServer().once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/** What deploying, keys and wrangler take from the environment: whoever runs the tests may have set some of it for a server of their own. */
const taken = /^(AUTH_MODE|TOKENS|OWNER_PASSPHRASE|(JWT|UPSTREAM|CLOUDFLARE|CF)_\w+)$/;

/** With what is on the PATH of npm scripts: the lockfile's Node and the tools of node_modules. */
export const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !taken.test(name))),
  PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`,
  WRANGLER_SEND_METRICS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  NO_COLOR: "1",
  FORCE_COLOR: "0",
};

/** A child process in a process group of its own. */
export class Program extends EventEmitter {
  /** All that it printed so far, on both outputs. */
  log = "";
  /** What it printed on its standard output alone. */
  output = "";

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
   */
  constructor(command, args, { cwd = root, env = {} } = {}) {
    super();
    this.setMaxListeners(0);
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = /** @type {number} */ (child.pid);
    groups.add(this.pid);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      this.output += text;
      this.#printed(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text) => this.#printed(text));
    /** @type {Promise<number>} the exit code; -1 if a signal ended it */
    this.ended = once(child, "close").then(([code]) => {
      this.over = true;
      this.emit("printed");
      return code ?? -1;
    });
  }

  /** @param {string} text */
  #printed(text) {
    this.log += text;
    this.emit("printed");
  }

  /**
   * Waits until it has printed `pattern`, looking from `from` on.
   * @param {RegExp} pattern
   * @param {number} [from] a length of `log`
   * @returns {Promise<RegExpExecArray>}
   */
  async printed(pattern, from = 0) {
    const signal = AbortSignal.timeout(patience);
    for (;;) {
      const match = pattern.exec(this.log.slice(from));
      if (match) return match;
      if (this.over || signal.aborted) throw new Error(`${pattern} was never printed:\n${this.log}`);
      await once(this, "printed", { signal }).catch(() => {});
    }
  }

  /**
   * Ends it and all that it started; waits until they are gone.
   * @param {NodeJS.Signals} [signal]
   */
  async stop(signal = "SIGTERM") {
    signalGroup(this.pid, signal);
    const kill = setTimeout(() => signalGroup(this.pid, "SIGKILL"), 10_000);
    await this.ended;
    clearTimeout(kill);
    signalGroup(this.pid, "SIGKILL");
    await eventually(() => !signalGroup(this.pid, 0), "the end of all processes");
    groups.delete(this.pid);
  }
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined> }} [options]
 * @returns {Promise<{ code: number, output: string, log: string }>}
 */
export async function run(command, args, options) {
  const program = new Program(command, args, options);
  const stop = setTimeout(() => program.stop(), patience);
  const code = await program.ended;
  clearTimeout(stop);
  groups.delete(program.pid);
  return { code, output: program.output, log: program.log };
}
