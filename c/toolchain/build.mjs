// build.sh's targets: which sources make which file.
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { cjson } from "./cjson.mjs";
import { compileModule, compileNative, write } from "./compile.mjs";
import { checkDeclarations } from "./declarations.mjs";
import { generateResources, generatedOf } from "./embed.mjs";
import { flagsIn } from "./flags.mjs";
import { generateHome } from "./home.mjs";
import { Failure, isHidden, root, sentenceOf } from "./paths.mjs";

export const includes = ["c", "build/generated", "build/cjson"];

/** @param {string} folder @param {string[]} [without] @param {boolean} [deep] in subfolders, too @returns {Promise<string[]>} */
export async function sourcesIn(folder, without = [], deep = false) {
  const names = await readdir(join(root, folder), { recursive: deep }).catch(() => []);
  return names.filter((name) => name.endsWith(".c") && !isHidden(name) && !without.includes(name)).toSorted().map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
}

/** The folders `include` of code brought along, where it looks for its own headers. @param {string} vendor */
async function includesOf(vendor) {
  const names = await readdir(join(root, vendor), { recursive: true }).catch(() => []);
  return names.map((name) => `${vendor}/${name.replaceAll("\\", "/")}`).filter((path) => path.endsWith("/include")).toSorted();
}

/** Refuses what looks like a tool but would silently not be built. @param {string} folder */
export async function refuseOutsiders(folder) {
  const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
  const outsider = names.map((name) => name.replaceAll("\\", "/")).find((name) => /\.(c|cc|cpp|cxx)$/i.test(name) && !/^[^/]*\.c$/.test(name));
  if (outsider) throw new Failure(`${folder}/${outsider}:1: would not be built. A tool is one .c file, directly in ${folder}; code that several tools use goes in c/vendor, in any folder there.`);
}

/** Refuses a tool among the core's sources: only what a build uses of those is linked, and nothing there uses a tool. @param {string[]} sources */
export async function refuseMisplaced(sources) {
  await Promise.all(sources.map(async (source) => {
    const [before, tool] = (await readFile(join(root, source), "utf8")).split(/^(?=(?:TOOL|TOOL_NAMED|PROMPT|RESOURCE|RESOURCE_TEMPLATE)\()/m, 2);
    if (tool !== undefined) throw new Failure(`${source}:${before.split("\n").length}: would not be served. Move the file to c/tools.`);
  }));
}

/** What every target needs: third-party source, generated headers, and what `from` embeds. */
export async function prepare(from = "c") {
  const folder = await cjson();
  await generateHome();
  return [`${folder}/cJSON.c`, ...(await generateResources(from))];
}

/** A module, once what it declares has been found right. @param {import("./compile.mjs").Job} job */
async function module(job) {
  await checkDeclarations(job);
  return compileModule(job);
}

/**
 * What a build is made of: the core for its host, and what `folder` declares.
 * @param {"wasm" | "native"} host
 * @param {string} [folder] "c", whose tools are in c/tools, or one with tools of its own
 */
export async function partsOf(host, folder = "c") {
  const core = await sourcesIn("c", host === "wasm" ? ["native.c"] : ["wasm.c", "wasm_libc.c"]);
  if (folder === "c") await Promise.all([refuseOutsiders("c/tools"), refuseMisplaced(core)]);
  const vendor = `${folder}/vendor`; // what somebody brought along for a tool
  const brought = (await sourcesIn(vendor, [], true)).filter((path) => !path.includes("/include/")); // what is there, another file includes
  const sources = [...core, ...(await sourcesIn(folder === "c" ? "c/tools" : folder)), ...brought, ...(await prepare(folder))];
  return { sources, includes: [...(folder === "c" ? [] : [folder, generatedOf(folder)]), ...includes, vendor, ...(await includesOf(vendor))], foldersFlags: await flagsIn(vendor) };
}

/** The native program, except for where it goes. */
export const nativeJob = async () => ({ ...(await partsOf("native")), optimisation: "-O2", libraries: ["-lm"], lenient: true });

/** Copies whole or not at all, and only what differs: other builds, and whoever runs one, may be reading it. @param {string} name */
async function copyToFixture(name) {
  const bytes = await readFile(join(root, "worker", name)), path = `build/fixture/worker/${name}`;
  const there = await readFile(join(root, path)).catch(() => null);
  if (!there?.equals(bytes)) await write(path, bytes);
}

/** What wrangler dev goes on serving if a target cannot be made. @type {Record<string, string>} */
const outputs = { wasm: "build/core.wasm", fixture: "build/fixture/build/core.wasm" };

/** @type {Record<string, () => Promise<boolean | void>>} */
const targets = {
  wasm: async () => module({ ...(await partsOf("wasm")), output: outputs.wasm }),
  // A whole Worker of its own: the product's shim with another module.
  async fixture() {
    await Promise.all((await readdir(join(root, "worker"), { recursive: true })).filter((name) => /\.\w+$/.test(name)).map(copyToFixture));
    return module({ ...(await partsOf("wasm", "tests/conformance/fixture")), output: outputs.fixture });
  },
  native: async () => compileNative({ ...(await nativeJob()), output: "build/native" }),
  clean: () => rm(join(root, "build"), { recursive: true, force: true }),
};

/** @param {string} name */
async function main(name) {
  const target = targets[name];
  if (!target) throw new Failure(`There is no target ${name}. The targets are setup, ${Object.keys(targets).join(", ")}.`);
  // One short run of a 75 MB compiler ends before V8's optimiser pays for itself:
  // without it a cold build takes two thirds of the time and half the CPU.
  setFlagsFromString("--liftoff-only");
  const start = performance.now();
  if (await target()) console.log(`${name}: built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

/** @param {unknown} error */
function failed(error) {
  console.error(sentenceOf(error) ?? error);
  // After a failed build, wrangler dev holds all requests back until the next good
  // one. So it is not told of a failure while there is an older build to serve.
  const output = outputs[process.argv[2] ?? "wasm"];
  if (process.env.WRANGLER_COMMAND === "dev" && output && existsSync(join(root, output))) {
    console.error("Not built: the last good build is still being served.");
  } else {
    process.exitCode = 1;
  }
}

if (process.argv[1] === import.meta.filename) main(process.argv[2] ?? "wasm").catch(failed);
