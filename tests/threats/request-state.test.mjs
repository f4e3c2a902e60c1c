// 2026-07-28, Multi Round-Trip Requests: the state of a call passes through the client, which can change
// it, keep it, or give it to somebody else. So it is sealed: for one principal, one request, one hour.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { post, toolText } from "../e2e/support/http.mjs";
import { coreModule, fixture } from "../support/builds.mjs";
import { WasmInstance } from "../support/instances.mjs";
import { serving, tokensOf } from "./support.mjs";

// names of the same length: a binding to the length alone would not do
const anna = "Bearer annas-token", boby = "Bearer bobys-token", refreshed = "Bearer annas-newer-token";
const bearer = (/** @type {string} */ authorization) => authorization.slice("Bearer ".length);
const TOKENS = tokensOf(["anna", bearer(anna)], ["anna", bearer(refreshed)], ["boby", bearer(boby)]);
const tool = "test_input_required_result_request_state", another = "test_input_required_result_tampered_state";

/** A modern call, and what its headers repeat. @param {string} name @param {object} [more] parameters */
function modern(name, more = {}) {
  const meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } } };
  const body = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: {}, _meta: meta, ...more } };
  return { body, headers: { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": name } };
}

const answered = (/** @type {string} */ requestState) => ({ requestState, inputResponses: { confirm: { action: "accept", content: { ok: true } } } });

/** @param {any} json */
function assertRefused(json) {
  assert.equal(json.error?.code, -32602, JSON.stringify(json));
  assert.match(json.error.message, /requestState/);
}

describe("request state tampering and replay", () => {
  const server = serving({ AUTH_MODE: "tokens", TOKENS }, { fixture: true });

  /** @param {string} name @param {object} [more] @param {string} [authorization] @returns {Promise<any>} */
  async function ask(name, more, authorization = anna) {
    const { body, headers } = modern(name, more);
    return (await post(`${server().url}/mcp`, body, { ...headers, authorization })).json;
  }

  /** Begins a call; returns the state in its answer. */
  async function begin() {
    const { result } = await ask(tool);
    assert.equal(result?.resultType, "input_required");
    return /** @type {string} */ (result.requestState);
  }

  test("an unchanged state is accepted, with a refreshed token of the same name, too", async () => {
    const state = await begin();
    assert.equal(toolText(await ask(tool, answered(state))), "state-ok: yes");
    assert.equal(toolText(await ask(tool, answered(state), refreshed)), "state-ok: yes");
  });

  test("one flipped bit, in whichever digit: refused", async () => {
    const state = await begin(), digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (let i = 0; i < state.length; i++) {
      const flipped = digits[digits.indexOf(state[i]) ^ (1 << i % 6)];
      assertRefused(await ask(tool, answered(state.slice(0, i) + flipped + state.slice(i + 1))));
    }
  });

  test("cut, extended, made up, or not a string: refused", async () => {
    const state = await begin();
    for (const other of [state.slice(1), state.slice(0, -1), `${state}A`, "", "AAAA", "e30", state + state]) assertRefused(await ask(tool, answered(other)));
    assertRefused(await ask(tool, /** @type {any} */ ({ ...answered(""), requestState: { confirm: true } })));
  });

  test("another principal: refused", async () => assertRefused(await ask(tool, answered(await begin()), boby)));

  test("another request: refused, whether for another tool or with other arguments", async () => {
    const state = await begin();
    assertRefused(await ask(another, answered(state)));
    assertRefused(await ask(tool, { ...answered(state), arguments: { more: 1 } }));
  });

  test("a session's id is not accepted as a state, nor a state as a session's id", async () => {
    const begun = await post(`${server().url}/mcp`, { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } } }, { authorization: anna });
    assertRefused(await ask(tool, answered(begun.headers.get("mcp-session-id") ?? "")));
    const { status } = await post(`${server().url}/mcp`, { jsonrpc: "2.0", id: 1, method: "ping" }, { authorization: anna, "mcp-session-id": await begin() });
    assert.equal(status, 404);
  });

  test("an hour later: accepted; a second after that: refused", async () => {
    const instance = new WasmInstance(await coreModule(fixture, "build/fixture/build/core.wasm"));
    await instance.start(Buffer.from(`AUTH_MODE\0tokens\0TOKENS\0${TOKENS}\0SEAL_KEY\x000123456789abcdef0123456789abcdef\0`));
    const at = async (/** @type {number} */ seconds, /** @type {object} */ more) => {
      instance.clock = seconds * 1000;
      const { body, headers } = modern(tool, more);
      const all = new Map(Object.entries({ ...headers, authorization: anna, "content-type": "application/json", accept: "application/json" }));
      await instance.send("head", Buffer.from(["POST", "https://a.example/mcp", "AMS", ...instance.headerNames.map((name) => all.get(name) ?? "\0")].join("\n")));
      await instance.send("body", Buffer.from(JSON.stringify(body)));
      const action = await instance.send("end");
      await instance.send("reset");
      return JSON.parse(String(action?.body));
    };
    const start = 1_800_000_000;
    const { requestState } = (await at(start, {})).result;
    assert.equal(toolText(await at(start + 3600, answered(requestState))), "state-ok: yes");
    assertRefused(await at(start + 3601, answered(requestState)));
  });
});
