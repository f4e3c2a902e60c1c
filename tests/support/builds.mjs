// What the tests run, built on demand: a build that is up to date costs a few
// milliseconds, so every test file asks for what it needs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defines, includes, prepare, sourcesIn } from "../../c/toolchain/build.mjs";
import { compileModule, compileNative, compileWasiProgram } from "../../c/toolchain/compile.mjs";
import { root } from "../../c/toolchain/paths.mjs";

export { root };

const sanitize = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

/** Where a sanitizer finds something, the program ends with this. */
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

/** The module that the Worker runs. */
export async function coreModule() {
  const sources = [...(await sourcesIn("c", ["native.c"])), ...(await sourcesIn("c/tools")), ...(await prepare())];
  await compileModule({ sources, includes, defines, output: "build/core.wasm" });
  return WebAssembly.compile(await readFile(join(root, "build/core.wasm")));
}

const fixture = "tests/conformance/fixture";

/** The module that the conformance suite is run against. */
export async function fixtureModule() {
  const sources = [...(await sourcesIn("c", ["native.c"])), ...(await sourcesIn(fixture)), ...(await prepare())];
  await compileModule({ sources, includes: [fixture, ...includes], defines, output: "build/tests/fixture.wasm" });
  return WebAssembly.compile(await readFile(join(root, "build/tests/fixture.wasm")));
}

/** The same as a native program with sanitizers; its path. */
export async function sanitizedFixture() {
  const sources = [...(await sourcesIn("c", ["wasm.c"])), ...(await sourcesIn(fixture)), ...(await prepare())];
  return native({ sources, includes: [fixture, ...includes], output: "build/tests/fixture" });
}

/** `build/native` with sanitizers; its path. */
export async function sanitizedNative() {
  const sources = [...(await sourcesIn("c", ["wasm.c"])), ...(await sourcesIn("c/tools")), ...(await prepare())];
  return native({ sources, includes, output: "build/tests/native" });
}

/**
 * A program of test sources and the core without its main. tests/c has tools of its own.
 * @param {string} folder whose C files it is made of
 * @returns {Promise<{ sources: string[], includes: string[], output: string }>}
 */
async function testProgram(folder) {
  const core = [...(await sourcesIn("c", ["wasm.c"])), ...(folder === "tests/c" ? [] : await sourcesIn("c/tools"))];
  const sources = [...core, ...(await sourcesIn(folder)), ...(await prepare())];
  return { sources, includes: [...includes, folder], output: `build/tests/${folder.split("/").at(-1)}` };
}

/** @param {{ sources: string[], includes: string[], output: string }} job @param {Record<string, string | number>} [more] */
async function native(job, more = {}) {
  noSanitizers();
  await compileNative({ ...job, defines: { ...defines, ...more }, optimisation: "-O1", flags: sanitize, libraries: ["-lm"] });
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
  await compileWasiProgram({ ...job, output, defines: { ...defines, ...withoutMain } });
  return join(root, output);
}
