// A server is open to everyone on the internet, because nobody said who may connect, or said so where it
// does not count, or a later deploy forgot it.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { join } from "node:path";
import { begin, cloudflare, deploy, deployWith, digest, folder, isolated, settings, uploaded } from "../e2e/support/deploying.mjs";

isolated();

describe("a server open by accident", () => {
  for (const [what, args, why] of /** @type {[string, string[], RegExp][]} */ ([
    ["no AUTH_MODE", [], /NO AUTH_MODE IS SET HERE/],
    ["no AUTH_MODE, with --keep-vars: what is kept cannot be seen from here", ["--keep-vars"], /NO AUTH_MODE IS SET HERE/],
    ["AUTH_MODE=any", ["--var", "AUTH_MODE:any"], /AUTH_MODE=any: THIS SERVER WILL BE OPEN TO EVERYONE/],
    ["AUTH_MODE=none", ["--var=AUTH_MODE:none"], /AUTH_MODE=none: THIS SERVER WILL BE OPEN TO EVERYONE/],
    ["AUTH_MODE=any after another one, the last of which counts", ["--var", "OTHER:1", "AUTH_MODE:tokens", "--var", "AUTH_MODE:any"], /AUTH_MODE=any: THIS SERVER WILL BE OPEN TO EVERYONE/],
    ["AUTH_MODE=none as the second of two", ["--var", "OTHER:1", "AUTH_MODE:none"], /AUTH_MODE=none: THIS SERVER WILL BE OPEN TO EVERYONE/],
    ["AUTH_MODE=none as the last of two, which is the one that counts", ["--var", "OTHER:1", "AUTH_MODE:tokens", "--var", "AUTH_MODE:none"], /AUTH_MODE=none: THIS SERVER WILL BE OPEN TO EVERYONE/],
  ])) {
    test(`${what}: refused, with a sentence that says what to do`, async () => {
      const { code, log } = await deploy(...args);
      assert.notEqual(code, 0);
      assert.match(log, why);
      assert.match(log, /Nothing was deployed.*npm run deploy -- --var AUTH_MODE:tokens.*add --open/s);
      assert.deepEqual(cloudflare.changes, []);
    });

    test(`${what}, but with --open: deployed, with a warning`, async () => {
      const { code, log } = await deploy(...args, "--open");
      assert.equal(code, 0, log);
      assert.match(log, why);
      assert.match(log, /^!! /m);
      assert.equal(cloudflare.uploads.length, 1);
    });
  }

  test("an open mode in wrangler.toml is refused, too", async () => {
    begin(settings('[vars]\nAUTH_MODE = "any"\n'));
    assert.notEqual((await deploy()).code, 0);
    assert.deepEqual(cloudflare.changes, []);
  });

  test("an open mode in wrangler.toml is refused, too, if CLOUDFLARE_ENV names an environment with a closed one", async () => {
    begin(settings('[vars]\nAUTH_MODE = "any"\n[env.closed.vars]\nAUTH_MODE = "tokens"\n'));
    const { code, log } = await deployWith([], { CLOUDFLARE_ENV: "closed", TOKENS: `a:${digest}` });
    assert.notEqual(code, 0);
    assert.match(log, /AUTH_MODE=any: THIS SERVER WILL BE OPEN/);
    assert.deepEqual(cloudflare.changes, []);
  });

  test("a deploy without --var does not silently lose the last one's mode", async () => {
    assert.equal((await deployWith(["--var", "AUTH_MODE:tokens"], { TOKENS: `a:${digest}` })).code, 0);
    const { code, log } = await deploy();
    assert.notEqual(code, 0);
    assert.match(log, /What an earlier deploy set with --var does not carry over to this one/);
    assert.equal(cloudflare.uploads.length, 1);
  });

  for (const args of [["--open=false"], ["--open", "false"], ["--dry-run=false"], ["--dry-run", "false"]]) {
    test(`${args.join(" ")}: refused, since wrangler and this command would take it differently`, async () => {
      const { code, log } = await deploy("--var", "AUTH_MODE:any", ...args);
      assert.notEqual(code, 0);
      assert.match(log, /^--(?:open|dry-run) takes no value: give it alone, or leave it out\. Nothing was deployed\.$/m);
      assert.deepEqual(cloudflare.changes, []);
    });
  }

  test("--dry-run is not taken back by what only wrangler would understand", async () => {
    for (const option of ["--no-dry-run", "--dryRun=false", "--no-dryRun"]) {
      const { code, log } = await deploy("--var", "AUTH_MODE:any", "--dry-run", option);
      assert.notEqual(code, 0);
      assert.match(log, /^--\w[\w-]* is not taken: .*\. Nothing was deployed\.\n$/);
      assert.deepEqual(cloudflare.changes, []);
    }
  });

  for (const mode of ["tokenz", "", "tokens,", "tokens,none", "any,jwt"]) {
    test(`AUTH_MODE=${mode || "(empty)"} is refused, even with --open`, async () => {
      const { code, log } = await deploy("--var", `AUTH_MODE:${mode}`, "--open");
      assert.notEqual(code, 0);
      assert.match(log, /^AUTH_MODE=/m);
      assert.deepEqual(cloudflare.changes, []);
    });
  }

  // a secrets file of one's own
  for (const [form, text] of [["JSON", `{ "TOKENS": "a:${digest}", "AUTH_MODE": "any" }`], ["JSON with a comment", `// mine\n{ "AUTH_MODE" : "any", }`], ["dotenv", `TOKENS=a:${digest}\nexport AUTH_MODE = 'any'\n`], ["dotenv with a byte order mark", "\ufeffAUTH_MODE=any\n"]]) {
    test(`that has AUTH_MODE, as ${form}: refused, whatever --var says, since the mode is not a secret`, async () => {
      writeFileSync(join(folder, "mine"), text);
      for (const args of [["--secrets-file", "mine"], ["--secrets-file=mine", "--open"]]) {
        const { code, log } = await deploy("--var", "AUTH_MODE:tokens", ...args);
        assert.notEqual(code, 0);
        assert.match(log, /^mine has AUTH_MODE, which is not a secret\. .*--var AUTH_MODE:MODE/m);
        assert.ok(!log.includes(digest));
        assert.deepEqual(cloudflare.changes, []);
      }
    });
  }

  test("that is given as --secretsFile is refused: it would be uploaded without a look at it", async () => {
    cloudflare.secrets.set("TOKENS", `a:${digest}`);
    writeFileSync(join(folder, "mine"), '{ "AUTH_MODE": "any" }');
    const { code, log } = await deploy("--var", "AUTH_MODE:tokens", "--secretsFile", "mine");
    assert.notEqual(code, 0);
    assert.match(log, /^--secretsFile is not taken: write --secrets-file\. Nothing was deployed\.\n$/);
    assert.deepEqual(cloudflare.changes, []);
  });

  test("without AUTH_MODE is passed to wrangler as it is", async () => {
    writeFileSync(join(folder, "mine"), `# AUTH_MODE=any\nTOKENS=a:${digest}\n`);
    const { code, log } = await deploy("--var", "AUTH_MODE:tokens", "--secrets-file", "mine");
    assert.equal(code, 0, log);
    assert.deepEqual(uploaded(), { AUTH_MODE: ["plain_text", "tokens"], TOKENS: ["secret_text", `a:${digest}`] });
  });
});
