// The C unit tests, as a WASI program under Node and natively with sanitizers.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { noSanitizers, sanitizedTests, sanitizerEnv, wasiTests } from "../support/builds.mjs";
import { run } from "../support/run.mjs";

const runner = fileURLToPath(new URL("../support/wasi.mjs", import.meta.url));

/** @returns {number[]} doubles that are hard to print, and many that are not */
function numbers() {
  const view = new DataView(new ArrayBuffer(8));
  const found = [];
  for (let exponent = -1074; exponent < 1024; exponent++) found.push(2 ** exponent);
  for (let exponent = -323; exponent < 309; exponent++) found.push(Number(`1e${exponent}`), Number(`9.5e${exponent}`));
  let state = 1n;
  for (let i = 0; i < 20_000; i++) {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    view.setBigUint64(0, state ^ (state >> 29n));
    found.push(view.getFloat64(0), Math.fround(view.getFloat64(0)), Number(state >> 11n) / 1000, Number(state >> 44n) / 100);
  }
  const neighbours = found.slice(0, 4000).flatMap((number) => {
    view.setFloat64(0, number);
    const exactly = view.getBigUint64(0);
    return [exactly - 1n, exactly + 1n].map((near) => (view.setBigUint64(0, near & 0x7fffffffffffffffn), view.getFloat64(0)));
  });
  return [...found, ...neighbours].flatMap((number) => [number, -number]);
}

/** @param {number} number */
function bits(number) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  return view.getBigUint64(0).toString(16);
}

/** @param {() => Promise<string[]>} build returns the command */
function suite(build) {
  /** @type {string[]} */
  let command = [];
  before(async () => {
    command = await build();
  });
  test("every unit test passes", async (t) => {
    const { code, output, complaints } = await run(command, "", sanitizerEnv);
    const lines = output.split("\n");
    for (const [i, line] of lines.entries()) {
      const [, failed, name] = /^(not )?ok (.*)$/.exec(line) ?? [];
      if (name) await t.test(name, () => assert(!failed, lines[i + 1]));
    }
    assert(lines.includes("1..end"), `the tests ended too early, with exit code ${code}:\n${complaints}`);
    assert.equal(code, 0, complaints);
  });
  test("182,724 numbers are printed as JavaScript prints them", async () => {
    const given = numbers();
    const { code, output, complaints } = await run([...command, "numbers"], given.map(bits).join("\n"), sanitizerEnv);
    assert.equal(code, 0, complaints);
    const printed = output.trimEnd().split("\n");
    assert.equal(printed.length, given.length);
    const wrong = given.flatMap((number, i) => (printed[i] === String(number) ? [] : [`${printed[i]} instead of ${number}`]));
    assert.deepEqual(wrong.slice(0, 10), []);
  });
}

describe("C units as WebAssembly", () => suite(async () => [process.execPath, "--no-warnings", runner, await wasiTests("tests/c")]));

describe("C units natively with sanitizers", { skip: noSanitizers() || false }, () => suite(async () => [await sanitizedTests("tests/c")]));

/** @param {string} name a file of this folder */
const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");

// scan.c was compiled and never run, because check.c did not name it
test("every suite of the folder is run", () => {
  const named = [...read("check.c").matchAll(/^ +SUITE\((\w+)\)/gm)].map(([, name]) => name);
  const written = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".c")).flatMap((name) => /^SUITE\((\w+), \w+\);/m.exec(read(name))?.[1] ?? []);
  assert.deepEqual(named, written.toSorted());
});
