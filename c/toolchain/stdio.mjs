// `npm run stdio`: the tools over stdin and stdout. The native program if this
// machine has a C compiler, else the same source as a WASI program. Nothing but
// the protocol may reach stdout.
import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { nativeJob } from "./build.mjs";
import { compileNative, compileWasiProgram } from "./compile.mjs";
import { failed, root } from "./paths.mjs";

async function runNative() {
  await compileNative({ ...(await nativeJob()), output: "build/native" });
  const program = spawn(join(root, "build/native"), { stdio: "inherit" });
  program.on("exit", (code, signal) => {
    if (signal) console.error(`The program was ended by ${signal}. CC="clang -fsanitize=address,undefined -g" npm run stdio says where, if a tool is the cause.`);
    process.exitCode = code ?? 1;
  });
}

async function runWasi() {
  await compileWasiProgram({ ...(await nativeJob()), output: "build/stdio.wasm" });
  // With fast API calls node:wasi corrupts V8's heap now and then (seen with Node 20 and 22).
  setFlagsFromString("--no-turbo-fast-api-calls");
  const { WASI } = await import("node:wasi"); // it warns on stderr that it is an experiment
  const module = await WebAssembly.compile(await readFile(join(root, "build/stdio.wasm")));
  const wasi = new WASI({ version: "preview1", args: ["stdio"] });
  const { wasi_snapshot_preview1: system } = /** @type {any} */ (wasi.getImportObject());
  // c/native.c writes messages to file 3; what a tool prints is for people
  const write = (/** @type {number} */ file, /** @type {number[]} */ ...rest) => system.fd_write(file === 3 ? 1 : 2, ...rest);
  const status = (/** @type {number} */ file, /** @type {number} */ at) => system.fd_fdstat_get(file === 3 ? 1 : file, at);
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: { ...system, fd_write: write, fd_fdstat_get: status } });
  process.exitCode = wasi.start(instance);
}

// one that was asked for is not done without: it may be for its sanitizers
const none = !process.env.CC?.trim() && spawnSync("cc", ["--version"]).error;
await (none ? runWasi() : runNative()).catch(failed);
