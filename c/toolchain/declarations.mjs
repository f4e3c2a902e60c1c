// What is declared with tool.h is checked before it is served: the same objects,
// linked once more with what checks them (c/declarations.h) instead of wasm.c.
import { compileDeclarations } from "./compile.mjs";
import { Failure } from "./paths.mjs";

/** @import { Job } from "./compile.mjs" */

/**
 * Fails with a line for each wrong declaration, as a compiler would. What was right and is unchanged
 * is not checked again.
 * @param {Job} job a module's; what this makes is named after it
 */
export async function checkDeclarations(job) {
  const sources = job.sources.filter((source) => !source.startsWith("c/wasm"));
  await compileDeclarations({ ...job, sources, output: job.output.replace(/\.wasm$/, ".declarations.wasm") }, check);
}

/** @param {Uint8Array} bytes */
async function check(bytes) {
  const module = await WebAssembly.compile(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
  /** @type {WebAssembly.Imports} */
  const imports = {};
  // Nothing is called, so nothing has to be there.
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0;
  const { declarations_check, memory } = /** @type {any} */ ((await WebAssembly.instantiate(module, imports)).exports);
  const start = declarations_check();
  const said = new Uint8Array(memory.buffer).subarray(start);
  const lines = new TextDecoder().decode(said.subarray(0, said.indexOf(0))).split("\n").filter(Boolean);
  // Once each, though two tools may share fields; in the order of the files.
  const sorted = [...new Set(lines)].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  if (sorted.length) throw new Failure(sorted.join("\n"));
}
