// The official SDKs as clients, over both transports; and the revisions, spoken by hand.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as v2 from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { call, credential, hello, message, post, toolText } from "./support/http.mjs";
import { startServer } from "./support/server.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
before(async () => (server = await startServer({ AUTH_MODE: "any" })));
after(() => server?.stop());

const requestInit = { headers: { authorization: credential } };
const identity = { name: "tests", version: "0" };

/** @type {Record<string, () => any>} */
const transports = {
  "/sse": () => new SSEClientTransport(new URL(`${server.url}/sse`), { requestInit }),
  "/mcp": () => new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }),
};

for (const [path, transport] of Object.entries(transports)) {
  describe(`SDK v1 at ${path}`, () => {
    const client = new Client(identity);
    /** @type {unknown[]} */
    const errors = [];
    client.onerror = (error) => errors.push(error); // oxlint-disable-line unicorn/prefer-add-event-listener
    before(() => client.connect(transport()));
    const run = (/** @type {string} */ name, /** @type {any} */ args) => client.callTool({ name, arguments: args });
    const textOf = async (/** @type {string} */ name, /** @type {any} */ args) => /** @type {any} */ (await run(name, args)).content[0].text;

    test("connects, and learns who the server is and that it has tools", () => {
      assert.equal(client.getServerVersion()?.name, "remote-mcp-server-c");
      // a session of /sse ends with its stream, before any list can change
      assert.deepEqual(client.getServerCapabilities(), { tools: path === "/sse" ? {} : { listChanged: true } });
    });

    test("lists add and getToken, the same twice", async () => {
      const first = await client.listTools();
      assert.deepEqual(first.tools.map((tool) => tool.name), ["add", "getToken"]);
      assert.deepEqual(first.tools[0].inputSchema.required, ["a", "b"]);
      assert.deepEqual(await client.listTools(), first);
    });

    test("prints sums as JavaScript does", async () => {
      for (const [a, b] of [[0.1, 0.2], [1e21, 0], [-0, -0], [1, 2], [5e-324, 0], [1e308, -1e308], [2 ** 53, 1]]) {
        assert.equal(await textOf("add", { a, b }), String(a + b), `${a} + ${b}`);
      }
    });

    test("getToken shows the whole header", async () => {
      assert.equal(await textOf("getToken", {}), `User's token: ${credential}`);
    });

    test("wrong arguments are a tool error that names each", async () => {
      const wrong = /** @type {any} */ (await run("add", { a: "1" }));
      assert.equal(wrong.isError, true);
      assert.equal(wrong.content[0].text, "The argument 'a' must be a finite number. The argument 'b' is missing.");
      assert.match(await textOf("add", { a: 1, b: 2, c: 3 }), /'c'/);
    });

    test("an unknown tool is the error -32602", async () => {
      await assert.rejects(run("subtract", {}), { code: -32602, message: /subtract/ });
    });

    test("answers many calls at once, each with its own", async () => {
      const sums = await Promise.all(Array.from({ length: 50 }, (_, i) => textOf("add", { a: i, b: 1 })));
      assert.deepEqual(sums, Array.from({ length: 50 }, (_, i) => String(i + 1)));
    });

    test("pings, closes, and saw no error on the way", async () => {
      await client.ping();
      await client.close();
      assert.deepEqual(errors, []);
    });
  });
}

test("SDK v1 is told 401 if it sends no credential", async () => {
  for (const transport of [new SSEClientTransport(new URL(`${server.url}/sse`)), new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`))]) {
    await assert.rejects(new Client(identity).connect(/** @type {any} */ (transport)), { code: 401 });
  }
});

for (const [path, transport] of Object.entries({
  "/sse": () => new v2.SSEClientTransport(new URL(`${server.url}/sse`), { requestInit }),
  "/mcp": () => new v2.StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }),
})) {
  test(`SDK v2 at ${path} connects, lists and calls`, async () => {
    const client = new v2.Client(identity);
    await client.connect(transport());
    assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name), ["add", "getToken"]);
    const result = /** @type {any} */ (await client.callTool({ name: "add", arguments: { a: 2, b: 3 } }));
    assert.equal(result.content[0].text, "5");
    await client.close();
  });
}

test("SDK v2 finds 2026-07-28 by itself", async () => {
  const client = new v2.Client(identity, { versionNegotiation: { mode: "auto" } });
  await client.connect(new v2.StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
  assert.deepEqual([client.getNegotiatedProtocolVersion(), client.getProtocolEra()], ["2026-07-28", "modern"]);
  assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name), ["add", "getToken"]);
  const result = /** @type {any} */ (await client.callTool({ name: "getToken" }));
  assert.equal(result.content[0].text, `User's token: ${credential}`);
  await client.close();
});

test("SDK v2 that looks for newer revisions, as Cloudflare's Agents do, settles for 2025-11-25 at /sse", async () => {
  const client = new v2.Client(identity, { versionNegotiation: { mode: "auto" } });
  await client.connect(new v2.SSEClientTransport(new URL(`${server.url}/sse`), { requestInit }));
  assert.deepEqual([client.getNegotiatedProtocolVersion(), client.getProtocolEra()], ["2025-11-25", "legacy"]);
  const result = /** @type {any} */ (await client.callTool({ name: "add", arguments: { a: 2, b: 3 } }));
  assert.equal(result.content[0].text, "5");
  await client.close();
});

/** @param {any} body @param {Record<string, string>} [headers] */
const mcp = (body, headers) => post(`${server.url}/mcp`, body, headers);

describe("by hand at /mcp", () => {
  for (const version of ["2025-03-26", "2025-06-18", "2025-11-25"]) {
    test(`${version} is agreed on, and its session works`, async () => {
      const begun = await mcp(message("initialize", hello(version)));
      assert.equal(begun.status, 200);
      assert.equal(begun.json.result.protocolVersion, version);
      const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": version };
      assert.match(session["mcp-session-id"], /^[!-~]{20,}$/);
      const notified = await mcp({ jsonrpc: "2.0", method: "notifications/initialized" }, session);
      assert.deepEqual([notified.status, notified.text], [202, ""]);
      const listed = await mcp(message("tools/list"), session);
      assert.equal(listed.json.result.tools[0].title, version === "2025-03-26" ? undefined : "Add");
      const sum = await mcp(call("add", { a: 0.1, b: 0.2 }, "one"), session);
      assert.deepEqual([sum.json.id, toolText(sum.json)], ["one", "0.30000000000000004"]);
    });
  }

  test("an unknown revision is answered with the newest", async () => {
    const { json } = await mcp(message("initialize", hello("1999-01-01")));
    assert.equal(json.result.protocolVersion, "2025-11-25");
  });

  test("a batch is answered in 2025-03-26, and refused later", async () => {
    const batch = [call("add", { a: 1, b: 1 }, 1), { jsonrpc: "2.0", method: "notifications/initialized" }, message("nonsense", {}, "2")];
    const answered = await mcp(batch, { "mcp-protocol-version": "2025-03-26" });
    assert.equal(answered.status, 200);
    assert.deepEqual(answered.json.map((/** @type {any} */ one) => [one.id, one.error?.code]), [[1, undefined], ["2", -32601]]);
    const refused = await mcp(batch, { "mcp-protocol-version": "2025-06-18" });
    assert.deepEqual([refused.status, refused.json.error.code], [400, -32600]);
  });

  test("a client that accepts only events gets one", async () => {
    const { headers, text } = await mcp(message("ping", {}, 7), { accept: "text/event-stream" });
    assert.equal(headers.get("content-type"), "text/event-stream");
    assert.equal(text, 'event: message\ndata: {"jsonrpc":"2.0","id":7,"result":{}}\n\n');
  });

  test("requests without a session are answered too", async () => {
    assert.equal(toolText((await mcp(call("add", { a: 1, b: 2 }))).json), "3");
  });
});
