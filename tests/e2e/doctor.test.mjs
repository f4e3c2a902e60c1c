// `npm run doctor`: what it says of a server without a fault and of our own. What it says of
// others: doctor-faults.test.mjs; what it prints: doctor-report.test.mjs.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { address } from "../../worker/commands/doctor/checks-connection.mjs";
import { clients } from "../../worker/commands/doctor/clients.mjs";
import { Probe } from "../../worker/commands/doctor/probe.mjs";
import { against, doctor, examine, faults } from "./support/doctor.mjs";
import { key } from "./support/plain-server.mjs";
import { startServer } from "./support/server.mjs";

describe("a server without a fault", () => {
  test("passes with a key: every client on this machine connects", () =>
    against(undefined, async (url) => {
      const { code, clients: judged } = await examine(url, "--token", key);
      assert.deepEqual([code, faults(judged)], [0, []]);
      for (const { name, verdict } of judged) assert.equal(verdict, ["claude", "chatgpt"].includes(name) ? "not judged" : "connects", name);
    }));

  test("passes without a credential, with a note that this only goes so far", () =>
    against(undefined, async (url) => {
      const { code, output } = await doctor(url, "--client", "vscode");
      assert.equal(code, 0, output);
      assert.match(output, /^VS Code: no fault found, as far as can be checked without a credential$/m);
      assert.match(output, /^ {2}✓ there is a way in for this client: OAuth$/m);
      assert.match(output, /^ {2}- initialize: not tried: this needs a credential/m);
    }));

  test("is not judged for clients in the cloud while it is on this machine, unless they are asked for", () =>
    against(undefined, async (url) => {
      const { code, clients: judged } = await examine(url, "--token", key, "--client", "claude,chatgpt");
      assert.equal(code, 1);
      for (const { steps, firstFault } of judged) {
        assert.equal(firstFault, "https, on port 443");
        assert.deepEqual(steps.filter((/** @type {any} */ { result }) => result === "fail").length, 1);
      }
    }));
});

// without its session the doctor got 400, and once gave the client up for that
test("a server that has streams only in a session has no fault there", () =>
  against((reply, { method, headers, message }) => {
    if (message?.method === "initialize" && reply.status === 200) return { ...reply, headers: { ...reply.headers, "mcp-session-id": "s" } };
    if (method !== "GET" || reply.status !== 405) return reply;
    if (headers["mcp-session-id"] !== "s") return { ...reply, status: 400 };
    return { ...reply, status: 200, headers: { "content-type": "text/event-stream", "cache-control": "no-cache, no-transform" }, body: ": here\n\n" };
  }, async (url) => {
    const { output } = await doctor(url, "--token", key, "--client", "mcp-remote");
    assert.match(output, /GET gives a stream or 405.*a stream/);
  }));

for (const option of ["--help", "-h"]) {
  test(`${option} prints what there is, and that is no error`, async () => {
    const { code, output, log } = await doctor("https://mcp.example/mcp", option);
    assert.deepEqual([code, output], [0, log]);
    assert.match(output, /^Usage: npm run doctor -- URL /);
  });
}

test("an address without http:// or https:// is said to lack it", async () => {
  for (const text of ["localhost:8787/mcp", "mcp.example", "ftp://mcp.example/mcp"]) {
    const { code, log } = await doctor(text);
    assert.equal(code, 1);
    assert.match(log, /must begin with http:\/\/ or https:\/\//);
  }
});

test("clients in the cloud need a public https URL on port 443", async () => {
  const [claude] = clients;
  for (const [url, note] of /** @type {[string, RegExp][]} */ ([["http://mcp.example/mcp", /not https/], ["https://mcp.example:8443/mcp", /port 8443/], ["https://localhost/mcp", /on this machine/]])) {
    const { result, note: said } = await address.run(new Probe(url), claude);
    assert.equal(result, "fail");
    assert.match(said, note);
  }
  assert.equal((await address.run(new Probe("https://mcp.example/mcp"), claude)).result, "pass");
});

for (const [name, variables, token] of /** @type {[string, Record<string, string>, string][]} */ ([
  ["any", {}, "some-token"],
  ["tokens", { AUTH_MODE: "tokens", TOKENS: `me:${createHash("sha256").update("the-key").digest("hex")}` }, "the-key"],
  ["none", { AUTH_MODE: "none" }, ""],
])) {
  describe(`our own server, with AUTH_MODE=${name}, under wrangler dev`, () => {
    /** @type {import("./support/server.mjs").Server} */
    let server;
    before(async () => { server = await startServer(variables); });
    after(() => server?.stop());
    const credential = token ? ["--token", token] : [];

    for (const path of ["/mcp", "/mcp/", "/sse"]) {
      test(`no client finds a fault at ${path}`, async () => {
        const chosen = path === "/sse" ? ["--client", "claude-code,vscode,cursor,mcp-remote,inspector"] : [];
        const { code, clients: judged } = await examine(server.url + path, ...credential, ...chosen);
        assert.deepEqual([code, faults(judged)], [0, []]);
        for (const { verdict } of judged) assert.match(verdict, /^connects$|^not judged$/);
      });
    }

    test("clients in the cloud find only that it is on this machine, and ChatGPT that it takes only keys", async () => {
      const { clients: judged } = await examine(`${server.url}/mcp`, ...credential, "--client", "claude,chatgpt");
      const found = faults(judged).map((fault) => fault.split(": ").slice(0, 2).join(": "));
      const wayIn = token ? ["chatgpt: there is a way in for this client"] : [];
      assert.deepEqual(found, ["claude: https, on port 443", "chatgpt: https, on port 443", ...wayIn]);
    });

    if (!token) return;
    test("without the credential it gets as far as the challenge", async () => {
      const { code, clients: judged } = await examine(`${server.url}/mcp`);
      assert.deepEqual([code, faults(judged)], [0, []]);
    });
  });
}

test("Codex cannot connect at /sse", async () => {
  const server = await startServer();
  try {
    const { code, clients: [judged] } = await examine(`${server.url}/sse`, "--token", "some-token", "--client", "codex");
    assert.deepEqual([code, judged.firstFault], [1, "initialize"]);
  } finally {
    await server.stop();
  }
});
