// `npm run keys -- --remote` sets the keys of one Worker, or of one account, for another.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { join } from "node:path";
import { startCloudflare } from "../e2e/support/cloudflare.mjs";
import { beginOther, file, folder, isolated, keysWith, other, piped, sha256 } from "../e2e/support/keys.mjs";

isolated();

describe("keys of another Worker or account", () => {
  /** @type {import("../e2e/support/cloudflare.mjs").Cloudflare} */
  let cloudflare;
  beforeEach(async () => { cloudflare = await startCloudflare(); });
  afterEach(() => cloudflare.stop());
  const remote = (/** @type {string[]} */ ...args) => keysWith([...args, "--remote"], cloudflare.env);

  test("with --remote, the secrets and the file of keys are those of its Worker", async () => {
    beginOther("[env.second]\n");
    writeFileSync(join(folder, "wrangler.toml"), `${file("wrangler.toml")}\n[env.third]\nname = "third"\n`);
    for (const [args, worker, name] of /** @type {[string[], string, string][]} */ ([
      [["--config", other], "other", "other/.keys.other.toml"],
      [["--config", other, "--env", "second"], "other-second", "other/.keys.other.toml.second"],
      [["--config", "wrangler.toml"], "remote-mcp-server-c", ".keys"],
      [["--config", "wrangler.toml", "--env", "third"], "third", ".keys.third"],
    ])) {
      cloudflare.secrets.clear();
      const { code, output, log } = await keysWith(["add", "alice", "--remote", ...args], cloudflare.env);
      assert.equal(code, 0, log);
      assert.deepEqual([cloudflare.listed.at(-1), cloudflare.changes.at(-1)], [worker, `PUT /scripts/${worker}/secrets`]);
      assert.ok(file(name).includes(`alice:${sha256(output.trim())}`), name);
      assert.equal((await piped("four words of mine\n", ["--remote", ...args], cloudflare.env)).code, 0);
      assert.equal(cloudflare.changes.at(-1), `PUT /scripts/${worker}/secrets`);
    }
  });

  test("an account that only CLOUDFLARE_ACCOUNT_ID chooses has keys of its own; a file that says no account is whoever's writes to it first", async () => {
    writeFileSync(join(folder, ".keys"), `# digests\nold:${sha256("old")}\n`);
    const alice = (await remote("add", "alice")).output.trim();
    assert.equal(cloudflare.secrets.get("TOKENS"), `old:${sha256("old")},alice:${sha256(alice)}`);
    const here = file(".keys");
    cloudflare.secrets.clear();
    const { code, output, log } = await keysWith(["add", "bob", "--remote"], { ...cloudflare.env, CLOUDFLARE_ACCOUNT_ID: "another" });
    assert.equal(code, 0, log);
    assert.match(log, /and in \.keys\.another\./);
    assert.equal(cloudflare.secrets.get("TOKENS"), `bob:${sha256(output.trim())}`);
    assert.equal(file(".keys"), here);
    writeFileSync(join(folder, "wrangler.toml"), `account_id = "another"\n${file("wrangler.toml")}`);
    assert.match((await remote("list")).output, /^bob .*\n$/, "what the configuration says comes first");
  });

  for (const [name, ...args] of [[".env"], [".env.local"], [".env.oauth", "--env", "oauth"], [".env.oauth.local", "--env", "oauth"]]) {
    test(`so has one that only ${name} chooses, from which wrangler takes it`, async () => {
      await remote("add", "alice");
      const here = file(".keys");
      cloudflare.secrets.clear();
      if (name !== ".env") writeFileSync(join(folder, ".env"), "CLOUDFLARE_ACCOUNT_ID=account\n");
      writeFileSync(join(folder, name), "export CLOUDFLARE_ACCOUNT_ID = 'another' # mine\n");
      const { code, output, log } = await keysWith(["add", "bob", "--remote", ...args], { ...cloudflare.env, CLOUDFLARE_ACCOUNT_ID: undefined });
      assert.equal(code, 0, log);
      assert.equal(cloudflare.changes.at(-1), "PUT /accounts/another/workers/scripts/remote-mcp-server-c/secrets");
      assert.equal(cloudflare.secrets.get("TOKENS"), `bob:${sha256(output.trim())}`);
      assert.equal(file(".keys"), here);
      assert.ok(file(".keys.another").includes("# Account: another\n"));
    });
  }

  test("so has one that only CF_ACCOUNT_ID chooses, its older name, which wrangler takes if there is no other", async () => {
    await remote("add", "alice");
    const here = file(".keys");
    cloudflare.secrets.clear();
    const { code, log } = await keysWith(["add", "bob", "--remote"], { ...cloudflare.env, CLOUDFLARE_ACCOUNT_ID: undefined, CF_ACCOUNT_ID: "another" });
    assert.equal(code, 0, log);
    assert.equal(cloudflare.changes.at(-1), "PUT /accounts/another/workers/scripts/remote-mcp-server-c/secrets");
    assert.equal(file(".keys"), here);
    assert.equal((await keysWith(["list", "--remote"], { ...cloudflare.env, CF_ACCOUNT_ID: "another" })).output.slice(0, 5), "alice");
  });
});
