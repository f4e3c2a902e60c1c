// That a call costs what its own tool does, however many others there are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { steps } from "../threats/steps.mjs";
import { writeTools } from "./builds.mjs";

const add = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "add", arguments: { a: 2, b: 3 } } });

// each request looked at every tool, to learn whether one of them runs as a task: four microseconds of a thousand
test("beside a thousand tools a call takes the steps that it takes beside one, and those of a search", async () => {
  const [beside1, beside999] = (await Promise.all([steps(), steps(writeTools("1000"))])).map((count) => count("post", add));
  assert.equal(beside1.length, 1, `a status behind the steps: ${beside1}`);
  assert.equal(beside999.length, 1, `a status behind the steps: ${beside999}`);
  assert.ok(beside999[0] - beside1[0] < 300, `${beside999} steps, and ${beside1} beside one tool`);
});
