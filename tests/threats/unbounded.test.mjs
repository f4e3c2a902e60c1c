// CVE-2026-0621: a URI template became a regular expression that backtracks, so that one long URI kept the
// process busy forever. The same goes for patterns, and for whatever recurses as deeply as its input says.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { call, post, toolText } from "../e2e/support/http.mjs";
import { serving } from "./support.mjs";
import { steps } from "./steps.mjs";

/** Checks that twice as much takes no more than about twice the steps. @param {number[]} counts for N, 2 N, 4 N ... @param {number} [factor] */
function assertLinear(counts, factor = 2.1) {
  for (const [i, each] of counts.slice(1).entries()) assert.ok(each <= counts[i] * factor, `steps: ${counts}`);
}

/** A message with `x` in it. @param {string} x */
const inside = (x) => `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":${x}}}`;

describe("unbounded recursion, ReDoS", () => {
  /** @type {(...words: (string | number)[]) => number[]} */
  let count;
  before(async () => (count = await steps()));

  for (const template of ["n://{a}", "n://{a}b{b}", "n://{a}aaaaaaaaaaaaaaab{b}", "n://{a}aaaaaaaaaaaaaaab"]) {
    test(`a long URI is matched with ${template} in linear time`, () => assertLinear(count("template", template, 10_000, 20_000, 40_000, 80_000)));
  }

  for (const pattern of ["^(a+)+$", "^(a|a)*$", "(a*)*b", "^(a|aa)+$", "a*a*a*a*b"]) {
    test(`a long text is searched for ${pattern} in linear time`, () => assertLinear(count("pattern", pattern, 1000, 2000, 4000, 8000)));
  }

  test("many keys are compared in no more than N log N steps", () => assertLinear(count("objects", "", 5000, 10_000, 20_000, 40_000), 2.4));

  test("keys with escapes are compared as fast as those without", () => {
    const key = "configuration";
    const [plain] = count("objects", key, 20_000), [escaped] = count("objects", "\\u0063onfiguration", 20_000);
    assert.ok(escaped <= plain * 1.2, `${escaped} steps, and ${plain} without escapes`);
  });

  test("JSON is read down to the limit of its depth and no further, however deep it is", () => {
    const [at65, ...deeper] = count("depth", 65, 1000, 1_000_000);
    // first, all of it is checked for being UTF-8
    for (const [i, bytes] of [1000, 1_000_000].entries()) assert.ok(deeper[i] <= at65 + bytes, `${deeper[i]} steps for ${bytes} bytes`);
  });

  describe("over HTTP", () => {
    const server = serving({ AUTH_MODE: "any" });

    test("a message of 4 MB of brackets, keys or escapes is answered, and the next one too", async () => {
      const size = 3_900_000;
      for (const [x, status] of /** @type {[string, number][]} */ ([["[".repeat(size), 400], ['{"a":'.repeat(size / 5), 400], [`"${"\\u0061".repeat(size / 6)}"`, 200], [`[${"0,".repeat(size / 2)}0]`, 400], [`-${"9".repeat(size)}`, 200]])) {
        assert.equal((await post(`${server().url}/mcp`, inside(x))).status, status, x.slice(0, 8));
        assert.equal(toolText((await post(`${server().url}/mcp`, call("add", { a: 1, b: 2 }))).json), "3");
      }
    });
  });
});
