// `npm test`: builds, runs every tests/**/*.test.mjs, and counts. Arguments select
// files by a part of their path: `npm test -- transcripts`.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = process.argv.slice(2).map((word) => word.replace(/^tests\//, ""));

/** Paths of the test files, relative to tests/. */
async function testFiles() {
  const names = await readdir(join(root, "tests"), { recursive: true });
  const files = names.map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".test.mjs") && !name.includes("node_modules/")).toSorted();
  return wanted.length ? files.filter((name) => wanted.some((word) => name.includes(word))) : files;
}

/** What was declared here in addition to the two tools that the tests know. @returns {Promise<string[]>} */
async function ownDeclarations() {
  const tools = (await readdir(join(root, "c/tools"))).filter((name) => name !== "add.c" && name !== "getToken.c");
  const folders = (await readdir(join(root, "c"))).filter((name) => ["skills", "vendor", "views"].includes(name));
  return [...tools.map((name) => `c/tools/${name}`), ...folders.map((name) => `c/${name}`)];
}

/** Runs the tests in a copy without `own`, of which nothing is left, even if they are interrupted. @param {string[]} own @returns {Promise<number>} the exit code */
async function runElsewhere(own) {
  let tests = /** @type {import("node:child_process").ChildProcess | undefined} */ (undefined);
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => tests?.kill(signal));
  const left = new Set([".git", "build", "node_modules", ".wrangler", "tests/bench/node_modules", ...own]), copy = mkdtempSync(join(tmpdir(), "tests-"));
  process.on("exit", () => rmSync(copy, { recursive: true, force: true, maxRetries: 5 }));
  console.log(`The tests know only the server's own two tools, so they run in a copy without ${own.join(", ")}.`);
  // At one go, so that a signal comes before or after: a copy on its way would put files back that were just removed.
  cpSync(root, copy, { recursive: true, preserveTimestamps: true, filter: (path) => !left.has(relative(root, path).replaceAll("\\", "/")) && !path.endsWith(".wrangler") });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  tests = spawn(process.execPath, ["tests/run.mjs", ...wanted], { cwd: copy, stdio: "inherit" });
  const [status] = await once(tests, "close");
  return status ?? 1;
}

/** Where a test is, for people. @param {{ file?: string, name: string }} test */
function place({ file, name }) {
  return `${file ? file.slice(root.length) : ""}: ${name}`;
}

/** What the runner's error wraps, and each cause behind that. @param {any} error their first lines */
function reason(error) {
  const causes = [];
  for (let cause = error?.cause ?? error; cause; cause = cause.cause) causes.push(String(cause.stack ?? cause).split("\n").slice(0, 30).join("\n"));
  return causes.join("\nbecause of this:\n").replace(/^/gm, "    ");
}

/**
 * Prints what fails or is skipped, and counts. A suite, or a test with tests of its
 * own, is not counted: what is in it was.
 */
class Counter {
  passed = 0;
  failed = 0;
  skipped = 0;
  /** @type {Map<string, Record<"passed" | "failed" | "skipped", number>>} */
  files = new Map();
  /** @type {Set<string>} where the tests are whose own tests were just seen */
  #parents = new Set();

  /** @param {any} data */
  pass(data) {
    const parent = this.#isParent(data);
    if (data.skip !== undefined && data.skip !== false) {
      this.#count(data, "skipped");
      console.log(`SKIP ${place(data)}: ${data.skip}`);
    } else if (!parent) {
      this.#count(data, "passed");
    }
  }

  /** @param {any} data */
  fail(data) {
    const parent = this.#isParent(data);
    if (data.todo !== undefined && data.todo !== false) {
      this.#count(data, "skipped");
      console.log(`TODO ${place(data)}: ${data.todo}`);
      return;
    }
    if (parent && data.details.error.failureType === "subtestsFailed") return;
    this.#count(data, "failed");
    console.log(`FAIL ${place(data)}\n${reason(data.details.error)}`);
  }

  /** @param {any} data */
  #isParent({ file, nesting, details }) {
    if (nesting > 0) this.#parents.add(`${file} ${nesting - 1}`);
    return this.#parents.delete(`${file} ${nesting}`) || details.type === "suite";
  }

  /** @param {{ file?: string }} data @param {"passed" | "failed" | "skipped"} what */
  #count({ file = "" }, what) {
    const own = this.files.get(file) ?? { passed: 0, failed: 0, skipped: 0 };
    this.files.set(file, own);
    own[what]++;
    this[what]++;
  }
}

/** @param {string[]} files */
async function runAll(files) {
  const counter = new Counter();
  const stream = run({ files: files.map((name) => join(root, "tests", name)), concurrency: 2 });
  stream.on("test:pass", (data) => counter.pass(data));
  stream.on("test:fail", (data) => counter.fail(data));
  stream.on("test:stderr", ({ message }) => process.stderr.write(message));
  await finished(stream.resume());
  for (const [file, { passed, failed, skipped }] of counter.files) {
    console.log(`${file.slice(root.length)}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  return counter;
}

const own = await ownDeclarations();
if (own.length) process.exit(await runElsewhere(own));
const files = await testFiles();
if (files.length === 0) {
  console.error(`No test file in tests/ has ${wanted.join(" or ")} in its path.`);
  process.exit(1);
}
const built = spawnSync("./build.sh", ["wasm"], { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
if (built.status !== 0) process.exit(1);
console.log(`Running ${files.length} files:\n${files.map((name) => `  tests/${name}`).join("\n")}`);
const { passed, failed, skipped } = await runAll(files);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed || !passed ? 1 : 0;
