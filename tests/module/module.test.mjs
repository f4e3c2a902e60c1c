// The module that the Worker runs, as a file: what it imports, what it exports, and that the same sources
// always make the same one.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { compileModule, compileWasiProgram, stackBytes, write } from "../../c/toolchain/compile.mjs";
import { coreModule, fixture, root } from "../support/builds.mjs";
import { WasmInstance } from "../support/instances.mjs";

const run = promisify(execFile);
const module = await coreModule();
const bytes = await readFile(join(root, "build/core.wasm"));

test("the module imports four functions and nothing else", () => {
  const imports = WebAssembly.Module.imports(module).map(({ module: from, name, kind }) => `${kind} ${from}.${name}`);
  assert.deepEqual(imports.toSorted(), ["log", "now", "perform", "random"].map((name) => `function host.${name}`)
    // the linker leaves out what nothing calls
    .filter((name) => imports.includes(name) || !/\.(log|now|perform)$/.test(name)));
});

test("the module exports its memory, its events and nothing else", () => {
  const exports = WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`);
  assert.deepEqual(exports.toSorted(), [
    "function core_answered", "function core_body_ended", "function core_body_room",
    "function core_head", "function core_input", "function core_last_words",
    "function core_reset", "function core_resume", "function core_set_aside", "function core_start", "memory memory",
  ]);
});

test("the module contains nothing of features that its tools do not declare or call", async () => {
  await coreModule(fixture, "build/tests/fixture.wasm");
  const whole = await readFile(join(root, "build/tests/fixture.wasm"));
  const theirs = ["resources/templates/list", "There is no resource at ", "Unknown prompt: ", "completion/complete", "skills/list",
    "subscriptions/listen", "sampling/createMessage", "The requestState was changed", "mcp-param-", "logging/setLevel",
    "notifications/cancelled",
    // these are in files that every build has, guarded there by a constant (c/linked.h)
    ": cancelled", "given_up"];
  assert.deepEqual(theirs.filter((text) => bytes.includes(text)), []);
  assert.deepEqual(theirs.filter((text) => !whole.includes(text)), [], "what is looked for is nowhere");
});

test("the module of a SERVER_BARE contains neither the page nor what is for tokens of others", async () => {
  await coreModule("tests/transcripts/bare", "build/tests/bare.wasm");
  const own = await readFile(join(root, "build/tests/bare.wasm"));
  const theirs = ["<!doctype html>", "JWT_ISSUER is", "RSASSA-PKCS1-v1_5", "oauth-protected-resource", "wrong_audience"];
  assert.deepEqual(theirs.filter((text) => own.includes(text)), []);
  assert.deepEqual(theirs.filter((text) => !bytes.includes(text)), [], "what is looked for is nowhere");
});

test("an instance starts with 1 MiB of memory or less", async () => {
  const instance = new WasmInstance(module);
  await instance.start(Buffer.from("AUTH_MODE\0any\0"));
  assert(instance.memory.length <= 1 << 20, `${instance.memory.length} bytes`);
});

test("SERVER_VERSION is the version of package.json", async () => {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const header = await readFile(join(root, "c/server.h"), "utf8");
  assert.equal(/#define SERVER_VERSION "(.*?)"/.exec(header)?.[1], version);
});

test("the module contains no path of the machine that built it", () => {
  assert(!bytes.includes(root.replace(/\/$/, "")), "it contains the checkout's path");
});

test("the same sources in another folder give the same bytes", { timeout: 180_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "another folder "));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const name of ["build.sh", "package.json", "package-lock.json", "c", "worker"]) {
    await cp(join(root, name), join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  await run(process.execPath, ["c/toolchain/build.mjs", "wasm"], { cwd: folder, env: { ...process.env, CJSON_DIR: join(root, "build/cjson") } });
  assert((await readFile(join(folder, "build/core.wasm"))).equals(bytes));
});

test("nothing of a request is left in an instance's memory", async () => {
  const marks = ["Cr3dent1alMark", "QueryMark77", "B0dyMark99", "OriginMark55"];
  const instance = new WasmInstance(module);
  await instance.start(Buffer.from("AUTH_MODE\0any\0SEAL_KEY\x000123456789abcdef0123456789abcdef\0"));
  const headers = new Map([["authorization", `Bearer ${marks[0]}`], ["origin", `https://${marks[3]}`], ["content-type", "application/json"]]);
  const head = ["POST", `https://a.example/mcp?${marks[1]}`, "AMS", ...instance.headerNames.map((name) => headers.get(name) ?? "\0")];
  const call = { jsonrpc: "2.0", id: marks[2], method: "tools/call", params: { name: "getToken", arguments: {} } };
  await instance.send("head", Buffer.from(head.join("\n")));
  await instance.send("body", Buffer.from(JSON.stringify(call)));
  const action = await instance.send("end");
  assert(action?.body.includes(marks[0]), "the tool did not run");
  for (const mark of marks) assert(instance.memory.includes(mark), `${mark} was never there`);
  await instance.send("reset");
  for (const mark of marks) assert(!instance.memory.includes(mark), `${mark} is still there`);
});

/** @param {string} method @param {object} params */
const request = (method, params) => ({ jsonrpc: "2.0", id: 1, method, params });

const KEY = "SEAL_KEY\x000123456789abcdef0123456789abcdef\0";

/** An instance of the core with the tools of this folder, and how to call one. */
async function ownInstance(variables = KEY) {
  const instance = new WasmInstance(await coreModule("tests/module", "build/tests/own.wasm"));
  await instance.start(Buffer.from(`AUTH_MODE\0none\0${variables}`));
  const send = async (/** @type {object} */ body, /** @type {Record<string, string>} */ more = {}) => {
    const headers = /** @type {Record<string, string>} */ ({ "content-type": "application/json", ...more });
    const head = ["POST", "http://localhost/mcp", "AMS", ...instance.headerNames.map((name) => headers[name] ?? "\0")];
    await instance.send("head", Buffer.from(head.join("\n")));
    await instance.send("body", Buffer.from(JSON.stringify(body)));
    return instance.send("end");
  };
  const post = async (/** @type {object} */ body) => String((await send(body))?.body);
  const ask = (/** @type {string} */ method, /** @type {object} */ params) => post(request(method, params));
  const call = (/** @type {string} */ name, /** @type {object} */ args) => ask("tools/call", { name, arguments: args });
  return { instance, send, post, ask, call };
}

// once malloc returned NULL, and nothing said so
test("what a tool's code allocates is part of the request's memory, and wiped with it", async () => {
  const { instance, call } = await ownInstance();
  for (const size of [10, 100, 1_000_000]) {
    assert.match(await call("allocate", { bytes: size }), /"text":"All0cated! 1"/);
    assert(instance.memory.includes("All0cated"), "it is not where this test looks");
    await instance.send("reset");
    assert(!instance.memory.subarray(instance.exports.core_input(1)).includes("All0cated"), `of ${size} bytes something is left`);
    await instance.send("reset");
  }
  assert.match(await call("allocate", { bytes: 2 ** 30 }), /There is not so much/);
});

// once nothing was reused before the request ended: a parser ran out of memory after 80 MB, all of which
// it had freed
test("what a tool frees is reused, and if there is no more memory it is the tool that says so", async () => {
  const { instance, call } = await ownInstance();
  assert.match(await call("churn", { bytes: 1000 }), /"text":"churned"/);
  await instance.send("reset");
  assert.match(await call("churn", { bytes: 30_000_000 }), /"isError":true/);
});

// once a tool that called it was not linked: malloc was there twice
test("memory may be asked for at a round address", async () => {
  const { call, instance } = await ownInstance();
  for (const size of [1, 100, 4096, 1_000_000]) {
    assert.match(await call("align", { bytes: size }), /"text":"aligned"/);
    await instance.send("reset");
  }
  assert.match(await call("align", { bytes: 2 ** 30 }), /There is no more/);
});

// once a tool that called one of these was not linked: malloc was there twice
test("the libc keeps nothing of its own from one request for the next", async () => {
  const { call, instance } = await ownInstance();
  for (const refused of [8, 40]) {
    assert.match(await call("localize", {}), new RegExp(`"text":"1 C.UTF-8 5 ${refused}"`));
    await instance.send("reset");
  }
});

// once each step left a copy behind: at 4 MB there was no more memory
test("a buffer that grows bit by bit takes little more than it holds", async () => {
  const { call } = await ownInstance();
  assert.match(await call("grow", { bytes: 40_000_000 }), /"text":"grown"/);
});

// once a build failed in the compiler if a struct had bit-fields deep within
test("vendored code may pass structs by value, print, and ask for the time", async () => {
  const { instance, call } = await ownInstance();
  instance.clock = 1.8e12;
  assert.match(await call("pass-structs", {}), /"text":"31 42, 4 8, 11.5, 6, 2 two 14.5, 0, 20, 3.1416, 6 1.5 1308, at 1800000000, after 1800000000"/);
  assert.deepEqual(instance.logged, ["printed 7"]);
});

// once the response was not JSON, and the client could only guess at it
test("a reply that is not UTF-8 is replaced by an error", async () => {
  const { call } = await ownInstance();
  assert.deepEqual(JSON.parse(await call("latin", {})).error, { code: -32603, message: "The result is not UTF-8: its author has to mend it." });
});

// once the result was one that no schema allows, or empty, and no client could say whose fault that was
test("a reply that a tool cannot give is an error that names it", async () => {
  const { call } = await ownInstance();
  const { content, isError } = JSON.parse(await call("misplaced", {})).result;
  assert.deepEqual(content.map((/** @type {any} */ { text }) => text), [
    ...["reply_blob", "reply_completion", "reply_not_found"].map((reply) => `${reply} cannot reply to this: its author has to mend it.`),
    "reply_output needs TOOL_OUTPUT: this tool's author has to mend it.",
    ...["reply_annotated needs", "reply_annotated needs", "reply_link needs a uri, a name,"].map((needs) => `${needs} no priority but from 0 to 1, and no date but one like 2025-01-12T15:00:58Z: its author has to mend it.`),
  ]);
  assert.equal(isError, true);
});

// once the first gave contents that no schema allows, and the second a text that looked as if it had been
// read
test("a resource that replies with a tool's content, or with an error, cannot be read", async () => {
  const { instance, ask } = await ownInstance();
  const read = async (/** @type {string} */ name) => {
    await instance.send("reset");
    return JSON.parse(await ask("resources/read", { uri: `test://${name}` })).error;
  };
  assert.deepEqual(await read("pictured"), { code: -32603, message: "reply_image cannot reply to this: its author has to mend it." });
  assert.deepEqual(await read("unreadable"), { code: -32603, message: "The light is out." });
});

// once the error was what the user says, and the model answered it
test("a prompt that replies with an error cannot be got", async () => {
  const { ask } = await ownInstance();
  assert.deepEqual(JSON.parse(await ask("prompts/get", { name: "forget" })).error, { code: -32603, message: "The line is gone." });
});

// once it waited for a kilobyte more, and came among the lines of somebody else's call; and once each piece in which
// the libc gives a line was a line of its own
test("what a tool prints is in the log line by line when its request is over, with or without a line end", async () => {
  const { instance, call } = await ownInstance();
  const long = `an error that is longer than the room for it: ${"1".padStart(70, "0")} and its end`;
  for (let i = 0; i < 2; i++) {
    instance.logged.length = 0;
    await call("prints", {});
    await instance.send("reset");
    assert.deepEqual(instance.logged, ["first of 2", "second of 2 lines", long, "third: No such file or directory", "no end"]);
  }
});

// once it was lost just when somebody had put it there to see how far the tool gets
test("what a tool prints before it crashes is in the log, with or without a line end", async () => {
  const { instance, call } = await ownInstance();
  await assert.rejects(call("fall", {}), WebAssembly.RuntimeError);
  instance.exports.core_last_words();
  assert.deepEqual(instance.logged, ["up to here"]);
});

// once whoever sent enough could have a tool run without a line in the log
test("a call that uses up all memory has its line in the log", async () => {
  const { instance, send } = await ownInstance(`${KEY}AUDIT\0on\0`);
  const { status } = /** @type {import("../support/instances.mjs").Action} */ (await send(request("tools/call", { name: "swell", arguments: {} })));
  assert.equal(status, 503);
  assert.deepEqual(instance.logged.map((line) => JSON.parse(line).tool), ["swell"]);
});

test("a struct among variadic arguments is refused, with file and line: the compiler would generate wrong code for it", async () => {
  const source = "build/tests/varargs/varargs.c";
  await write(source, "struct point { double x, y; };\nint sum(int n, ...);\nint sum(int n, ...) { return n; }\nint use(struct point p);\nint use(struct point p) { return sum(1, p); }\n");
  await assert.rejects(compileModule({ sources: [source], output: "build/tests/varargs.wasm" }), /varargs\.c:5:\d+: error: passing object of class type/);
});

// once each call ended with "memory access out of bounds", and the build had said nothing
test("a function that takes more than half of the stack is refused, with its name", async () => {
  const source = "build/tests/frame/frame.c";
  await write(source, "unsigned long __sancov_lowest_stack;\nvoid use(char *bytes);\nint large(int i);\nint large(int i) { char bytes[40000]; use(bytes); return bytes[i]; }\nvoid use(char *bytes) { for (int i = 0; i < 40000; i++) bytes[i] = (char)(i ^ (int)(long)bytes); }\n");
  await assert.rejects(compileModule({ sources: [source], exports: ["large"], wipesStack: true, output: "build/tests/frame.wasm" }), /error: .*stack frame size \(\d+\) exceeds limit \(32768\) in function 'large'/);
});

test("code that opens files is refused", async () => {
  const source = "build/tests/files/files.c";
  await write(source, '#include <stdio.h>\nunsigned long __sancov_lowest_stack;\nint load(void);\nint load(void) { return fopen("/etc/passwd", "r") != NULL; }\n');
  await assert.rejects(compileModule({ sources: [source], exports: ["load"], output: "build/tests/files.wasm" }), /needs files, .*which a Worker does not have \(.*path_open/);
});

test("what nobody defines is named, with the file that calls it", async () => {
  const source = "build/tests/lacking/lacking.c";
  await write(source, "int launch(int);\nint use(int);\nint use(int i) { return launch(i); }\n");
  await assert.rejects(compileModule({ sources: [source], exports: ["use"], output: "build/tests/lacking.wasm" }),
    /^build\/tests\/lacking\/lacking\.c: error: 'launch' is neither in the C library that a Worker has nor in the C code here/m);
});

// once a sentence began with a colon, as if a file without a name called it
test("what only the core calls is left to the linker to name", async () => {
  const lacking = compileModule({ sources: ["c/seal.c"], includes: ["c"], exports: ["seal_open"], output: "build/tests/seal.wasm" });
  await assert.rejects(lacking, (/** @type {Error} */ { message }) => /undefined symbol: sha256_hmac/.test(message) && !/^: error/m.test(message));
});

// once all that was said was "Assertion failed" and a place in the compiler's source
test("if the compiler itself fails, the file is named", async () => {
  const source = "build/tests/complex/complex.c";
  await write(source, "double use(double _Complex z);\ndouble use(double _Complex z) { return __real__ z; }\n");
  await assert.rejects(compileModule({ sources: [source], exports: ["use"], output: "build/tests/complex.wasm" }), /build\/tests\/complex\/complex\.c: error: the compiler failed/);
});

// once all of it was refused if it had a function for files, as most libraries do, even if nobody called it; and what
// is only a part of other files, or needs a macro, was compiled by itself and failed; and so did the second main(), of
// which a library's tests and examples have one each; and each file of many needed another one that defined its macros
test("code in a folder vendor is compiled as it is, with flags of its own, for tools to call", async () => {
  const { call } = await ownInstance();
  assert.match(await call("sum", {}), /"text":"1421 40 0"/);
});

// once its functions took the place of the core's without a word: the server read no variables, and refused every body
test("vendored code may use names that the core has, too", async () => {
  const { call } = await ownInstance();
  assert.match(await call("borrow", { config_read: 1 }), /"text":"242 41 item"/);
});

// once a library's test ran in place of the server, over stdio without a C compiler
test("a library's main() is not the program's", async () => {
  const sources = ["use.c", "vendor/a.c", "vendor/b.c"].map((name) => `build/tests/program/${name}`), output = "build/tests/program.wasm";
  await write(sources[0], "int library(void);\nint main(int count, char **words) { (void)words; return library() + count; }\n");
  await write(sources[1], "int library(void) { return 6; }\nint main(void) { return 1; }\n");
  await write(sources[2], "int main(void) { return 2; }\n");
  await compileWasiProgram({ sources, output });
  const args = ["--no-warnings", join(root, "tests/support/wasi.mjs"), join(root, output)];
  await assert.rejects(run(process.execPath, args), { code: 7 });
});

// once the first was taken for both, without a word
test("two libraries with a function of the same name are refused", async () => {
  const sources = ["use.c", "vendor/a.c", "vendor/b.c"].map((name) => `build/tests/twice/${name}`);
  await write(sources[0], "int crc(void);\nint other(void);\nint use(void);\nint use(void) { return crc() + other(); }\n");
  await write(sources[1], "int crc(void) { return 1; }\n");
  await write(sources[2], "int crc(void) { return 2; }\nint other(void) { return crc(); }\n");
  await assert.rejects(compileModule({ sources, exports: ["use"], output: "build/tests/twice.wasm" }), /duplicate symbol: crc/);
});

// once each message was answered before the next one was counted
test("of a refused batch, no message is carried out", async () => {
  const { instance, post, call } = await ownInstance();
  const batch = Array.from({ length: 65 }, () => request("tools/call", { name: "count" }));
  assert.match(await call("count", {}), /"text":"1"/);
  await instance.send("reset");
  assert.match(await post(batch), /The batch has more than 64 messages/);
  await instance.send("reset");
  assert.match(await call("count", {}), /"text":"2"/);
  await instance.send("reset");
  assert.match(await post(batch.slice(1)), /"text":"66"/);
});

// once it ran, and only then was its state checked, with the key that had been fetched for that
test("no tool runs before there is a key to check its requestState with", async () => {
  const { instance, send, call } = await ownInstance("");
  const meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientInfo": { name: "c", version: "1" }, "io.modelcontextprotocol/clientCapabilities": { roots: {} } };
  const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "ask" };
  const params = { name: "ask", requestState: "forged", inputResponses: { roots: { roots: [] } }, _meta: meta };
  const first = await send(request("tools/call", params), headers);
  assert.deepEqual([first?.mailbox, first?.topic], ["key", "key"]);
  await instance.send("answer", Buffer.from([1]));
  const last = await instance.send("answer", Buffer.alloc(32, 7));
  assert.match(String(last?.body), /The requestState was changed/);
  await instance.send("reset");
  assert.match(await call("count", {}), /"text":"1"/);
});

test("however deep a tool went, nothing is left on the stack", async () => {
  const { instance, call } = await ownInstance();
  for (const frames of [1, 10, 160]) {
    assert.match(await call("deep", { frames }), /"text":"\d+ 100"/);
    const stack = instance.memory.subarray(0, stackBytes);
    assert(Buffer.from(stack).includes(`St4ckMark 1 of many`), "the stack is not where this test looks");
    await instance.send("reset");
    const left = stack.findIndex((byte) => byte !== 0);
    assert(left === -1 || left > stack.length - 64, `a byte is left ${stack.length - left} bytes deep`);
  }
});

test("the stack is large enough for LIMIT_SCHEMA_DEPTH, and a deeper check is refused", async () => {
  const { instance, call } = await ownInstance();
  for (const [objects, said] of /** @type {[number, RegExp][]} */ ([[30, /It fits/], [58, /"isError":true/]])) {
    let args = {};
    for (let i = 0; i < objects; i++) args = { a: args };
    assert.match(await call("nested", args), said);
    await instance.send("reset");
  }
});

test("if nothing that is declared completes anything, completion/complete is not a method", async () => {
  const { instance, ask } = await ownInstance();
  assert.match(await ask("prompts/get", { name: "quiet" }), /Be quiet/);
  await instance.send("reset");
  assert.match(await ask("completion/complete", { ref: { type: "ref/prompt", name: "quiet" }, argument: { name: "a", value: "" } }), /-32601/);
});
