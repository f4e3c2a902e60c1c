// The three compilers behind one interface: clang from npm (itself WebAssembly,
// the default), a real wasi-sdk, and the host's cc.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { blank } from "./includes.mjs";
import { Failure, root } from "./paths.mjs";

/**
 * @typedef {object} Toolchain
 * @property {string} id changes whenever the compiler does
 * @property {number} jobs how many compilations at a time make sense
 * @property {(source: string, args: string[], headers: string[]) => Promise<Uint8Array>} compile one source to an object
 * @property {(objects: Map<string, Uint8Array>, library: string[], args: string[]) => Promise<Uint8Array>} link objects by file name;
 *   those of the library only if something needs them
 * @property {(objects: Uint8Array[]) => Promise<Set<string>[]>} defined the names that each defines for the others
 */

/** The compiler for WebAssembly. @returns {Promise<Toolchain>} */
export async function wasmToolchain() {
  const sdk = process.env.WASI_SDK_PATH;
  if (!sdk) return yowasp();
  const args = ["--target=wasm32-wasip1", `--sysroot=${sdk}/share/wasi-sysroot`];
  return installed([`${sdk}/bin/clang`, ...args], lazily, `${sdk}/bin/llvm-nm`);
}

/** The compiler of this machine. @returns {Promise<Toolchain>} */
export function nativeToolchain() {
  return installed(nativeCompiler(), archived, "nm", process.platform === "darwin" ? "_" : "");
}

/** Its program and arguments. */
export function nativeCompiler() {
  return (process.env.CC?.trim() || "cc").split(/\s+/);
}

/** @returns {Promise<Toolchain>} */
async function yowasp() {
  const manifest = createRequire(import.meta.url).resolve("@yowasp/clang").replace(/gen.bundle\.js$/, "package.json");
  const { version } = JSON.parse(await readFile(manifest, "utf8"));
  // Its types leave out runClang.
  const { runClang, runLLVM } = /** @type {any} */ (await import("@yowasp/clang"));
  const target = ["clang", "--target=wasm32-wasip1"];
  return {
    id: `yowasp ${version}`,
    jobs: 1,
    async compile(source, args, headers) {
      const command = await askDriver(runLLVM, [...target, ...args]);
      const words = command.map((word) => (word === placeholder ? source : word));
      const folders = args.filter((_, i) => ["-iquote", "-isystem", "-idirafter"].includes(args[i - 1]));
      return (await runYowasp(runLLVM, words, await readTree([source, ...headers], folders))).files.out;
    },
    async link(objects, library, args) {
      const roots = [...objects.keys()].filter((name) => !library.includes(name));
      const command = [...target, ...roots, ...lazily(library), ...args, "-o", "out"];
      return (await runYowasp(runClang, command, Object.fromEntries(objects))).files.out;
    },
    async defined(objects) {
      const files = Object.fromEntries(objects.map((bytes, i) => [`${i}.o`, bytes]));
      return namesIn((await runYowasp(runLLVM, ["nm", ...definitions, ...Object.keys(files)], files)).printed, objects.length);
    },
  };
}

const placeholder = "source.c";

/** What asks the system's nm, or LLVM's, for what objects define. */
const definitions = ["-A", "-g", "-P", "--defined-only"];

/** @param {string} printed by nm of 0.o, 1.o and so on @param {number} count how many there are @param {string} [prefix] which the system puts before each name */
function namesIn(printed, count, prefix = "") {
  const names = Array.from({ length: count }, () => /** @type {Set<string>} */ (new Set()));
  for (const [, i, name] of printed.matchAll(/(\d+)\.o: (\S+) [A-Z]\b/g)) names[Number(i)].add(name.slice(prefix.length));
  return names;
}

/** @type {Map<string, Promise<string[]>>} */
const commands = new Map();

/**
 * What clang's driver would run to compile a source. It is the same for each
 * source, and asking takes a third as long as compiling, so it is asked once.
 * @param {Function} runLLVM
 * @param {string[]} args
 * @returns {Promise<string[]>}
 */
function askDriver(runLLVM, args) {
  const ask = async () => {
    const command = [...args, "-###", "-c", placeholder, "-o", "out"];
    const { text } = await runYowasp(runLLVM, command, { [placeholder]: "" });
    const line = text.split("\n").findLast((each) => each.startsWith(' "')) ?? "";
    const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word.replace(/\\(.)/g, "$1"));
    return words.filter(Boolean);
  };
  const key = args.join("\0");
  const asked = commands.get(key) ?? ask();
  commands.set(key, asked);
  return asked;
}

/** @param {Function} program @param {string[]} args @param {object} files */
async function runYowasp(program, args, files) {
  if (process.env.VERBOSE) console.error(args.join(" "));
  let text = "", printed = "";
  const stderr = (/** @type {Uint8Array | null} */ bytes) => void (text += bytes ? Buffer.from(bytes) : "");
  const stdout = (/** @type {Uint8Array | null} */ bytes) => void (printed += bytes ? Buffer.from(bytes) : "");
  try {
    await program(null, {}, { fetchProgress() {} }); // loads it, the first time, without a progress bar
    return { files: await program(args, files, { stdout, stderr }), text, printed };
  } catch (error) {
    throw new Failure(text.trim() || String(error));
  }
}

const goesUp = new RegExp(`^(${blank}#${blank}include${blank}")([^"\\n]*\\.\\./[^"\\n]+)"`, "gm");

/**
 * The text, with any include that goes up ("../b.h") rewritten to start in a folder where includes are looked for:
 * there is no ".." among the files that yowasp mounts.
 * @param {string} path @param {Buffer} bytes @param {string[]} folders
 */
function withoutUps(path, bytes, folders) {
  if (!bytes.includes("../")) return bytes;
  return Buffer.from(bytes.toString("latin1").replace(goesUp, (line, begin, to) => {
    const target = posix.join(dirname(path), to), folder = folders.find((each) => target.startsWith(`${each}/`));
    return folder ? `${begin}${target.slice(folder.length + 1)}"` : line;
  }), "latin1");
}

/** The files as the nested object that yowasp mounts. @param {string[]} paths @param {string[]} folders where includes are looked for */
async function readTree(paths, folders) {
  /** @type {any} */
  const tree = {};
  for (const path of paths) {
    const names = path.split("/");
    const name = /** @type {string} */ (names.pop());
    let at = tree;
    for (const folder of names) at = at[folder] ??= {};
    at[name] = withoutUps(path, await readFile(join(root, path)), folders);
  }
  return tree;
}

/** How LLVM's linker is told of objects that it takes only if something needs them. @param {string[]} paths */
const lazily = (paths) => ["-Wl,--start-lib", ...paths, "-Wl,--end-lib"];

/** How any other linker is: by an archive. That of macOS wants a definition for what is weak, so it gets everything. @param {string[]} paths */
async function archived(paths) {
  if (process.platform === "darwin" || paths.length === 0) return paths;
  const archive = join(dirname(paths[0]), "library.a");
  await run(["ar", "rcs", archive, ...paths]);
  return [archive];
}

/**
 * A compiler that is a program.
 * @param {string[]} command
 * @param {(paths: string[]) => string[] | Promise<string[]>} asLibrary
 * @param {string} nm the program that reads its objects
 * @param {string} [prefix] of names in them
 * @returns {Promise<Toolchain>}
 */
async function installed(command, asLibrary, nm, prefix) {
  const version = await run([...command, "--version"]);
  return {
    id: createHash("sha256").update(command.join(" ") + version).digest("hex"),
    jobs: availableParallelism(),
    compile: (source, args) => inScratch((out) => run([...command, ...args, "-c", source, "-o", out])),
    link: (objects, library, args) =>
      inScratch(async (out) => {
        const pathOf = (/** @type {string} */ name) => join(dirname(out), name);
        await Promise.all([...objects].map(([name, bytes]) => writeFile(pathOf(name), bytes)));
        const roots = [...objects.keys()].filter((name) => !library.includes(name));
        await run([...command, ...roots.map(pathOf), ...(await asLibrary(library.map(pathOf))), ...args, "-o", out]);
      }),
    async defined(objects) {
      const printed = await inScratch(async (out) => {
        const paths = objects.map((_, i) => join(dirname(out), `${i}.o`));
        await Promise.all(objects.map((bytes, i) => writeFile(paths[i], bytes)));
        await writeFile(out, await run([nm, ...definitions, ...paths]));
      });
      return namesIn(String(printed), objects.length, prefix);
    },
  };
}

/** What a program wrote to a file. @param {(out: string) => Promise<unknown>} write */
async function inScratch(write) {
  const folder = await mkdtemp(join(tmpdir(), "cc-"));
  try {
    await write(join(folder, "out"));
    return await readFile(join(folder, "out"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} command @returns {Promise<string>} */
function run([program, ...args]) {
  if (process.env.VERBOSE) console.error(program, args.join(" "));
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.code === "ENOENT") reject(new Failure(`There is no program ${program} on this machine. Install it, or correct CC or WASI_SDK_PATH.`));
      else reject(new Failure(stderr.trim() || error.message));
    });
  });
}
