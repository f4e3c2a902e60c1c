// The official conformance suite against the fixture: every server scenario that a revision lists,
// including the unscored ones, each in that revision. All of it goes through a recorder, which checks each
// message of the fixture against the revision's schema.json.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { environment, root } from "../e2e/support/program.mjs";
import { remove, startServer, temporaryFolder } from "../e2e/support/server.mjs";
import { unchecked } from "../wire/log.mjs";
import { Recorder } from "../wire/recorder.mjs";

const suite = dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/package.json"));
const run = promisify(execFile);

/** Scenarios whose only check this version of the suite itself skips; README.md says what replaces each. */
const skippedByTheSuite = new Set(["tasks-status-notifications"]);

/** Those of the skills extension, which belong to no revision and must pass at each. */
const skills = ["sep-2640-skills-directory", "sep-2640-skills-enumeration", "sep-2640-skills-manifest"];

/** The server scenarios of a revision. @param {string} revision */
function scenarios(revision) {
  const text = readFileSync(join(suite, "requirements", `${revision}.yaml`), "utf8");
  const scored = /^server:\n((?: {2}- .*\n|#.*\n|\n)*)/m.exec(text)?.[1] ?? "";
  const unscored = [...text.matchAll(/- scenario: (\S+)\n\s+leg: server/g)].map(([, name]) => name);
  return [...new Set([...[...scored.matchAll(/- (\S+)/g)].map(([, name]) => name), ...unscored])];
}

/** @type {import("../e2e/support/server.mjs").Server} */
let server;
/** @type {Recorder} */
let recorder;
const folder = temporaryFolder();
before(async () => {
  server = await startServer({}, { cwd: join(root, "tests/conformance") });
  recorder = await Recorder.start(server.url);
});
after(async () => {
  recorder?.stop();
  await server?.stop();
  remove(folder);
});

for (const revision of ["2025-11-25", "2026-07-28"]) {
  describe(`conformance with ${revision}`, () => {
    const listed = scenarios(revision);
    it("the suite lists its scenarios", () => assert.ok(listed.length >= 30, `${listed.length} scenarios`));
    for (const scenario of [...listed, ...skills]) {
      it(scenario, { skip: skippedByTheSuite.has(scenario) && "the suite skips its check" }, async () => {
        // extensions are part of no revision: --force
        const args = ["server", "--url", `${recorder.url}/mcp`, "--scenario", scenario, "--spec-version", revision, "--timeout", "30000", "--force"];
        const options = { cwd: folder, env: environment, maxBuffer: 1 << 26 };
        const { stdout } = await run(process.execPath, [join(suite, "dist/index.js"), ...args], options).catch((error) => {
          throw new Error(`${error.stdout}${error.stderr}`.slice(-4000));
        });
        assert.match(stdout, /([1-9]\d*)\/\1, 0 failed/);
      });
    }
    it("the fixture says nothing that the revision's schema.json does not allow", { skip: unchecked(revision) }, () => {
      assert.ok(recorder.log.checked[revision]["tools/call"] > 0, "nothing was recorded");
      assert.deepEqual(recorder.log.problemsOf(revision), []);
    });
  });
}
