// A wasi-sdk for the tests: the one that WASI_SDK_PATH names, or a folder of the same form made from Debian's packages of the
// same programs (clang-19, lld-19, libclang-rt-19-dev-wasm32, wasi-libc), which `.ci/run` installs.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { coreModule, root } from "./builds.mjs";

const version = 19, llvm = `/usr/lib/llvm-${version}`;
const own = `${llvm}/lib/clang/${version}`; // clang's headers, and its runtime
const links = {
  "share/wasi-sysroot/include/wasm32-wasip1": "/usr/include/wasm32-wasi",
  "share/wasi-sysroot/lib/wasm32-wasip1": "/usr/lib/wasm32-wasi",
  "lib/clang/include": `${own}/include`,
  "lib/clang/lib/wasip1": `${own}/lib/wasi`,
};

/** Why there is none here; "" if there is one. */
export function noWasiSdk() {
  const missing = [`${llvm}/bin/clang`, `${llvm}/bin/wasm-ld`, ...Object.values(links)].find((path) => !existsSync(path));
  return process.env.WASI_SDK_PATH || !missing ? "" : `WASI_SDK_PATH is not set, and there is no ${missing}`;
}

/** Its folder. */
function wasiSdk() {
  if (process.env.WASI_SDK_PATH) return process.env.WASI_SDK_PATH;
  const folder = join(root, "build/tests/wasi-sdk");
  rmSync(folder, { recursive: true, force: true });
  for (const [name, target] of Object.entries(links)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    symlinkSync(target, join(folder, name));
  }
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/clang"), `#!/bin/sh\nexec ${llvm}/bin/clang -resource-dir '${folder}/lib/clang' "$@"\n`);
  chmodSync(join(folder, "bin/clang"), 0o755);
  return folder;
}

/** What coreModule() makes, made with it. @param {string} output @param {string} [folder] */
export async function moduleOfWasiSdk(output, folder) {
  const { WASI_SDK_PATH: before } = process.env;
  process.env.WASI_SDK_PATH = wasiSdk();
  try {
    return await coreModule(folder, output);
  } finally {
    if (before === undefined) delete process.env.WASI_SDK_PATH;
  }
}
