// A few seconds of fuzzing with sanitizers, the same inputs each time.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { noSanitizers, root, sanitizedTests, sanitizerEnv } from "../support/builds.mjs";
import { writeCorpus } from "./corpus.mjs";

const run = promisify(execFile);
const iterations = Number(process.env.FUZZ_ITERATIONS ?? 150_000);
const seed = process.env.FUZZ_SEED ?? "1";

test(`${iterations} changed requests and documents break nothing`, { skip: noSanitizers() || false }, async () => {
  const corpus = await writeCorpus(join(root, "build/tests/corpus"));
  assert(corpus.length > 150, `only ${corpus.length} seeds`);
  const env = { ...process.env, ...sanitizerEnv, ASAN_OPTIONS: `${sanitizerEnv.ASAN_OPTIONS}:handle_abort=1` };
  const { stdout } = await run(await sanitizedTests("tests/fuzz"), [String(iterations), seed, ...corpus], { env });
  assert.equal(stdout, `${iterations} inputs from ${corpus.length} seeds\n`);
});
