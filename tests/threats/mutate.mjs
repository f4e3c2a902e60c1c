// node tests/threats/mutate.mjs [ROW]: takes each check of mutants.mjs out of a copy of the tree, and
// demands that the copy builds and that the test of its row fails. Without ROW it does so for all rows,
// which takes a quarter of an hour, and writes MUTANTS.md. Before that, each test has to pass on the tree
// as it is.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mutants } from "./mutants.mjs";

/** @import { Mutant } from "./mutants.mjs" */

const root = fileURLToPath(new URL("../..", import.meta.url)), MINUTES = 60_000;
const environment = { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}` };
const row = process.argv[2];

/** Calls `use` with a copy of the tree, with what is built and what is not committed. @template T @param {(folder: string) => T} use @returns {T} */
function inCopy(use) {
  const folder = mkdtempSync(join(tmpdir(), "mutant-"));
  try {
    const names = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
    for (const name of [...names, "build"]) {
      if (!existsSync(join(root, name))) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      cpSync(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {string} program @param {...string} args */
function run(folder, program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env: environment, encoding: "utf8", timeout: 6 * MINUTES, maxBuffer: 1 << 28 });
  return { status, output: stdout + stderr };
}

/** The names of the tests that failed. @param {string} output */
const failures = (output) => [...output.matchAll(/^FAIL \S+: (.*)$/gm)].map(([, name]) => name);

/** What became of a mutant: the tests that failed, or why it proves nothing. @param {Mutant} mutant @returns {{ failed: string[], problem?: string }} */
function fate({ file, find, replace, test }) {
  return inCopy((folder) => {
    const parts = readFileSync(join(folder, file), "utf8").split(find);
    if (parts.length !== 2) return { failed: [], problem: `what to replace stands there ${parts.length - 1} times` };
    writeFileSync(join(folder, file), parts.join(replace));
    const built = run(folder, "./build.sh", "wasm");
    if (built.status !== 0) return { failed: [], problem: `it does not build:\n${built.output}` };
    const { status, output } = run(folder, "node", "tests/run.mjs", test), failed = failures(output);
    if (status === 0) return { failed, problem: "the test passes" };
    // cut short, as on a busy machine, it does not say how many would have failed
    return failed.length && status !== null ? { failed } : { failed, problem: `the test did not run to its end:\n${output.slice(-2000)}` };
  });
}

/** @param {string} text */
const cell = (text) => text.replaceAll("|", "\\|");

const chosen = mutants.filter((mutant) => !row || mutant.row === row);
if (chosen.length === 0) throw new Error(`There is no row ${row}; there are ${[...new Set(mutants.map((mutant) => mutant.row))].join("; ")}.`);
for (const test of new Set(chosen.map((mutant) => mutant.test))) {
  const { status, output } = inCopy((folder) => run(folder, "node", "tests/run.mjs", test));
  if (status !== 0) throw new Error(`${test} ${status === null ? "does not run to its end" : "fails"} as the tree is:\n${output}`);
  console.log(`as it is, ${test} passes`);
}
const lines = ["| row | no longer so | in | what failed |", "| --- | --- | --- | --- |"];
let survived = 0;
for (const mutant of chosen) {
  const { failed, problem } = fate(mutant);
  if (problem) survived++;
  const more = failed.length > 1 ? `, and ${failed.length - 1} more` : "";
  lines.push(`| ${cell(mutant.row)} | ${cell(mutant.what)} | \`${mutant.file}\` | ${problem ? `NOTHING: ${cell(problem.split("\n")[0])}` : cell(failed[0]) + more} |`);
  console.log(problem ? `SURVIVED ${mutant.row}: ${mutant.what}: ${problem}` : lines.at(-1));
}
const introduction = `# What was taken out, and which test noticed

Written by \`node tests/threats/mutate.mjs\`, from [mutants.mjs](mutants.mjs). Each line is a copy of the tree
without one check: it built, and the test of its row, which passes on the tree as it is, failed.

`;
if (!row) writeFileSync(join(root, "tests/threats/MUTANTS.md"), `${introduction}${lines.join("\n")}\n`);
console.log(`${chosen.length - survived} of ${chosen.length} were noticed`);
process.exitCode = survived ? 1 : 0;
