// Programs that people run: the Inspector's command line and mcp-remote, each spawned for real.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { environment, root, run } from "./support/program.mjs";
import { remove, startServer, temporaryFolder } from "./support/server.mjs";

const credential = "Bearer for-programs";

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {string} the programs' home */
let home;
before(async () => {
  home = temporaryFolder();
  server = await startServer({ AUTH_MODE: "any" });
});
after(async () => {
  await server?.stop();
  remove(home);
});

const program = (/** @type {string} */ name) => join(root, "node_modules/.bin", name);

/** @param {string} path @param {string} transport @param {string[]} args */
function inspect(path, transport, ...args) {
  const all = ["--cli", server.url + path, "--transport", transport, "--header", `Authorization: ${credential}`, "--format", "json", ...args];
  return run(process.execPath, [program("mcp-inspector"), ...all], { env: { HOME: home } });
}

for (const [path, transport] of [["/sse", "sse"], ["/mcp", "http"]]) {
  describe(`Inspector CLI over ${transport}`, { concurrency: 2 }, () => {
    test("lists the tools, and finds no fault with their schemas", async () => {
      const { code, output, log } = await inspect(path, transport, "--method", "tools/list", "--strict");
      assert.equal(code, 0, log);
      assert.deepEqual(JSON.parse(output).result.tools.map((/** @type {any} */ tool) => tool.name), ["add", "getToken"]);
    });

    test("calls add", async () => {
      const { code, output, log } = await inspect(path, transport, "--method", "tools/call", "--tool-name", "add", "--tool-arg", "a=0.1", "b=0.2");
      assert.equal(code, 0, log);
      assert.equal(JSON.parse(output).result.content[0].text, "0.30000000000000004");
    });

    test("calls getToken, which shows the header it was given", async () => {
      const { code, output, log } = await inspect(path, transport, "--method", "tools/call", "--tool-name", "getToken");
      assert.equal(code, 0, log);
      assert.equal(JSON.parse(output).result.content[0].text, `User's token: ${credential}`);
    });
  });
}

for (const [path, transport] of [["/sse", "sse-only"], ["/mcp", "http-only"], ["/mcp", "http-first"]]) {
  test(`mcp-remote, ${transport}, connects stdio to ${path}`, async () => {
    const proxy = new StdioClientTransport({
      command: process.execPath,
      args: [program("mcp-remote"), `${server.url}${path}`, "--header", "Authorization:${AUTH_HEADER}", "--transport", transport],
      env: { PATH: environment.PATH, HOME: home, MCP_REMOTE_CONFIG_DIR: join(home, transport), AUTH_HEADER: credential },
      stderr: "pipe",
    });
    let log = "";
    proxy.stderr?.on("data", (text) => (log += text));
    const client = new Client({ name: "tests", version: "0" });
    try {
      await client.connect(proxy);
      assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name), ["add", "getToken"]);
      const sum = /** @type {any} */ (await client.callTool({ name: "add", arguments: { a: 0.1, b: 0.2 } }));
      assert.equal(sum.content[0].text, "0.30000000000000004");
      const token = /** @type {any} */ (await client.callTool({ name: "getToken", arguments: {} }));
      assert.equal(token.content[0].text, `User's token: ${credential}`);
    } catch (error) {
      throw new Error(`mcp-remote said:\n${log}`, { cause: error });
    } finally {
      await client.close();
    }
  });
}
