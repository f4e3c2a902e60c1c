// The cache of compiled objects, where several builds run at once, as test files do.
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { objectsKept, prune } from "../c/toolchain/compile.mjs";

const name = (/** @type {number} */ i) => String(i).padStart(4, "0");

// a build failed because another had just thrown away what it looked at
test("builds at the same time prune one cache, and what was used last stays", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "objects-"));
  t.after(() => rm(folder, { recursive: true }));
  for (let i = 0; i < 2 * objectsKept; i++) {
    await writeFile(join(folder, name(i)), "");
    await utimes(join(folder, name(i)), i + 1, i + 1);
  }
  await Promise.all(Array.from({ length: 8 }, async (_, i) => {
    for (let turn = 0; turn < i; turn++) await readdir(folder); // so that they do not go in step
    await prune(folder);
  }));
  assert.deepEqual((await readdir(folder)).toSorted(), Array.from({ length: objectsKept }, (_, i) => name(objectsKept + i)));
});
