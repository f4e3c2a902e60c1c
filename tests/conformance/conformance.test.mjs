// The official conformance suite against the fixture: every server scenario that a revision lists,
// the unscored ones counted in, each at that revision's wire.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { environment, root } from "../e2e/support/program.mjs";
import { remove, startServer, temporaryFolder } from "../e2e/support/server.mjs";

const suite = dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/package.json"));
const run = promisify(execFile);

/** Scenarios for which the features are still to be built. A pass here means: take it off this list. */
const unbuilt = new Set(["server-sse-polling"]);

/** Scenarios whose only check this version of the suite itself skips; README.md says what stands in for each. */
const skippedByTheSuite = new Set(["tasks-status-notifications"]);

/** The server scenarios of a revision. @param {string} revision */
function scenarios(revision) {
  const text = readFileSync(join(suite, "requirements", `${revision}.yaml`), "utf8");
  const scored = /^server:\n((?: {2}- .*\n|#.*\n|\n)*)/m.exec(text)?.[1] ?? "";
  const unscored = [...text.matchAll(/- scenario: (\S+)\n\s+leg: server/g)].map(([, name]) => name);
  return [...new Set([...[...scored.matchAll(/- (\S+)/g)].map(([, name]) => name), ...unscored])];
}

/** @type {import("../e2e/support/server.mjs").Server} */
let server;
const folder = temporaryFolder();
before(async () => {
  server = await startServer({}, { cwd: join(root, "tests/conformance") });
});
after(async () => {
  await server?.stop();
  remove(folder);
});

for (const revision of ["2025-11-25", "2026-07-28"]) {
  describe(`conformance with ${revision}`, () => {
    const listed = scenarios(revision);
    it("the suite lists its scenarios", () => assert.ok(listed.length >= 30, `${listed.length} scenarios`));
    for (const scenario of listed) {
      const options = { todo: unbuilt.has(scenario) && "not built yet", skip: skippedByTheSuite.has(scenario) && "the suite skips its check" };
      it(scenario, options, async () => {
        const args = ["server", "--url", `${server.url}/mcp`, "--scenario", scenario, "--spec-version", revision, "--timeout", "30000", "--force"]; // extensions are part of no revision
        const { stdout } = await run(process.execPath, [join(suite, "dist/index.js"), ...args], { cwd: folder, env: environment, maxBuffer: 1 << 26 }).catch((error) => {
          throw new Error(`${error.stdout}${error.stderr}`.slice(-4000));
        });
        assert.match(stdout, /([1-9]\d*)\/\1, 0 failed/);
      });
    }
  });
}
