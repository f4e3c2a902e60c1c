// `npm run check`: formatting, types, lint. With --fix, fixes what it can.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isHidden, root } from "./paths.mjs";

const fix = process.argv.includes("--fix");

/** @param {string} program @param {string[]} args */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  return status === 0;
}

/** @param {string} folder */
function cFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.[ch]$/.test(name) && !isHidden(name)).map((name) => `${folder}/${name}`);
}

function format() {
  const files = [...cFiles("c"), ...cFiles("tests")];
  if (spawnSync("clang-format", ["--version"]).error) {
    console.log("check: C formatting was skipped, because there is no clang-format on this machine");
    return true;
  }
  return run("clang-format", fix ? ["-i", ...files] : ["--dry-run", "--Werror", ...files]);
}

const passed = [
  format(),
  run("tsc", ["-p", ".tsconfig.json"]),
  run("tsc", ["-p", ".tsconfig.tests.json"]),
  run("oxlint", ["--deny-warnings", ...(fix ? ["--fix"] : [])]),
];
if (passed.includes(false)) process.exitCode = 1;
else console.log("check: all is well");
