// Compiles and links C, and does neither again while nothing has changed.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { headersOf } from "./includes.mjs";
import { nativeToolchain, wasmToolchain } from "./toolchains.mjs";
import { Failure, root } from "./paths.mjs";

/** @import { Toolchain } from "./toolchains.mjs" */

/**
 * @typedef {object} Job all paths relative to the checkout, with forward slashes
 * @property {string[]} sources C files
 * @property {string[]} [includes] folders with headers
 * @property {{ folder: string, flags: string[] }[]} [foldersFlags] more flags for compiling what is in a folder, of which the first holds
 * @property {Record<string, string | number>} [defines]
 * @property {string} [optimisation] such as "-O2"
 * @property {string[]} [flags] for compiling and linking, such as "-fsanitize=address"
 * @property {string[]} [libraries] for linking only, such as "-lm"
 * @property {boolean} [inParts] optimises each source by itself: WebAssembly is otherwise optimised when it is linked
 * @property {boolean} [lenient] lets tools have warnings, as a compiler other than the Worker's would give
 * @property {string[]} [refused] the warnings that nobody is let off
 * @property {boolean} [wipesStack] as far as it was used, once a request is over
 * @property {string} output the file to make
 */

/** @typedef {{ source: string, args: string[], headers: string[], key: string, began: number }} Unit one source and how it is compiled */

const objects = "build/obj";
export const objectsKept = 3000; // from this project's few builds and the tests' many: 65 MB

const warnings = [
  "-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes",
  "-Wold-style-definition", "-Wconversion", "-Wsign-conversion", "-Wcast-qual", "-Wcast-align",
  "-Wpointer-arith", "-Wwrite-strings", "-Wundef", "-Wvla", "-Wformat=2", "-Wimplicit-fallthrough",
];

// Tools may have the warnings of any compiler. But what the Worker's libc declares in C17, such as strdup, others hide
// there; and a call of what is not declared would lose half of the pointer that it returns.
const anyCompiler = ["-Wno-error", "-Werror=implicit-function-declaration", "-D_DEFAULT_SOURCE"];

// cJSON's limits are defined by ours, its strtod is ours, and its warnings are not ours to fix; nor are those of
// code brought along for a tool.
const foreign = ["-w", "-include", "c/foreign.h"], brought = ["-Wno-everything", "-std=gnu17"];

// What goes through every byte of a message: a third of a kilobyte more, and one of 350 KB is checked in 0.3 ms, not 0.5.
const through = new Set(["c/json.c", "c/json_read.c"]);

// What calls itself, and what is not the core's, may go deep: it notes how far, and c/wasm.c wipes the stack that far.
const notesDepth = "-fsanitize-coverage=stack-depth";
const mayBeDeep = (/** @type {string} */ source) => /^c\/(arguments|parameter_headers|pattern|schema)|\/.*\//.test(source);

// What V8 in workerd has, spelled out so that every toolchain uses it.
const features = ["-mbulk-memory", "-msimd128", "-msign-ext", "-mnontrapping-fptoint", "-mmutable-globals", "-mmultivalue"];

// What wasi-libc has only on request: clock, which many libraries call, and signals, which nobody sends here.
const onRequest = ["-D_WASI_EMULATED_PROCESS_CLOCKS", "-D_WASI_EMULATED_SIGNAL"];
const emulated = ["-lwasi-emulated-process-clocks", "-lwasi-emulated-signal"];

// A struct text is passed as two values, not as the address of a copy, which saves a kilobyte of the upload; what a
// function returns goes the usual way, because the linker is not told: calls of the libc stay as they were. A compiler
// that makes machine code right away is told, and fails. Of a struct as one of any number of arguments (`...`) clang
// then makes wrong code, so it is refused; of a _Complex argument, or bit-fields deep in one, none. A build with code
// brought along goes without: that code is written for the usual way.
const asValues = ["-Xclang", "-target-abi", "-Xclang", "experimental-mv"], refused = ["-Werror=class-varargs"];

// As much as a module has where nobody says how much, so that code which was ported before finds what it needs. What is
// not used costs nothing: it is wiped as deep as it was.
export const stackBytes = 64 << 10;

// Half of the stack: with more, every call of such a function would end there. The linker warns, which is an error.
const frames = [`-Wframe-larger-than=${stackBytes / 2}`];

// Measured, gzipped: each saves a third of a kilobyte. At its own threshold for size, 5, LLVM does not inline what would
// have made the caller smaller; loops rewritten to walk pointers are longer on WebAssembly.
const small = ["-mllvm,-inline-threshold=12", "-mllvm,-disable-lsr"];

/**
 * A module without WASI: it imports what the C declares and nothing else.
 * @param {Job & { exports?: string[] }} job
 */
export async function compileModule(job) {
  const link = [
    "--no-entry",
    "--strip-all",
    "--gc-sections",
    "--compress-relocations",
    "--fatal-warnings",
    ...small,
    "--stack-first", // an overflow traps instead of overwriting data
    `-z,stack-size=${stackBytes}`,
    `--initial-heap=${384 << 10}`,
    `--max-memory=${96 << 20}`, // LIMIT_ARENA_BYTES and room beside it, within the 128 MB of an isolate
    ...(job.exports ?? []).map((name) => `--export=${name}`),
  ].map((flag) => `-Wl,${flag}`);
  return build(await wasmToolchain(), moduleJob(job), ["-nostartfiles", ...link, ...emulated], refuseWasi);
}

/**
 * The declarations of the same sources, to be checked: a module whose imports need not be there.
 * @param {Job} job
 * @param {(bytes: Uint8Array) => Promise<void>} check throws if they are wrong
 */
export async function compileDeclarations(job, check) {
  const link = ["--no-entry", "--strip-all", "--gc-sections", "--allow-undefined", "--lto-O0", "--lto-CGO0", "--export=declarations_check"].map((flag) => `-Wl,${flag}`);
  return build(await wasmToolchain(), moduleJob(job), ["-nostartfiles", ...link], check);
}

/** A program for a WASI host such as Node's, with a main(). @param {Job} job */
export async function compileWasiProgram(job) {
  return build(await wasmToolchain(), wasmJob(job), ["-Wl,--strip-all", ...emulated]);
}

/** A program for this machine. @param {Job} job */
export async function compileNative(job) {
  return build(await nativeToolchain(), { optimisation: "-O1", ...job, flags: ["-g", ...(job.flags ?? [])] }, []);
}

/** What is compiled for a module. @param {Job} job @returns {Job} */
const moduleJob = (job) => wasmJob({ ...job, wipesStack: true });

/** @param {Job} job @returns {Job} */
function wasmJob(job) {
  // Measured: -Os makes it 12 % larger and no faster; -O2 77 % larger, for one percent of a request's cost.
  // SIMD only where the code says so (c/scan.h): made of scalars by the compiler, it slows down SHA-256, and with it the head of a call in a session by a fifth.
  const usual = job.inParts || job.sources.some(isBrought);
  return { optimisation: "-Oz", refused: usual ? [] : refused, ...job, flags: [...(job.inParts ? [] : ["-flto"]), ...(usual ? [] : asValues), "-fno-slp-vectorize", ...features, ...onRequest, ...(job.flags ?? [])] };
}

/**
 * @param {Toolchain} toolchain
 * @param {Job} job
 * @param {string[]} linkArgs
 * @param {(bytes: Uint8Array) => Promise<void> | void} [check] throws if the output may not be used
 * @returns {Promise<boolean>} whether there was anything to do
 */
async function build(toolchain, job, linkArgs, check) {
  const began = Date.now();
  const args = compileArgs(job);
  const link = [job.optimisation ?? "", ...(job.flags ?? []), ...linkArgs, ...(job.libraries ?? [])].filter(Boolean);
  const folders = job.includes ?? [], headers = await headersIn(folders), read = reader();
  const units = await Promise.all(job.sources.map(async (source) => {
    const fast = job.optimisation === "-Oz" && through.has(source) ? ["-Os"] : [];
    const noted = job.wipesStack && mayBeDeep(source) ? [notesDepth] : [];
    const { flags = [] } = job.foldersFlags?.find(({ folder }) => source.startsWith(`${folder}/`)) ?? {};
    const own = [...args, ...flags, ...foldersFor(source, folders), ...fast, ...noted, ...warningsFor(source, job), ...(job.wipesStack ? frames : [])];
    const after = (/** @type {string} */ flag) => own.filter((_, i) => own[i - 1] === flag);
    const reached = await headersOf([source, ...after("-include")], [...after("-iquote"), ...after("-isystem"), ...folders], headers, read);
    return keyed(toolchain, { source, args: own, headers: reached, began }, read);
  }));
  const library = job.sources.filter(inLibrary).map(objectOf);
  // of the output, too: a build that was ended, or another one at the same time, may have left one of other sources
  const stampOf = (/** @type {Uint8Array} */ output) => digest(...units.map((unit) => unit.key), ...library, ...link, output);
  const stampFile = `build/stamps/${job.output.replaceAll("/", "_")}`;
  const there = await readFile(join(root, job.output)).catch(() => null);
  if (there && (await text(stampFile)) === stampOf(there)) return false;
  const made = await compileApart(toolchain, units, read);
  const bytes = await toolchain.link(made, library, link).catch((error) => {
    throw explained(error, units, made);
  });
  await check?.(bytes);
  await write(job.output, bytes, 0o755);
  await write(stampFile, stampOf(bytes));
  await prune();
  return true;
}

/** The unit, with a key that changes whenever its object may. @param {Toolchain} toolchain @param {Omit<Unit, "key">} unit @param {(path: string) => Promise<Buffer>} read @returns {Promise<Unit>} */
async function keyed(toolchain, unit, read) {
  return { ...unit, key: digest(toolchain.id, ...unit.args, ...(await contents([unit.source, ...unit.headers], read))) };
}

/** What is warned of, and what fails. @param {string} source @param {Job} job @returns {string[]} */
function warningsFor(source, { lenient, refused: never = [] }) {
  if (isCjson(source)) return foreign;
  if (isBrought(source)) return brought;
  return [...warnings, ...(lenient && !inLibrary(source) ? anyCompiler : []), ...never];
}

/** A name for no other source. @param {string} source */
const objectOf = (source) => `${encodeURIComponent(source)}.o`;

/** The core is linked as far as it is used: its host, and what is declared, lead to the rest. @param {string} source */
const inLibrary = (source) => /^c\/(?!wasm|native|linked)\w+\.c$/.test(source);

/** Whether it is no tool's, nor brought along for one. @param {string} source */
const isOurs = (source) => /^(c|build\/([^/]+\/)?generated)\/\w+\.c$/.test(source) || isCjson(source);

/** @param {string} path */
const isCjson = (path) => path.startsWith("build/cjson");

/** Whether it is in a folder `vendor`, or is one. @param {string} path */
const isBrought = (path) => /\/vendor(\/|$)/.test(path);

/** Where a source's headers are looked for: its own first. @param {string} source @param {string[]} folders */
function foldersFor(source, folders) {
  // -iquote, so that <limits.h> is still the system's and "limits.h" is ours. Only code brought along may have its own.
  const theirs = isBrought(source);
  return folders.flatMap((folder) => [isBrought(folder) || (isCjson(folder) && !theirs) ? "-isystem" : theirs ? "-idirafter" : "-iquote", folder]);
}

/** @param {Job} job */
function compileArgs({ defines = {}, optimisation = "-Os", flags = [] }) {
  return [
    "-std=c17",
    optimisation,
    ...flags,
    ...Object.entries(defines).map(([name, value]) => `-D${name}=${value}`),
  ];
}

/** What main() is called where, by its arguments. */
const mains = ["main", "__main_void", "__main_argc_argv"];

/**
 * Compiles all. What code brought along defines under a name of the core's would take its place: the linker is told
 * another name, also by the tools that call it, but for what the core declares to them. So is a main(), of which there
 * may be many.
 * @param {Toolchain} toolchain @param {Unit[]} units @param {(path: string) => Promise<Buffer>} read
 */
async function compileApart(toolchain, units, read) {
  const made = await compileAll(toolchain, units);
  const objectsOf = (/** @type {Unit[]} */ some) => some.map(({ source }) => Buffer.from(/** @type {Uint8Array} */ (made.get(objectOf(source)))));
  const theirs = units.filter(({ source }) => isBrought(source)), ours = units.filter(({ source }) => isOurs(source));
  if (theirs.length === 0) return made;
  const each = await toolchain.defined(objectsOf(theirs)), own = ours.length > 0 ? await toolchain.defined(objectsOf(ours)) : [];
  const programs = new Set(theirs.filter((_, i) => mains.some((name) => each[i].has(name))));
  const all = new Set(each.flatMap((names) => Array.from(names)));
  const taken = [...all].filter((name) => !mains.includes(name) && own.some((names) => names.has(name)));
  const forTools = await headersOf(["c/tool.h", "c/edge.h"], ["c"], await headersIn(["c"]), read);
  const declared = (await Promise.all(forTools.map(read))).join("\n");
  const free = taken.filter((name) => !new RegExp(`\\b${name}\\b`).test(declared));
  const others = units.filter(({ source }) => !isOurs(source)), bytes = objectsOf(others);
  const renamed = await Promise.all(others.flatMap((unit, i) => {
    const isTheirs = isBrought(unit.source), names = (isTheirs ? taken : free).filter((name) => bytes[i].includes(name));
    const lines = names.map((name) => `#pragma redefine_extname ${name} brought_${name}\n`);
    // gcc passes over the pragma where a function is defined that nothing declared before
    if (isTheirs && names.length > 0) lines.push("#ifndef __clang__\n", ...names.map((name) => `#define ${name} brought_${name}\n`), "#endif\n");
    if (programs.has(unit)) lines.push(`#define main main_${digest(unit.source).slice(0, 16)}\n`);
    return lines.length > 0 ? [renaming(toolchain, unit, lines, read)] : [];
  }));
  return new Map([...made, ...(await compileAll(toolchain, renamed))]);
}

/** The unit, with other names for the linker. A macro would also change what a tool calls a field. @param {Toolchain} toolchain @param {Unit} unit @param {string[]} lines @param {(path: string) => Promise<Buffer>} read */
async function renaming(toolchain, unit, lines, read) {
  const text = `#pragma GCC diagnostic ignored "-Wpragmas" /* a static one keeps its name */\n${lines.join("")}`, header = `build/generated/renaming/${digest(text)}.h`;
  if (!existsSync(join(root, header))) await write(header, text); // an older one does not keep its objects out of the cache
  return keyed(toolchain, { ...unit, args: ["-include", header, ...unit.args], headers: [header, ...unit.headers] }, read);
}

/**
 * Takes objects from the cache, and compiles the others; every failure is
 * reported, not only the first.
 * @param {Toolchain} toolchain
 * @param {Unit[]} units
 */
async function compileAll(toolchain, units) {
  /** @type {Uint8Array[]} */
  const made = [];
  /** @type {string[]} */
  const failures = [];
  const queue = units.entries();
  const worker = async () => {
    for (const [i, unit] of queue) {
      try {
        made[i] = await compileOne(toolchain, unit);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        // one that fails in a part of its own does not say at what it was
        failures[i] = error.message.includes(unit.source) ? error.message : `${unit.source}: error: the compiler failed: ${error.message}`;
      }
    }
  };
  await Promise.all(Array.from({ length: toolchain.jobs }, worker));
  const messages = failures.filter(Boolean);
  if (messages.length) throw new Failure(messages.join("\n"));
  return new Map(units.map(({ source }, i) => [objectOf(source), made[i]]));
}

/** @param {Toolchain} toolchain @param {Unit} unit */
async function compileOne(toolchain, { source, args, headers, key, began }) {
  const path = `${objects}/${key}`;
  const cached = await readFile(join(root, path)).catch(() => null);
  if (cached) {
    await utimes(join(root, path), new Date(), new Date()).catch(() => {}); // another build may have pruned it
    return cached;
  }
  const bytes = await toolchain.compile(source, args, headers);
  // A file saved since the build began may not be what the key was made of.
  if ((await newest([source, ...headers])) <= began) await write(path, bytes);
  return bytes;
}

/** What the linker said, and which sources name what it misses: it sees them as one. @param {unknown} error @param {Unit[]} units @param {Map<string, Uint8Array>} made */
function explained(error, units, made) {
  if (!(error instanceof Failure)) return error;
  const names = new Set([...error.message.matchAll(/undefined symbol: (\S+)/g)].map(([, name]) => name));
  const sentences = [...names].flatMap((name) => {
    const users = units.filter(({ source }) => !inLibrary(source) && Buffer.from(made.get(objectOf(source)) ?? "").includes(name)).map(({ source }) => source);
    return users.length > 0 ? [`${users.join(", ")}: error: '${name}' is neither in the C library that a Worker has nor in the C code here. Do without it, or add a file that defines it.`] : [];
  });
  return new Failure([error.message, ...sentences].join("\n"));
}

/** When the last of the files was changed. @param {string[]} paths */
async function newest(paths) {
  return Math.max(...(await Promise.all(paths.map(async (path) => (await stat(join(root, path))).mtimeMs))));
}

/** What the C library needs WASI's imports for, by how their names begin. */
const missing = [["path_", "files"], ["fd_", "files"], ["sock_", "sockets"], ["poll_", "waiting (use edge_sleep of edge.h)"], ["args_", "program arguments"]];

/** @param {Uint8Array} bytes */
function refuseWasi(bytes) {
  const wasi = WebAssembly.Module.imports(new WebAssembly.Module(/** @type {Uint8Array<ArrayBuffer>} */ (bytes)))
    .filter(({ module }) => module.startsWith("wasi"))
    .map(({ name }) => name);
  if (wasi.length) {
    const causes = [...new Set(wasi.map((name) => missing.find(([begin]) => name.startsWith(begin))?.[1] ?? name))];
    throw new Failure(`The C code calls something that needs ${causes.join(", ")}, which a Worker does not have (${wasi.join(", ")}). Do without it, or define it in c/wasm_libc.c.`);
  }
}

/** All that may be included from the folders, at any depth: what has an ending. @param {string[]} folders */
async function headersIn(folders) {
  const found = /** @type {Set<string>} */ (new Set());
  for (const folder of folders) {
    const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
    for (const name of names) if (/\.\w+$/.test(name)) found.add(`${folder}/${name.replaceAll("\\", "/")}`);
  }
  return found;
}

/** Reads each file once, for all the units that reach it. @returns {(path: string) => Promise<Buffer>} */
function reader() {
  const files = /** @type {Map<string, Promise<Buffer>>} */ (new Map());
  return (path) => {
    const bytes = files.get(path) ?? readFile(join(root, path));
    files.set(path, bytes);
    return bytes;
  };
}

/** Names and bytes, for a digest. @param {string[]} paths @param {(path: string) => Promise<Buffer>} read */
async function contents(paths, read) {
  return (await Promise.all(paths.map(async (path) => [path, await read(path)]))).flat();
}

/** @param {(string | Uint8Array)[]} parts */
function digest(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

let written = 0;

/** Whole or not at all: a reader never sees half a file. @param {string} path @param {string | Uint8Array} data @param {number} [mode] */
export async function write(path, data, mode) {
  const full = join(root, path);
  await mkdir(dirname(full), { recursive: true });
  const partial = `${full}.${process.pid}.${written++}`;
  try {
    await writeFile(partial, data, { mode });
    await rename(partial, full);
  } finally {
    await rm(partial, { force: true }); // it is there only if that failed
  }
}

/** The object cache keeps what was used most recently. Other builds may use it, and prune it, at the same time. @param {string} [folder] */
export async function prune(folder = join(root, objects)) {
  const names = await readdir(folder).catch(() => []);
  if (names.length <= objectsKept) return;
  const gone = { mtimeMs: 0 };
  const used = await Promise.all(names.map(async (name) => ({ name, time: (await stat(join(folder, name)).catch(() => gone)).mtimeMs })));
  used.sort((a, b) => b.time - a.time);
  await Promise.all(used.slice(objectsKept).map(({ name }) => rm(join(folder, name), { force: true })));
}

/** @param {string} path */
const text = (path) => readFile(join(root, path), "utf8").catch(() => "");
