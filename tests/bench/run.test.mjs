// What `npm run bench` says of arguments that it does not know, before it measures anything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../e2e/support/program.mjs";

const bench = (/** @type {string[]} */ ...args) => run("node", ["tests/bench/run.mjs", ...args]);

for (const [wrong, sentence] of [["requets", "There is no part or workload requets."], ["--fast", "There is no option --fast."], ["constructor", "There is no part or workload constructor."]]) {
  test(`${wrong}: the error names it, and then says what there is`, async () => {
    const { code, output, log } = await bench("size", wrong, "--quick");
    assert.deepEqual([code, output], [1, ""]);
    assert.ok(log.startsWith(`${sentence}\n\nUsage: npm run bench`), log);
  });
}

for (const option of ["--help", "-h"]) {
  test(`${option} prints what there is, and that is no error`, async () => {
    const { code, output, log } = await bench(option);
    assert.deepEqual([code, output], [0, log]);
    assert.match(output, /^Usage: npm run bench/);
  });
}
