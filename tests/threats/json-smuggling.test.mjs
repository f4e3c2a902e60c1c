// CVE-2026-27896, GHSA-q382-vc8q-7jhj: what stands in front of a server reads one message and the server
// another, because one of them ignores the case of keys, takes the last of two, or repairs invalid text.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { credential, openSse, post } from "../e2e/support/http.mjs";
import { serving } from "./support.mjs";

const head = '"jsonrpc":"2.0","id":1';
const params = '"params":{"name":"getToken","arguments":{}}';

/** What would run the tool if it were read leniently. @type {[string, string | Uint8Array, number][]} */
const smuggled = [
  ["Method for method", `{${head},"Method":"tools/call",${params}}`, -32600],
  ["METHOD for method", `{${head},"METHOD":"tools/call",${params}}`, -32600],
  ["Params for params", `{${head},"method":"tools/call","Params":{"name":"getToken"}}`, -32602],
  ["param\\u017f, whose upper case is PARAMS", `{${head},"method":"tools/call","param\u017f":{"name":"getToken"}}`, -32602],
  ["the same, escaped", `{${head},"method":"tools/call","param\\u017f":{"name":"getToken"}}`, -32602],
  ["Name for name", `{${head},"method":"tools/call","params":{"Name":"getToken"}}`, -32602],
  ["Tools/Call for tools/call", `{${head},"method":"Tools/Call",${params}}`, -32601],
  ["GETTOKEN for getToken", `{${head},"method":"tools/call","params":{"name":"GETTOKEN"}}`, -32602],
  ["a NUL after a key", `{${head},"method":"ping","method\\u0000":"tools/call",${params}}`, -32700],
  ["a NUL after a value", `{${head},"method":"tools/call\\u0000x",${params}}`, -32700],
  ["a bare NUL", `{${head},"method":"tools/call\0",${params}}`, -32700],
  ["the same key twice", `{${head},"method":"ping","method":"tools/call",${params}}`, -32700],
  ["the same key twice, once escaped", `{${head},"method":"ping","\\u006dethod":"tools/call",${params}}`, -32700],
  ["a tool's name twice", `{${head},"method":"tools/call","params":{"name":"add","name":"getToken"}}`, -32700],
  ["an argument twice, deep inside", `{${head},"method":"tools/call","params":{"name":"getToken","arguments":{"a":[{"b":1,"b":2}]}}}`, -32700],
  ["a lone surrogate in a key", `{${head},"method":"tools/call","\\ud800":1,${params}}`, -32700],
  ["half of a surrogate pair before a letter", `{${head},"method":"tools/call","x":"\\ud800\\u0041",${params}}`, -32700],
  ["surrogates in the wrong order", `{${head},"method":"tools/call","x":"\\udc00\\ud800",${params}}`, -32700],
  ["a surrogate encoded as bytes", Buffer.concat([Buffer.from(`{${head},"method":"tools/call","x":"`), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(`",${params}}`)]), -32700],
  ["an overlong slash in the method", Buffer.concat([Buffer.from(`{${head},"method":"tools`), Buffer.from([0xc0, 0xaf]), Buffer.from(`call",${params}}`)]), -32700],
  ["a byte order mark", `\ufeff{${head},"method":"tools/call",${params}}`, -32700],
  ["a comment", `{${head},/*"method":"ping"*/"method":"tools/call",${params}}`, -32700],
  ["a second message after the first", `{${head},"method":"ping"}{${head},"method":"tools/call",${params}}`, -32700],
  ["a second message on the next line", `{${head},"method":"ping"}\n{${head},"method":"tools/call",${params}}`, -32700],
  ["65 levels of nesting", `{${head},"method":"tools/call","x":${"[".repeat(64)}${"]".repeat(64)},${params}}`, -32700],
  ["64 nested arrays and nothing else", "[".repeat(64) + "]".repeat(64), -32600],
  ["65 nested arrays and nothing else", "[".repeat(65) + "]".repeat(65), -32700],
  ["65 levels of objects and arrays in turn", `{${head},"method":"tools/call","x":${'[{"a":'.repeat(32)}1${"}]".repeat(32)},${params}}`, -32700],
  ["a million nested arrays", `{${head},"method":"tools/call","x":${"[".repeat(1_000_000)}`, -32700],
  ["half a million nested objects", `{${head},"method":"tools/call","x":${'{"a":'.repeat(500_000)}`, -32700],
];

const isRefused = (/** @type {Awaited<ReturnType<typeof post>>} */ answer, /** @type {number} */ code) => {
  assert.equal([answer.json].flat()[0]?.error?.code, code, answer.text);
  assert.ok(!answer.text.includes(credential), "the tool ran");
};

describe("JSON smuggling", () => {
  const server = serving({ AUTH_MODE: "any" });
  for (const [what, body, code] of smuggled) {
    test(`${what}: ${code}`, async () => isRefused(await post(`${server().url}/mcp`, body, { accept: "application/json" }), code));
  }

  test("a key in another case next to the right one changes nothing", async () => {
    const { json } = await post(`${server().url}/mcp`, `{${head},"method":"ping","Method":"tools/call","METHOD":"tools/call",${params}}`);
    assert.deepEqual(json, { jsonrpc: "2.0", id: 1, result: {} });
  });

  test("the message endpoint is as strict: what is not a message is refused at once, and nothing is delivered", async () => {
    const { stream, endpoint } = await openSse(server().url);
    for (const [, body, code] of smuggled.filter(([, , each]) => each === -32700)) isRefused(await post(endpoint, body), code);
    assert.equal((await post(endpoint, `{"jsonrpc":"2.0","id":"last","method":"ping"}`)).status, 202);
    assert.equal((await stream.message()).id, "last");
    stream.leave();
  });
});
