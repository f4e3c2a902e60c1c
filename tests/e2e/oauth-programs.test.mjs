// Mode `oauth` with a program that people run: mcp-remote, whose login is done in a real Chromium.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client as McpClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { logInAnd, newPage, noChromium, startChromium } from "./support/chromium.mjs";
import { message, post } from "./support/http.mjs";
import { Client, hashed, startOAuth } from "./support/oauth.mjs";
import { environment, eventually, freePort, root, run } from "./support/program.mjs";
import { remove, temporaryFolder } from "./support/server.mjs";

/** @typedef {import("./support/server.mjs").Server} Server */

const key = "mcp_of-the-programs", wrongKey = "mcp_that-nobody-made";
const mcpRemote = join(root, "node_modules/.bin/mcp-remote");

/** Somebody's computer: what mcp-remote keeps there, and a browser that only notes what it is told to open. */
class Computer {
  home = temporaryFolder();
  #opened = join(this.home, "opened");
  /** The port that the browser returns to: if it is taken, mcp-remote takes another one, and registers anew. */
  callbackPort = freePort();
  log = "";

  constructor() {
    // Linux starts what BROWSER names, macOS the program `open`
    const browser = join(this.home, "open");
    writeFileSync(browser, `#!/bin/sh\nfor url; do :; done\necho "$url" >> "${this.#opened}"\n`);
    chmodSync(browser, 0o755);
    this.env = { PATH: `${this.home}:${environment.PATH}`, HOME: this.home, MCP_REMOTE_CONFIG_DIR: join(this.home, "kept"), BROWSER: browser };
  }

  /** The URLs that the browser was told to open. @returns {string[]} */
  get opened() {
    return existsSync(this.#opened) ? readFileSync(this.#opened, "utf8").trim().split("\n") : [];
  }

  /** What the program kept. @param {string} name @returns {any} */
  kept(name) {
    return JSON.parse(readFileSync(this.#path(name), "utf8"));
  }

  /** @param {string} name @param {(kept: any) => object} change */
  change(name, change) {
    writeFileSync(this.#path(name), JSON.stringify(change(this.kept(name))));
  }

  /** @param {string} name */
  lose(name) {
    rmSync(this.#path(name));
  }

  /** @param {string} name */
  has(name) {
    return this.#files(name).length > 0;
  }

  /** @param {string} name */
  #files(name) {
    return /** @type {string[]} */ (readdirSync(this.env.MCP_REMOTE_CONFIG_DIR, { recursive: true })).filter((file) => file.endsWith(name));
  }

  /** @param {string} name */
  #path(name) {
    const files = this.#files(name);
    assert.equal(files.length, 1, `${name}: ${files}`);
    return join(this.env.MCP_REMOTE_CONFIG_DIR, files[0]);
  }

  /** @param {string} url @param {string[]} args */
  async command(url, ...args) {
    return [mcpRemote, url, String(await this.callbackPort), ...args];
  }

  /**
   * Runs mcp-remote, as a client of it does.
   * @param {[string, ...string[]]} args
   * @param {(connected: Promise<McpClient>) => Promise<void>} use
   */
  async use(args, use) {
    const transport = new StdioClientTransport({ command: process.execPath, args: await this.command(...args), env: this.env, stderr: "pipe" });
    const client = new McpClient({ name: "tests", version: "0" });
    this.log = "";
    transport.stderr?.on("data", (text) => (this.log += text));
    try {
      await use(client.connect(transport).then(() => client));
    } catch (error) {
      throw new Error(`mcp-remote said:\n${this.log}`, { cause: error });
    } finally {
      await client.close();
    }
  }

  /** The next URL that the browser is told to open. @param {number} opened how many there were before */
  async asked(opened) {
    await eventually(() => this.opened.length > opened, "a browser is opened");
    await eventually(() => /Please authorize this client by visiting:\s+http/.test(this.log), "it says where to log in");
    return /** @type {string} */ (this.opened.at(-1));
  }

  forget() {
    remove(this.home);
  }
}

/** @param {McpClient} client */
async function assertServes(client) {
  assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name), ["add", "getToken"]);
  const sum = /** @type {any} */ (await client.callTool({ name: "add", arguments: { a: 0.1, b: 0.2 } }));
  assert.equal(sum.content[0].text, "0.30000000000000004");
}

/** @type {import("./support/chromium.mjs").Chromium} */
let browser;
before(async () => {
  if (!noChromium) browser = await startChromium();
});
after(() => browser?.close());

/** Does in Chromium what mcp-remote asks for. @param {Computer} computer @param {number} opened @param {"Allow" | "Deny"} decision */
async function visit(computer, opened, decision) {
  const page = await newPage(browser);
  await page.goto(await computer.asked(opened));
  await logInAnd(page, decision);
  return page;
}

/** Logs in through the browser, and then uses the tools. @param {Computer} computer @param {[string, ...string[]]} args */
async function logInAndUse(computer, ...args) {
  const { length } = computer.opened;
  await computer.use(args, async (connected) => {
    const page = await visit(computer, length, "Allow");
    await page.waitForURL(/^http:\/\/(localhost|127\.0\.0\.1):\d+\/oauth\/callback\?/);
    await assertServes(await connected);
    await page.getByText("Authorization successful").waitFor();
    await page.close();
  });
}

/** Uses the tools, without a browser. @param {Computer} computer @param {[string, ...string[]]} args */
async function useQuietly(computer, ...args) {
  const { length } = computer.opened;
  await computer.use(args, async (connected) => assertServes(await connected));
  assert.equal(computer.opened.length, length);
  assert.doesNotMatch(computer.log, /authorize this client/);
}

for (const [path, transport] of [["/mcp", "http-first"], ["/sse", "sse-only"]]) {
  describe(`mcp-remote at ${path}, in mode oauth`, { skip: noChromium }, () => {
    /** @type {Server} */
    let server;
    const computer = new Computer();
    /** @returns {[string, ...string[]]} */
    const args = () => [server.url + path, "--transport", transport];
    before(async () => (server = await startOAuth()));
    after(async () => {
      await server?.stop();
      computer.forget();
    });

    test("opens a browser, in which the owner logs in and allows; then the tools work", async () => {
      await logInAndUse(computer, ...args());
      assert.equal(computer.opened.length, 1);
      assert.equal(new URL(computer.opened[0]).origin, server.url);
    });

    test("comes back with the token it kept", async () => {
      const { access_token: kept } = computer.kept("tokens.json");
      await useQuietly(computer, ...args());
      assert.equal(computer.kept("tokens.json").access_token, kept);
    });

    test("refreshes a token that was revoked", async () => {
      // one that was never used: the server remembers for a while what it has let in
      const client = new Client(server.url, computer.kept("client_info.json").client_id);
      const { json } = await client.ask({ grant_type: "refresh_token", refresh_token: computer.kept("tokens.json").refresh_token });
      computer.change("tokens.json", (kept) => ({ ...kept, ...json }));
      assert.equal((await client.ask({ token: json.access_token, token_type_hint: "access_token" })).status, 200);
      assert.equal((await post(`${server.url}/mcp`, message("ping"), { authorization: `Bearer ${json.access_token}` })).status, 401);
      await useQuietly(computer, ...args());
      assert.notEqual(computer.kept("tokens.json").access_token, json.access_token);
    });

    test("refreshes a token that has expired", async () => {
      const { access_token: expired } = computer.kept("tokens.json");
      computer.change("tokens.json", (kept) => ({ ...kept, access_token: `${expired}x`, expires_in: 1, expires_at: Date.now() - 1000 }));
      await useQuietly(computer, ...args());
      assert.notEqual(computer.kept("tokens.json").access_token, expired);
    });

    test("registers anew when its registration is gone, without sending its user to a page that only says so", async () => {
      const gone = "gone0gone0gone00", { length } = computer.opened;
      computer.lose("tokens.json");
      computer.change("client_info.json", (kept) => ({ ...kept, client_id: gone }));
      // after registering, this mcp-remote waits for a login that it has not begun, so it is started again
      await computer.use(args(), async (connected) => {
        connected.catch(() => {});
        await eventually(() => computer.has("client_info.json") && computer.kept("client_info.json").client_id !== gone, "it registers anew");
      });
      assert.equal(computer.opened.length, length);
      await logInAndUse(computer, ...args());
    });

    test("says so when the owner denies, and begins anew the next time", async () => {
      const other = new Computer();
      try {
        await other.use(args(), async (connected) => {
          connected.catch(() => {});
          const page = await visit(other, 0, "Deny");
          await page.getByText("Authorization failed: Access was denied.").waitFor();
          await page.close();
          await assert.rejects(connected);
        });
        await eventually(() => other.log.includes("access_denied"), "it says why");
        await logInAndUse(other, ...args());
      } finally {
        other.forget();
      }
    });
  });
}

describe("keys and logins on one endpoint, in mode tokens,oauth", () => {
  /** @type {Server} */
  let server;
  before(async () => {
    const TOKENS = `programs:${createHash("sha256").update(key).digest("hex")}`;
    server = await startOAuth({ AUTH_MODE: "tokens,oauth", OWNER_PASSPHRASE: hashed(), TOKENS });
  });
  after(() => server?.stop());

  /** @type {[string, string, string, (value: string) => string][]} */
  const ways = [
    ["/mcp", "http-first", "Authorization", (value) => `Bearer ${value}`],
    ["/sse", "sse-only", "Authorization", (value) => `Bearer ${value}`],
    ["/mcp", "http-first", "X-API-Key", (value) => value],
  ];
  for (const [path, transport, header, credential] of ways) {
    /** @param {string} value @returns {[string, ...string[]]} */
    const args = (value) => [server.url + path, "--transport", transport, "--header", `${header}:${credential(value)}`];

    test(`mcp-remote at ${path} with a key in ${header} connects, and opens no browser`, async () => {
      const computer = new Computer();
      await useQuietly(computer, ...args(key));
      assert.deepEqual(computer.opened, []);
      computer.forget();
    });

    test(`mcp-remote at ${path} with a wrong key in ${header} exits, says what is wrong, and opens no browser`, async () => {
      const computer = new Computer();
      const { code, log } = await run(process.execPath, await computer.command(...args(wrongKey)), { env: computer.env });
      assert.equal(code, 1, log);
      assert.match(log, /The key that was sent is not valid here\. Correct it, or send none and log in\./);
      assert.deepEqual(computer.opened, []);
      assert.doesNotMatch(log, /authorize this client/);
      computer.forget();
    });
  }

  test("mcp-remote without a key goes to the login", { skip: noChromium }, async () => {
    const computer = new Computer();
    await logInAndUse(computer, `${server.url}/mcp`);
    assert.equal(computer.opened.length, 1);
    computer.forget();
  });
});
