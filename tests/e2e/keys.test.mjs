// `npm run keys`: what it writes, what it shows and what it never shows. That it touches no keys of
// another Worker or account: threats/foreign-keys.test.mjs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { join } from "node:path";
import * as variables from "../../worker/commands/variables.mjs";
import { namesIn } from "../../worker/commands/wrangler.mjs";
import { startCloudflare } from "./support/cloudflare.mjs";
import { beginOther, file, folder, isolated, keys, keysWith, make, other, piped, program, sha256, tokens } from "./support/keys.mjs";
import { root, run } from "./support/program.mjs";

isolated();

describe("npm run keys -- add", () => {
  test("prints a key of 32 random bytes once, alone on its output, and keeps only its digest", async () => {
    const { code, output, log } = await keys("add", "alice");
    assert.equal(code, 0, log);
    assert.match(output, /^mcp_[\w-]{43}\n$/);
    const key = output.trim();
    assert.equal(log.split(key).length, 2, "the key is printed more than once");
    assert.equal(tokens(), `alice:${sha256(key)}`);
    for (const name of readdirSync(folder)) assert.ok(!file(name).includes(key), `${name} holds the key`);
    assert.equal(statSync(join(folder, ".dev.vars")).mode & 0o777, 0o600);
    assert.notEqual(await make("add", "bob"), key);
  });

  test("keeps scopes and expiry as the server reads them", async () => {
    const key = await make("add", "ci", "--scopes", "files:read  files:write files:read", "--expires", "2999-01-31T10:00:00Z");
    assert.equal(tokens(), `ci:${sha256(key)}:expires=2999-01-31T10:00:00Z:scopes=files:read+files:write`);
    assert.match((await keys("list")).output, /^ci {2}[0-9a-f]{8} {2}expires 2999-01-31T10:00:00Z {2}scopes: files:read files:write$/m);
  });

  test("chooses AUTH_MODE=tokens for the local server if none is set, and says so", async () => {
    const { log } = await keys("add", "alice");
    assert.match(log, /\.dev\.vars now says AUTH_MODE=tokens/);
    assert.equal(variables.get(file(), "AUTH_MODE"), "tokens");
    writeFileSync(join(folder, ".dev.vars"), "AUTH_MODE=any\n");
    await keys("add", "alice");
    assert.equal(variables.get(file(), "AUTH_MODE"), "any");
  });

  test("leaves every other line of .dev.vars as it was", async () => {
    const text = "# mine\r\nSEAL_KEY='a # b'\r\nexport MULTI=\"one\r\nTOKENS=no\r\n\"\r\nTOKENS=  # the keys\r\nLAST=1";
    writeFileSync(join(folder, ".dev.vars"), text);
    const key = await make("add", "alice");
    assert.equal(file(), text.replace("TOKENS=  #", `TOKENS=  alice:${sha256(key)} #`) + "\r\nAUTH_MODE=tokens\r\n");
    assert.equal((await keys("remove", "alice")).code, 0);
    assert.equal(file(), `${text}\r\nAUTH_MODE=tokens\r\n`);
  });

  test("a byte order mark, which wrangler passes over, hides no key that is there", async () => {
    writeFileSync(join(folder, ".dev.vars"), `\ufeffTOKENS=old:${sha256("old")}\nAUTH_MODE=tokens\n`);
    const key = await make("add", "alice");
    assert.equal(tokens(), `old:${sha256("old")},alice:${sha256(key)}`);
    assert.equal(file().match(/TOKENS/g)?.length, 1);
  });

  test("with --env, writes the file that wrangler reads for it, if there is one", async () => {
    await make("add", "alice", "--env", "oauth");
    assert.ok(tokens());
    writeFileSync(join(folder, ".dev.vars.oauth"), "");
    const key = await make("add", "bob", "--env", "oauth");
    assert.equal(variables.get(file(".dev.vars.oauth"), "TOKENS"), `bob:${sha256(key)}`);
  });

  for (const [what, args, why] of /** @type {[string, string[], RegExp][]} */ ([
    ["no name", ["add"], /npm run keys -- add NAME/],
    ["a name with a blank", ["add", "a b"], /no spaces, commas, colons, double quotes or backslashes/],
    ["a name with a colon", ["add", "a:b"], /no spaces, commas, colons, double quotes or backslashes/],
    ["a day that does not exist", ["add", "a", "--expires", "2027-02-30"], /--expires cannot be "2027-02-30"\. Give a day in UTC/],
    ["a day that is over", ["add", "a", "--expires", "2020-01-31"], /A key that expires 2020-01-31 would be of no use, because that is in the past/],
    ["a second that is over", ["add", "a", "--expires", "2020-01-31T10:00:00Z"], /in the past/],
    ["a date in another format", ["add", "a", "--expires", "31.1.2027"], /--expires cannot be "31\.1\.2027"\. Give a day in UTC/],
    ["a name with a quote", ["add", 'a"b'], /no spaces, commas, colons, double quotes or backslashes/],
    ["a scope with a comma", ["add", "a", "--scopes", "read,write"], /"read,write" cannot be a scope/],
    ["empty scopes", ["add", "a", "--scopes", ""], /--scopes names no scope/],
    ["--cwd", ["add", "a", "--cwd", "."], /^--cwd is not taken\. Give the configuration file in that folder with --config\.$/m],
    ["an environment that wrangler.toml does not have", ["add", "a", "--env", "nope"], /No environment found in configuration with name "nope"/],
    ["an unknown flag", ["add", "a", "--scope", "read"], /--scope/],
    ["an unknown command", ["make", "a"], /npm run keys -- add NAME/],
    ["to rotate an unknown name", ["rotate", "nobody"], /no key named nobody to rotate/],
    ["to remove an unknown name", ["remove", "nobody"], /There is no key named nobody/],
  ])) {
    test(`refuses ${what}, and changes nothing`, async () => {
      const { code, output, log } = await keys(...args);
      assert.deepEqual([code, output], [1, ""]);
      assert.match(log, why);
      assert.doesNotMatch(log, /^ {4}at /m);
      assert.ok(!existsSync(join(folder, ".dev.vars")));
    });
  }

  for (const [what, obstruct] of /** @type {[string, (path: string) => void][]} */ ([["written", (path) => symlinkSync(join(folder, "nowhere/vars"), path)], ["read", mkdirSync]])) {
    test(`if .dev.vars cannot be ${what}, says so in a sentence, and shows no key`, async () => {
      obstruct(join(folder, ".dev.vars"));
      const { code, output, log } = await keys("add", "alice");
      assert.deepEqual([code, output], [1, ""]);
      assert.match(log, /^A file could not be read or written: E\w+: .*\.\n$/);
    });
  }

  test("a file that there is no room for stays as it was, and so does what a link leads to", async () => {
    const text = `# ${"mine ".repeat(400)}\nSEAL_KEY=x\n`;
    writeFileSync(join(folder, "linked"), text, { mode: 0o644 });
    symlinkSync("linked", join(folder, ".dev.vars"));
    const { code, log } = await run("sh", ["-c", `trap "" XFSZ; ulimit -f 1; exec node '${program}' add alice`], { cwd: folder });
    assert.equal(code, 1);
    assert.match(log, /^A file could not be read or written: EFBIG: /m);
    assert.equal(file(), text);
    const key = await make("add", "alice");
    assert.equal(file("linked"), `${text}TOKENS=alice:${sha256(key)}\nAUTH_MODE=tokens\n`);
    assert.equal(statSync(join(folder, "linked")).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder).filter((name) => /vars|linked/.test(name)), [".dev.vars", "linked"]);
  });

  test("refuses a second key for a name, and says how to rotate it", async () => {
    await make("add", "alice");
    const { code, log } = await keys("add", "alice");
    assert.equal(code, 1);
    assert.match(log, /npm run keys -- rotate alice/);
  });

  test("with --env, messages name it, so that the next command is for the same keys", async () => {
    const oauth = ["--env", "oauth"];
    await make("add", "alice", ...oauth);
    assert.match((await keys("add", "alice", ...oauth)).log, /`npm run keys -- rotate alice --env oauth` makes another one; `npm run keys -- remove alice --env oauth` removes it/);
    assert.match((await keys("rotate", "bob", ...oauth)).log, /`npm run keys -- add bob --env oauth` makes one/);
    assert.match((await keys("remove", "bob", ...oauth)).log, /`npm run keys -- list --env oauth` shows/);
    assert.match((await keys("rotate", "alice", ...oauth)).log, /run: npm run keys -- remove alice [0-9a-f]{8} --env oauth$/m);
  });

  test("refuses the 65th key, as the server would", async () => {
    const many = Array.from({ length: 64 }, (_, index) => `key${index}:${sha256(String(index))}`).join(",");
    writeFileSync(join(folder, ".dev.vars"), `TOKENS=${many}\n`);
    const { code, log } = await keys("add", "alice");
    assert.equal(code, 1);
    assert.match(log, /There are 64 keys already/);
    assert.equal(tokens(), many);
  });
});

for (const option of ["--help", "-h"]) {
  test(`${option} prints what there is, and that is no error`, async () => {
    for (const args of [[option], ["add", "alice", option]]) {
      const { code, output, log } = await keys(...args);
      assert.deepEqual([code, output], [0, log]);
      assert.match(output, /^Usage:\n {2}npm run keys -- add NAME /);
      assert.ok(!existsSync(join(folder, ".dev.vars")));
    }
  });
}

describe("npm run keys -- --config", () => {
  for (const option of ["--config", "-c"]) {
    test(`${option}: the .dev.vars is the one beside that file, as for wrangler`, async () => {
      beginOther();
      const { code, output, log } = await keys("add", "alice", option, other);
      assert.equal(code, 0, log);
      assert.equal(variables.get(file("other/.dev.vars"), "TOKENS"), `alice:${sha256(output.trim())}`);
      assert.match(log, /other\/\.dev\.vars now says AUTH_MODE=tokens: `npm start -- --config other\/other\.toml` accepts only/);
      assert.equal((await piped("four words of mine\n", [option, other])).code, 0);
      assert.match(variables.get(file("other/.dev.vars"), "OWNER_PASSPHRASE") ?? "", /^pbkdf2-sha256:/);
      assert.ok(!existsSync(join(folder, ".dev.vars")));
    });
  }

  test("the AUTH_MODE that counts is the one of that file", async () => {
    beginOther('[vars]\nAUTH_MODE = "jwt"\n');
    assert.equal((await keys("add", "alice", "--config", other)).code, 0);
    assert.equal(variables.get(file("other/.dev.vars"), "AUTH_MODE"), undefined);
  });

  test("messages name it, so that the next command is for the same keys", async () => {
    beginOther();
    await make("add", "alice", "--config", other);
    assert.match((await keys("add", "alice", "--config", other)).log, /`npm run keys -- rotate alice --config other\/other\.toml` makes another one/);
  });

  test("in messages, a path with blanks and a name with what a shell would take for its own are one word", async () => {
    mkdirSync(join(folder, "it's mine"));
    cpSync(join(folder, "wrangler.toml"), join(folder, "it's mine/my.toml"));
    const where = ["--config", "it's mine/my.toml"];
    const { log } = await keys("add", "#a&b", ...where);
    assert.match(log, /`npm start -- --config 'it'\\''s mine\/my\.toml'` accepts only/);
    const [, command] = /`(npm run keys -- rotate [^`]*)`/.exec((await keys("add", "#a&b", ...where)).log) ?? [];
    const { code, log: rotated } = await run("sh", ["-c", command.replace("npm run keys --", `node '${program}'`)], { cwd: folder });
    assert.equal(code, 0, rotated);
    assert.match(rotated, /run: npm run keys -- remove '#a&b' [0-9a-f]{8} --config 'it'\\''s mine\/my\.toml'$/m);
  });

  test("a file that does not exist is named, and nothing is written", async () => {
    for (const args of [["add", "alice"], ["add", "alice", "--remote"]]) {
      const { code, output, log } = await keys(...args, "--config", "none.toml");
      assert.deepEqual([code, output, log], [1, "", "There is no configuration file none.toml.\n"]);
    }
    assert.ok(!existsSync(join(folder, ".dev.vars")));
  });

  test("is in what --help prints", async () => {
    assert.match((await keys("--help")).output, /^--config FILE/m);
  });
});

describe("npm run keys -- rotate, remove", () => {
  test("rotate adds a key with the same rights; the old one stays until it is removed by its digest", async () => {
    const old = await make("add", "alice", "--scopes", "read", "--expires", "2999-01-31");
    const { output, log } = await keys("rotate", "alice");
    const rights = ":expires=2999-01-31:scopes=read";
    assert.equal(tokens(), `alice:${sha256(old)}${rights},alice:${sha256(output.trim())}${rights}`);
    const [, start] = /npm run keys -- remove alice ([0-9a-f]{8})$/m.exec(log) ?? [];
    assert.equal(start, sha256(old).slice(0, 8));
    await keys("remove", "alice", start);
    assert.equal(tokens(), `alice:${sha256(output.trim())}${rights}`);
  });

  test("rotate refuses a date that is past: one that is given, and that of the old key", async () => {
    const expired = `alice:${sha256("a")}:expires=2020-01-31`;
    writeFileSync(join(folder, ".dev.vars"), `TOKENS=${expired}\n`);
    for (const [args, end] of [[["--expires", "2021-01-31"], "2021-01-31"], [[], "2020-01-31"]]) {
      const { code, output, log } = await keys("rotate", "alice", ...args);
      assert.deepEqual([code, output], [1, ""]);
      assert.match(log, new RegExp(`A key that expires ${end} would be of no use, because that is in the past.*Give a later date with --expires`));
      assert.equal(tokens(), expired);
    }
    const key = await make("rotate", "alice", "--expires", "");
    assert.equal(tokens(), `${expired},alice:${sha256(key)}`);
  });

  test("rotate refuses empty scopes, and changes nothing", async () => {
    const key = await make("add", "alice", "--scopes", "read");
    const { code, output, log } = await keys("rotate", "alice", "--scopes", " ");
    assert.deepEqual([code, output], [1, ""]);
    assert.match(log, /--scopes names no scope/);
    assert.equal(tokens(), `alice:${sha256(key)}:scopes=read`);
  });

  test("a key that was limited to no scope stays so, whatever is done to it and to others", async () => {
    const limited = `alice:${sha256("a")}:scopes=`, unlimited = `bob:${sha256("b")}`;
    writeFileSync(join(folder, ".dev.vars"), `TOKENS=${limited},${unlimited}\n`);
    const { output } = await keys("list");
    assert.match(output, /^alice .* no scopes: only tools that ask for none$/m);
    assert.match(output, /^bob .* every tool$/m);
    const key = await make("rotate", "alice");
    assert.equal(tokens(), `${limited},${unlimited},alice:${sha256(key)}:scopes=`);
  });

  test("remove takes the beginning of a digest only if one key alone has it", async () => {
    const [first, second] = ["a0", "ab"].map((start) => `alice:${start}${"0".repeat(62)}`);
    writeFileSync(join(folder, ".dev.vars"), `TOKENS=${first},${second}\n`);
    const { code, output, log } = await keys("remove", "alice", "a");
    assert.deepEqual([code, output], [1, ""]);
    assert.match(log, /The digests of 2 keys named alice begin with a\. Give more of the digest\./);
    assert.equal((await keys("remove", "alice", "AB")).code, 0);
    assert.equal(tokens(), first);
  });

  test("remove removes all keys of a name, and says if none is left", async () => {
    await make("add", "alice");
    await make("rotate", "alice");
    const { output, log } = await keys("remove", "alice");
    assert.equal([...output.matchAll(/^Removed: alice /gm)].length, 2);
    assert.match(log, /No key is left/);
    assert.equal(tokens(), "");
  });
});

describe("npm run keys -- --remote, with wrangler itself", () => {
  /** @type {import("./support/cloudflare.mjs").Cloudflare} */
  let cloudflare;
  beforeEach(async () => { cloudflare = await startCloudflare(); });
  afterEach(() => cloudflare.stop());
  const remote = (/** @type {string[]} */ ...args) => keysWith([...args, "--remote"], cloudflare.env);

  test("sets the secret TOKENS of the deployed server, and keeps the digests in .keys", async () => {
    const alice = (await remote("add", "alice")).output.trim();
    const bob = (await remote("add", "bob", "--scopes", "read")).output.trim();
    const entries = [`alice:${sha256(alice)}`, `bob:${sha256(bob)}:scopes=read`];
    assert.equal(cloudflare.secrets.get("TOKENS"), entries.join(","));
    assert.deepEqual(file(".keys").split("\n").slice(1), ["# Account: account", ...entries, ""]);
    assert.ok(!existsSync(join(folder, ".dev.vars")));
    assert.match((await remote("list")).output, /^alice .*\nbob /);
    await remote("remove", "alice");
    assert.equal(cloudflare.secrets.get("TOKENS"), entries[1]);
    await remote("remove", "bob");
    assert.equal(cloudflare.secrets.has("TOKENS"), false);
  });

  test("a .keys that cannot be read, as after a conflict of two people's, is named, and nothing is changed", async () => {
    writeFileSync(join(folder, ".keys"), `# The digests\n<<<<<<< HEAD\na:${sha256("a")}\n=======\nb:${sha256("b")}\n>>>>>>> theirs\n`);
    assert.match((await remote("add", "alice")).log, /^\.keys has an entry that is not name:digest/);
    writeFileSync(join(folder, ".dev.vars"), "TOKENS=the-key-itself\n");
    assert.match((await keys("add", "alice")).log, /^TOKENS in \.dev\.vars has an entry that is not name:digest/);
    assert.deepEqual(cloudflare.changes, []);
  });

  test("of commands at the same time one is told to wait: each key that is printed is valid", async () => {
    const names = ["alice", "bob", "carol"], made = await Promise.all(names.map((name) => remote("add", name)));
    for (const { code, output, log } of made) assert.ok(code === 0 ? output : log.startsWith("Another command is changing these keys"), log);
    const printed = names.flatMap((name, i) => (made[i].output ? `${name}:${sha256(made[i].output.trim())}` : []));
    assert.ok(printed.length > 0);
    assert.deepEqual(cloudflare.secrets.get("TOKENS")?.split(",").toSorted(), printed);
    assert.ok(!existsSync(join(folder, ".keys..lock")));
  });

  test("what a command that was killed left behind stops no other", async () => {
    writeFileSync(join(folder, ".keys..lock"), String(process.pid));
    assert.match((await remote("remove", "alice")).log, /remove \.keys\.\.lock/);
    assert.equal((await remote("list")).code, 0);
    const { pid } = spawnSync("true");
    writeFileSync(join(folder, ".keys..lock"), String(pid));
    assert.equal((await remote("add", "alice")).code, 0);
    assert.ok(!existsSync(join(folder, ".keys..lock")));
  });

  test("a deploy beside one of them is told to wait, too: it would upload, and write to .keys, what there was before", async () => {
    const deploy = () => run("node", [join(root, "worker/commands/deploy.mjs"), "--var", "AUTH_MODE:tokens"], { cwd: folder, env: cloudflare.env });
    writeFileSync(join(folder, ".keys..lock"), String(process.pid));
    for (const name of ["wrangler.toml", "worker.js"]) writeFileSync(join(folder, name), name.endsWith("js") ? "export default {};" : 'name = "worker"\nmain = "worker.js"\ncompatibility_date = "2026-10-30"\n');
    writeFileSync(join(folder, ".keys"), `alice:${sha256("a")}\n`);
    assert.match((await deploy()).log, /^Another command is changing these keys/m);
    assert.deepEqual(cloudflare.changes, []);
    rmSync(join(folder, ".keys..lock"));
    const { code, log } = await deploy();
    assert.equal(code, 0, log);
    assert.equal(cloudflare.secrets.get("TOKENS"), `alice:${sha256("a")}`);
    assert.ok(!existsSync(join(folder, ".keys..lock")));
  });

  // once that was the end of deploy, too, for whoever had a field in wrangler.toml that wrangler does not know
  test("what else wrangler prints beside the list of secrets is passed over", () => {
    const list = '[\n  {\n    "name": "TOKENS",\n    "type": "secret_text"\n  }\n]\n', newer = "There is a newer version of Wrangler available (current: 1.0.0, latest: 1.0.1). Try upgrading, as it might support this [option].\n";
    for (const output of [list, list + newer, newer + list, `[ note ] 1\n${list}`]) assert.deepEqual(namesIn(output), ["TOKENS"]);
    assert.deepEqual(namesIn(`[]\n${newer}`), []);
    assert.throws(() => namesIn(newer), /printed no list/);
  });

  test("messages say --remote, so that the next command is for the same keys", async () => {
    await remote("add", "alice");
    assert.match((await remote("add", "alice")).log, /`npm run keys -- rotate alice --remote` makes another one; `npm run keys -- remove alice --remote` removes it/);
    assert.match((await remote("rotate", "bob", "--env", "oauth")).log, /`npm run keys -- add bob --remote --env oauth` makes one/);
    assert.match((await remote("remove", "bob")).log, /`npm run keys -- list --remote` shows/);
    assert.match((await remote("rotate", "alice")).log, /run: npm run keys -- remove alice [0-9a-f]{8} --remote$/m);
  });

  test("a name that begins like a comment is in .keys like any other", async () => {
    const key = (await remote("add", "#1")).output.trim();
    assert.equal((await remote("add", "alice")).code, 0);
    assert.ok(cloudflare.secrets.get("TOKENS")?.startsWith(`#1:${sha256(key)},alice:`));
  });

  test("works before the first deploy", async () => {
    cloudflare.exists = false;
    const { code, output, log } = await remote("add", "alice");
    assert.equal(code, 0, log);
    assert.equal(cloudflare.secrets.get("TOKENS"), `alice:${sha256(output.trim())}`);
  });

  test("does not drop keys that were set from elsewhere, unless it is told to", async () => {
    cloudflare.secrets.set("TOKENS", "somebody's");
    const { code, output, log } = await remote("add", "alice");
    assert.deepEqual([code, output], [1, ""]);
    assert.match(log, /no \.keys here that lists them.*--replace/);
    assert.equal(cloudflare.secrets.get("TOKENS"), "somebody's");
    assert.equal((await remote("add", "alice", "--replace")).code, 0);
  });

  test("prints no key that could not be set", async () => {
    await cloudflare.stop();
    const { code, output, log } = await remote("add", "alice", "--replace");
    assert.deepEqual([code, output], [1, ""]);
    assert.match(log, /`wrangler secret put TOKENS` failed, so nothing was changed here/);
    assert.ok(!existsSync(join(folder, ".keys")));
  });

  test("shows a key that the server has even if .keys cannot be written, and says what to write there", async () => {
    symlinkSync(join(folder, "nowhere/keys"), join(folder, ".keys"));
    const { code, output, log } = await remote("add", "alice");
    assert.equal(code, 1);
    assert.equal(cloudflare.secrets.get("TOKENS"), `alice:${sha256(output.trim())}`);
    assert.match(log, /could not be read or written: .*\nThe deployed server has these keys all the same\. Write this to \.keys by hand:\n\n#/);
    assert.ok(log.includes(`\nalice:${sha256(output.trim())}\n`));
  });

  test("sets OWNER_PASSPHRASE", async () => {
    const { code, log } = await piped("four words of mine\n", ["--remote"], cloudflare.env);
    assert.equal(code, 0);
    assert.match(log, /^OWNER_PASSPHRASE, the hash of the passphrase, is in the deployed server's secrets:$/m);
    assert.match(cloudflare.secrets.get("OWNER_PASSPHRASE") ?? "", /^pbkdf2-sha256:100000:/);
  });
});
