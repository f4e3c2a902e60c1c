// CVE-2026-25536: a server kept one transport for all clients, and found whom to answer by the id of
// the JSON-RPC message. Two clients that both counted from 1 got each other's answers.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { stackBytes } from "../../c/toolchain/compile.mjs";
import { call, hello, message, openSse, post, toolText } from "../e2e/support/http.mjs";
import { coreModule } from "../support/builds.mjs";
import { WasmInstance } from "../support/instances.mjs";
import { serving } from "./support.mjs";

const many = 40;
const principals = Array.from({ length: many }, (_, i) => `Bearer secret-of-${String(i).padStart(3, "0")}-${"x".repeat(i * 50)}`);
const ownAnswer = (/** @type {string} */ authorization) => ({ jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text: `User's token: ${authorization}` }] } });

/** A session's id. @param {string} url @param {string} authorization */
const begin = async (url, authorization) => (await post(`${url}/mcp`, message("initialize", hello("2025-11-25")), { authorization })).headers.get("mcp-session-id");

/** @param {WasmInstance} instance @param {object} body */
async function answer(instance, body) {
  const headers = new Map([["authorization", principals[1]], ["content-type", "application/json"], ["accept", "application/json"]]);
  const head = ["POST", "https://a.example/mcp", "AMS", ...instance.headerNames.map((name) => headers.get(name) ?? "\0")];
  await instance.send("head", Buffer.from(head.join("\n")));
  await instance.send("body", Buffer.from(JSON.stringify(body)));
  return instance.send("end");
}

describe("cross-client leak", () => {
  const server = serving({ AUTH_MODE: "any" });

  test("many requests at once, all with the id 1: each gets its own answer, as JSON and as events", async () => {
    for (let round = 0; round < 3; round++) {
      await Promise.all(principals.map(async (authorization, i) => {
        const accept = i % 2 ? "application/json" : "text/event-stream";
        const { text } = await post(`${server().url}/mcp`, call("getToken"), { authorization, accept });
        const json = i % 2 ? text : text.replace(/^event: message\ndata: /, "");
        assert.deepEqual(JSON.parse(json), ownAnswer(authorization));
      }));
    }
  });

  test("many streams at once, all with the id 1: each receives its own answers and nothing else", { timeout: 60_000 }, async () => {
    const opened = await Promise.all(principals.map((authorization) => openSse(server().url, authorization)));
    for (let round = 0; round < 3; round++) {
      await Promise.all(opened.map(({ endpoint }, i) => post(endpoint, call("getToken"), { authorization: principals[i] })));
    }
    for (const [i, { stream }] of opened.entries()) {
      for (let round = 0; round < 3; round++) assert.deepEqual(await stream.message(), ownAnswer(principals[i]));
      assert.deepEqual(stream.frames, []);
      stream.leave();
    }
  });

  // the shim makes each response from an earlier one, on which a session's id must not be left
  test("the id of a session is on the response that begins it, and on no other's", async () => {
    for (let round = 0; round < 3; round++) {
      assert.match(String(await begin(server().url, principals[round])), /^[\w-]{40,}$/);
      const other = await post(`${server().url}/mcp`, call("getToken"), { authorization: principals[round + 1] });
      assert.deepEqual([other.status, other.headers.get("mcp-session-id")], [200, null]);
    }
  });

  test("many sessions at once: no two have the same id, and none works with another's token", async () => {
    const sessions = /** @type {string[]} */ (await Promise.all(principals.map((authorization) => begin(server().url, authorization))));
    assert.equal(new Set(sessions).size, many);
    await Promise.all(principals.map(async (authorization, i) => {
      const own = await post(`${server().url}/mcp`, call("getToken"), { authorization, "mcp-session-id": sessions[i] });
      assert.equal(toolText(own.json), `User's token: ${authorization}`);
      const others = await post(`${server().url}/mcp`, call("getToken"), { authorization, "mcp-session-id": sessions[(i + 1) % many] });
      assert.equal(others.status, 404);
    }));
  });

  test("memory that is poisoned between requests changes no answer: a request reads only what it wrote itself", async () => {
    const poison = 0xa5;
    const module = await coreModule();
    const start = async () => {
      const instance = new WasmInstance(module);
      await instance.start(Buffer.from("AUTH_MODE\0any\0SEAL_KEY\x000123456789abcdef0123456789abcdef\0"));
      return instance;
    };
    const used = await start();
    const memory = () => Buffer.from(used.exports.memory.buffer);
    for (const body of [call("getToken"), message("initialize", hello("2025-11-25")), message("tools/list"), call("add", { a: 1, b: 2 }), call("add", { a: "x" }), message("nonsense")]) {
      const free = used.exports.core_input(1); // where the memory of a request begins
      used.exports.core_reset(); // not send("reset"), which would object to the poison on the stack
      used.meanwhile = () => {
        memory().fill(poison, free); // over whatever earlier requests left there
        memory().fill(poison, 0, stackBytes); // and on the stack
      };
      used.meanwhile();
      const fresh = await start();
      fresh.random = used.random; // both draw the same random bytes
      const state = used.random.state;
      const got = await answer(used, body);
      used.random.state = state;
      assert.deepEqual(got, await answer(fresh, body));
      used.exports.core_reset();
    }
  });
});
