// `npm run keys -- --passphrase`: the passphrase with which the owner logs in.
import assert from "node:assert/strict";
import { pbkdf2Sync } from "node:crypto";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { join } from "node:path";
import * as variables from "../../worker/commands/variables.mjs";
import { file, folder, isolated, piped, program } from "./support/keys.mjs";
import { atTerminal, noTerminal } from "./support/terminal.mjs";

isolated();

/** Each pair of passphrases that is typed. @param {[string, string][]} pairs */
const typing = (...pairs) =>
  atTerminal(["node", program, "--passphrase"], pairs.flatMap(([first, second]) => /** @type {[RegExp, string][]} */ ([[/to log in with:/, first], [/Once more:/, second]])), { cwd: folder });

describe("npm run keys -- --passphrase", () => {
  test("reads it from a pipe, and keeps and prints its hash, which is PBKDF2 with 100000 rounds", async () => {
    const { code, output, log } = await piped("four words of mine\n");
    assert.equal(code, 0, log);
    const [, salt, hash] = /^pbkdf2-sha256:100000:([\w-]{22}):([\w-]{43})\n$/.exec(output) ?? [];
    assert.equal(pbkdf2Sync("four words of mine", Buffer.from(salt, "base64url"), 100_000, 32, "sha256").toString("base64url"), hash);
    assert.equal(variables.get(file(), "OWNER_PASSPHRASE"), output.trim());
    assert.ok(!log.includes("four words"));
    assert.match(log, /^OWNER_PASSPHRASE, the hash of the passphrase, is in \.dev\.vars:$/m);
  });

  test("refuses one that is longer than a login takes", async () => {
    const most = "\u00e9".repeat(512), { code, log } = await piped(`${most}x\n`);
    assert.equal(code, 1);
    assert.match(log, /1024 bytes or fewer/);
    assert.equal((await piped(`${most}\n`)).code, 0);
  });

  test("refuses a short one", async () => {
    const { code, log } = await piped("short\n");
    assert.equal(code, 1);
    assert.match(log, /12 characters or more/);
    assert.ok(!existsSync(join(folder, ".dev.vars")));
  });

  test("at a terminal it is typed twice, and not shown", { skip: noTerminal }, async () => {
    const { code, shown } = await typing(["unseen by anybody", "unseen by anybody"]);
    assert.equal(code, 0, shown);
    assert.ok(!shown.includes("unseen"), shown);
    assert.match(variables.get(file(), "OWNER_PASSPHRASE") ?? "", /^pbkdf2-sha256:/);
  });

  test("one that is too short, or differs the second time, is asked for again", { skip: noTerminal }, async () => {
    const { code, shown } = await atTerminal(
      ["node", program, "--passphrase"],
      [[/to log in with:/, "short"], [/too short[^]*to log in with:/, "four words of mine"], [/Once more:/, "four words of yours"], [/The passphrases differ\.[^]*to log in with:/, "unseen by anybody"], [/Once more:/, "unseen by anybody"]],
      { cwd: folder },
    );
    assert.equal(code, 0, shown);
    const [, salt, hash] = /^pbkdf2-sha256:100000:([\w-]+):([\w-]+)$/.exec(variables.get(file(), "OWNER_PASSPHRASE") ?? "") ?? [];
    assert.equal(hash, pbkdf2Sync("unseen by anybody", Buffer.from(salt, "base64url"), 100_000, 32, "sha256").toString("base64url"));
  });

  test("one that differs three times ends it, and nothing is changed", { skip: noTerminal }, async () => {
    const { code, shown } = await typing(...Array.from({ length: 3 }, () => /** @type {[string, string]} */ (["unseen by anybody", "unseen by somebody"])));
    assert.notEqual(code, 0);
    assert.match(shown, /The passphrases differed 3 times, so nothing was changed\. Start again\./);
    assert.ok(!existsSync(join(folder, ".dev.vars")));
  });
});
