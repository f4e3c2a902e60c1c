// compile_flags.txt: with what code brought along is compiled, in the form that clangd and other tools read
// (https://clang.llvm.org/docs/JSONCompilationDatabase.html#alternatives).
import { readFile, readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { root } from "./paths.mjs";

const fileName = "compile_flags.txt";

/**
 * The flags for each folder that has such a file, and for what is below.
 * @param {string} vendor
 * @returns {Promise<{ folder: string, flags: string[] }[]>} the nearest one is found first
 */
export async function flagsIn(vendor) {
  const names = await readdir(join(root, vendor), { recursive: true }).catch(() => []);
  const files = names.map((name) => `${vendor}/${name.replaceAll("\\", "/")}`).filter((path) => posix.basename(path) === fileName);
  const found = await Promise.all(files.map(async (path) => {
    const folder = posix.dirname(path);
    return { folder, flags: flagsOf(await readFile(join(root, path), "utf8"), folder) };
  }));
  return found.toSorted((a, b) => b.folder.length - a.folder.length);
}

const takesPath = /^-(isystem|iquote|include)$/;

/**
 * One on each line. Paths begin at the file's own folder.
 * @param {string} text
 * @param {string} folder
 */
function flagsOf(text, folder) {
  const flags = text.replace(/^[ \t]*-I/gm, "-isystem\n").split("\n").map((line) => line.trim()).filter(Boolean);
  return flags.map((flag, i) => (takesPath.test(flags[i - 1]) ? posix.join(folder, flag) : flag));
}
