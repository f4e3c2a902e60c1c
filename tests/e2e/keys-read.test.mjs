// What `npm run keys` writes is what the server and wrangler read.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { join } from "node:path";
import { checkName, checkScopes, formatEntries, parseEntries } from "../../worker/commands/tokens.mjs";
import * as variables from "../../worker/commands/variables.mjs";
import { coreModule } from "../support/builds.mjs";
import { WasmInstance } from "../support/instances.mjs";
import { message, post } from "./support/http.mjs";
import { begin, file, folder, isolated, keys, make, sha256, tokens } from "./support/keys.mjs";
import { root, run } from "./support/program.mjs";
import { startServer } from "./support/server.mjs";

isolated();

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
  const values = ["plain:value=1+2,3", "with # hash", "two\nlines", 'a "quoted" word', "it's", "back`tick", "$HOME and ${HOME}", "C:\\new\\folder", "it's C:\\new", " blanks ", ""];
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
