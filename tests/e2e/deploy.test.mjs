// `npm run deploy`: what it refuses, what it asks, and what wrangler then uploads. That no server is open
// by accident, and that keys go to no other Worker or account: threats/open-deploy.test.mjs, threats/foreign-keys-deploy.test.mjs.
import assert from "node:assert/strict";
import { createHash, pbkdf2Sync } from "node:crypto";
import { cpSync, existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { join } from "node:path";
import { withVariables } from "../../worker/commands/settings.mjs";
import { OAUTH, OTHER, answering, begin, beginOther, cloudflare, deploy, deployWith, digest, folder, hash, isolated, program, settings, uploaded } from "./support/deploying.mjs";
import { Program, root, run } from "./support/program.mjs";
import { noTerminal } from "./support/terminal.mjs";

/** The folders of secrets files that are there. */
const secrets = () => readdirSync(folder).filter((name) => name.startsWith("deploy-"));
const hasOAuth = readFileSync(join(root, "wrangler.toml"), "utf8").includes("[env.oauth]");

describe("npm run deploy -- --dry-run, of this very server", () => {
  test("with tokens, the upload is at most 48 KiB gzipped with the two tools and 64 KB with a few more, and there is no warning", async () => {
    const { code, log } = await run("npm", ["run", "deploy", "--", "--dry-run", "--var", "AUTH_MODE:tokens"]);
    assert.equal(code, 0, log);
    const [, size] = /gzip: ([\d.]+) KiB/.exec(log) ?? [];
    const most = readdirSync(join(root, "c/tools")).length === 2 ? 48 : 62.5;
    assert.ok(Number(size) > 1 && Number(size) <= most, `${size} KiB`);
    assert.doesNotMatch(log, /!!/);
  });

  test("with oauth, it is the build that includes OAuth", { skip: !hasOAuth && "wrangler.toml has no [env.oauth]" }, async () => {
    const { code, log } = await run("npm", ["run", "deploy", "--", "--dry-run", "--var", "AUTH_MODE:tokens,oauth"]);
    assert.equal(code, 0, log);
    assert.match(log, /OAUTH_KV/);
  });
});

isolated();

for (const option of ["--help", "-h"]) {
  test(`${option} prints what there is, and nothing is deployed`, async () => {
    for (const args of [[option], ["--var", "AUTH_MODE:any", "--open", option]]) {
      const { code, output, log } = await deploy(...args);
      assert.deepEqual([code, output], [0, log]);
      for (const word of ["AUTH_MODE", "--var", "--open", "--env", "--config", "--dry-run", "--name, --cwd, --env-file and --profile are refused", "wrangler deploy"]) assert.ok(output.includes(word), word);
      assert.deepEqual(cloudflare.changes, []);
    }
  });
}

/** @param {string} table that has it */
const mailbox = (/** @type {string} */ table) => `\n[[${table}durable_objects.bindings]]\nname = "MAILBOX"\nclass_name = "Mailbox"\n`;

test("an environment without the MAILBOX that the top has, of which it inherits nothing, is not deployed until it has one", async () => {
  begin(settings(`${mailbox("")}${OAUTH}`));
  writeFileSync(join(folder, "oauth.js"), "export class Mailbox {} export default {};");
  const [wrong, dry] = [await deploy("--open", "--env", "oauth"), await deploy("--open", "--env", "oauth", "--dry-run")];
  for (const { code, log } of [wrong, dry]) assert.deepEqual([code, log.includes(`Nothing was deployed. Add this to wrangler.toml, or the same in its own format:\n${mailbox("env.oauth.")}`)], [1, true], log);
  assert.deepEqual(cloudflare.changes, []);
  begin(settings(`${mailbox("")}${OAUTH}${mailbox("env.oauth.")}`));
  writeFileSync(join(folder, "oauth.js"), "export class Mailbox {} export default {};");
  assert.equal((await deploy("--open", "--env", "oauth", "--dry-run")).code, 0);
});

describe("what a mode needs, without a terminal", () => {
  /** @type {[string, string[]][]} */
  const lacking = [
    ["tokens", ["TOKENS"]], ["jwt", ["JWT_ISSUER", "JWT_AUDIENCE"]], ["oauth", ["OWNER_PASSPHRASE"]],
    ["tokens,jwt,oauth", ["TOKENS", "JWT_ISSUER", "JWT_AUDIENCE", "OWNER_PASSPHRASE"]],
  ];
  for (const [mode, names] of lacking) {
    test(`${mode} needs ${names.join(", ")}, and says so`, async () => {
      const { code, log } = await deploy("--var", `AUTH_MODE:${mode}`);
      assert.notEqual(code, 0);
      assert.deepEqual([...log.matchAll(/^(\w+) is missing: it is .*\. Set it /gm)].map(([, name]) => name), names);
      assert.deepEqual(cloudflare.changes, []);
    });
  }

  for (const [args, tail] of /** @type {[string[], string][]} */ ([[[], ""], [["--env", "oauth"], " --env oauth"], [["--config", OTHER, "--env=oauth"], " --env oauth --config other.toml"]])) {
    test(`what sets a secret is for the same server, here ${args.join(" ") || "that of no environment"}`, async () => {
      beginOther();
      const { log } = await deploy("--var", "AUTH_MODE:tokens", ...args);
      assert.match(log, new RegExp(`\`npx wrangler secret put TOKENS${tail}\``));
      assert.match(log, new RegExp(`\`npm run keys -- add NAME --remote${tail}\` makes it`));
    });
  }

  test("the environment that a mode with oauth selects is named, too", async () => {
    const { log } = await deploy("--var", "AUTH_MODE:oauth");
    assert.match(log, /`npm run keys -- --passphrase --remote --env oauth` makes it.*`npx wrangler secret put OWNER_PASSPHRASE --env oauth`/);
  });

  test("oauth with an upstream needs all of the upstream's variables", async () => {
    const { code, log } = await deploy("--var", "AUTH_MODE:oauth", "--var", "UPSTREAM_ISSUER:https://accounts.example.com");
    assert.notEqual(code, 0);
    assert.deepEqual([...log.matchAll(/^(\w+) is missing/gm)].map(([, name]) => name), ["UPSTREAM_CLIENT_ID", "UPSTREAM_CLIENT_SECRET", "UPSTREAM_ALLOWED"]);
  });

  test("a value that does not look right is refused", async () => {
    const { code, log } = await deploy("--var", "AUTH_MODE:jwt", "--var", "JWT_ISSUER:http://accounts.example.com", "--var", "JWT_AUDIENCE:me");
    assert.notEqual(code, 0);
    assert.match(log, /JWT_ISSUER does not look right/);
  });

  test("a list of keys that the server could not read is refused before the upload, and not shown", async () => {
    for (const TOKENS of ["the-key-itself", `a:${digest},b`, `a:${digest.slice(1)}`, `a:${digest}:expires=2999-01-01,b:${digest}0`]) {
      const { code, log } = await deployWith(["--var", "AUTH_MODE:tokens"], { TOKENS });
      assert.notEqual(code, 0);
      assert.match(log, /^TOKENS does not look right\. It should be the list of the digests/m);
      assert.ok(!log.includes(TOKENS));
      assert.deepEqual(cloudflare.changes, []);
    }
    assert.equal((await deployWith(["--var", "AUTH_MODE:tokens"], { TOKENS: `a:${digest}:expires=2999-01-01T10:00:00Z:scopes=x:y,\nb:${digest.toUpperCase()}\n` })).code, 0);
  });

  test("secrets are uploaded in the same step as the code and the mode: the server is never without them", async () => {
    cloudflare.exists = false;
    const { code, log } = await deployWith(["--var", "AUTH_MODE:tokens"], { TOKENS: `a:${digest}` });
    assert.equal(code, 0, log);
    assert.deepEqual(uploaded(), { AUTH_MODE: ["plain_text", "tokens"], TOKENS: ["secret_text", `a:${digest}`] });
    assert.equal(cloudflare.changes[0], "PUT /scripts/worker");
    assert.ok(!cloudflare.changes.some((change) => change.includes("/secrets")));
    assert.ok(!log.includes(digest));
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith("deploy-")), [], "the file of secrets is still there");
    assert.ok(readFileSync(join(folder, ".keys"), "utf8").includes(`a:${digest}`));
  });

  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
    test(`${signal} while wrangler runs: it ends, too, and the file of secrets is removed`, async () => {
      begin(settings('[build]\ncommand = "sleep 100"\n'));
      const deploying = new Program("node", [program, "--var", "AUTH_MODE:tokens"], { cwd: folder, env: { ...cloudflare.env, TMPDIR: folder, TOKENS: `a:${digest}` } });
      await deploying.printed(/Running: sleep/);
      assert.equal(secrets().length, 1);
      process.kill(signal === "SIGINT" ? -deploying.pid : deploying.pid, signal); // Ctrl-C reaches all
      await deploying.printed(/Interrupted\.\n$/);
      await deploying.stop();
      assert.deepEqual([secrets(), cloudflare.changes], [[], []]);
    });
  }

  test("what looks like a variable but belongs to another option is none", async () => {
    const { code, log } = await deployWith(["--var", "AUTH_MODE:tokens", "--message", "fix: quotes", "--define", "AUTH_MODE:1"], { TOKENS: `a:${digest}` });
    assert.equal(code, 0, log);
    assert.match(log, /^AUTH_MODE: for this deploy only/m);
    assert.deepEqual(uploaded().AUTH_MODE, ["plain_text", "tokens"]);
  });

  test("what the mode has no use for is not uploaded", async () => {
    const { code, log } = await deployWith(["--var", "AUTH_MODE:any", "--open"], { TOKENS: `a:${digest}`, UPSTREAM_CLIENT_SECRET: "secret", JWT_ISSUER: "https://accounts.example.com" });
    assert.equal(code, 0, log);
    assert.deepEqual(uploaded(), { AUTH_MODE: ["plain_text", "any"] });
  });

  test("keys in .keys are uploaded if the server has none, and otherwise not", async () => {
    writeFileSync(join(folder, ".keys"), `# digests\na:${digest}\n`);
    await deploy("--var", "AUTH_MODE:tokens");
    assert.deepEqual(uploaded().TOKENS, ["secret_text", `a:${digest}`]);
    await deploy("--var", "AUTH_MODE:tokens");
    assert.equal(uploaded().TOKENS, undefined);
  });

  test("a configuration file that does not exist is named, and nothing is deployed", async () => {
    const { code, log } = await deploy("--var", "AUTH_MODE:tokens", "--config", "none.toml");
    assert.notEqual(code, 0);
    assert.match(log, /^There is no configuration file none\.toml\.$/m);
    assert.doesNotMatch(log, /^ {4}at /m);
  });

  test("what wrangler finds wrong with the configuration is said without a stack, and nothing is deployed", async () => {
    writeFileSync(join(folder, "broken.toml"), "name = [\n");
    for (const [args, why] of /** @type {[string[], RegExp][]} */ ([[["--env", "nope"], /No environment found in configuration with name "nope"/], [["--config", "broken.toml"], /^broken\.toml:2: Invalid TOML document/]])) {
      const { code, log } = await deploy("--var", "AUTH_MODE:tokens", ...args);
      assert.notEqual(code, 0);
      assert.match(log, why);
      assert.doesNotMatch(log, /^ {4}at /m);
      assert.deepEqual(cloudflare.changes, []);
    }
  });

  for (const option of ["--config", "--env", "-c", "-e"]) {
    test(`${option} without its value is named, and nothing is deployed`, async () => {
      const { code, log } = await deploy("--var", "AUTH_MODE:tokens", option);
      assert.notEqual(code, 0);
      assert.match(log, /^--(?:config|env) needs a value\. Nothing was deployed\.\n$/);
      assert.deepEqual(cloudflare.changes, []);
    });
  }

  test("what to run instead of an open deploy is for the same server", async () => {
    beginOther();
    assert.match((await deploy("--env", "oauth", "--config", OTHER)).log, /npm run deploy -- --var AUTH_MODE:tokens --env oauth --config other\.toml$/m);
    cpSync(join(folder, OTHER), join(folder, "my worker.toml"));
    assert.match((await deploy("--config", "my worker.toml")).log, /npm run deploy -- --var AUTH_MODE:tokens --config 'my worker\.toml'$/m);
  });

  test("a secret that the server already has is not asked for", async () => {
    cloudflare.secrets.set("OWNER_PASSPHRASE", hash);
    const { code, log } = await deploy("--var", "AUTH_MODE:oauth");
    assert.equal(code, 0, log);
  });

  test("jwt takes issuer and audience from the environment, and says that they are for this deploy only", async () => {
    const { code, log } = await deployWith([], { AUTH_MODE: "jwt", JWT_ISSUER: "https://accounts.example.com", JWT_AUDIENCE: "https://mcp.example.com/mcp" });
    assert.equal(code, 0, log);
    assert.deepEqual(uploaded().JWT_ISSUER, ["plain_text", "https://accounts.example.com"]);
    assert.match(log, /AUTH_MODE, JWT_ISSUER, JWT_AUDIENCE: for this deploy only.*under \[vars\]/);
  });

  test("if the platform does not say which secrets there are, nothing is deployed", async () => {
    const { code, log } = await deployWith(["--var", "AUTH_MODE:tokens"], { CLOUDFLARE_API_BASE_URL: "http://127.0.0.1:9" });
    assert.notEqual(code, 0);
    assert.match(log, /npx wrangler login/);
  });
});

// the README's command, which once stopped if no mode was chosen yet
test("a dry run without a mode says what the server would do, and goes on", async () => {
  begin(settings(""));
  const { code, log } = await deploy("--dry-run", "--outdir=out");
  assert.equal(code, 0, log);
  assert.match(log, /NO AUTH_MODE IS SET HERE/);
  assert.ok(readdirSync(join(folder, "out")).includes("worker.js"));
});

// once a stack of Node's
test("files that cannot be read or written are one sentence, and nothing is deployed", async () => {
  for (const [args, env] of /** @type {[string[], Record<string, string>][]} */ ([[[], { TOKENS: `a:${digest}`, TMPDIR: join(folder, "nowhere") }], [["--secrets-file", "."], {}]])) {
    const { code, log } = await deployWith(["--var", "AUTH_MODE:tokens", ...args], env);
    assert.notEqual(code, 0);
    assert.match(log, /^A file could not be read or written: E\w+: .*\.\n$/);
    assert.deepEqual(cloudflare.changes, []);
  }
});

test("wrangler is the one that was installed, and no shell runs it", async () => {
  const { code, log } = await run(process.execPath, [program, "--dry-run", "--message", "two words"], { cwd: folder, env: { PATH: "" } });
  assert.equal(code, 0, log);
});

test("a dry run keeps nothing: the deployed server does not have it", async () => {
  const { code, log } = await deployWith(["--dry-run", "--var", "AUTH_MODE:tokens"], { TOKENS: `a:${digest}` });
  assert.equal(code, 0, log);
  assert.doesNotMatch(log, /for this deploy only/);
  assert.ok(!existsSync(join(folder, ".keys")));
});

describe("a mode with oauth", () => {
  test("is deployed as the environment oauth, with the variables of [vars]", async () => {
    begin(settings(`[vars]\nAUTH_MODE = "tokens,oauth"\nALLOWED_ORIGINS = "https://example.com"\n${OAUTH}`));
    const { code, log } = await deployWith([], { OWNER_PASSPHRASE: hash, TOKENS: `a:${digest}` });
    assert.equal(code, 0, log);
    assert.deepEqual(uploaded(), {
      AUTH_MODE: ["plain_text", "tokens,oauth"], ALLOWED_ORIGINS: ["plain_text", "https://example.com"],
      OWNER_PASSPHRASE: ["secret_text", hash], TOKENS: ["secret_text", `a:${digest}`],
    });
    const { code: dry, log: built } = await deploy("--dry-run", "--outdir=out");
    assert.equal(dry, 0, built);
    assert.ok(readdirSync(join(folder, "out")).includes("oauth.js"));
  });

  test("wins over [env.oauth.vars], which counts only with --env oauth", async () => {
    begin(settings(`${OAUTH}[env.oauth.vars]\nAUTH_MODE = "oauth"\n`));
    const given = { OWNER_PASSPHRASE: hash, TOKENS: `a:${digest}` };
    assert.notEqual((await deployWith([], given)).code, 0);
    for (const [args, mode] of /** @type {[string[], string][]} */ ([[["--env", "oauth"], "oauth"], [["--var", "AUTH_MODE:tokens,oauth"], "tokens,oauth"]])) {
      const { code, log } = await deployWith(args, given);
      assert.equal(code, 0, log);
      assert.deepEqual(uploaded().AUTH_MODE, ["plain_text", mode]);
    }
  });
});

describe("at a terminal", { skip: noTerminal }, () => {
  test("it asks who may connect, makes a key, keeps the mode in wrangler.toml, and shows the key once it works", async () => {
    const { code, shown } = await answering([[/AUTH_MODE \[tokens\]/, ""], [/Make one now\?/, ""], [/A name for it/, "alice"], [/Write AUTH_MODE to wrangler\.toml/, ""]]);
    assert.equal(code, 0, shown);
    const [, key] = /(mcp_[\w-]{43})/.exec(shown) ?? [];
    assert.ok(shown.indexOf(key) > shown.indexOf("Deployed"), "the key was shown before the server knew it");
    assert.deepEqual(uploaded(), { AUTH_MODE: ["plain_text", "tokens"], TOKENS: ["secret_text", `alice:${createHash("sha256").update(key).digest("hex")}`] });
    assert.match(readFileSync(join(folder, "wrangler.toml"), "utf8"), /^\[vars\]\nAUTH_MODE = "tokens"$/m);
    assert.equal((await deploy()).code, 0, "the next deploy needs nothing more");
  });

  test("the key is shown even if .keys cannot be written: the server has it", async () => {
    symlinkSync(join(folder, "nowhere/keys"), join(folder, ".keys"));
    const { code, shown } = await answering([[/AUTH_MODE \[tokens\]/, ""], [/Make one now\?/, ""], [/A name for it/, "alice"], [/wrangler\.toml/, ""]]);
    assert.notEqual(code, 0, shown);
    assert.match(shown, /AUTH_MODE: written to wrangler\.toml[^]*could not be read or written: .*\s+The deployed server has these keys all the same\./);
    assert.doesNotMatch(shown, /^ {4}at /m);
    const [, key] = /(mcp_[\w-]{43})/.exec(shown) ?? [];
    assert.deepEqual(uploaded().TOKENS, ["secret_text", `alice:${createHash("sha256").update(String(key)).digest("hex")}`]);
  });

  // the upload is but one of the steps of wrangler, which may fail at its routes or its workers.dev address
  for (const [when, refused] of [["after the upload", "/scripts/worker/subdomain"], ["before it", "/workers/subdomain"]]) {
    test(`if wrangler fails ${when}, the key is shown and kept all the same, and the next deploy makes it work`, async () => {
      Object.assign(cloudflare, { exists: false, refused });
      const { code, shown } = await answering([[/AUTH_MODE \[tokens\]/, ""], [/Make one now\?/, ""], [/A name for it/, "alice"], [/Write AUTH_MODE to wrangler\.toml/, ""]]);
      assert.notEqual(code, 0, shown);
      const [, key] = /(mcp_[\w-]{43})/.exec(shown) ?? [];
      const entry = `alice:${createHash("sha256").update(String(key)).digest("hex")}`;
      assert.match(shown, /The deploy failed/);
      assert.ok(readFileSync(join(folder, ".keys"), "utf8").endsWith(`${entry}\n`));
      assert.doesNotMatch(readFileSync(join(folder, "wrangler.toml"), "utf8"), /AUTH_MODE/);
      assert.equal(cloudflare.uploads.length, refused.includes("/scripts/") ? 1 : 0, shown);
      cloudflare.refused = "";
      const { log } = await deploy("--var", "AUTH_MODE:tokens");
      assert.equal(cloudflare.secrets.get("TOKENS"), entry, log);
    });
  }

  test("jwt: it asks for issuer and audience, and again if an answer does not look right", async () => {
    const { code, shown } = await answering([
      [/AUTH_MODE \[tokens\]/, "jwt"], [/JWT_ISSUER, /, "accounts.example.com"], [/JWT_ISSUER does not look right[^]*JWT_ISSUER, /, "https://accounts.example.com"],
      [/JWT_AUDIENCE, /, "me"], [/wrangler\.toml/, "n"],
    ]);
    assert.equal(code, 0, shown);
    assert.deepEqual(uploaded().JWT_ISSUER, ["plain_text", "https://accounts.example.com"]);
    assert.doesNotMatch(readFileSync(join(folder, "wrangler.toml"), "utf8"), /JWT_ISSUER/);
  });

  test("oauth: it asks for a passphrase, without showing it", async () => {
    const { code, shown } = await answering([[/AUTH_MODE \[tokens\]/, "oauth"], [/passphrase of your own/, ""], [/to log in with:/, "unseen by anybody"], [/Once more:/, "unseen by anybody"], [/wrangler\.toml/, "y"]]);
    assert.equal(code, 0, shown);
    assert.ok(!shown.includes("unseen by"));
    assert.match(uploaded().OWNER_PASSPHRASE[1] ?? "", /^pbkdf2-sha256:100000:/);
    assert.match(readFileSync(join(folder, "wrangler.toml"), "utf8"), /^\[env\.oauth\.vars\]\nAUTH_MODE = "oauth"$/m);
    assert.equal((await deploy("--env", "oauth")).code, 0, "the next deploy needs nothing more");
    assert.ok(!existsSync(join(folder, ".keys")));
  });

  test("a passphrase that differs the second time is asked for again", async () => {
    const { code, shown } = await answering([
      [/AUTH_MODE \[tokens\]/, "oauth"], [/passphrase of your own/, ""], [/to log in with:/, "four words of mine"], [/Once more:/, "four words of yours"],
      [/The passphrases differ\.[^]*to log in with:/, "unseen by anybody"], [/Once more:/, "unseen by anybody"], [/wrangler\.toml/, "n"],
    ]);
    assert.equal(code, 0, shown);
    const [, salt, made] = /^pbkdf2-sha256:100000:([\w-]+):([\w-]+)$/.exec(uploaded().OWNER_PASSPHRASE[1] ?? "") ?? [];
    assert.equal(made, pbkdf2Sync("unseen by anybody", Buffer.from(salt, "base64url"), 100_000, 32, "sha256").toString("base64url"));
    assert.doesNotMatch(shown, /four words|unseen by/);
  });

  test("a passphrase that differs three times ends it, and nothing is deployed", async () => {
    const { code, shown } = await answering([
      [/AUTH_MODE \[tokens\]/, "oauth"], [/passphrase of your own/, ""],
      ...Array.from({ length: 3 }, () => /** @type {[RegExp, string][]} */ ([[/to log in with:/, "four words of mine"], [/Once more:/, "four words of yours"]])).flat(),
    ]);
    assert.notEqual(code, 0, shown);
    assert.match(shown, /The passphrases differed 3 times, so nothing was deployed\. Start again\./);
    assert.deepEqual(cloudflare.changes, []);
  });

  test("oauth with a provider: it asks for the provider's variables", async () => {
    const { code, shown } = await answering([
      [/AUTH_MODE \[tokens\]/, "oauth"], [/passphrase of your own/, "n"], [/UPSTREAM_ISSUER, /, "https://accounts.example.com"], [/UPSTREAM_CLIENT_ID, /, "id"],
      [/UPSTREAM_CLIENT_SECRET, /, "unseen secret"], [/UPSTREAM_ALLOWED, /, "@example.com"], [/wrangler\.toml/, "y"],
    ]);
    assert.equal(code, 0, shown);
    assert.ok(!shown.includes("unseen secret"));
    assert.deepEqual(uploaded().UPSTREAM_CLIENT_SECRET, ["secret_text", "unseen secret"]);
    assert.doesNotMatch(readFileSync(join(folder, "wrangler.toml"), "utf8"), /SECRET/);
  });

  test("a name that no key can have is asked for again", async () => {
    const { code, shown } = await answering([[/AUTH_MODE \[tokens\]/, ""], [/Make one now\?/, ""], [/A name for it/, "a b"], [/A key cannot be named "a b"[^]*A name for it/, "alice"], [/wrangler\.toml/, "n"]]);
    assert.equal(code, 0, shown);
    assert.match(uploaded().TOKENS[1] ?? "", /^alice:/);
  });

  test("where the upload fails, wrangler.toml stays as it was", async () => {
    const before = readFileSync(join(folder, "wrangler.toml"), "utf8");
    writeFileSync(join(folder, "worker.js"), "this is not JavaScript");
    const { code, shown } = await answering([[/AUTH_MODE \[tokens\]/, ""], [/Make one now\?/, ""], [/A name for it/, "alice"], [/Write AUTH_MODE to wrangler\.toml/, ""]]);
    assert.notEqual(code, 0, shown);
    assert.deepEqual(cloudflare.uploads, []);
    assert.equal(readFileSync(join(folder, "wrangler.toml"), "utf8"), before);
  });

  test("with --config, it is that file that is named and written", async () => {
    beginOther();
    cloudflare.secrets.set("OWNER_PASSPHRASE", hash);
    const { code, shown } = await answering([[/AUTH_MODE \[tokens\]/, "oauth"], [/Write AUTH_MODE to/, ""]], "--config", OTHER);
    assert.equal(code, 0, shown);
    assert.match(shown, /Write AUTH_MODE to other\.toml/);
    assert.match(shown, /AUTH_MODE: written to other\.toml, under \[env\.oauth\.vars\]\. To deploy again, run `npm run deploy -- --env oauth --config other\.toml`/);
    assert.match(readFileSync(join(folder, OTHER), "utf8"), /^\[env\.oauth\.vars\]\nAUTH_MODE = "oauth"$/m);
    assert.doesNotMatch(readFileSync(join(folder, "wrangler.toml"), "utf8"), /AUTH_MODE/);
  });

  test("an open mode is refused at a terminal, too", async () => {
    const { code, shown } = await answering([[/AUTH_MODE \[tokens\]/, "any"]]);
    assert.notEqual(code, 0);
    assert.match(shown, /OPEN TO EVERYONE/);
    assert.deepEqual(cloudflare.changes, []);
  });
});

test("variables are written to their table, and nothing else changes", () => {
  const toml = '# first\nname = "worker"\n\n[vars] # ours\nA = "1"\n\n[env.oauth]\nmain = "x"\n';
  assert.equal(withVariables(toml, undefined, { B: 'a "b"' }), toml.replace("# ours\n", '# ours\nB = "a \\"b\\""\n'));
  assert.equal(withVariables(toml, undefined, { A: "2" }), toml.replace('A = "1"', 'A = "2"'));
  assert.equal(withVariables('[vars]\nA = "x # y" # why\n', undefined, { A: "2" }), '[vars]\nA = "2" # why\n');
  assert.equal(withVariables(toml, "oauth", { B: "2" }), `${toml}\n[env.oauth.vars]\nB = "2"\n`);
});

test("a configuration file stays as it was if there is no room for it, or if wrangler would not read the variables from it", async () => {
  const keep = `import { keepVariables } from ${JSON.stringify(join(root, "worker/commands/settings.mjs"))}; console.log(await keepVariables({}, { B: "2" }));`;
  for (const [toml, limit, kept] of [[`# ${"mine ".repeat(400)}\n${settings()}`, "ulimit -f 1", false], [settings('vars = { A = "1" }\n'), ":", false], [settings(), ":", true]]) {
    begin(String(toml));
    const { output } = await run("sh", ["-c", `trap "" XFSZ; ${limit}; exec node --input-type=module -e "$0"`, keep], { cwd: folder });
    assert.equal(output, `${kept}\n`);
    assert.equal(readFileSync(join(folder, "wrangler.toml"), "utf8"), kept ? `${toml}\n[vars]\nB = "2"\n` : toml);
    assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith(".toml")), ["wrangler.toml"]);
  }
});

test("the shim, worker/*.js, which is in every build, is at most 350 lines", () => {
  const names = readdirSync(join(root, "worker")).filter((name) => name.endsWith(".js"));
  const lines = names.reduce((sum, name) => sum + readFileSync(join(root, "worker", name), "utf8").split("\n").length - 1, 0);
  assert.ok(names.length > 0 && lines <= 350, `${lines} lines`);
});
