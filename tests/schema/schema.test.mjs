// What schema_check and schema_validate say: to the author of a tool, and to
// the person or model that called it.
/* oxlint-disable unicorn/no-thenable -- then is a keyword of JSON Schema */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noSanitizers } from "../support/builds.mjs";
import { Use, nativeDriver, wasiDriver } from "./driver.mjs";

/** @import { Driver } from "./driver.mjs" */

const address = {
  type: "object",
  properties: { zip: { type: "string", pattern: "^\\d{5}$" }, city: { type: "string", minLength: 1 } },
  required: ["zip"],
  additionalProperties: false,
};
const shapes = { oneOf: [
  { properties: { kind: { const: "circle" }, radius: { type: "number", exclusiveMinimum: 0 } }, required: ["kind", "radius"] },
  { properties: { kind: { const: "square" }, side: { type: "number" } }, required: ["kind", "side"] },
] };

/** What is said of a value that does not fit. @type {[schema: unknown, value: unknown, sentences: string][]} */
const said = [
  [{ type: "object" }, [], "The arguments must be an object."],
  [{ properties: { a: { type: "string" } } }, { a: 1 }, "The argument 'a' must be a string."],
  [{ properties: { a: { type: ["integer", "null", "boolean"] } } }, { a: 1.5 }, "The argument 'a' must be a whole number, null or true or false."],
  [{ properties: { address } }, { address: { zip: 1 } }, "The argument 'address.zip' must be a string."],
  [{ properties: { address } }, { address: { zip: "1", city: "" } }, "The argument 'address.zip' must match the regular expression \"^\\\\d{5}$\". The argument 'address.city' must have at least 1 character."],
  [{ properties: { address } }, { address: { town: "x" } }, "The argument 'address.zip' is missing. The argument 'address.town' is unknown."],
  [{ items: { items: { maximum: 3 } } }, [[1], [2, 4]], "The argument '[1][1]' must be at most 3."],
  [{ properties: { list: { items: address } } }, { list: [{ zip: "12345" }, {}] }, "The argument 'list[1].zip' is missing."],
  [{ propertyNames: { pattern: "^[a-z]+$" } }, { "a b": 1, "c.d": 2, "": 3, "x\n": 4 }, "The argument 'a b' must not be named so. The argument '[\"c.d\"]' must not be named so. The argument '[\"\"]' must not be named so. The argument '[\"x\\n\"]' must not be named so."],
  [{ enum: ["red", 1, null, true, {}, [1]] }, "blue", "The arguments must be \"red\", 1, null, true, empty or a certain object or array."],
  [{ const: 0.1 }, 0.2, "The arguments must be 0.1."],
  [{ minimum: 1 }, 0, "The arguments must be at least 1."],
  [{ exclusiveMinimum: 1, exclusiveMaximum: 0 }, 1, "The arguments must be more than 1. The arguments must be less than 0."],
  [{ multipleOf: 0.01 }, 0.005, "The arguments must be a multiple of 0.01."],
  [{ maxLength: 2 }, "🐲🐲🐲", "The arguments must have at most 2 characters."],
  [{ minItems: 2 }, [1], "The arguments must have at least 2 items."],
  [{ maxProperties: 1 }, { a: 1, b: 1 }, "The arguments must have at most 1 member."],
  [{ uniqueItems: true }, [{ a: 1, b: [2] }, { b: [2.0], a: 1 }], "The arguments must not have the same item twice."],
  [{ contains: { type: "string" } }, [1], "The arguments must have more of the items asked for: at least 1."],
  [{ contains: { type: "number" }, minContains: 2, maxContains: 3 }, [1, 2, 3, 4], "The arguments must have fewer of the items asked for: at most 3."],
  [{ dependentRequired: { a: ["b"] } }, { a: 1 }, "The argument 'b' is missing."],
  [{ properties: { a: false } }, { a: 1 }, "The argument 'a' must not be given."],
  [{ not: { type: "null" } }, null, "The arguments must not have a form that is ruled out."],
  [{ anyOf: [{ type: "string", minLength: 2 }, { type: "null" }] }, "a", "The arguments must have at least 2 characters."],
  [{ anyOf: [{ type: "string" }, { type: "null" }] }, 1, "The arguments must have one of the allowed forms."],
  [{ oneOf: [{ type: "integer" }, { minimum: 2 }] }, 3, "The arguments must have only one of the allowed forms."],
  [shapes, { kind: "circle", radius: 0 }, "The argument 'radius' must be more than 0."],
  [{ properties: { shape: shapes } }, { shape: { kind: "square" } }, "The argument 'shape.side' is missing."],
  [{ if: { required: ["a"] }, then: { required: ["b"] }, else: { required: ["c"] } }, { a: 1 }, "The argument 'b' is missing."],
  [{ properties: { a: true }, unevaluatedProperties: false }, { a: 1, b: 2 }, "The argument 'b' is unknown."],
  [{ prefixItems: [true], items: false }, [1, 2], "The argument '[1]' must not be given."],
  [{ $ref: "#/$defs/a", $defs: { a: { type: "string" } } }, 1, "The arguments must be a string."],
  [{ format: "email" }, "nobody", ""],
];

/** Schemas that are refused, and what is said of them. @type {[schema: unknown, sentences: string][]} */
const refused = [
  [3, "The schema must be a schema: an object, true or false."],
  [{ minimun: 1 }, "The schema's /minimun is a keyword that is not known here."],
  [{ properties: { "a/b~c": { typ: "x" } } }, "The schema's /properties/a~1b~0c/typ is a keyword that is not known here."],
  [{ allOf: [true, { nullable: true }] }, "The schema's /allOf/1/nullable is a keyword that is not known here."],
  [{ type: "text" }, "The schema's /type must be one of array, boolean, integer, null, number, object and string, or an array of some, each once."],
  [{ type: ["string", "string"] }, "The schema's /type must be one of array, boolean, integer, null, number, object and string, or an array of some, each once."],
  [{ items: [{}] }, "The schema's /items must be a schema: an object, true or false."],
  [{ anyOf: [] }, "The schema's /anyOf must be an array of schemas, at least one."],
  [{ properties: [] }, "The schema's /properties must be an object whose members are schemas."],
  [{ patternProperties: { "(": {} } }, "The schema's /patternProperties/( must close every (."],
  [{ exclusiveMinimum: true }, "The schema's /exclusiveMinimum must be a number."],
  [{ multipleOf: 0 }, "The schema's /multipleOf must be a number above 0."],
  [{ minLength: -1, maxLength: 1.5, minItems: "1" }, "The schema's /minLength must be a whole number from 0 on. The schema's /maxLength must be a whole number from 0 on. The schema's /minItems must be a whole number from 0 on."],
  [{ required: ["a", "a"] }, "The schema's /required must be an array of strings, each once."],
  [{ dependentRequired: { a: "b" } }, "The schema's /dependentRequired must be an object whose members are arrays of strings, each once."],
  [{ uniqueItems: 1 }, "The schema's /uniqueItems must be true or false."],
  [{ enum: "a" }, "The schema's /enum must be an array."],
  [{ title: 1, "x-mcp-header": 2 }, "The schema's /title must be a string. The schema's /x-mcp-header must be a string."],
  [{ $schema: "http://json-schema.org/draft-07/schema#" }, "The schema's /$schema must be https://json-schema.org/draft/2020-12/schema."],
  [{ $ref: "#/$defs/b", $defs: { a: {} } }, "The schema's /$ref must lead to a schema within this one, and not back to itself."],
  [{ $ref: "https://example.com/schema" }, "The schema's /$ref must lead to a schema within this one, and not back to itself."],
  [{ properties: { a: { $ref: "#/properties" } } }, "The schema's /properties/a/$ref must lead to a schema within this one, and not back to itself."],
  [{ $ref: "#/$defs/a~", $defs: { "a/": {} } }, "The schema's /$ref must lead to a schema within this one, and not back to itself."],
  [{ $ref: "#/$defs/a%00", $defs: { a: {} } }, "The schema's /$ref must lead to a schema within this one, and not back to itself."],
  [{ $ref: "#/allOf/", allOf: [true] }, "The schema's /$ref must lead to a schema within this one, and not back to itself."],
  [{ $ref: "#" }, "The schema's /$ref must lead to a schema within this one, and not back to itself."],
  [{ $dynamicRef: "#" }, "The schema's /$dynamicRef is a keyword that is not known here."],
  [{ $defs: { a: { $anchor: "x" }, b: { $anchor: "x" } } }, "The schema's /$defs/a/$anchor must be a name of letters, digits, - . and _ that begins with a letter or _ and that no other schema has."],
  [{ $anchor: "1" }, "The schema's /$anchor must be a name of letters, digits, - . and _ that begins with a letter or _ and that no other schema has."],
  [{ $defs: { a: { $id: "a.json" } } }, "The schema's /$defs/a/$id must be a URI with a scheme and without a fragment that no other schema has."],
];

/** Schemas with everything that is known. */
const accepted = [
  true,
  {
    $schema: "https://json-schema.org/draft/2020-12/schema", $id: "https://example.com/tool", $comment: "c", title: "t", description: "d", default: 1, examples: [1], deprecated: false,
    readOnly: true, writeOnly: false, format: "anything", contentEncoding: "base64", contentMediaType: "text/plain", enumNames: ["a"], "x-mcp-header": "Region", "x-other": { any: "thing" },
    $defs: { a: { $anchor: "here" }, b: { $id: "urn:b", properties: { c: { $ref: "#/properties/d" }, d: true } } }, definitions: { old: false }, $ref: "#here",
    allOf: [{ $ref: "urn:b" }, { $ref: "urn:b#/properties/c" }, { $ref: "https://example.com/tool#here" }], properties: { self: { $ref: "#" } },
  },
];

/** @param {() => Promise<Driver>} make */
function all(make) {
  test("sentences about values", async () => {
    const driver = await make();
    for (const [schema, value, sentences] of said) {
      const [check, verdict] = driver([`s ${JSON.stringify(schema)}`, `v ${JSON.stringify(value)}`]);
      assert.deepEqual(check, { verdict: "yes", sentences: "" }, JSON.stringify(schema));
      assert.deepEqual(verdict, { verdict: sentences ? "no" : "yes", sentences });
    }
  });

  // once it did: JavaScript reads it as Infinity, which a client that checks a result takes for no number
  test("a number that no double can hold fits no type", async () => {
    const [, one, other, list] = (await make())(['s {"items":{"type":["number","string"]}}', "v [1e308]", "v [-1e309]", 'v ["1e309"]']);
    assert.deepEqual([one.verdict, list.verdict], ["yes", "yes"]);
    assert.deepEqual(other, { verdict: "no", sentences: "The argument '[0]' must be a number or a string." });
  });

  test("sentences about schemas", async () => {
    const verdicts = (await make())(refused.map(([schema]) => `s ${JSON.stringify(schema)}`));
    assert.deepEqual(verdicts, refused.map(([, sentences]) => ({ verdict: "no", sentences })));
    const taken = (await make())(accepted.map((schema) => `s ${JSON.stringify(schema)}`));
    assert.deepEqual(taken, accepted.map(() => ({ verdict: "yes", sentences: "" })));
  });

  test("outputs and answers are named as such; of these two, only answers have their formats checked", async () => {
    const schema = `s ${JSON.stringify({ type: "object", properties: { mail: { format: "email" }, day: { format: "date" }, at: { format: "date-time" }, to: { format: "uri" }, id: { format: "uuid" } }, additionalProperties: false })}`;
    const value = `v ${JSON.stringify({ mail: "nobody", day: "2026-02-29", at: "now", to: "x", id: "y", more: 1 })}`;
    const verdicts = (await make())([schema, `u ${Use.OUTPUT}`, value, "v 1", `u ${Use.ANSWER}`, value, "v 1"]).map(({ sentences }) => sentences);
    assert.deepEqual(verdicts, [
      "", "The output's 'more' is unknown.", "The output must be an object.",
      "The answer's 'mail' must be an e-mail address. The answer's 'day' must be a date such as 2026-07-28. The answer's 'at' must be a date and time such as 2026-07-28T12:00:00Z. The answer's 'to' must be a URI with a scheme, such as https://example.com. The answer's 'more' is unknown.",
      "The answer must be an object.",
    ]);
  });

  test("multipleOf is exact for decimals", async () => {
    const yes = [[0.01, 19.99], [0.1, 0.3], [0.1, 1.1], [0.001, 4.035], [0.07, 8.12], [1e-8, 12391239123], [0.5, 1e308], [3, 9007199254740990]];
    const no = [[0.01, 19.995], [0.1, 0.35], [0.1, 10000000000000.03], [1, 4503599627370495.5], [0.123456789, 1e308], [3, 9007199254740991], [2, 1.0000000000000002]];
    const verdicts = (await make())([...yes, ...no].flatMap(([multipleOf, value]) => [`s ${JSON.stringify({ multipleOf })}`, `v ${JSON.stringify(value)}`]));
    assert.deepEqual(verdicts.filter((_, i) => i % 2).map(({ verdict }) => verdict), [...yes.map(() => "yes"), ...no.map(() => "no")]);
  });

  test("0 and -0 are the same item", async () => {
    const [, verdict] = (await make())(['s {"uniqueItems":true}', "v [0,-0]"]);
    assert.equal(verdict.verdict, "no");
  });

  test("a leap second may come at half past, a fraction has digits, and a port may be empty", async () => {
    /** @type {[format: string, value: string, verdict: string][]} */
    const cases = [
      ["date-time", "2017-01-01T05:29:60+05:30", "yes"], ["date-time", "2017-01-01T05:59:60+05:30", "no"], ["date-time", "2026-07-28T12:00:00.Z", "no"],
      ["uri", "https://example.com:/", "yes"], ["uri", "https://example.com:x/", "no"],
    ];
    const verdicts = (await make())([`u ${Use.ANSWER}`, ...cases.flatMap(([format, value]) => [`s ${JSON.stringify({ format })}`, `v ${JSON.stringify(value)}`])]);
    assert.deepEqual(verdicts.filter((_, i) => i % 2).map(({ verdict }) => verdict), cases.map(([, , verdict]) => verdict));
  });

  test("a schema that schema_check refuses does no harm", async () => {
    const values = [null, true, 1, "text", [], [1, "a", []], {}, { a: 1, b: { a: [] } }].map((value) => `v ${JSON.stringify(value)}`);
    const wrong = [null, 1, -1.5, "a", "(", [], [1], ["a"], [[]], {}, { a: 1 }, { "(": [] }, { a: [1] }, { a: "b" }];
    const names = [...new Set(refused.flatMap(([schema]) => Object.keys(Object(schema)))), "$ref", "additionalProperties", "allOf", "oneOf", "const", "contains", "maxContains", "minContains", "dependentSchemas",
      "if", "then", "else", "not", "pattern", "prefixItems", "propertyNames", "unevaluatedItems", "unevaluatedProperties", "format", "maximum", "maxProperties", "$id", "$defs"];
    const schemas = names.flatMap((name) => wrong.flatMap((value) => [
      { [name]: value }, { [name]: value, type: wrong, properties: { a: { $ref: "#" } }, patternProperties: 1, prefixItems: 2, minContains: "x", if: true, then: [] },
    ]));
    const driver = await make();
    const verdicts = driver([Use.ARGUMENTS, Use.ANSWER].flatMap((use) => schemas.flatMap((schema) => [`u ${use}`, `s ${JSON.stringify(schema)}`, ...values])));
    assert.equal(verdicts.length, 2 * schemas.length * (values.length + 1));
    for (const { verdict, sentences } of verdicts) assert.equal(verdict === "no", sentences !== "");
  });
}

describe("Schemas in WebAssembly", () => all(() => wasiDriver()));
describe("Schemas natively with sanitizers", { skip: noSanitizers() || false }, () => all(nativeDriver));
