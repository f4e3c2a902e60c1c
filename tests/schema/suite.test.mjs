// Every test of the official suite whose schema uses only what schema.h claims.
// What schema_check refuses is left out, but only for a reason listed here.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noSanitizers } from "../support/builds.mjs";
import { Use, nativeDriver, wasiDriver } from "./driver.mjs";
import { suite, write } from "./suite.mjs";

/** @import { Driver, Verdict } from "./driver.mjs" */
/** @import { Group } from "./suite.mjs" */

/** Why a group may be left out: what schema_check says of its schema. */
const reasons = [
  [/\/(\$dynamicRef|\$dynamicAnchor|\$vocabulary) is a keyword that is not known/, "$dynamicRef, $dynamicAnchor, $vocabulary: not claimed"],
  [/ is a keyword that is not known/, "a keyword of no vocabulary: refused by design"],
  [/\/\$ref must lead to a schema within this one/, "a $ref out of the document, to what is no schema, or relative to an $id: not claimed"],
  [/\/\$id must be a URI with/, "a relative $id below the root, or one with a fragment: not claimed"],
  [/\/\$schema must be https/, "another dialect: refused by design"],
  [/without \\p and \\k/, "\\p{...} in a pattern: not claimed"],
  [/lookahead/, "lookaround in a pattern: not claimed"],
];
const refusedBefore = "a NUL in a string, which json.c refuses before";

/** Files that do not concern a validator such as this one. */
const filesLeft = [
  [/^optional\/format\/(?!(date|date-time|email|uri)$)/, "formats that are not asserted: they only describe"],
  [/^optional\/format-assertion$/, "other metaschemas"],
];

/** @param {Group} group */
const use = (group) => (group.file.startsWith("optional/format/") ? Use.ANSWER : Use.ARGUMENTS);

/** @param {Group[]} groups @param {Driver} driver */
function answers(groups, driver) {
  const lines = groups.flatMap((group) => [
    `u ${use(group)}`, `s ${write(group.schema)}`, ...group.tests.map(({ data }) => `v ${write(data)}`),
  ]);
  const verdicts = driver(lines).values();
  return groups.map((group) => ({
    group, check: next(verdicts), tests: group.tests.map((each) => ({ ...each, got: next(verdicts) })),
  }));
}

/** @param {Iterator<Verdict>} verdicts @returns {Verdict} */
function next(verdicts) {
  const { value, done } = verdicts.next();
  assert.ok(!done, "the driver ended too early");
  return value;
}

/** @param {Verdict} check */
function reasonFor(check) {
  if (check.verdict === "yes") return undefined;
  if (check.verdict === "unreadable") return refusedBefore;
  return reasons.find(([pattern]) => /** @type {RegExp} */ (pattern).test(check.sentences))?.[1];
}

/** Runs all of it. @param {Group[]} groups @param {Driver} driver */
function score(groups, driver) {
  /** @type {Map<string, { passed: number, all: number }>} */
  const files = new Map();
  /** @type {Map<string, string[]>} */
  const left = new Map();
  /** @type {string[]} */
  const missed = [];
  const leave = (/** @type {any} */ why, /** @type {string} */ what) => left.set(why, [...(left.get(why) ?? []), what]);
  for (const { group, check, tests } of answers(groups, driver)) {
    const name = `${group.file}: ${group.description}`;
    const why = filesLeft.find(([pattern]) => /** @type {RegExp} */ (pattern).test(group.file))?.[1] ?? reasonFor(check);
    if (why) leave(why, name);
    else if (check.verdict !== "yes") missed.push(`${name}: ${check.verdict}, ${check.sentences}`);
    if (why || check.verdict !== "yes") continue;
    const count = files.get(group.file) ?? { passed: 0, all: 0 };
    files.set(group.file, count);
    for (const { description, valid, got } of tests) {
      if (got.verdict === "unreadable") {
        leave(refusedBefore, `${name}: ${description}`);
        continue;
      }
      count.all++;
      const expected = valid ? "yes" : "no";
      if (got.verdict === expected && (got.sentences !== "") === !valid) count.passed++;
      else missed.push(`${name}: ${description}: ${got.verdict} instead of ${expected}; ${got.sentences}`);
    }
  }
  return { files, left, missed };
}

/** @param {ReturnType<typeof score>} result @returns {number} how many tests passed */
function print({ files, left }) {
  const all = [...files.values()];
  const sum = (/** @type {"passed" | "all"} */ key) => all.reduce((total, count) => total + count[key], 0);
  for (const [file, { passed, all: total }] of files) console.log(`${file}: ${passed} of ${total}`);
  for (const [why, what] of left) console.log(`left out, ${why} (${what.length}):\n  ${what.join("\n  ")}`);
  console.log(`JSON-Schema-Test-Suite, draft 2020-12: ${sum("passed")} of ${sum("all")} tests in ${all.length} files pass`);
  return sum("passed");
}

const { groups, missing, pinned } = await suite();

describe("JSON-Schema-Test-Suite, draft 2020-12", { skip: !process.env.CI && missing ? missing : false }, () => {
  test("the suite is there", () => assert.equal(missing, ""));

  test("every test passes in WebAssembly", async () => {
    const result = score(groups, await wasiDriver());
    const passed = print(result);
    assert.deepEqual(result.missed, []);
    if (pinned) assert.equal(passed, 1359, "what is left out has changed");
  });

  test("every test passes natively with sanitizers", { skip: noSanitizers() || false }, async () => {
    assert.deepEqual(score(groups, await nativeDriver()).missed, []);
  });
});
