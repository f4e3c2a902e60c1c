// `npm run keys`: what it writes, what it shows and what it never shows; and that the key it makes
// opens the server that reads the same file.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, pbkdf2Sync } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { join } from "node:path";
import { checkName, checkScopes, formatEntries, parseEntries } from "../../worker/commands/tokens.mjs";
import * as variables from "../../worker/commands/variables.mjs";
import { coreModule } from "../support/builds.mjs";
import { WasmInstance } from "../support/instances.mjs";
import { startCloudflare } from "./support/cloudflare.mjs";
import { message, post } from "./support/http.mjs";
import { environment, root, run } from "./support/program.mjs";
import { remove, startServer, temporaryFolder } from "./support/server.mjs";
import { atTerminal, noTerminal } from "./support/terminal.mjs";

/** @type {string} with nothing in it but wrangler.toml */
let folder;
/** @type {string[]} */
const folders = [];
function begin() {
  folders.push((folder = temporaryFolder()));
  cpSync(join(root, "wrangler.toml"), join(folder, "wrangler.toml"));
}
beforeEach(begin);
after(() => folders.forEach(remove));

const program = join(root, "worker/commands/keys.mjs");
/** @param {string[]} args @param {Record<string, string | undefined>} [env] */
const keysWith = (args, env = {}) => run("node", [program, ...args], { cwd: folder, env });
const keys = (/** @type {string[]} */ ...args) => keysWith(args);
const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");
const file = (name = ".dev.vars") => readFileSync(join(folder, name), "utf8");
const tokens = () => variables.get(file(), "TOKENS");

/** Makes a key, and returns it. @param {string[]} args */
async function make(...args) {
  const { code, output, log } = await keys(...args);
  assert.equal(code, 0, log);
  return output.trim();
}

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
  const other = join("other", "other.toml");
  /** @param {string} [more] */
  function beginOther(more = "") {
    mkdirSync(join(folder, "other"));
    writeFileSync(join(folder, other), `name = "other"\nmain = "worker.js"\ncompatibility_date = "2026-10-30"\n${more}`);
  }

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

  test("with --remote, the secrets and the file of keys are those of its Worker", async () => {
    beginOther("[env.second]\n");
    writeFileSync(join(folder, "wrangler.toml"), `${file("wrangler.toml")}\n[env.third]\nname = "third"\n`);
    const cloudflare = await startCloudflare();
    try {
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
    } finally {
      await cloudflare.stop();
    }
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

  test("remove removes all keys of a name, and says if none is left", async () => {
    await make("add", "alice");
    await make("rotate", "alice");
    const { output, log } = await keys("remove", "alice");
    assert.equal([...output.matchAll(/^Removed: alice /gm)].length, 2);
    assert.match(log, /No key is left/);
    assert.equal(tokens(), "");
  });
});

/** Pipes a passphrase to the program. @param {string} input @param {string[]} args @param {Record<string, string>} [env] */
async function piped(input, args = [], env = {}) {
  const child = spawn("node", [program, "--passphrase", ...args], { cwd: folder, env: { ...environment, ...env } });
  let [output, log] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, output, log: output + log };
}

/** Each pair of passphrases that is typed. @param {[string, string][]} pairs */
const typing = (...pairs) =>
  atTerminal(`node ${program} --passphrase`, pairs.flatMap(([first, second]) => /** @type {[RegExp, string][]} */ ([[/to log in with:/, first], [/Once more:/, second]])), { cwd: folder });

describe("npm run keys -- --passphrase", () => {
  test("reads it from a pipe, and keeps and prints its hash, which is PBKDF2 with 100000 rounds", async () => {
    const { code, output, log } = await piped("four words of mine\n");
    assert.equal(code, 0, log);
    const [, salt, hash] = /^pbkdf2-sha256:100000:([\w-]{22}):([\w-]{43})\n$/.exec(output) ?? [];
    assert.equal(pbkdf2Sync("four words of mine", Buffer.from(salt, "base64url"), 100_000, 32, "sha256").toString("base64url"), hash);
    assert.equal(variables.get(file(), "OWNER_PASSPHRASE"), output.trim());
    assert.ok(!log.includes("four words"));
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
      `node ${program} --passphrase`,
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
    const { code } = await piped("four words of mine\n", ["--remote"], cloudflare.env);
    assert.equal(code, 0);
    assert.match(cloudflare.secrets.get("OWNER_PASSPHRASE") ?? "", /^pbkdf2-sha256:100000:/);
  });
});

describe("the server that reads what the command wrote", () => {
  /** @type {import("./support/server.mjs").Server} */
  let server;
  /** @type {string} */
  let alice;
  /** @type {string} */
  let second;
  const expired = "a-key-that-was-good-until-2020";
  /** @type {string} */
  let listed;
  before(async () => {
    begin();
    alice = await make("add", "alice", "--scopes", "files:read files:write", "--expires", "2999-12-31");
    second = await make("add", "bob", "--expires", "2999-12-31T10:00:00Z");
    writeFileSync(join(folder, ".dev.vars"), variables.set(file(), "TOKENS", `${tokens()},carol:${sha256(expired)}:expires=2020-01-31`));
    listed = (await keys("list")).output;
    const [TOKENS, AUTH_MODE] = ["TOKENS", "AUTH_MODE"].map((name) => variables.get(file(), name) ?? "");
    server = await startServer({ TOKENS, AUTH_MODE });
  });
  after(() => server?.stop());

  test("lets in the keys that it has, except an expired one, and no others", async () => {
    const statuses = [];
    for (const key of [alice, second, expired, `${alice}x`]) statuses.push((await post(`${server.url}/mcp`, message("ping"), { authorization: `Bearer ${key}` })).status);
    assert.deepEqual(statuses, [200, 200, 401, 401]);
    assert.match(listed, /^carol .* EXPIRED 2020-01-31 /m);
  });
});

/** Whether the server starts with this TOKENS: it then refuses a request only for lack of a key. @param {WasmInstance} instance @param {string} value */
async function isTaken(instance, value) {
  await instance.start(Buffer.from(`AUTH_MODE\0tokens\0TOKENS\0${value}\0`));
  const action = await instance.send("head", Buffer.from(["POST", "http://localhost/mcp", "AMS", ...instance.headerNames.map(() => "\0")].join("\n")));
  assert.ok([401, 500].includes(action?.status ?? 0), `${value}: ${action?.status}`);
  return action?.status === 401;
}

/** @param {(text: string) => unknown} check @param {string} text */
function passes(check, text) {
  try {
    return Boolean(check(text));
  } catch {
    return false;
  }
}

describe("what a name and a scope are made of: the same for the command and the server", () => {
  const characters = [...Array.from({ length: 0x7f }, (_, code) => String.fromCharCode(code)).filter((text) => !/[\0\s]/.test(text)), "\x7f", "\x80", "\xe9", "\u{1f511}"];

  test("names: each character, and at most 64 of them", async () => {
    const instance = new WasmInstance(await coreModule());
    const names = [...characters.flatMap((character) => [character, `a${character}b`]), "a b", "x".repeat(64), "x".repeat(65), ""];
    for (const name of names) assert.equal(passes(checkName, name), await isTaken(instance, `${name}:${sha256("a")}`), JSON.stringify(name));
  });

  test("scopes: each character except + and comma, which separate scopes and entries", async () => {
    const instance = new WasmInstance(await coreModule());
    const scopes = [...characters.filter((character) => !"+,".includes(character)), "files:read", "files:read-only", "https://example.com/scopes/a.b~c"];
    for (const scope of scopes.flatMap((each) => [each, `a${each}b`])) {
      assert.equal(passes(checkScopes, scope), await isTaken(instance, `a:${sha256("a")}:scopes=${scope}`), JSON.stringify(scope));
    }
    assert.deepEqual(["a+b", "a,b"].map((scope) => passes(checkScopes, scope)), [false, false]);
  });

  test("an entry that is read and written again is the same", () => {
    for (const options of ["", ":scopes=", ":scopes=a-b+c:d", ":expires=2027-01-31:scopes=", ":expires=2027-01-31"]) {
      const entry = `a#b:${sha256("a")}${options}`;
      assert.equal(formatEntries(parseEntries(entry)), entry);
    }
  });
});

test(".dev.vars: what is written is what wrangler reads", async () => {
  const values = ["plain:value=1+2,3", "with # hash", "two\nlines", 'a "quoted" word', "it's", "back`tick", "$HOME and ${HOME}", "C:\\new\\folder", " blanks ", ""];
  const text = values.reduce((all, value, index) => variables.set(all, `V${index}`, value), "# first\nV1=old\n");
  writeFileSync(join(folder, ".dev.vars"), text);
  writeFileSync(join(folder, "echo.mjs"), `
    import { unstable_getVarsForDev as vars } from ${JSON.stringify(join(root, "node_modules/wrangler/wrangler-dist/cli.js"))};
    console.log(JSON.stringify(vars(${JSON.stringify(join(folder, "wrangler.toml"))}, undefined, {}, undefined, true)));`);
  const { output, log } = await run("node", ["echo.mjs"], { cwd: folder });
  const read = JSON.parse(output || log);
  assert.deepEqual(values.map((_value, index) => read[`V${index}`].value), values);
  assert.deepEqual(values.map((_value, index) => variables.get(text, `V${index}`)), values);
});

test("every file in which wrangler looks for secrets is kept out of version control, and so are the files of keys", () => {
  const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  for (const line of [".dev.vars*", ".env*", ".keys", ".keys.*"]) assert.ok(ignored.includes(line), line);
});
