// Builds and runs driver.c: natively with sanitizers, and as a WASI program.
import { spawnSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { includes, prepare } from "../../c/toolchain/build.mjs";
import { compileNative, compileWasiProgram, stackBytes } from "../../c/toolchain/compile.mjs";
import { root } from "../../c/toolchain/paths.mjs";

/** enum schema_use of c/schema.h. */
export const Use = { ARGUMENTS: 0, OUTPUT: 1, ANSWER: 2 };

/**
 * @typedef {object} Verdict
 * @property {string} verdict what driver.c says
 * @property {string} sentences
 * @typedef {(lines: string[]) => Verdict[]} Driver one verdict for each line that asks for one
 */

/** What the validator is made of, and nothing of the server. */
async function job() {
  const parts = /^(schema|pattern|arena|buffer|text|utf8|json|number|decimal|date|tree)[_a-z]*\.c$/;
  const own = (await readdir(join(root, "c"))).filter((name) => parts.test(name)).toSorted();
  const sources = [...own.map((name) => `c/${name}`), ...(await prepare("tests/schema")), "tests/schema/driver.c"];
  return { sources: sources.filter((source) => !/jsonrpc/.test(source)), includes };
}

/** @param {string} text @returns {Verdict[]} */
function verdicts(text) {
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => {
    const [, verdict, sentences = '""'] = /^([^"]*?)(?: (".*"))?$/.exec(line) ?? [];
    return { verdict, sentences: JSON.parse(sentences) };
  });
}

/** @param {string[]} lines */
const input = (lines) => Buffer.from(lines.map((line) => `${line}\n`).join(""));

/** With AddressSanitizer and UndefinedBehaviorSanitizer. @returns {Promise<Driver>} */
export async function nativeDriver() {
  const flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
  const output = "build/tests/schema";
  await compileNative({ ...(await job()), flags, libraries: ["-lm"], output });
  const options = /** @type {const} */ ({ env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0" }, encoding: "utf8", maxBuffer: 1 << 28 });
  return (lines) => {
    const { status, stdout, stderr, error } = spawnSync(join(root, output), { ...options, input: input(lines) });
    if (error || status !== 0) throw error ?? new Error(`the driver ended with ${status}: ${stderr}`);
    return verdicts(stdout);
  };
}

/**
 * As WebAssembly, with the stack that the Worker's module has; running over its
 * end traps.
 * @param {number} [stack] bytes
 * @returns {Promise<Driver>}
 */
export async function wasiDriver(stack = stackBytes) {
  const output = `build/tests/schema-${stack}.wasm`;
  const libraries = ["-Wl,--stack-first", `-Wl,-z,stack-size=${stack}`];
  await compileWasiProgram({ ...(await job()), libraries, output });
  const module = await WebAssembly.compile(await readFile(join(root, output)));
  return (lines) => verdicts(runWasi(module, lines));
}

/**
 * What of WASI the program needs: stdin, stdout and an exit. Node 20's own WASI
 * aborts now and then when it is called often.
 * @param {WebAssembly.Module} module
 * @param {string[]} lines
 */
function runWasi(module, lines) {
  let stdin = input(lines);
  let code = 0;
  /** @type {Buffer[]} */
  const stdout = [];
  const memory = () => /** @type {WebAssembly.Memory} */ (instance.exports.memory).buffer;
  /** @param {number} vectors @param {number} count @param {number} total @param {(bytes: Buffer) => number} each */
  const transfer = (vectors, count, total, each) => {
    const view = new DataView(memory());
    let moved = 0;
    for (let at = vectors; at < vectors + 8 * count; at += 8) {
      moved += each(Buffer.from(memory(), view.getUint32(at, true), view.getUint32(at + 4, true)));
    }
    view.setUint32(total, moved, true);
    return 0;
  };
  const wasi = {
    fd_read: (_fd, vectors, count, total) =>
      transfer(vectors, count, total, (bytes) => {
        const size = stdin.copy(bytes);
        stdin = stdin.subarray(size);
        return size;
      }),
    fd_write: (_fd, vectors, count, total) =>
      transfer(vectors, count, total, (bytes) => stdout.push(Buffer.from(bytes)) && bytes.length),
    fd_fdstat_get: (_fd, stat) => new Uint8Array(memory(), stat, 24).fill(0) && 0,
    fd_close: () => 0,
    fd_seek: () => 70,
    proc_exit: (status) => {
      code = status;
      throw wasi;
    },
  };
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi });
  try {
    /** @type {() => void} */ (instance.exports["_start"])();
  } catch (error) {
    if (error !== wasi) throw error;
  }
  if (code !== 0) throw new Error(`the driver ended with ${code}`);
  return Buffer.concat(stdout).toString();
}
