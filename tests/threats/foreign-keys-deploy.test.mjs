// A deploy uploads keys that were made for another Worker, or for one of the same name in another account:
// whoever holds them is let in there.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { join } from "node:path";
import { OTHER, beginOther, cloudflare, deploy, deployWith, digest, folder, isolated, settings, uploaded } from "../e2e/support/deploying.mjs";

isolated();

describe("keys of another Worker or account", () => {
  for (const option of ["--config", "-c"]) {
    test(`with ${option}, the secrets and the keys are those of that file's Worker`, async () => {
      beginOther("other");
      const kept = `a:${digest}\n`, own = `b:${digest}`;
      writeFileSync(join(folder, ".keys"), kept);
      const { code, log } = await deploy("--var", "AUTH_MODE:tokens", option, OTHER);
      assert.notEqual(code, 0, "the keys of another Worker were uploaded");
      assert.match(log, /TOKENS is missing/);
      assert.deepEqual([cloudflare.listed, cloudflare.changes], [["other"], []]);
      assert.equal((await deployWith(["--var", "AUTH_MODE:tokens", option, OTHER], { TOKENS: own })).code, 0);
      assert.deepEqual([uploaded().TOKENS, cloudflare.changes[0]], [["secret_text", own], "POST /scripts/other/versions"]);
      assert.ok(readFileSync(join(folder, ".keys.other.toml"), "utf8").includes(own));
      assert.equal(readFileSync(join(folder, ".keys"), "utf8"), kept);
    });
  }

  for (const [option, value] of [["--name", "other"], ["--cwd", "."], ["--env-file", "mine"], ["--profile", "mine"]]) {
    test(`${option} is refused: the keys of this Worker would be uploaded to another`, async () => {
      writeFileSync(join(folder, ".keys"), `a:${digest}\n`);
      writeFileSync(join(folder, "mine"), ""); // Node itself looks for an --env-file
      for (const args of [[option, value], [`${option}=${value}`]]) {
        const { code, log } = await deploy("--var", "AUTH_MODE:tokens", ...args);
        assert.notEqual(code, 0);
        assert.match(log, new RegExp(`^${option} is not taken, .* Nothing was deployed\\. .*--config\\.$`, "m"));
        assert.deepEqual(cloudflare.changes, []);
      }
    });
  }

  test("with --config, a Worker that wrangler.toml has, too, has the same keys", async () => {
    beginOther();
    writeFileSync(join(folder, ".keys"), `a:${digest}\n`);
    for (const args of [[], ["--env", "oauth"]]) {
      cloudflare.secrets.clear();
      const { code, log } = await deploy("--var", "AUTH_MODE:tokens", "--config", OTHER, ...args);
      assert.equal(code, 0, log);
      assert.deepEqual(uploaded().TOKENS, ["secret_text", `a:${digest}`]);
    }
    assert.ok(!existsSync(join(folder, ".keys.other.toml")));
  });

  test("with --config, a Worker of the same name in another account does not get the keys of this one", async () => {
    writeFileSync(join(folder, OTHER), `account_id = "another"\n${settings()}`);
    writeFileSync(join(folder, ".keys"), `a:${digest}\n`);
    const { code, log } = await deploy("--var", "AUTH_MODE:tokens", "--config", OTHER);
    assert.notEqual(code, 0);
    assert.match(log, /TOKENS is missing/);
    assert.deepEqual(cloudflare.changes, []);
  });

  test("nor does one in another account that only CLOUDFLARE_ACCOUNT_ID chooses", async () => {
    assert.equal((await deployWith(["--var", "AUTH_MODE:tokens"], { TOKENS: `a:${digest}` })).code, 0);
    const before = cloudflare.changes.length;
    cloudflare.secrets.clear();
    const { code, log } = await deployWith(["--var", "AUTH_MODE:tokens"], { CLOUDFLARE_ACCOUNT_ID: "another" });
    assert.notEqual(code, 0);
    assert.match(log, /TOKENS is missing/);
    assert.equal(cloudflare.changes.length, before);
  });
});
