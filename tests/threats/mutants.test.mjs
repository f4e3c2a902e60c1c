// The tables are complete: each row has its test and a mutant that proves it, and what the mutant takes
// out is still in the source.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { root } from "../e2e/support/program.mjs";
import { mutants } from "./mutants.mjs";

const read = (/** @type {string} */ path) => readFileSync(join(root, path), "utf8");
const rows = read("tests/threats/README.md").split("\n").filter((line) => line.startsWith("| ")).slice(2).map((line) => line.split("|").map((cell) => cell.trim()));

describe("the table of threats", () => {
  test("has all rows", () => assert.equal(rows.length, 20));

  for (const [, row, , tests] of rows) {
    test(`${row}: its tests have its name, and a mutant proves each`, () => {
      const files = [...tests.matchAll(/\]\(([\w-]+\.test\.mjs)\)/g)].map(([, name]) => name);
      assert.ok(files.length > 0);
      for (const name of files) {
        assert.ok(read(`tests/threats/${name}`).includes(`describe("${row}"`), `${name} has no suite of that name`);
        assert.ok(mutants.some((mutant) => mutant.row === row && `${mutant.test}.mjs` === `threats/${name}`), `nothing proves ${name}`);
      }
    });
  }

  for (const { row, what, file, find, replace } of mutants) {
    test(`${row}: the code behind "${what}" is in ${file} once`, () => {
      assert.equal(read(file).split(find).length - 1, 1);
      assert.notEqual(find, replace);
    });
  }

  test("every mutant belongs to a row of the table", () => {
    const names = new Set(rows.map(([, row]) => row));
    for (const { row } of mutants) assert.ok(names.has(row), row);
  });
});
