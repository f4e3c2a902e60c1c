// steps.c, built and run: how many steps the core takes for something.
import { execFileSync } from "node:child_process";
import { basename, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { partsOf } from "../../c/toolchain/build.mjs";
import { compileWasiProgram } from "../../c/toolchain/compile.mjs";
import { root } from "../../c/toolchain/paths.mjs";

/** Builds it; returns a function that runs it and returns the counts.
 * @param {string} [tools] the folder whose tools are built in
 * @returns {Promise<(...words: (string | number)[]) => number[]>}
 */
export async function steps(tools) {
  const output = `build/tests/steps-${basename(tools ?? "c")}.wasm`;
  setFlagsFromString("--liftoff-only"); // as the build does: optimising a compiler that runs once does not pay
  const { sources, includes } = await partsOf("native", tools);
  await compileWasiProgram({
    sources: [...sources, "tests/threats/steps.c"],
    includes,
    defines: { NATIVE_WITHOUT_MAIN: 1 },
    flags: ["-fsanitize-coverage=trace-pc", "-fno-builtin"],
    inParts: true, // optimised as a whole by the linker, it would lose steps
    output,
  });
  return (...words) => {
    const text = execFileSync(process.execPath, ["--no-warnings", join(root, "tests/support/wasi.mjs"), join(root, output), ...words.map(String)], { encoding: "utf8", timeout: 60_000, stdio: ["ignore", "pipe", "inherit"] });
    return text.trimEnd().split("\n").map(Number);
  };
}
