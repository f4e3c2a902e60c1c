// node wasi.mjs PROGRAM [ARGUMENT ...]: runs a WASI program on this process's stdio.
import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { WASI } from "node:wasi";

// With fast API calls node:wasi corrupts V8's heap now and then (a third of the runs, Node 20 and 22).
setFlagsFromString("--no-turbo-fast-api-calls");
const [program, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args: [program, ...args], returnOnExit: true });
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, /** @type {any} */ (wasi.getImportObject()));
process.exitCode = wasi.start(instance);
