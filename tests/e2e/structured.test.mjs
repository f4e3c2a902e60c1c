// A tool of the fixture with nested arguments and an output, called by clients that validate its output
// against its schema.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as v2 from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { root } from "./support/program.mjs";
import { startServer } from "./support/server.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
before(async () => (server = await startServer({}, { cwd: join(root, "tests/conformance") })));
after(() => server?.stop());

const identity = { name: "tests", version: "0" };

/** @type {Record<string, () => Promise<any>>} */
const clients = {
  "SDK v1": async () => {
    const client = new Client(identity);
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
    return client;
  },
  "SDK v2": async () => {
    const client = new v2.Client(identity);
    await client.connect(new v2.StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
    return client;
  },
};

for (const [name, connect] of Object.entries(clients)) {
  describe(name, () => {
    /** @type {any} */
    let client;
    before(async () => (client = await connect()));
    after(() => client?.close());
    const measure = (/** @type {any} */ points) => client.callTool({ name: "measure_path", arguments: { points } });

    test("is shown a schema, and gets output that fits it", async () => {
      const { tools } = await client.listTools();
      const { outputSchema } = tools.find((/** @type {any} */ tool) => tool.name === "measure_path");
      assert.deepEqual(outputSchema.required, ["length", "end"]);
      const result = await measure([{ x: 0 }, { x: 3, y: 4 }, { x: 3 }]);
      assert.deepEqual(result.structuredContent, { length: 9, end: { x: 3, y: 0 } });
    });

    test("is told which argument is wrong, even if it is nested", async () => {
      const { isError, content } = await measure([{ x: 0 }, { x: 1001 }]);
      assert.deepEqual([isError, content[0].text], [true, "The argument 'points[1].x' must be at most 1000."]);
    });
  });
}
