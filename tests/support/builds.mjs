// What the tests run, built on demand: a build that is up to date costs a few
// milliseconds, so every test file asks for what it needs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { partsOf, sourcesIn } from "../../c/toolchain/build.mjs";
import { compileModule, compileNative, compileWasiProgram } from "../../c/toolchain/compile.mjs";
import { root } from "../../c/toolchain/paths.mjs";

export { root };

const sanitize = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

/** If a sanitizer finds something, the program ends with this. */
export const sanitizerEnv = {
  ASAN_OPTIONS: "abort_on_error=0:exitcode=99:detect_leaks=0",
  UBSAN_OPTIONS: "print_stacktrace=1:exitcode=99",
};

/** @type {string | undefined} */
let reason;

/**
 * Why nothing can be built natively with sanitizers here; "" if it can. Chooses
 * the compiler: CC, else clang, whose sanitizers see more, else cc.
 * @returns {string}
 */
export function noSanitizers() {
  if (reason !== undefined) return reason;
  const compilers = process.env.CC ? [process.env.CC] : ["clang", "cc"];
  const failures = compilers.map(probe);
  const found = failures.indexOf("");
  if (found >= 0) process.env.CC = compilers[found];
  return (reason = found >= 0 ? "" : (failures.at(-1) ?? ""));
}

/** Why this compiler will not do; "" if it will. @param {string} compiler */
function probe(compiler) {
  const [program, ...args] = compiler.split(" ");
  const folder = mkdtempSync(join(tmpdir(), "probe-"));
  try {
    writeFileSync(join(folder, "probe.c"), "int main(void) { return 0; }\n");
    execFileSync(program, [...args, ...sanitize, "probe.c", "-o", "probe"], { cwd: folder, stdio: "pipe" });
    execFileSync(join(folder, "probe"), { stdio: "pipe" });
    return "";
  } catch (error) {
    const missing = /** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT";
    return missing ? `there is no C compiler (${program}) on this machine` : "the C compiler of this machine has no sanitizers";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder of the conformance suite's tools. */
export const fixture = "tests/conformance/fixture";

/** The module that the Worker runs; or, made of its core and the tools of another folder, the one at `output`. @param {string} [folder] */
export async function coreModule(folder = "c", output = "build/core.wasm") {
  await compileModule({ ...(await partsOf("wasm", folder)), output });
  return WebAssembly.compile(await readFile(join(root, output)));
}

/** `build/native` with sanitizers, or the same with another folder's tools; its path. @param {string} [folder] */
export async function sanitizedNative(folder = "c", output = "build/tests/native") {
  return native({ ...(await partsOf("native", folder)), output });
}

/**
 * A program of test sources and the core without its main. tests/c has tools of its own.
 * @param {string} folder whose C files it is made of
 * @returns {Promise<{ sources: string[], includes: string[], output: string }>}
 */
async function testProgram(folder) {
  const own = folder === "tests/c";
  const { sources, includes } = await partsOf("native", own ? folder : "c");
  if (!own) sources.push(...(await sourcesIn(folder)));
  return { sources, includes: [...includes, folder], output: `build/tests/${folder.split("/").at(-1)}` };
}

/** @param {{ sources: string[], includes: string[], output: string }} job @param {Record<string, string | number>} [defines] */
async function native(job, defines) {
  noSanitizers();
  await compileNative({ ...job, lenient: true, defines, optimisation: "-O1", flags: sanitize, libraries: ["-lm"] });
  return join(root, job.output);
}

const withoutMain = { NATIVE_WITHOUT_MAIN: 1 };

/** The program of `folder`'s tests with sanitizers; its path. @param {string} folder */
export async function sanitizedTests(folder) {
  return native(await testProgram(folder), withoutMain);
}

/** The program of `folder`'s tests for a WASI host; its path. @param {string} folder */
export async function wasiTests(folder) {
  const job = await testProgram(folder);
  const output = `${job.output}.wasm`;
  await compileWasiProgram({ ...job, output, defines: withoutMain });
  return join(root, output);
}
