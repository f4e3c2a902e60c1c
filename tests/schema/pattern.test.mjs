// c/pattern.c against JavaScript's own regular expressions, with the flag u: the
// same answer for the same pattern and text, or a refusal where one is due.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { noSanitizers } from "../support/builds.mjs";
import { nativeDriver, wasiDriver } from "./driver.mjs";

/** @import { Driver } from "./driver.mjs" */

const texts = [
  "", "a", "b", "ab", "aab", "abab", "aaaa", "abc", "a-b", "a_b", "A", "0", "10", "42 b", "é", "aé", "🐲", "a🐲b", "🐉",
  " ", "a b", "\n", "a\nb", "\u00a0", "\u2028", "\ufeff", "\t", "{2}", "a{", "]", "a.b", "/", "^$", "\u001f", "\u0008",
  "2026-07-28", "user@example.com", "https://example.com/a?b#c", "x".repeat(300),
];

const patterns = [
  "", "a", "^a$", "^$", "a|b", "a|", "|a", "^a|b$", "^(a|b)*$", "^(?:ab)+$", "(?<name>a)b", "(?<_1$>a)|(?<b>(?<B>b))", "a*", "^a+$", "^a?b$", "a*?b", "a+?", "a??b",
  "^a{2}b", "^a{2,}$", "^a{0,1}$", "^a{2,3}$", "a{0}b", "^(a{2}){2}$", "^(ab?){1,3}$", "(a*)*", "(a*)+$", "^(a|aa)+$", "(?:)", "(?:)*a", "()",
  ".", "^.$", "^..$", "^.*$", "^[^]$", "[]", "[abc]", "[^abc]", "[a-c]", "^[a-z]+$", "[-a]", "[a-]", "[\\-a]", "[\\]]", "[\\w-]", "[^\\w]", "[^\\W]",
  "[\\d\\D]", "[\\s\\S]", "^[\\w.]+@[\\w.]+$", "[é]", "[🐉-🐲]", "^🐲$", "^[🐲]$", "[\\x61-\\x63]", "[\\b]", "\\d", "\\D", "^\\w+$", "\\W", "\\s", "^\\S+$",
  "\\t", "\\n", "\\x61", "\\u0061", "\\u{1F432}", "\\cI", "\\.", "\\/", "\\^\\$", "\\bb", "\\Bb", "^\\b", "\\b$", "\\{2\\}", "^x{300}$", "^x{1,300}$",
  "^\\d{4}-\\d\\d-\\d\\d$", "^(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$", "^https?://[^/]+(/.*)?$", "^(([a-z]+\\.)*[a-z]+)@([a-z]+\\.)+[a-z]{2,}$",
];

/** Refused because the flag u makes it invalid: a client that compiled such a schema refused the whole list of tools. @type {Record<string, RegExp>} */
const refusedByU = {
  "a{": /backslash/, "]": /backslash/, "}": /backslash/, "a{,2}": /backslash/, "a{b}": /backslash/, "a{2": /backslash/, "\\-": /escapes/, "\\_": /escapes/, "a\\ b": /escapes/, "\\é": /escapes/, "[\\_]": /escapes/,
  "[\\d-a]": /lower/, "[\\0-\\d]": /lower/,
  "(?<1a>x)": /digit/, "(?<a-b>x)": /A-Z/, "(?<a": /A-Z/, "(?<n>a)(?<n>b)": /of its own/, "(?<n>(?<m>a)(?<n>b))": /of its own/,
};

/** Refused, and what the sentence must say. @type {Record<string, RegExp>} */
const refused = {
  "(?=a)": /lookahead/, "(?!a)": /lookahead/, "(?<=a)": /lookahead/, "(?<!a)": /lookahead/, "(?i:a)": /flags/, "(?<>a)": /of its own/, "(?<ä>a)": /A-Z/,
  "(a)\\1": /backreferences/, "(?<n>a)\\k<n>": /\\k/, "\\p{L}": /\\p/, "\\P{L}": /\\p/, "\\a": /escapes/, "\\Z": /escapes/, "\\01": /backref|escapes/,
  "(a": /close/, "a)": /open/, "[a": /close/, "[b-a]": /lower/, "[a-\\d]": /lower/, "*": /before/, "a**": /before/, "a{2}{3}": /before/, "{2}": /before/,
  "(*a)": /before/, "^*": /before/, "a$+": /before/, "\\b?": /before/, "a\\B{2}": /before/, "a{3,2}": /above/, "\\": /backslash/, "[\\": /backslash|close/, "\\x6": /whole/, "\\u12": /whole/, "\\u{110000}": /whole/, "\\u{}": /whole/,
  "\\ud83d\\udc32": /above/, "\\u{d800}": /above/, "\\c1": /escapes/, "a{5000}": /smaller/, "(a{100}){100}": /smaller/,
};

/** A deterministic source of patterns. */
class Source {
  state = 20260728;

  /** @param {number} below */
  number(below) {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * below);
  }

  /** @template T @param {T[]} from @returns {T} */
  pick(from) {
    return from[this.number(from.length)];
  }

  /** @param {number} depth @returns {string} */
  atom(depth) {
    const kind = this.number(12);
    if (kind < 4) return this.pick(["a", "b", "c", "é", "🐲", "0", "-", " "]);
    if (kind < 6) return this.pick([".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\t", "\\x61", "\\u{1f432}"]);
    if (kind < 8) {
      const members = Array.from({ length: this.number(4) }, () => this.pick(["a", "a-c", "\\d", "\\W", "é", "\\-", "🐲", "A-Z", "\\D", "\\]"]));
      return `[${this.pick(["", "", "^"])}${members.join("")}]`;
    }
    return depth > 0 ? `${this.pick(["(", "(?:"])}${this.alternatives(depth - 1)})` : "b";
  }

  /** @param {number} depth @returns {string} */
  term(depth) {
    if (!this.number(9)) return this.pick(["^", "$", "\\b"]);
    return this.atom(depth) + this.pick(["", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "{0}", "*?", "{1,3}?"]);
  }

  /** @param {number} depth @returns {string} */
  alternatives(depth) {
    const parts = Array.from({ length: 1 + this.number(4) }, () => (this.number(5) ? this.term(depth) : "|"));
    return parts.join("");
  }

  text() {
    return Array.from({ length: this.number(9) }, () => this.pick(["a", "b", "c", "a", "b", "é", "🐲", "0", "-", " ", "\n", "A", "_"])).join("");
  }
}

/** @param {Driver} driver @param {[pattern: string, like: string, texts: string[]][]} cases */
function compare(driver, cases) {
  const verdicts = driver(cases.flatMap(([pattern, , each]) => [
    `s ${JSON.stringify({ pattern })}`, ...each.map((text) => `v ${JSON.stringify(text)}`),
  ])).values();
  for (const [pattern, like, each] of cases) {
    const { verdict, sentences } = verdicts.next().value ?? {};
    assert.equal(verdict, "yes", `${pattern}: ${sentences}`);
    const expression = new RegExp(like, "u");
    for (const text of each) {
      const expected = expression.test(text) ? "yes" : "no";
      assert.equal(verdicts.next().value?.verdict, expected, `${pattern} on ${JSON.stringify(text)}`);
    }
  }
}

/** @param {() => Promise<Driver>} make */
function all(make) {
  test("patterns that people write match as in JavaScript", async () => {
    compare(await make(), patterns.map((each) => [each, each, texts]));
  });

  test("what is not supported is refused, with the reason", async () => {
    const cases = Object.entries({ ...refused, ...refusedByU });
    const verdicts = (await make())(cases.map(([pattern]) => `s ${JSON.stringify({ pattern })}`));
    for (const [i, [pattern, says]] of cases.entries()) {
      assert.equal(verdicts[i].verdict, "no", pattern);
      assert.match(verdicts[i].sentences, says, pattern);
      assert.match(verdicts[i].sentences, /^The schema's \/pattern must /);
      if (pattern in refusedByU) assert.throws(() => new RegExp(pattern, "u"));
    }
  });

  test("4,000 made-up patterns match as in JavaScript", async () => {
    const source = new Source();
    const made = Array.from({ length: 4000 }, () => source.alternatives(2));
    compare(await make(), made.map((each) => [each, each, Array.from({ length: 8 }, () => source.text())]));
  });
}

describe("Patterns in WebAssembly", () => all(() => wasiDriver()));
describe("Patterns natively with sanitizers", { skip: noSanitizers() || false }, () => all(nativeDriver));
