// MCP over stdin and stdout: one message per line, natively and as a WASI program.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { nativeJob } from "../c/toolchain/build.mjs";
import { compileNative, write } from "../c/toolchain/compile.mjs";
import { fixture, noSanitizers, root, sanitizedNative, sanitizerEnv } from "./support/builds.mjs";
import { run } from "./support/run.mjs";

const ping = (/** @type {number | string} */ id) => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" });
const pong = (/** @type {number | string} */ id) => ({ jsonrpc: "2.0", id, result: {} });
const refusal = (/** @type {number} */ code, /** @type {string} */ message) => ({ jsonrpc: "2.0", error: { code, message } });

/** @typedef {[program: string, args: string[], env: Record<string, string>]} Command */

/** What the command answers to `input`, line by line. @param {Command} command @param {string} input */
async function answersOf([program, args, env], input) {
  const { code, output, complaints } = await run([program, ...args], input, env);
  assert.equal(code, 0, complaints);
  assert(output === "" || output.endsWith("\n"), "the last line has no end");
  return output.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** A request of 2026-07-28. @param {string} method @param {object} [params] @param {object} [capabilities] the client's */
const modern = (method, params = {}, capabilities = {}) => {
  const envelope = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": capabilities };
  return `${JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: envelope } })}\n`;
};

/** A request of a revision before it. @param {number} id @param {string} method @param {object} params */
const legacy = (id, method, params) => `${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`;

/** @param {() => Promise<Command>} command */
function suite(command) {
  const answers = async (/** @type {string} */ input) => answersOf(await command(), input);

  test("initialize, list and call a tool", async () => {
    const call = { jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "add", arguments: { a: 0.1, b: 0.2 } } };
    const [begun, tools, sum, ...rest] = await answers([
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-11-25" } }),
      JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }),
      JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/list" }),
      JSON.stringify(call),
    ].map((line) => `${line}\n`).join(""));
    assert.equal(begun.result.protocolVersion, "2025-11-25");
    assert.deepEqual(tools.result.tools.map(({ name, title }) => [name, title]), [["add", "Add"], ["getToken", "Get token"]]);
    assert.deepEqual(sum.result, { content: [{ type: "text", text: "0.30000000000000004" }] });
    assert.deepEqual(rest, [], "a notification was answered");
  });

  test("2026-07-28, without headers that repeat what a request says", async () => {
    const [discovered, sum] = await answers(modern("server/discover") + modern("tools/call", { name: "add", arguments: { a: 1, b: 2 } }));
    assert.ok(discovered.result.supportedVersions.includes("2026-07-28"));
    assert.deepEqual([sum.result.resultType, sum.result.content[0].text], ["complete", "3"]);
  });

  test("lines may end with CR LF or be blank, and the last one may lack its end", async () => {
    assert.deepEqual(await answers(`\n${ping(1)}\r\n  \r\n${ping("b")}`), [pong(1), pong("b")]);
    assert.deepEqual(await answers(""), []);
  });

  test("a line that is not a message gets an error, and the next one its answer", async () => {
    assert.deepEqual(await answers(`{\n[1,\n${ping(1)}\n`), [
      refusal(-32700, "The body is not valid JSON. Checking stopped at byte 1."),
      refusal(-32700, "The body is not valid JSON. Checking stopped at byte 3."),
      pong(1),
    ]);
  });

  test("a line of 4 MiB is accepted, one byte more is refused, and the next one is answered", async () => {
    const padding = " ".repeat((4 << 20) - ping(1).length);
    assert.deepEqual(await answers(`${ping(1)}${padding}\n${ping(2)}${padding} \n${ping(3)}\n`), [
      pong(1),
      refusal(-32600, "The body is larger than this server's MAX_BODY_BYTES."),
      pong(3),
    ]);
  });
}

describe("stdio as npm run stdio starts it, without a C compiler", () => {
  suite(async () => [process.execPath, [join(root, "c/toolchain/stdio.mjs")], { CC: "", PATH: "/nowhere" }]);

  test("a compiler that was asked for, and is not there, is named: nobody is to think that its sanitizers ran", async () => {
    const { code, output, complaints } = await run([process.execPath, join(root, "c/toolchain/stdio.mjs")], `${ping(1)}\n`, { CC: "no-such-compiler -fsanitize=address" });
    assert.deepEqual([code, output], [1, ""]);
    assert.match(complaints, /There is no program no-such-compiler on this machine\. Install it, or correct CC/);
  });
});

describe("stdio as npm run stdio starts it, with a C compiler", { skip: noSanitizers() || false }, () => {
  const command = /** @type {Command} */ ([process.execPath, [join(root, "c/toolchain/stdio.mjs")], {}]);
  suite(async () => command);

  // once npm's own lines were the first, and clients said that they are not JSON
  test("nothing but messages is on stdout, started as the README says", async () => {
    const [, line] = /\*\*Over stdio:\*\* `([^`]+)`/.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
    const [npm, ...words] = line.split(" ").map((word) => (word === "FOLDER" ? root : word));
    assert.deepEqual(await answersOf([npm, words, {}], `${ping(1)}\n`), [pong(1)]);
  });

  // once Node warned there that WASI is an experiment
  test("nothing is on stderr", async () => {
    const [program, args, env] = command;
    assert.equal((await run([program, ...args], `${ping(1)}\n`, env)).complaints, "");
  });
});

// once the client was left with a closed pipe, and its log with nothing
test("a crash is told, and how to find its place", async () => {
  const compiler = "build/tests/crashing-compiler";
  await write(compiler, `while [ $# -gt 2 ]; do shift; done\n[ "$1" != -o ] || printf '#!/bin/sh\\nkill -SEGV $$\\n' > "$2"\n`);
  const { code, complaints } = await run([process.execPath, join(root, "c/toolchain/stdio.mjs")], `${ping(1)}\n`, { CC: `sh ${compiler}` });
  assert.equal(code, 1);
  assert.match(complaints, /^The program was ended by SIGSEGV\. CC="clang /);
});

describe("stdio natively with sanitizers", { skip: noSanitizers() || false }, () => {
  suite(async () => [await sanitizedNative(), [], sanitizerEnv]);

  // once the task was kept nowhere and never run, and its client waited forever
  test("a tool that may run as a task runs at once, since there is no mailbox to wake it", async () => {
    const native = await sanitizedNative(fixture, "build/tests/fixture");
    const takes = { extensions: { "io.modelcontextprotocol/tasks": {} } };
    const [{ result }, computed, got] = await answersOf([native, [], sanitizerEnv], [
      modern("server/discover"), modern("tools/call", { name: "slow_compute", arguments: { seconds: 0, label: "x" } }, takes), modern("tasks/get", { taskId: "x" }, takes),
    ].join(""));
    assert.ok(!("io.modelcontextprotocol/tasks" in result.capabilities.extensions));
    assert.equal(result.capabilities.resources.subscribe, undefined);
    assert.equal(computed.result.resultType, "complete");
    assert.match(computed.result.content[0].text, /x/);
    assert.equal(got.error.code, -32601);
  });

  // once both were dropped
  test("progress and log messages come before the answer, as far as they are asked for", async () => {
    const native = await sanitizedNative(fixture, "build/tests/fixture");
    const logs = { name: "test_tool_with_logging" }, counts = { name: "count", arguments: { to: 2, milliseconds: 1, with: "so far" } };
    const said = await answersOf([native, [], sanitizerEnv], [
      legacy(1, "initialize", { protocolVersion: "2025-11-25" }),
      legacy(2, "tools/call", { ...counts, _meta: { progressToken: "t" } }),
      legacy(3, "tools/call", counts),
      legacy(4, "tools/call", logs),
      legacy(5, "logging/setLevel", { level: "error" }),
      legacy(6, "tools/call", logs),
      modern("tools/call", logs),
    ].join(""));
    assert.deepEqual(said.slice(1).map(({ id, params }) => id ?? params.data ?? params), [
      { progressToken: "t", progress: 1, total: 2, message: "so far" },
      { progressToken: "t", progress: 2, total: 2, message: "so far" },
      2, 3, "Tool execution started", "Tool processing data", "Tool execution completed", 4, 5, 6, 1,
    ]);
  });

  // once it was among the messages, and the client waited for one that it could read
  test("what a tool prints is not among the messages", async () => {
    const native = await sanitizedNative("tests/module", "build/tests/own");
    const [{ result }, ...rest] = await answersOf([native, [], sanitizerEnv], modern("tools/call", { name: "prints" }));
    assert.equal(result.content[0].text, "printed");
    assert.deepEqual(rest, []);
  });

  test("vendored code may use names that the core has, too", async () => {
    const native = await sanitizedNative("tests/module", "build/tests/own");
    const [{ result }] = await answersOf([native, [], sanitizerEnv], modern("tools/call", { name: "borrow", arguments: { config_read: 1 } }));
    assert.equal(result.content[0].text, "242 41 item");
  });

  // once the error had no id, and the client waited for an answer
  test("the error of a call that runs out of memory has the call's id", async () => {
    const native = await sanitizedNative("tests/module", "build/tests/own");
    const [{ id, error }, answer] = await answersOf([native, [], sanitizerEnv], modern("tools/call", { name: "huge" }) + `${ping(2)}\n`);
    assert.deepEqual([id, error.code], [1, -32603]);
    assert.deepEqual(answer, pong(2));
  });

  // it would be a stream on which nothing ever comes
  test("there is nothing to subscribe to", async () => {
    const native = await sanitizedNative(fixture, "build/tests/fixture");
    const [{ error }] = await answersOf([native, [], sanitizerEnv], modern("subscriptions/listen", { notifications: { toolsListChanged: true } }));
    assert.deepEqual(error, { code: -32601, message: "Method not found: subscriptions/listen" });
  });

  test("an answer is on one line, even if a tool's schema is written on several", async () => {
    const native = await sanitizedNative(fixture, "build/tests/fixture");
    const [{ result }, sum] = await answersOf([native, [], sanitizerEnv], modern("tools/list") + modern("tools/call", { name: "test_custom_header", arguments: { region: "eu" } }));
    const { inputSchema } = result.tools.find(({ name }) => name === "json_schema_2020_12_tool");
    assert.equal(inputSchema.$schema, "https://json-schema.org/draft/2020-12/schema");
    assert.equal(sum.result.content[0].text, "Routed to eu.", "over HTTP that argument is in a header, too");
  });
});

// most Linux systems have no other; once it refused what clang let pass, and the pointer of a strdup that nobody had
// declared ended the program
// once it was not linked if a library's function, which nothing declares, had the name of one of the core's
test("gcc builds the program, too, with a tool that calls what is not C17 and that the Worker's C library declares, and a library", { skip: spawnSync("gcc", ["--version"]).error && "there is no gcc on this machine" }, async (t) => {
  const given = process.env.CC, output = "build/tests/gcc", tool = "build/tests/copies/copies.c", library = "build/tests/copies/vendor/undeclared.c";
  t.after(() => (given === undefined ? delete process.env.CC : (process.env.CC = given)));
  process.env.CC = "gcc";
  const job = await nativeJob();
  await write(tool, `#include <stdlib.h>
#include <string.h>
#include "tool.h"
int undeclared(void);
static void run(struct tool_call *call, const void *given) {
    (void)given;
    char *copy = strdup("kept");
    reply_text(call, "%s %d", copy, undeclared());
    free(copy);
}
TOOL(copies, .run = run);
`);
  await write(library, "int http_accepts(int one) { return one + 1; }\nint undeclared(void) { return http_accepts(41); }\n");
  await compileNative({ ...job, sources: [...job.sources, tool, library], output });
  const [{ result }, alive] = await answersOf([join(root, output), [], {}], `${modern("tools/call", { name: "copies" })}${ping(2)}\n`);
  assert.deepEqual([result.content, alive], [[{ type: "text", text: "kept 42" }], pong(2)]);
});
