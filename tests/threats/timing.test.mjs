// actual-mcp#194: a token was compared byte by byte until the first difference, and only if it had the
// right length, so that the time told how much of a guess was right. Here digests are compared: with
// every token's, and always to the end.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { message } from "../e2e/support/http.mjs";
import { root } from "../e2e/support/program.mjs";
import { posting, said, digest, serving, tokensOf } from "./support.mjs";
import { steps } from "./steps.mjs";

const good = "a-token-of-thirty-two-characters", last = "b-token-of-thirty-two-characters";

/** A token as long as the good one, whose digest begins with just so many of the same bytes. @param {number} bytes */
function near(bytes) {
  for (let i = 0; ; i++) {
    const token = `guess-${String(i).padStart(good.length - 6, "0")}`;
    const [wanted, got] = [digest(good), digest(token)];
    if (got.startsWith(wanted.slice(0, 2 * bytes)) && got[2 * bytes] !== wanted[2 * bytes]) return token;
  }
}

describe("timing and length oracle", () => {
  /** @type {(...words: (string | number)[]) => number[]} */
  let count;
  before(async () => (count = await steps()));
  const server = serving({ AUTH_MODE: "tokens", TOKENS: tokensOf(["first", good], ["last", last]) });

  test("comparing two digests takes the same number of steps, wherever they differ", () => {
    const counts = count("secrets");
    assert.equal(counts.length, 32);
    assert.ok(counts[0] >= 32, "the comparison is not counted");
    assert.equal(new Set(counts).size, 1, String(counts));
  });

  test("a wrong token takes the same number of steps, however much of its digest is right and whichever token it is like", () => {
    const wrong = [near(0), near(1), near(2), good.slice(0, -1).concat("S"), last.slice(0, -1).concat("S")];
    const [counts, swapped] = [["first", "last"], ["last", "first"]].map((names) => count("tokens", tokensOf([names[0], good], [names[1], last]), ...wrong));
    assert.equal(new Set([...counts, ...swapped]).size, 1, String([counts, swapped]));
  });

  test("a good token takes the same number of steps, wherever it is in the list", () => {
    const others = Array.from({ length: 20 }, (_, i) => /** @type {[string, string]} */ (["other", `other-${i}`]));
    const [atStart] = count("tokens", tokensOf(["named", good], ...others), good), [atEnd] = count("tokens", tokensOf(...others, ["named", good]), good);
    assert.equal(atStart, atEnd);
  });

  test("no digest and no MAC is compared with a function that ends early", () => {
    // the compiler may expand one of the C library's comparisons in place, so that its steps are not
    // counted
    for (const file of ["auth", "remembered", "seal"]) {
      const source = readFileSync(join(root, `c/${file}.c`), "utf8");
      assert.match(source, /text_equal_secret\(/);
      assert.doesNotMatch(source, /\b(memcmp|strn?cmp|text_equal)\([^;]*(digest|mac)\b/, file);
    }
  });

  test("tokens of every length, and those that begin or end like the good one, get the very same answer", async () => {
    const body = JSON.stringify(message("ping"));
    const guesses = [...Array.from({ length: good.length * 2 }, (_, i) => "a".repeat(i + 1)), ...Array.from(good, (_, i) => good.slice(0, i)).slice(1), ...Array.from(good, (_, i) => good.slice(i)).slice(1), `${good}a`, good.toUpperCase(), digest(good)];
    const answers = new Set();
    for (const guess of guesses) {
      const { status, head, body: told } = await said(server(), posting("/mcp", body, "Host: localhost", "Content-Type: application/json", `Authorization: Bearer ${guess}`), body);
      assert.equal(status, 401, guess);
      answers.add(head.replace(/^date:.*$/im, "") + told);
    }
    assert.equal(answers.size, 1);
  });
});
