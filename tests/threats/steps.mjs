// steps.c, built and run: how many steps the core takes for something.
import { execFileSync } from "node:child_process";
import { basename, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { defines, partsOf } from "../../c/toolchain/build.mjs";
import { compileWasiProgram } from "../../c/toolchain/compile.mjs";
import { root } from "../../c/toolchain/paths.mjs";

/**
 * Builds it; gives what counts.
 * @param {string} [tools] the folder whose tools are built in
 * @returns {Promise<(...words: (string | number)[]) => number[]>}
 */
export async function steps(tools) {
  const output = `build/tests/steps-${basename(tools ?? "c")}.wasm`;
  setFlagsFromString("--liftoff-only"); // as the build does it: a compiler that runs once is not optimised
  const { sources, includes } = await partsOf("native", tools);
  await compileWasiProgram({
    sources: [...sources, "tests/threats/steps.c"],
    includes,
    defines: { ...defines, NATIVE_WITHOUT_MAIN: 1 },
    flags: ["-fsanitize-coverage=trace-pc", "-fno-builtin"],
    inParts: true, // what the linker makes of it loses steps
    output,
  });
  return (...words) => {
    const text = execFileSync(process.execPath, ["--no-warnings", join(root, "tests/support/wasi.mjs"), join(root, output), ...words.map(String)], { encoding: "utf8", timeout: 60_000, stdio: ["ignore", "pipe", "inherit"] });
    return text.trimEnd().split("\n").map(Number);
  };
}
