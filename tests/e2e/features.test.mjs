// Every feature in every revision, used as applications use it: through the official SDKs. All that the
// server says passes through a recorder, which checks each message against the revision's schema.json. The
// README's table of features links to this file.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as v2 from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import * as types from "@modelcontextprotocol/sdk/types.js";
import { unchecked } from "../wire/log.mjs";
import { Recorder } from "../wire/recorder.mjs";
import { eventually } from "./support/program.mjs";
import { startWorkerd } from "./support/server.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {Recorder} */
let recorder;
before(async () => {
  server = await startWorkerd({ AUTH_MODE: "none" }, { fixture: true });
  recorder = await Recorder.start(server.url);
});
after(async () => {
  recorder?.stop();
  await server?.stop();
});

const identity = { name: "tests", version: "0" };
const capabilities = { elicitation: {}, sampling: {}, roots: {} };
const at = (/** @type {string} */ path) => new URL(path, recorder.url);

/** What the user, the model and the editor behind the client say. @type {[string, any, any][]} */
const answers = [
  ["elicitation/create", types.ElicitRequestSchema, { action: "accept", content: { username: "eve", email: "eve@example.com" } }],
  ["sampling/createMessage", types.CreateMessageRequestSchema, { role: "assistant", model: "m", content: { type: "text", text: "Paris" } }],
  ["roots/list", types.ListRootsRequestSchema, { roots: [{ uri: "file:///work" }] }],
];

/** Both SDKs behind one interface. */
class V1 {
  /** @param {string} revision @param {any} offered */
  constructor(revision, offered = capabilities, sse = revision === "2024-11-05") {
    this.revision = revision;
    this.sse = sse;
    this.client = /** @type {any} */ (new Client(identity, { capabilities: offered }));
    for (const [, schema, answer] of offered === capabilities ? answers : []) this.client.setRequestHandler(schema, () => answer);
  }

  async connect() {
    const transport = /** @type {any} */ (this.sse ? new SSEClientTransport(at("/sse")) : new StreamableHTTPClientTransport(at("/mcp")));
    // this SDK always asks for the newest revision that it knows, and takes any that it knows
    const send = transport.send.bind(transport);
    transport.send = (message, options) => {
      if (message.method === "initialize") message.params.protocolVersion = this.revision;
      return send(message, options);
    };
    await this.client.connect(transport);
    return transport.protocolVersion ?? transport["_protocolVersion"];
  }

  call(name, args = {}, options = {}) {
    return this.client.callTool({ name, arguments: args, _meta: options.meta }, undefined, options);
  }

  on(schema, method, handler) {
    this.client.setNotificationHandler(types[schema], handler);
  }
}

class V2 {
  /** @param {string} revision @param {any} offered */
  constructor(revision, offered = capabilities) {
    this.revision = revision;
    const mode = revision === "2026-07-28" ? { versionNegotiation: { mode: /** @type {const} */ ("auto") } } : { supportedProtocolVersions: [revision] };
    this.client = /** @type {any} */ (new v2.Client(identity, { capabilities: offered, ...mode }));
    for (const [method, , answer] of offered === capabilities ? answers : []) this.client.setRequestHandler(method, () => answer);
  }

  async connect() {
    await this.client.connect(new v2.StreamableHTTPClientTransport(at("/mcp")));
    return this.client.getNegotiatedProtocolVersion();
  }

  call(name, args = {}, options = {}) {
    return this.client.callTool({ name, arguments: args, _meta: options.meta }, options);
  }

  on(schema, method, handler) {
    this.client.setNotificationHandler(method, handler);
  }
}

/** @typedef {V1 | V2} Connected @type {[string, string, (offered?: any) => Connected][]} */
const clients = [
  ["2026-07-28", "SDK v2, which finds it by itself", (offered) => new V2("2026-07-28", offered)],
  ["2025-11-25", "SDK v2, pinned to it", (offered) => new V2("2025-11-25", offered)],
  ["2025-11-25", "SDK v1", (offered) => new V1("2025-11-25", offered)],
  ["2025-06-18", "SDK v1", (offered) => new V1("2025-06-18", offered)],
  ["2025-03-26", "SDK v1", (offered) => new V1("2025-03-26", offered)],
  ["2024-11-05", "SDK v1, over HTTP+SSE", (offered) => new V1("2024-11-05", offered)],
];

const modern = "2026-07-28";
const textOf = (/** @type {any} */ result) => result.content.map((/** @type {any} */ each) => each.text).join();
const kindsOf = (/** @type {any} */ result) => result.content.map((/** @type {any} */ each) => each.type);

/** Collects what comes as a notification. @param {Connected} each @param {string} schema @param {string} method */
function collect(each, schema, method) {
  /** @type {any[]} */
  const came = [];
  each.on(schema, method, (/** @type {any} */ { params }) => void came.push(params));
  return came;
}

/** Waits until a legacy client has the stream on which it hears of changes. @param {Connected} each */
const untilListening = ({ revision }) => revision === modern || eventually(() => recorder.openStreams > 0, "a stream for notifications");

/** @type {[string, (each: Connected) => Promise<void>][]} */
const features = [
  ["tools are listed, with their schemas, and called", async (each) => {
    const { tools } = await each.client.listTools();
    const names = tools.map(({ name }) => name);
    assert.deepEqual(names, names.toSorted());
    assert.deepEqual(tools.find(({ name }) => name === "test_custom_header").inputSchema.required, ["region"]);
    assert.equal(textOf(await each.call("test_simple_text")), "This is a simple text response for testing.");
  }],
  ["a tool that fails says so in its result; an unknown one is an error", async (each) => {
    assert.equal((await each.call("test_error_handling")).isError, true);
    const wrong = await each.call("test_custom_header", { region: 1 }).catch((error) => error);
    assert.match(JSON.stringify(wrong.content ?? wrong.message), /'region'|Region/i);
    await assert.rejects(each.call("nothing"), { code: -32602 });
  }],
  ["arguments that the client repeats in a header are accepted", async (each) => {
    await each.client.listTools();
    assert.equal(textOf(await each.call("test_custom_header", { region: "Zürich" })), "Routed to Zürich.");
  }],
  ["content: images, audio, embedded resources", async (each) => {
    assert.deepEqual(kindsOf(await each.call("test_multiple_content_types")), ["text", "image", "resource"]);
    assert.deepEqual(kindsOf(await each.call("test_audio_content")), [each.revision === "2024-11-05" ? "text" : "audio"]);
  }],
  ["resources are listed and read: texts, bytes and templates", async (each) => {
    const { resources } = await each.client.listResources();
    assert.ok(resources.some(({ uri }) => uri === "test://static-text"));
    const { resourceTemplates } = await each.client.listResourceTemplates();
    assert.deepEqual(resourceTemplates.map(({ uriTemplate }) => uriTemplate), ["test://template/{id}/data"]);
    const read = async (/** @type {string} */ uri) => (await each.client.readResource({ uri })).contents[0];
    assert.match((await read("test://static-text")).text, /static text/);
    assert.match((await read("test://static-binary")).blob, /^iVBOR/);
    assert.equal(JSON.parse((await read("test://template/7/data")).text).id, "7");
    await assert.rejects(read("test://nothing"), (error) => [-32002, -32602].includes(/** @type {any} */ (error).code));
  }],
  ["prompts are listed and got: with arguments, a resource, an image", async (each) => {
    const { prompts } = await each.client.listPrompts();
    assert.ok(prompts.some(({ name }) => name === "test_simple_prompt"));
    const get = async (/** @type {string} */ name, args = {}) => (await each.client.getPrompt({ name, arguments: args })).messages;
    assert.match((await get("test_prompt_with_arguments", { arg1: "a", arg2: "b" }))[0].content.text, /arg1='a', arg2='b'/);
    const uri = "test://a";
    assert.equal((await get("test_prompt_with_embedded_resource", { resourceUri: uri }))[0].content.resource.uri, uri);
    assert.equal((await get("test_prompt_with_image"))[0].content.type, "image");
    await assert.rejects(get("nothing"), { code: -32602 });
    await assert.rejects(get("test_prompt_with_arguments", { arg1: "a" }), { code: -32602, message: /'arg2' is missing/ });
    await assert.rejects(get("test_prompt_with_arguments", { arg1: "a", arg2: "b", arg3: "c" }), { code: -32602, message: /'arg3'/ });
  }],
  ["a cursor that the server did not give is an error", async ({ client }) => {
    for (const list of ["listTools", "listResources", "listResourceTemplates", "listPrompts"]) {
      await assert.rejects(client[list]({ cursor: "bm90aGluZw" }), { code: -32602, message: /cursor/ });
    }
  }],
  ["arguments of prompts are completed", async (each) => {
    const ref = { type: "ref/prompt", name: "test_prompt_with_arguments" };
    const { completion } = await each.client.complete({ ref, argument: { name: "arg1", value: "par" } });
    assert.deepEqual(completion.values, ["paris", "park", "party"]);
    const unknown = { ref: { type: "ref/prompt", name: "nothing" }, argument: { name: "arg1", value: "" } };
    await assert.rejects(each.client.complete(unknown), { code: -32602 });
  }],
  ["progress arrives while a tool runs", async (each) => {
    /** @type {number[]} */
    const seen = [];
    await each.call("test_tool_with_progress", {}, { onprogress: ({ progress }) => seen.push(progress) });
    // the last one arrives together with the result, when an SDK may have stopped listening
    assert.deepEqual([...seen, 100].slice(0, 3), [0, 50, 100]);
  }],
  ["log messages arrive, from the requested level on", async (each) => {
    const came = collect(each, "LoggingMessageNotificationSchema", "notifications/message");
    const level = async (/** @type {string} */ name) => {
      if (each.revision === modern) return { meta: { "io.modelcontextprotocol/logLevel": name } };
      await each.client.setLoggingLevel(name);
      return {};
    };
    await each.call("test_tool_with_logging", {}, await level("error"));
    assert.deepEqual(came, []);
    await each.call("test_tool_with_logging", {}, await level("info"));
    assert.deepEqual(came.map(({ level: name }) => name), ["info", "info", "info"]);
  }],
  ["elicitation: a tool asks the user, from 2025-06-18 on", async (each) => {
    const asked = each.call("test_elicitation", { message: "Who are you?" });
    if (each.revision < "2025-06-18") return assert.rejects(asked, { code: -32600, message: /does not offer/ });
    assert.equal(textOf(await asked), "User response: <action: accept, content: {username: eve, email: eve@example.com}>");
  }],
  ["sampling: a tool asks the client's model", async (each) => {
    assert.equal(textOf(await each.call("test_sampling", { prompt: "What is the capital of France?" })), "LLM response: Paris");
  }],
  ["roots: a tool asks where the client works", async (each) => {
    assert.equal(textOf(await each.call("test_input_required_result_list_roots")), "file:///work");
  }],
  ["subscriptions: whoever subscribes to a resource hears of its changes, until they unsubscribe", async (each) => {
    const uri = "test://watched-resource";
    const came = collect(each, "ResourceUpdatedNotificationSchema", "notifications/resources/updated");
    await untilListening(each);
    const subscribe = async () => {
      if (each.revision === modern) return each.client.listen({ resourceSubscriptions: [uri] });
      await each.client.subscribeResource({ uri });
      return { close: () => each.client.unsubscribeResource({ uri }) };
    };
    const first = await subscribe();
    await each.call("test_touch_resource");
    await eventually(() => came.length === 1, "the first notification");
    await first.close();
    await each.call("test_touch_resource");
    const second = await subscribe();
    await each.call("test_touch_resource");
    await eventually(() => came.length > 1, "the second notification");
    assert.deepEqual(came.map((params) => params.uri), [uri, uri]);
    await second.close();
  }],
  ["a call that its client gives up does not disturb the next", async (each) => {
    const leaving = new AbortController();
    const options = { signal: leaving.signal, onprogress: () => leaving.abort() };
    await assert.rejects(each.call("test_tool_with_progress", {}, options));
    assert.match(textOf(await each.call("test_simple_text")), /simple text/);
  }],
];

for (const [revision, name, make] of clients) {
  describe(`${revision}, ${name}`, () => {
    const connected = make();
    test("is agreed on", async () => assert.equal(await connected.connect(), revision));
    for (const [feature, use] of features) test(feature, () => use(connected));

    test("a client without capabilities is told which one a tool needs", async () => {
      const poor = make({});
      await poor.connect();
      const calls = { test_elicitation: { message: "a" }, test_sampling: { prompt: "a" }, test_input_required_result_list_roots: {} };
      for (const [tool, args] of Object.entries(calls)) {
        await assert.rejects(poor.call(tool, args), { code: revision === modern ? -32021 : -32600, message: /does not offer/ });
      }
      await poor.client.close();
    });

    test("the client closes", () => connected.client.close());
  });
}

test("over HTTP+SSE, where the session begins before the client names its capabilities, they are known all the same", async () => {
  const [poor, rich] = [new V1("2025-11-25", {}, true), new V1("2025-11-25", capabilities, true)];
  try {
    await Promise.all([poor.connect(), rich.connect()]);
    await assert.rejects(poor.call("test_elicitation", { message: "a" }), { code: -32600, message: /does not offer/ });
    assert.match(textOf(await rich.call("test_elicitation", { message: "a" })), /action: accept/);
  } finally {
    await Promise.all([poor.client.close(), rich.client.close()]);
  }
});

describe("every message of the server fits the revision's schema.json", () => {
  for (const revision of new Set(clients.map(([each]) => each))) {
    test(revision, { skip: unchecked(revision) }, () => {
      assert.ok(recorder.log.checked[revision]["tools/call"] > 10, "too few were checked");
      assert.deepEqual(recorder.log.problemsOf(revision), []);
    });
  }
});
