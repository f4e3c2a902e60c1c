// Nothing has become slower: this server compared with the floor, by CPU time, as a ratio.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bounds, check, slowed, timesARequest, unguarded } from "./guard.mjs";
import { printed } from "./statistics.mjs";
import { pinLoadGenerator } from "./workerd.mjs";
import { workloads } from "./workloads.mjs";

describe("speed, as part of what a bare worker does with the same CPU time", { skip: unguarded || false }, () => {
  pinLoadGenerator();

  for (const [name, { least }] of Object.entries(bounds)) {
    test(`${workloads[name].title}: at least ${least}`, async () => {
      const { of, met } = await check(name);
      assert.ok(met, `it is ${printed(of)}: npm run bench -- --guard measures it again, tests/bench/README.md says how to find the cause`);
    });
  }

  test("additional work of half a request is noticed", async () => {
    const times = Math.round((await timesARequest("modern")) / 2);
    const { of, met, least } = await check("modern", (ours) => slowed(ours, times));
    assert.ok(!met, `with a loop of ${times} rounds before each request it is ${printed(of)}, which is not below ${least}`);
  });
});
