// `npm run dev` in a copy of the project: what a tool author sees; and an instance that traps.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { join } from "node:path";
import { call, message, post, toolText } from "./support/http.mjs";
import { Program, eventually, freePort, root, run } from "./support/program.mjs";
import { remove, startServer, temporaryFolder } from "./support/server.mjs";

/** Without package-lock.json, so that nothing is installed into node_modules, which is only a link here. */
const copied = ["build.sh", "package.json", "wrangler.toml", "c", "worker", "build"];

const trap = `#include "tool.h"

static void trap(struct tool_call *call, const void *arguments) {
    volatile char stack[4096]; /* the stack that it takes is never given back */
    (void)call, (void)arguments;
    stack[0] = 1;
    if (stack[0] != 0) __builtin_trap();
}

TOOL(trap, .description = "Traps.", .run = trap);
`;

const deep = `#include "tool.h"

static int down(volatile int depth) { return depth < 0 ? 0 : down(depth + 1) + depth; }

static void deep(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_text(call, "%d", down(0));
}

TOOL(deep, .description = "Calls itself for ever.", .run = deep);
`;

const hello = `#include "tool.h"

static void hello(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_text(call, "Hello");
}

TOOL(hello, .description = "Greets.", .run = hello);
`;

/** @type {string} */
let copy;
/** @type {import("./support/server.mjs").Server} */
let server;
before(async () => {
  copy = temporaryFolder();
  for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  writeFileSync(join(copy, "c/tools/trap.c"), trap);
  writeFileSync(join(copy, "c/tools/deep.c"), deep);
  server = await startServer({ AUTH_MODE: "any", AUDIT: "on", SEAL_KEY: "k".repeat(32) }, { cwd: copy });
});
after(async () => {
  await server?.stop();
  if (copy) remove(copy);
});

const ask = (/** @type {any} */ body) => post(`${server.url}/mcp`, body);

/** The description of `name` as it is served; nothing while the server reloads. @param {string} name */
async function described(name) {
  const answer = await ask(message("tools/list")).catch(() => null);
  return answer?.json?.result?.tools.find((/** @type {any} */ tool) => tool.name === name)?.description;
}

/** @param {(text: string) => string} change of c/tools/add.c */
function edit(change) {
  const file = join(copy, "c/tools/add.c");
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

for (const [what, args, env] of /** @type {[string, (port: string) => string[], (port: string) => Record<string, string | undefined>][]} */ ([
  ["--port", (port) => ["--port", port], () => ({ PORT: undefined })], ["PORT", () => [], (port) => ({ PORT: port })],
])) {
  test(`npm run fixture listens on the port that ${what} gives`, async () => {
    const port = String(await freePort()), folder = temporaryFolder();
    const program = new Program("npm", ["run", "fixture", "--", ...args(port), "--inspector-port=0", `--persist-to=${folder}`], { env: env(port) });
    try {
      await program.printed(new RegExp(`Ready on http://localhost:${port}$`, "m"));
    } finally {
      await program.stop();
      remove(folder);
    }
  });
}

test("npm start: the server ends when npm alone is told to end, as by what starts services", async () => {
  const folder = temporaryFolder();
  const program = new Program("npm", ["start", "--", "--port=0", "--inspector-port=0", `--persist-to=${folder}`]);
  try {
    const [, url] = await program.printed(/Ready on (http:\/\/\S+)/);
    process.kill(program.pid, "SIGTERM");
    await eventually(() => fetch(`${url}/healthz`).then(() => false, () => true), "the end of the server", 20_000);
  } finally {
    await program.stop();
    remove(folder);
  }
});

describe("an instance that traps", () => {
  test("its request gets 500 and an error response with its own id, and the next one is served", async () => {
    const { status, json } = await ask(call("trap", {}, "its id"));
    assert.deepEqual([status, json], [500, { jsonrpc: "2.0", id: "its id", error: { code: -32603, message: "This call crashed: see the server's log." } }]);
    await server.program.printed(/trap failed:/);
    await server.program.printed(/"tool":"trap","milliseconds":\d+,"outcome":"crashed"/);
    assert.equal(toolText((await ask(call("add", { a: 1, b: 2 }))).json), "3");
  });

  test("the same happens if it has used up its stack", async () => {
    const { status, json } = await ask(call("deep", {}, "its id"));
    assert.deepEqual([status, json?.id, json?.error.code], [500, "its id", -32603]);
    await server.program.printed(/"tool":"deep","milliseconds":\d+,"outcome":"crashed"/);
    await server.program.printed(/deep failed:/);
  });

  test("it is never used again: whatever trapping leaves behind does not add up", async () => {
    for (let i = 0; i < 100; i++) {
      assert.equal((await ask(call("trap"))).json?.error.code, -32603);
      assert.equal(toolText((await ask(call("add", { a: 1, b: i }))).json), String(1 + i));
    }
  });

  test("requests at the same time are not disturbed", async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(i % 3 ? call("add", { a: i, b: 1 }, i) : call("trap", {}, i))));
    for (const [i, { status, json }] of answers.entries()) {
      if (i % 3) assert.deepEqual([json.id, toolText(json)], [i, String(i + 1)]);
      else assert.equal(status, 500);
    }
  });
});

describe("under npm run dev", () => {
  test("a change in C is served", async () => {
    edit((text) => text.replace("Adds two numbers and gives their sum.", "Changed once."));
    await eventually(async () => (await described("add")) === "Changed once.", "the changed tool");
  });

  test("a compile error is shown with file and line, and the old build goes on serving", async () => {
    const from = server.log().length;
    edit((text) => text.replace("reply_text(call", "reply_txet(call"));
    const line = readFileSync(join(copy, "c/tools/add.c"), "utf8").split("\n").findIndex((text) => text.includes("reply_txet")) + 1;
    const [, shown] = await server.program.printed(/c\/tools\/add\.c:(\d+):\d+: error/, from);
    assert.equal(Number(shown), line);
    await server.program.printed(/the last good build is still being served/, from);
    await eventually(async () => (await described("add")) === "Changed once.", "the old build");
    assert.equal(toolText((await ask(call("add", { a: 2, b: 2 }))).json), "4");
  });

  test("a fixed tool is served again", async () => {
    edit((text) => text.replace("reply_txet(call", "reply_text(call").replace("Changed once.", "Changed twice."));
    await eventually(async () => (await described("add")) === "Changed twice.", "the fixed tool");
  });

  test("a wrong declaration is shown with file and line, and the old build goes on serving", async () => {
    const from = server.log().length;
    edit((text) => text.replace("TOOL(add, .title", "TOOL(getToken, .title").replace('"The first number"', '"The first number", .default_json = "one"'));
    const lines = readFileSync(join(copy, "c/tools/add.c"), "utf8").split("\n");
    const [, field, tool] = await server.program.printed(
      /c\/tools\/add\.c:(\d+): error: the field 'a' has a \.default_json that is not JSON.*\n.*c\/tools\/getToken\.c:\d+: error: the tool 'getToken' is declared in c\/tools\/add\.c:(\d+), too/,
      from,
    );
    assert.match(lines[Number(field) - 1], /default_json/);
    assert.match(lines[Number(tool) - 1], /\.run = add\);$/);
    await server.program.printed(/the last good build is still being served/, from);
    await eventually(async () => (await described("add")) === "Changed twice.", "the old build");
    edit((text) => text.replace("TOOL(getToken", "TOOL(add").replace(', .default_json = "one"', "").replace("Changed twice.", "Changed thrice."));
    await eventually(async () => (await described("add")) === "Changed thrice.", "the fixed declaration");
  });

  test("npm run new-tool writes a tool that works at once, and refuses bad names with one sentence", async () => {
    const newTool = (/** @type {string[]} */ ...args) => spawnSync(process.execPath, ["c/toolchain/new-tool.mjs", ...args], { cwd: copy, encoding: "utf8" });
    for (const name of [[], ["two words"], ["two", "words"], ["9lives"], ["caf\u00e9"], ["../x"], ["a".repeat(65)], ["add"], ["ADD"], ["number"], ["field_number"]]) {
      const { status, stdout, stderr } = newTool(...name);
      assert.deepEqual([status, stdout], [1, ""], name[0]);
      assert.match(stderr, /^[^\n]+\.\n$/);
    }
    assert.equal(newTool("welcome").status, 0);
    assert.match(newTool("welcome").stderr, /taken by c\/tools\/welcome\.c/);
    await eventually(async () => (await described("welcome")) !== undefined, "the new tool");
    assert.equal(toolText((await ask(call("welcome", { name: "Ann" }))).json), "Hello, Ann!");
    rmSync(join(copy, "c/tools/welcome.c"));
    await eventually(async () => (await described("add")) !== undefined && (await described("welcome")) === undefined, "one tool fewer");
  });

  test("npm run new-tool makes the folder c/tools, which a clone without tools does not have", () => {
    const bare = temporaryFolder();
    try {
      cpSync(join(root, "c/toolchain"), join(bare, "c/toolchain"), { recursive: true });
      for (const name of ["package.json", "c/tool.h", "c/tool_fields.h", "c/tool_asking.h"]) cpSync(join(root, name), join(bare, name));
      const { status, stderr } = spawnSync(process.execPath, ["c/toolchain/new-tool.mjs", "welcome"], { cwd: bare, encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""]);
      assert.match(readFileSync(join(bare, "c/tools/welcome.c"), "utf8"), /^TOOL\(welcome,/m);
    } finally {
      remove(bare);
    }
  });

  test("what the system refuses is said in one sentence", () => {
    const bare = temporaryFolder();
    try {
      cpSync(join(root, "c/toolchain"), join(bare, "c/toolchain"), { recursive: true });
      cpSync(join(root, "package.json"), join(bare, "package.json"));
      for (const name of ["c/tools", "build"]) writeFileSync(join(bare, name), ""); // where a folder should be
      for (const command of [["c/toolchain/new-tool.mjs", "welcome"], ["c/toolchain/build.mjs"], ["c/toolchain/stdio.mjs"]]) {
        const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: bare, encoding: "utf8" });
        assert.deepEqual([status, stdout], [1, ""], command[0]);
        assert.match(stderr, /^A file could not be read or written: E\w+: .*\.\n$/);
      }
    } finally {
      remove(bare);
    }
  });

  test("npm test, interrupted while it runs beside one's own tools, leaves no copy of the project", async () => {
    const folder = temporaryFolder();
    try {
      cpSync(join(root, "tests/run.mjs"), join(copy, "tests/run.mjs"));
      writeFileSync(join(copy, "tests/endless.test.mjs"), "setInterval(() => {}, 1000);\n");
      const tests = new Program(process.execPath, ["tests/run.mjs"], { cwd: copy, env: { TMPDIR: folder } });
      await tests.printed(/so they run in a copy/);
      process.kill(-tests.pid, "SIGINT");
      assert.equal(await tests.ended, 1);
      assert.deepEqual(readdirSync(folder), []);
    } finally {
      remove(folder);
      rmSync(join(copy, "tests"), { recursive: true });
    }
  });

  test("a test that is interrupted leaves none of its folders", async () => {
    const folder = temporaryFolder(), support = JSON.stringify(join(root, "tests/e2e/support/server.mjs"));
    try {
      const interrupted = `import(${support}).then((server) => (server.temporaryFolder(), setInterval(() => process.kill(process.pid, "SIGINT"))))`;
      const { code, log } = await run(process.execPath, ["-e", interrupted], { env: { TMPDIR: folder } });
      assert.deepEqual([code, readdirSync(folder)], [1, []], log);
    } finally {
      remove(folder);
    }
  });

  test("a new file in c/tools is a new tool", async () => {
    const from = server.log().length;
    writeFileSync(join(copy, "c/tools/hello.c"), hello);
    const served = eventually(async () => (await described("hello")) === "Greets.", "the new tool");
    await served.catch((error) => assert.fail(`${error.message}, and wrangler said: ${server.log().slice(from)}`));
    assert.equal(toolText((await ask(call("hello"))).json), "Hello");
    const { json } = await ask(message("tools/list"));
    assert.deepEqual(json.result.tools.map((/** @type {any} */ tool) => tool.name), ["add", "deep", "getToken", "hello", "trap"]);
  });

  // last, because wrangler is not waited for: if it takes more than a second to read a folder, as it may on a busy
  // machine, it forgets what has changed there meanwhile, and once a new tool that came after these files was not served
  test("what an editor or the system hides in c/tools is no tool, for the build and for npm run new-tool", () => {
    const lock = join(copy, "c/tools/.#add.c"), other = join(copy, "c/tools/._add.c");
    symlinkSync("somebody@somewhere.1:1", lock);
    writeFileSync(other, "\0");
    try {
      for (const [program, ...args] of [["build.mjs", "wasm"], ["new-tool.mjs", "add"]]) {
        const { status, stderr } = spawnSync(process.execPath, [`c/toolchain/${program}`, ...args], { cwd: copy, encoding: "utf8" });
        assert.deepEqual([status, stderr], args[0] === "add" ? [1, "The name add is taken by c/tools/add.c: choose another one.\n"] : [0, ""]);
      }
    } finally {
      rmSync(lock);
      rmSync(other);
    }
  });
});
