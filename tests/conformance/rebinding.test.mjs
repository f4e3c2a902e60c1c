// The official suite's scenario for DNS rebinding, against the product itself in every AUTH_MODE. The
// scenario demands a 2xx if host and origin are this machine's, and sends no credential. So a proxy in
// front of the server adds a good one, and changes nothing else: a foreign host is refused in spite of it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { HandmadeIssuer, newKey, signed } from "../e2e/support/issuer.mjs";
import { Browser, Client, startOAuth } from "../e2e/support/oauth.mjs";
import { run } from "../e2e/support/program.mjs";
import { remove, startWorkerd, temporaryFolder } from "../e2e/support/server.mjs";

/** @typedef {import("../e2e/support/server.mjs").Server} Server */

const suite = dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/package.json"));
const key = "mcp_of-the-scenario";
const audience = "https://mcp.example/mcp";

/** Adds a credential to requests without one. */
class Proxy {
  /** @type {string | undefined} */
  credential;
  /** @type {(number | undefined)[]} what the server answered */
  statuses = [];
  server = http.createServer((request, response) => this.#pass(request, response));

  /** @param {string} target */
  async start(target) {
    this.target = target;
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (this.server.address()).port}`;
    return this;
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  #pass(request, response) {
    const added = this.credential === undefined ? {} : { authorization: this.credential };
    const forward = http.request(this.target + /** @type {string} */ (request.url), { method: request.method, headers: { ...added, ...request.headers }, agent: false });
    forward.on("response", (answer) => {
      this.statuses.push(answer.statusCode);
      response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
      answer.pipe(response);
    });
    forward.on("error", () => response.destroy());
    request.pipe(forward);
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

const issuer = new HandmadeIssuer(), issuersKey = newKey("ES256", "1");
const folder = temporaryFolder();
before(async () => {
  await issuer.start();
  issuer.keys = [issuersKey.publicJwk];
});
after(async () => {
  remove(folder);
  await issuer.stop?.();
});

/** How a server in each mode is started, and a credential that gets in. @type {Record<string, { start: () => Promise<Server>, credential?: (url: string) => Promise<string> }>} */
const modes = {
  any: { start: () => startWorkerd({ AUTH_MODE: "any" }), credential: async () => "Bearer anything" },
  tokens: {
    start: () => startWorkerd({ AUTH_MODE: "tokens", TOKENS: `scenario:${createHash("sha256").update(key).digest("hex")}` }),
    credential: async () => `Bearer ${key}`,
  },
  jwt: {
    start: () => startWorkerd({ AUTH_MODE: "jwt", JWT_ISSUER: issuer.url, JWT_AUDIENCE: audience }),
    credential: async () => `Bearer ${signed(issuersKey, issuer.claims({ aud: audience }))}`,
  },
  oauth: {
    start: () => startOAuth(),
    async credential(url) {
      const client = await Client.register(url), location = await new Browser().allow(client.url());
      return `Bearer ${(await client.redeem(location)).json.access_token}`;
    },
  },
  none: { start: () => startWorkerd({ AUTH_MODE: "none" }) },
};

/** Posts without a credential, as a page of that host does once its name leads to this machine. @param {Server} server @param {string} host */
async function postFrom({ port }, host) {
  const headers = { host, origin: `http://${host}`, "content-type": "application/json", accept: "application/json, text/event-stream" };
  const request = http.request({ host: "127.0.0.1", port, path: "/mcp", method: "POST", headers, agent: false });
  request.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }));
  const [response] = await once(request, "response");
  response.resume();
  return response.statusCode;
}

for (const [mode, { start, credential }] of Object.entries(modes)) {
  describe(`dns-rebinding-protection in mode ${mode}`, () => {
    /** @type {Server} */
    let server;
    const proxy = new Proxy();
    before(async () => {
      server = await start();
      await proxy.start(server.url);
      proxy.credential = await credential?.(/** @type {string} */ (proxy.url));
    });
    after(async () => {
      proxy.stop();
      await server?.stop();
    });

    for (const revision of ["2025-11-25", "2026-07-28"]) {
      test(`${revision}: a foreign host is 403 in spite of a good credential, and this machine's is served`, async () => {
        proxy.statuses = [];
        const args = ["server", "--url", `${proxy.url}/mcp`, "--scenario", "dns-rebinding-protection", "--spec-version", revision];
        const { code, log } = await run(process.execPath, [join(suite, "dist/index.js"), ...args], { cwd: folder });
        assert.equal(code, 0, log);
        assert.match(log, /2\/2, 0 failed/);
        assert.deepEqual(proxy.statuses.slice(0, 2), [403, 200]); // then it says that it is done
      });
    }

    test("a foreign host is refused before it is asked for a credential", async () => {
      assert.equal(await postFrom(server, "evil.example.com"), 403);
      assert.equal(await postFrom(server, `localhost:${server.port}`), mode === "none" ? 200 : 401);
    });
  });
}
