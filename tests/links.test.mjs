// The documentation's links lead where they say.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { root } from "../c/toolchain/paths.mjs";

const pages = ["README.md", "c/README.md", "tests/README.md", "tests/transcripts/README.md", "tests/conformance/README.md", "tests/fuzz/README.md", "tests/threats/README.md", "tests/threats/MUTANTS.md", "tests/bench/README.md", "tests/bench/FINDINGS.md", "tests/bench/SCALE.md", "tests/bench/growth.md"];

/** @param {string} page @returns {Promise<string>} without its blocks of code */
const textOf = async (page) => (await readFile(page, "utf8")).replace(/^```[\s\S]*?^```/gm, "");

/** What a link can name in a page: its headings, as GitHub makes anchors of them. @param {string} text */
const anchorsIn = (text) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));

describe("every link leads to a file, and to a heading if it names one, and every reference is defined", () => {
  for (const page of pages) {
    test(page, async () => {
      const text = await textOf(join(root, page));
      const definitions = new Map([...text.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name, target]) => [name, target]));
      const used = [...text.matchAll(/\]\[([^\]]+)\]/g)].map(([, name]) => definitions.get(name) ?? assert.fail(`[${name}] is not defined`));
      const targets = [...used, ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)];
      for (const target of targets.filter((each) => !/^https?:/.test(each))) {
        const [path, anchor] = target.split("#"), file = path ? join(root, dirname(page), path) : join(root, page);
        assert.ok(existsSync(file), target);
        if (anchor !== undefined) assert.ok(anchorsIn(await textOf(file)).includes(anchor), target);
      }
    });
  }
});
