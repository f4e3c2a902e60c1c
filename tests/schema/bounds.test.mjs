// What a check may cost: every limit at N and N + 1, schemas and values made to
// be costly, too little memory, and the stack of the Worker's module.
/* oxlint-disable unicorn/no-thenable -- then is a keyword of JSON Schema */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { stackBytes } from "../../c/toolchain/compile.mjs";
import { root } from "../../c/toolchain/paths.mjs";
import { noSanitizers } from "../support/builds.mjs";
import { Use, nativeDriver, wasiDriver } from "./driver.mjs";

/** @import { Driver, Verdict } from "./driver.mjs" */

const limits = Object.fromEntries(
  [...readFileSync(join(root, "c/limits.h"), "utf8").matchAll(/^#define LIMIT_(\w+) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]),
);
const costly = "The arguments must be simpler to be checked in time.";
const s = (/** @type {unknown} */ schema) => `s ${JSON.stringify(schema)}`;
const v = (/** @type {unknown} */ value) => `v ${JSON.stringify(value)}`;
/** @template T @param {number} count @param {(i: number) => T} each */
const list = (count, each) => Array.from({ length: count }, (_, i) => each(i));

/** The verdict on one value. @param {Driver} driver @param {unknown} schema @param {unknown} value */
const one = (driver, schema, value) => /** @type {Verdict} */ (driver([s(schema), v(value)])[1]);

/** `depth` schemas nested by $ref. @param {number} depth */
const chain = (depth) => ({ $ref: "#/$defs/d1", $defs: Object.fromEntries(list(depth - 1, (i) => [`d${i + 1}`, i + 2 < depth ? { $ref: `#/$defs/d${i + 2}` } : {}])) });

/** `around`, `depth` times, around `inside`. @param {number} depth @param {(inside: unknown) => unknown} around @param {unknown} inside */
const nested = (depth, around, inside) => list(depth, () => 0).reduce((/** @type {unknown} */ made) => around(made), inside);

/** The greatest number that passes. @param {number} low passes @param {number} high does not @param {(n: number) => boolean} passes */
function greatest(low, high, passes) {
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (passes(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** @param {Driver} driver */
function atTheLimits(driver) {
  const { SCHEMA_DEPTH, SCHEMA_PROBLEMS, SCHEMA_ECHO_BYTES, SCHEMA_LISTED, PATTERN_INSTRUCTIONS, PATTERN_RANGES, PATTERN_DEPTH } = limits;
  assert.equal(one(driver, chain(SCHEMA_DEPTH), 1).verdict, "yes");
  assert.deepEqual(one(driver, chain(SCHEMA_DEPTH + 1), 1), { verdict: "no", sentences: costly });

  const missing = (/** @type {number} */ count) => one(driver, { required: list(count, (i) => `m${i}`) }, {}).sentences.match(/is missing\./g)?.length;
  assert.equal(missing(SCHEMA_PROBLEMS), SCHEMA_PROBLEMS);
  assert.equal(missing(SCHEMA_PROBLEMS + 1), SCHEMA_PROBLEMS);

  const echo = (/** @type {string} */ name) => one(driver, { additionalProperties: false }, { [name]: 1 }).sentences;
  assert.equal(echo("n".repeat(SCHEMA_ECHO_BYTES)), `The argument '${"n".repeat(SCHEMA_ECHO_BYTES)}' is unknown.`);
  assert.equal(echo("n".repeat(SCHEMA_ECHO_BYTES + 1)), `The argument '${"n".repeat(SCHEMA_ECHO_BYTES)}...' is unknown.`);
  assert.equal(echo(`${"n".repeat(SCHEMA_ECHO_BYTES - 1)}é`), `The argument '${"n".repeat(SCHEMA_ECHO_BYTES - 1)}...' is unknown.`);

  const choice = (/** @type {number} */ count) => one(driver, { enum: list(count, (i) => i) }, "").sentences;
  assert.match(choice(SCHEMA_LISTED), new RegExp(` or ${SCHEMA_LISTED - 1}\\.$`));
  assert.match(choice(SCHEMA_LISTED + 1), new RegExp(`, ${SCHEMA_LISTED - 1} or another one that is allowed\\.$`));

  const pattern = (/** @type {string} */ source) => driver([s({ pattern: source })])[0];
  const refused = { verdict: "no", sentences: "The schema's /pattern must be a smaller pattern." };
  assert.equal(pattern(`a{${PATTERN_INSTRUCTIONS - 1}}`).verdict, "yes");
  assert.deepEqual(pattern(`a{${PATTERN_INSTRUCTIONS}}`), refused);
  assert.equal(pattern("a".repeat(PATTERN_INSTRUCTIONS - 1)).verdict, "yes");
  assert.deepEqual(pattern("a".repeat(PATTERN_INSTRUCTIONS)), refused);
  assert.equal(pattern(`[${"a".repeat(PATTERN_RANGES)}]`).verdict, "yes");
  assert.deepEqual(pattern(`[${"a".repeat(PATTERN_RANGES + 1)}]`), refused);
  assert.equal(pattern(`${"(".repeat(PATTERN_DEPTH)}a${")".repeat(PATTERN_DEPTH)}`).verdict, "yes");
  assert.deepEqual(pattern(`${"(".repeat(PATTERN_DEPTH + 1)}a${")".repeat(PATTERN_DEPTH + 1)}`), refused);
}

/** @param {Driver} driver */
function steps(driver) {
  // One more value to check makes it too much.
  const schema = { items: { enum: list(999, (i) => `v${i}`) } };
  const verdict = (/** @type {number} */ count) => one(driver, schema, list(count, () => "v998"));
  const most = greatest(1, 100_000, (count) => verdict(count).verdict === "yes");
  assert.ok(Math.abs(most - limits.SCHEMA_STEPS / 1000) < 200, `${most} items`);
  assert.deepEqual(verdict(most + 1), { verdict: "no", sentences: costly });
}

/** Schemas that lead back to themselves. */
const loops = [
  { $ref: "#" },
  { allOf: [{ $ref: "#" }] },
  { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" },
  { anyOf: [{ $ref: "#" }, { $ref: "#" }] },
  { oneOf: [{ $ref: "#" }, { not: { $ref: "#" } }] },
  { not: { $ref: "#" } },
  { if: { $ref: "#" }, then: true },
  { $anchor: "a", anyOf: [{ not: { $ref: "#a" } }, { $ref: "#a" }], unevaluatedProperties: false },
  { dependentSchemas: { a: { $ref: "#" } } },
];

/** 2^i ways through a schema, each of which fails at its end. @param {number} i @returns {unknown} */
const ways = (i) => ({ $ref: "#/$defs/w0", $defs: Object.fromEntries(list(i, (k) => [`w${k}`, k + 1 < i ? { anyOf: [{ $ref: `#/$defs/w${k + 1}` }, { $ref: `#/$defs/w${k + 1}` }] } : false])) });

/** @param {Driver} driver */
function loopsAndWays(driver) {
  for (const schema of loops) assert.deepEqual(one(driver, schema, { a: 1 }), { verdict: "no", sentences: costly }, JSON.stringify(schema));
  assert.deepEqual(one(driver, ways(60), 1), { verdict: "no", sentences: costly });
  assert.equal(one(driver, ways(10), 1).verdict, "no");
  const tree = { type: "object", properties: { children: { items: { anyOf: [{ $ref: "#" }, { type: "null" }] } } }, additionalProperties: false };
  assert.deepEqual(one(driver, tree, nested(31, (inside) => ({ children: [null, inside] }), {})), { verdict: "yes", sentences: "" });
}

/** @param {Driver} driver */
function deep(driver) {
  const depth = limits.JSON_DEPTH;
  /** @type {[schema: unknown, value: unknown, verdict: string][]} */
  const cases = [
    [nested(depth - 1, (inside) => ({ not: inside }), true), 1, depth % 2 ? "yes" : "no"],
    [nested(depth / 2 - 1, (inside) => ({ allOf: [inside] }), {}), 1, "yes"],
    [nested(depth / 2 - 1, (inside) => ({ anyOf: [{ type: "null" }, inside] }), { type: "string" }), 1, "no"],
    [nested(depth / 2 - 1, (inside) => ({ properties: { a: inside } }), { type: "string" }), nested(depth / 2 - 1, (inside) => ({ a: inside }), 1), "no"],
    [nested(depth / 2 - 1, (inside) => ({ unevaluatedProperties: false, anyOf: [inside] }), { properties: { a: true } }), { a: 1 }, "yes"],
    [{ items: { $ref: "#" } }, nested(depth - 1, (inside) => [inside], []), "yes"],
    [{ const: nested(depth - 2, (inside) => [inside], []) }, nested(depth - 2, (inside) => [inside], []), "yes"],
    [{ uniqueItems: true }, list(2, () => nested(depth - 2, (inside) => [inside], [])), "no"],
  ];
  for (const [schema, value, verdict] of cases) {
    const got = driver([s(schema), v(value)]);
    assert.equal(got[1].verdict, verdict, JSON.stringify(schema));
    assert.notEqual(got[1].sentences, costly);
  }
  assert.equal(driver([s(nested(depth + 1, (inside) => ({ not: inside }), true))])[0].verdict, "unreadable");
}

/** Patterns, and pieces of texts on which a backtracking matcher would practically never end. */
const hard = [
  ["^(a+)+$", "a"], ["^(a|a)*$", "a"], ["^(a|aa)+$", "a"], ["(.*)*x", "a"], ["^(([a-z])+.)+[A-Z]([a-z])+$", "a"], ["^(a?){30}a{30}b$", "a"], ["(x+x+)+y", "x"], ["^(\\w+\\s?)*$", "ab "],
];

/** @param {Driver} driver */
function patterns(driver) {
  for (const [pattern, part] of hard) {
    const lines = [10_000, 20_000, 40_000].map((length) => v(`${part.repeat(length / part.length)}!`));
    for (const { verdict, sentences } of driver([s({ pattern }), ...lines]).slice(1)) {
      assert.equal(verdict, "no");
      assert.match(sentences, /regular expression/, pattern);
    }
  }
  assert.deepEqual(one(driver, { pattern: "(a{0,30}){0,30}$" }, `${"a".repeat(200_000)}!`), { verdict: "no", sentences: costly });
  assert.equal(one(driver, { pattern: "^[^!]*$" }, "a".repeat(1_000_000)).verdict, "yes");
}

/** @param {Driver} driver */
function large(driver) {
  const many = 100_000;
  const names = Object.fromEntries(list(many, (i) => [`n${i}`, i]));
  const items = list(many, (i) => ({ id: i }));
  /** @type {[schema: unknown, value: unknown, verdict: string][]} */
  const cases = [
    [{ enum: list(many, (i) => `v${i}`) }, `v${many - 1}`, "yes"],
    [{ enum: list(many, (i) => `v${i}`) }, "other", "no"],
    [{ additionalProperties: { type: "integer" } }, names, "yes"],
    [{ properties: { n99999: { type: "string" } }, additionalProperties: true }, names, "no"],
    [{ patternProperties: { "^n\\d+$": { type: "integer" } }, additionalProperties: false }, names, "yes"],
    [{ propertyNames: { pattern: "^n", maxLength: 6 } }, names, "yes"],
    [{ anyOf: [{ additionalProperties: { type: "integer" } }], unevaluatedProperties: false }, names, "yes"],
    [{ required: ["n0", "n99999"], maxProperties: many, minProperties: many }, names, "yes"],
    [{ const: names }, names, "yes"],
    [{ uniqueItems: true }, items.slice(0, many - 10_000), "yes"],
    [{ uniqueItems: true }, [...items.slice(0, many - 10_000), { id: 7 }], "no"],
    [{ contains: { const: { id: 5 } }, maxContains: 1, unevaluatedItems: { type: "object" } }, items.slice(0, 50_000), "yes"],
    [{ minLength: 1_000_000, maxLength: 1_000_000 }, "é".repeat(1_000_000), "yes"],
  ];
  for (const [schema, value, verdict] of cases) {
    const got = one(driver, schema, value);
    assert.equal(got.verdict, verdict, `${JSON.stringify(schema).slice(0, 80)}: ${got.sentences}`);
    assert.notEqual(got.sentences, costly);
  }
  const wide = { properties: Object.fromEntries(list(many, (i) => [`p${i}`, true])), additionalProperties: false };
  assert.deepEqual(one(driver, wide, names), { verdict: "no", sentences: costly });
}

/** What c/schema_equal.c makes of a text's bytes before it mixes them. @param {string} text @param {number} [hash] of what comes before it */
const hashOf = (text, hash = 2166136261) => [...text].reduce((h, byte) => Math.imul(h ^ byte.charCodeAt(0), 16777619), hash);

/** Two texts that lead from the hash `from` to the same hash, and that hash. @param {number} from @returns {[string, string, number]} */
function collision(from) {
  const seen = new Map();
  for (let i = 36 ** 4; ; i++) {
    const text = i.toString(36), hash = hashOf(text, from), other = seen.get(hash);
    if (other !== undefined) return [other, text, hash];
    seen.set(hash, text);
  }
}

/** 2^doublings strings of one hash that are the same up to their ends. @param {number} doublings @param {string} start */
function alike(doublings, start) {
  let strings = [start], hash = hashOf(start);
  for (let i = 0; i < doublings; i++) {
    const [left, right, both] = collision(hash);
    strings = strings.flatMap((string) => [string + left, string + right]);
    hash = both;
  }
  return strings;
}

/** An object whose members' names are this long, and the same with its members in reverse order. @param {number} length */
function twoOrders(length) {
  const members = list(1000, (i) => [`${"x".repeat(length)}${i}`, i]);
  return [Object.fromEntries(members), Object.fromEntries(members.toReversed())];
}

/** Long texts that differ only at their ends cost what comparing them takes: each list has few values, but megabytes. @param {Driver} driver */
function longTexts(driver) {
  const unique = { uniqueItems: true };
  assert.equal(one(driver, unique, alike(8, "x".repeat(1000))).verdict, "yes");
  assert.deepEqual(one(driver, unique, alike(8, "x".repeat(14_000))), { verdict: "no", sentences: costly });
  assert.deepEqual(one(driver, unique, twoOrders(10)), { verdict: "no", sentences: "The arguments must not have the same item twice." });
  assert.deepEqual(one(driver, unique, twoOrders(1000)), { verdict: "no", sentences: costly });
}

/** The same line, each time with a little more memory. @param {string} line */
const starved = (line) => list(3000, (i) => [`m ${16 * (i + 1)}`, line]).flat();

/** Every allocation fails once: the answer is the right one, or that there is no memory. @param {Driver} driver */
function littleMemory(driver) {
  const schema = {
    $ref: "#/$defs/all", $defs: { all: { $id: "urn:x", $anchor: "x", properties: { a: { pattern: "^[a-f]{2,4}|\\w$", format: "email" }, b: { uniqueItems: true, contains: { type: "string" } } } } },
    anyOf: [{ properties: { c: { enum: ["x", 1] } } }, { required: ["c"] }], unevaluatedProperties: false,
  };
  const values = [{ a: "ab@example.com", b: ["x", { y: [1] }, 2], c: 1 }, { a: 1, b: [1, 1], c: 2, d: 3 }];
  for (const line of values.map(v)) {
    const [, whole, ...got] = driver([`u ${Use.ANSWER}`, s(schema), line, ...starved(line)]);
    assert.equal(got[0].verdict, "exhausted");
    for (const each of got) if (each.verdict !== "exhausted") assert.deepEqual(each, whole);
    assert.deepEqual(got.at(-1), whole);
  }
  for (const checked of [schema, { ...schema, required: ["a", "a"], typ: "object", $ref: "#y" }]) {
    const [whole, ...got] = driver([s(checked), ...starved(s(checked))]);
    assert.equal(got[0].verdict, "exhausted");
    for (const each of got) if (each.verdict !== "exhausted") assert.deepEqual(each, whole);
    assert.deepEqual(got.at(-1), whole);
  }
}

/** @param {() => Promise<Driver>} make */
function all(make) {
  test("every limit at N and N + 1", async () => atTheLimits(await make()));
  test("the limit of steps", async () => steps(await make()));
  test("$refs in a circle and exponentially many ways are refused as too costly", async () => loopsAndWays(await make()));
  test("schemas and values are checked as deep as JSON may be", async () => deep(await make()));
  test("hard patterns are decided, or refused as too costly", async () => patterns(await make()));
  test("large schemas and values are checked, within the limit", async () => large(await make()));
  test("long texts that differ at their ends cost their length", async () => longTexts(await make()));
  test("with too little memory there is no wrong verdict", async () => littleMemory(await make()));
}

describe("Bounds in WebAssembly", () => {
  all(() => wasiDriver());

  test("half of the Worker's stack is enough", async () => {
    const driver = await wasiDriver(stackBytes / 2);
    atTheLimits(driver);
    loopsAndWays(driver);
    deep(driver);
  });
});
describe("Bounds natively with sanitizers", { skip: noSanitizers() || false }, () => all(nativeDriver));
