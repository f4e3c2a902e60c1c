// V8 compiles a function of the core when it is first called, and as a whole: the first answer waits for that.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { coreModule, root } from "../support/builds.mjs";

const LEAST_BYTES = 15_000, MOST_BYTES = 28_000;

// once 34.5 KB: what only other requests need was part of the functions that all of them call (c/text.h, APART)
test(`for an instance's first call V8 compiles at most ${MOST_BYTES} bytes of the core`, async (t) => {
  await coreModule();
  const script = join(root, "tests/bench/first-call.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, ["--trace-wasm-compilation-times", script]);
  const compiled = [...stdout.matchAll(/#\d+ using Liftoff, .*bodysize (\d+)/g)].map(([, bytes]) => Number(bytes));
  if (compiled.length === 0) return t.skip("this Node.js does not say what V8 compiles");
  const bytes = compiled.reduce((sum, each) => sum + each, 0);
  assert.ok(bytes > LEAST_BYTES, `${bytes}: it does not count what it should`);
  assert.ok(bytes <= MOST_BYTES, `${bytes}, in ${compiled.length} functions`);
});
