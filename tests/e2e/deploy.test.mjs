// What `npm run deploy` would upload, and what it says before.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { join } from "node:path";
import { root, run } from "./support/program.mjs";

/** @param {string[]} args */
const deploy = (args) => run("npm", ["run", "deploy", "--", "--dry-run", ...args]);

describe("npm run deploy -- --dry-run", () => {
  test("without AUTH_MODE it warns loudly; the upload is at most 64 KB gzipped", async () => {
    const { code, log } = await deploy([]);
    assert.equal(code, 0, log);
    assert.match(log, /^!! NO AUTH_MODE IS SET HERE\..*!!$/m);
    const [, size] = /gzip: ([\d.]+) KiB/.exec(log) ?? [];
    assert.ok(Number(size) > 1 && Number(size) * 1024 <= 64_000, `${size} KiB`);
  });

  test("with a mode that is open to everyone it warns loudly", async () => {
    for (const mode of ["any", "none"]) {
      const { code, log } = await deploy(["--var", `AUTH_MODE:${mode}`]);
      assert.equal(code, 0, log);
      assert.match(log, new RegExp(`^!! AUTH_MODE=${mode}: THIS SERVER WILL BE OPEN TO EVERYONE`, "m"));
    }
  });

  test("with tokens it does not", async () => {
    const { code, log } = await deploy(["--var", "AUTH_MODE:tokens"]);
    assert.equal(code, 0, log);
    assert.doesNotMatch(log, /!!/);
  });
});

test("the JavaScript in worker/, without the page, is at most 350 lines", () => {
  const names = readdirSync(join(root, "worker")).filter((name) => name.endsWith(".js"));
  const lines = names.reduce((sum, name) => sum + readFileSync(join(root, "worker", name), "utf8").split("\n").length - 1, 0);
  assert.ok(names.length > 0 && lines <= 350, `${lines} lines`);
});
