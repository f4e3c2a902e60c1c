// The documentation's links lead where they say.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { root } from "../c/toolchain/paths.mjs";

const pages = ["README.md", "c/README.md", "tests/README.md", "tests/transcripts/README.md", "tests/conformance/README.md", "tests/fuzz/README.md", "tests/threats/README.md", "tests/threats/MUTANTS.md", "tests/bench/README.md", "tests/bench/FINDINGS.md", "tests/bench/SCALE.md", "tests/bench/growth.md"];

describe("every link to a file leads to one, and every reference is defined", () => {
  for (const page of pages) {
    test(page, async () => {
      const text = (await readFile(join(root, page), "utf8")).replace(/^```[\s\S]*?^```/gm, "");
      const definitions = new Map([...text.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name, target]) => [name, target]));
      const used = [...text.matchAll(/\]\[([^\]]+)\]/g)].map(([, name]) => definitions.get(name) ?? assert.fail(`[${name}] is not defined`));
      const targets = [...used, ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)];
      for (const target of targets.filter((each) => !/^https?:/.test(each))) {
        assert.ok(existsSync(join(root, dirname(page), target.replace(/#.*/, ""))), target);
      }
    });
  }
});
