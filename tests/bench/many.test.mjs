// A call costs what its own tool costs, however many others there are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { steps } from "../threats/steps.mjs";
import { writeTools } from "./builds.mjs";

const add = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "add", arguments: { a: 2, b: 3 } } });

// once each request looked at every tool, to learn whether one of them runs as a task: four microseconds
// for a thousand
test("a call among a thousand tools takes the steps that it takes among two, and those of a search", async () => {
  const [beside1, beside999] = (await Promise.all([steps(), steps(writeTools("1000"))])).map((count) => count("post", add));
  assert.equal(beside1.length, 1, `a status after the steps: ${beside1}`);
  assert.equal(beside999.length, 1, `a status after the steps: ${beside999}`);
  assert.ok(beside999[0] - beside1[0] < 300, `${beside999} steps, and ${beside1} among two tools`);
});
