// Mode `oauth` with real clients: the official SDKs with their own OAuth, and the official suite's
// scenarios for authorization servers. The browser's part is played by a login that is posted by hand.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as v2 from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Application, Browser, register, startOAuth } from "./support/oauth.mjs";
import { Program, freePort } from "./support/program.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
before(async () => (server = await startOAuth()));
after(() => server?.stop());

/** @type {Record<string, { client: () => any, transport: (url: URL, authProvider: any) => any, refused: any, path: string }>} */
const sdks = {
  "SDK v1 at /mcp": { path: "/mcp", client: () => new ClientV1({ name: "tests", version: "0" }), transport: (url, authProvider) => new StreamableHTTPClientTransport(url, { authProvider }), refused: UnauthorizedError },
  "SDK v1 at /sse": { path: "/sse", client: () => new ClientV1({ name: "tests", version: "0" }), transport: (url, authProvider) => new SSEClientTransport(url, { authProvider }), refused: UnauthorizedError },
  "SDK v2 at /mcp": { path: "/mcp", client: () => new v2.Client({ name: "tests", version: "0" }), transport: (url, authProvider) => new v2.StreamableHTTPClientTransport(url, { authProvider }), refused: v2.UnauthorizedError },
  "SDK v2 at /sse": { path: "/sse", client: () => new v2.Client({ name: "tests", version: "0" }), transport: (url, authProvider) => new v2.SSEClientTransport(url, { authProvider }), refused: v2.UnauthorizedError },
};

/** @param {any} client */
const sum = async (client) => (await client.callTool({ name: "add", arguments: { a: 1, b: 2 } })).content[0].text;

for (const [name, { path, client: make, transport, refused }] of Object.entries(sdks)) {
  describe(name, () => {
    const application = new Application();

    test("registers, logs in, and calls a tool", async () => {
      const first = transport(new URL(server.url + path), application);
      await assert.rejects(make().connect(first), refused);
      assert.equal(application.opened?.searchParams.get("resource"), server.url + path);
      const back = new URL(await new Browser().allow(String(application.opened))).searchParams;
      assert.equal(back.get("state"), "state-of-the-application");
      await first.finishAuth(name.startsWith("SDK v2") ? back : back.get("code"));
      const client = make();
      await client.connect(transport(new URL(server.url + path), application));
      assert.equal(await sum(client), "3");
      await client.close();
    });

    test("connects again with what it kept, without a browser", async () => {
      application.opened = undefined;
      const client = make();
      await client.connect(transport(new URL(server.url + path), application));
      assert.equal(await sum(client), "3");
      await client.close();
      assert.equal(application.opened, undefined);
    });

    test("refreshes a token that is no longer valid, without a browser", async () => {
      const { refresh_token: used } = application.kept.tokens;
      application.kept.tokens = { ...application.kept.tokens, access_token: "not:good:anymore" };
      const client = make();
      await client.connect(transport(new URL(server.url + path), application));
      assert.equal(await sum(client), "3");
      await client.close();
      assert.equal(application.opened, undefined);
      assert.notEqual(application.kept.tokens.refresh_token, used);
    });
  });
}

describe("the official suite's scenarios for authorization servers", () => {
  const suite = dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/package.json"));

  for (const revision of ["2025-11-25", "2026-07-28"]) {
    test(`${revision}: all pass`, async () => {
      const port = await freePort(), redirect = `http://127.0.0.1:${port}/callback`;
      const { json } = await register(server.url, { redirect_uris: [redirect] });
      const args = ["authorization", "--url", server.url, "--client-id", json.client_id, "--port", String(port), "--resource", `${server.url}/mcp`, "--spec-version", revision];
      const program = new Program(process.execPath, [join(suite, "dist/index.js"), ...args]);
      const [, url] = await program.printed(/^(http:\/\/\S+\/authorize\?\S+)$/m); // it waits for somebody to open it
      await fetch(await new Browser().allow(url));
      assert.equal(await program.ended, 0, program.log);
      for (const scenario of ["authorization-server-metadata-endpoint", "authorization-code-grant"]) assert.match(program.log, new RegExp(scenario));
      assert.doesNotMatch(program.log, /FAILURE|WARNING|SKIPPED|[1-9]\d* (failed|skipped|warnings?)/i, program.log);
    });
  }
});
