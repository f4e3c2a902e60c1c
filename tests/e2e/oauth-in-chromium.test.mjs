// Mode `oauth` with clients that are pages, in a real Chromium: the Inspector's, whose requests are made
// by its own backend, and one that makes them itself with the official SDK, which needs CORS at every
// step. And the pages of the login, used with only a keyboard.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { build } from "esbuild";
import { complaintsOf, logInAnd, newPage, noChromium, startChromium } from "./support/chromium.mjs";
import { Client, passphrase, startOAuth } from "./support/oauth.mjs";
import { Program, freePort, root } from "./support/program.mjs";
import { remove, temporaryFolder } from "./support/server.mjs";

/** @typedef {import("./support/chromium.mjs").ChromiumPage} Page */

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {import("./support/chromium.mjs").Chromium} */
let browser;
before(async () => {
  if (!noChromium) [server, browser] = await Promise.all([startOAuth(), startChromium()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Makes the Inspector connect to a server, which leads to the login. @param {Page} page @param {string} id */
async function connect(page, id) {
  await page.getByRole("switch", { name: new RegExp(id) }).click({ force: true });
  await page.waitForURL(`${server.url}/authorize?**`);
}

describe("the Inspector's web page", { skip: noChromium }, () => {
  /** @type {string} */
  let home;
  /** @type {Program} */
  let inspector;
  /** @type {string} */
  let url;
  // one for each test: it keeps what it was granted for all servers with the same URL
  beforeEach(async () => {
    home = temporaryFolder();
    const [client, sandbox] = [await freePort(), await freePort()];
    const env = { HOME: home, MCP_AUTO_OPEN_ENABLED: "false", MCP_INSPECTOR_SECRET_STORE: "memory", CLIENT_PORT: String(client), MCP_SANDBOX_PORT: String(sandbox) };
    inspector = new Program(process.execPath, [join(root, "node_modules/.bin/mcp-inspector"), "--web"], { env });
    [, url] = await inspector.printed(/up and running at:\s+(http:\S+)/);
  });
  afterEach(async () => {
    await inspector?.stop();
    remove(home);
  });

  /** Adds our server to the Inspector's. @param {Page} page @param {string} id @param {string} path @param {RegExp} transport */
  async function add(page, id, path, transport) {
    await page.goto(url);
    await page.getByRole("button", { name: "Add Servers" }).click();
    await page.getByRole("menuitem", { name: "Add manually" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Server ID").fill(id);
    await dialog.getByRole("combobox", { name: "Transport" }).or(dialog.getByRole("textbox", { name: "Transport" })).click();
    await page.getByRole("option", { name: transport }).click();
    await dialog.getByLabel("URL").fill(server.url + path);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  for (const [path, transport] of /** @type {[string, RegExp][]} */ ([["/mcp", /http/i], ["/sse", /sse/i]])) {
    test(`is sent to the login, comes back, lists the tools and runs one, at ${path}`, async () => {
      const page = await newPage(browser), id = `oauth-${path.slice(1)}`;
      await add(page, id, path, transport);
      await connect(page, id);
      await logInAnd(page);
      await page.getByText("Authentication succeeded.").waitFor();
      assert.equal(new URL(page.url()).origin, new URL(url).origin);
      await page.getByText("Tools", { exact: true }).first().click();
      await page.getByText("Add", { exact: true }).first().click();
      await page.getByRole("textbox", { name: /^a\b/ }).fill("0.1");
      await page.getByRole("textbox", { name: /^b\b/ }).fill("0.2");
      await page.getByRole("button", { name: "Execute Tool" }).click();
      await page.getByText("0.30000000000000004").first().waitFor();
      await page.context().close();
    });
  }

  test("says that it failed when the owner denies, and asks again when it is connected again", async () => {
    const page = await newPage(browser);
    await add(page, "oauth-denied", "/mcp", /http/i);
    await connect(page, "oauth-denied");
    await logInAnd(page, "Deny");
    await page.getByText("Failed", { exact: true }).waitFor();
    await connect(page, "oauth-denied");
    await page.getByRole("button", { name: "Allow" }).click(); // still logged in
    await page.getByText("Authentication succeeded.").waitFor();
    await page.context().close();
  });
});

/** What the page runs: the SDK with its own OAuth, which keeps what it has in the page's storage. */
const clientOfThePage = `
  import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
  const keep = (name) => [() => JSON.parse(sessionStorage.getItem(name) ?? "null") ?? undefined, (value) => sessionStorage.setItem(name, JSON.stringify(value))];
  const [tokens, saveTokens] = keep("tokens"), [clientInformation, saveClientInformation] = keep("client");
  const [codeVerifier, saveCodeVerifier] = keep("verifier"), [discoveryState, saveDiscoveryState] = keep("discovered");
  const redirectUrl = location.origin + "/callback";
  const clientMetadata = { client_name: "A page", redirect_uris: [redirectUrl], token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] };
  const authProvider = {
    redirectUrl, clientMetadata, tokens, saveTokens, clientInformation, saveClientInformation, codeVerifier, saveCodeVerifier, discoveryState, saveDiscoveryState,
    redirectToAuthorization: (url) => location.assign(url),
  };
  const server = new URL(sessionStorage.server ??= new URLSearchParams(location.search).get("server"));
  const transport = () => new StreamableHTTPClientTransport(server, { authProvider });
  async function run() {
    if (location.pathname === "/callback") await transport().finishAuth(new URLSearchParams(location.search));
    const client = new Client({ name: "a page", version: "0" });
    await client.connect(transport());
    const { tools } = await client.listTools();
    const { content: [{ text }] } = await client.callTool({ name: "add", arguments: { a: 0.1, b: 0.2 } });
    return tools.map(({ name }) => name).join(" ") + " " + text;
  }
  run().catch(String).then((text) => (document.querySelector("output").value = text));
`;

/** What the page says in the end. @param {Page} page @returns {Promise<string>} */
async function said(page) {
  const output = page.locator("output:not(:empty)");
  await output.waitFor({ state: "attached" });
  return output.innerText();
}

describe("a page that is a client itself, of another origin", { skip: noChromium }, () => {
  /** @type {import("node:http").Server} */
  let host;
  /** @type {string} */
  let origin;
  before(async () => {
    const { outputFiles: [script] } = await build({ stdin: { contents: clientOfThePage, resolveDir: root }, bundle: true, format: "esm", write: false, logLevel: "error" });
    const html = '<!doctype html><link rel="icon" href="data:,"><title>Client</title><output></output><script type="module" src="/script.js"></script>';
    host = createServer(({ url }, response) => {
      const [type, body] = url === "/script.js" ? ["text/javascript", script.text] : ["text/html", html];
      response.writeHead(200, { "content-type": type }).end(body);
    }).listen(0, "127.0.0.1");
    await once(host, "listening");
    origin = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (host.address()).port}`;
  });
  after(() => {
    host?.closeAllConnections();
    host?.close();
  });

  /** Opens the page, and logs in. @param {string} path @param {"Allow" | "Deny"} decision */
  async function loggedIn(path, decision) {
    const page = await newPage(browser), complaints = complaintsOf(page);
    await page.goto(`${origin}/?server=${encodeURIComponent(server.url + path)}`);
    await page.waitForURL(`${server.url}/authorize?**`);
    await logInAnd(page, decision);
    await page.waitForURL(`${origin}/callback?**`);
    return { page, complaints };
  }

  test("discovers, registers, logs in, redeems its code and calls a tool", async () => {
    const { page, complaints } = await loggedIn("/mcp", "Allow");
    assert.equal(await said(page), "add getToken 0.30000000000000004");
    // the console has a line for each answer that is not a success: the 401 at the start, and the 405 for
    // a GET
    assert.deepEqual(complaints.filter((line) => !/status of (401|405)/.test(line)), []);
    await page.context().close();
  });

  test("refreshes a token that is no longer valid", async () => {
    const { page } = await loggedIn("/mcp", "Allow");
    assert.match(await said(page), /^add/);
    await page.evaluate('sessionStorage.tokens = JSON.stringify({ ...JSON.parse(sessionStorage.tokens), access_token: "not:good:anymore" })');
    await page.goto(`${origin}/again`);
    assert.equal(await said(page), "add getToken 0.30000000000000004");
    assert.doesNotMatch(await page.evaluate("sessionStorage.tokens"), /not:good:anymore/);
    await page.context().close();
  });

  // a page that asks to be alone with its windows: to whoever opened it, it looked closed, and so would the page after it
  test("can have the login in a window, which tells it that it is done", async () => {
    const page = await newPage(browser), redirect = `${origin}/callback`, client = await Client.register(server.url, { redirect_uris: [redirect] });
    await page.goto(origin);
    const opened = page.waitForEvent("popup");
    await page.evaluate(`answer = new Promise((resolve) => addEventListener("message", resolve)), void (login = open(${JSON.stringify(client.url({ redirect_uri: redirect }))}))`);
    const login = await opened;
    await login.getByLabel("The owner's passphrase").waitFor();
    assert.equal(await page.evaluate("login.closed"), false);
    await logInAnd(login);
    await login.waitForURL(`${redirect}?**`);
    await login.evaluate("opener.postMessage(location.search, location.origin)");
    assert.match(await page.evaluate("answer.then(({ data }) => data)"), /[?&]code=/);
    await page.context().close();
  });

  test("is told when the owner denies", async () => {
    const { page } = await loggedIn("/mcp", "Deny");
    assert.match(await said(page), /Access was denied/);
    await page.context().close();
  });
});

/** Presses Tab until the element with this text has the focus. @param {Page} page @param {string} name */
async function tabTo(page, name) {
  const passed = [];
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press("Tab");
    const focused = await page.locator(":focus").innerText();
    if (focused === name) return;
    passed.push(focused);
  }
  assert.fail(`${name} was not reached: ${passed}`);
}

/** What a screen reader says of the field, after its name. @param {Page} page */
async function saidOfField(page) {
  const { nodes } = await (await page.context().newCDPSession(page)).send("Accessibility.getFullAXTree");
  return nodes.find(({ role }) => role?.value === "textbox")?.description?.value;
}

describe("the login with only a keyboard", { skip: noChromium }, () => {
  for (const [decision, answer] of /** @type {const} */ ([["Allow", /[?&]code=/], ["Deny", /[?&]error=access_denied/]])) {
    test(`the field has the focus, Enter logs in, and ${decision} is reached with Tab, with a visible outline`, async () => {
      const port = await freePort(), redirect = `http://127.0.0.1:${port}/callback`;
      const client = await Client.register(server.url, { redirect_uris: [redirect] });
      const page = await newPage(browser), complaints = complaintsOf(page);
      await page.goto(client.url({ redirect_uri: redirect }));
      await page.locator("#passphrase:focus").waitFor(); // without a click
      await page.keyboard.type(passphrase);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Allow access?" }).waitFor();
      await tabTo(page, decision);
      assert.match(await page.locator(":focus").evaluate((/** @type {any} */ element) => getComputedStyle(element).outline), /solid 3px/);
      assert.deepEqual(complaints, []);
      const [request] = await Promise.all([page.waitForRequest(`${redirect}?**`), page.keyboard.press("Enter")]);
      assert.match(request.url(), answer);
      await page.context().close();
    });
  }

  // it has the focus as soon as the page is open, so nothing before it is read
  test("of a field that was filled in wrongly, a screen reader says so", async () => {
    const client = await Client.register(server.url), page = await newPage(browser);
    await page.goto(client.url());
    assert.equal(await saidOfField(page), undefined);
    await page.keyboard.type("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    assert.equal(await saidOfField(page), "That is not the passphrase.");
    await page.context().close();
  });
});
