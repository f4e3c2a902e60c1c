// The page at / and the Inspector's web page, in a real Chromium.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { join } from "node:path";
import { complaintsOf, newPage, noChromium as skip, startChromium } from "./support/chromium.mjs";
import { Program, freePort, root } from "./support/program.mjs";
import { remove, startServer, temporaryFolder } from "./support/server.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  if (skip) return;
  [server, browser] = await Promise.all([startServer({ AUTH_MODE: "any" }), startChromium()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

describe("the page at /", { skip }, () => {
  /** @type {import("playwright-core").Page} */
  let page;
  /** @type {string[]} */
  let complaints;
  /** @type {string[]} */
  const requests = [];
  before(async () => {
    page = await newPage(browser);
    complaints = complaintsOf(page);
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(server.url, { waitUntil: "networkidle" });
  });

  test("says its name, and that it is up", async () => {
    assert.equal(await page.title(), "remote-mcp-server-c");
    assert.equal(await page.locator("h1").innerText(), "remote-mcp-server-c");
    assert.ok(await page.getByText("The server is up").isVisible());
  });

  test("shows the tools it has", async () => {
    const items = await page.locator("section", { hasText: "Tools" }).locator("li").allInnerTexts();
    assert.deepEqual(items.map((text) => text.split(/\s/)[0]), ["add", "getToken"]);
    assert.match(items[0], /sum/);
  });

  test("shows a description's lines as they were written, and each in the direction of its script", async () => {
    const description = page.locator("li span").first();
    assert.equal(await description.evaluate((/** @type {any} */ element) => ((element.textContent = "One:\n- two\n\nשלום!"), element.innerText)), "One:\n- two\n\nשלום!");
    const [last, first] = await description.evaluate((/** @type {any} */ { firstChild, ownerDocument }) => ["!", "\u05e9"].map((character) => {
      const range = ownerDocument.createRange(), at = firstChild.data.indexOf(character);
      range.setStart(firstChild, at);
      range.setEnd(firstChild, at + 1);
      return range.getBoundingClientRect().left;
    }));
    assert.ok(last < first, "what runs from right to left ends at its left");
    await page.reload({ waitUntil: "networkidle" });
  });

  test("says who may connect", async () => {
    assert.ok(await page.getByText("Any bearer token connects").isVisible());
  });

  test("has its own URL in every command", async () => {
    const commands = await page.locator("pre").allInnerTexts();
    assert.ok(commands.length >= 4);
    for (const command of commands) assert.ok(command.includes(`${server.url}/sse`) || command.includes(`${server.url}/mcp`), command);
    for (const word of ["inspector", "claude mcp add", "mcp-remote"]) assert.ok(commands.some((command) => command.includes(word)), word);
    assert.doesNotMatch(await page.content(), /\{\{/);
  });

  test("the configuration it shows is JSON", async () => {
    const text = await page.locator("pre", { hasText: "mcpServers" }).innerText();
    assert.deepEqual(JSON.parse(text).mcpServers["remote-mcp-server-c"].args.slice(0, 3), ["-y", "mcp-remote", `${server.url}/mcp`]);
  });

  test("fits a small screen", async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 320);
  });

  // one that had to be scrolled hid its placeholder, was cut off in print, and no key scrolls it in Safari
  for (const width of [320, 1280]) {
    test(`shows each command whole, ${width} pixels wide, and a click selects it as one line`, async () => {
      await page.setViewportSize({ width, height: 640 });
      for (const command of await page.locator("pre").all()) {
        assert.equal(await command.evaluate((/** @type {any} */ { scrollWidth, clientWidth }) => scrollWidth - clientWidth), 0);
        await command.click();
        assert.equal(String(await page.evaluate("String(getSelection())")).trim(), await command.textContent());
      }
    });
  }

  test("loads nothing from anywhere else, and the console is empty", () => {
    assert.deepEqual(requests.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith("data:")), []);
    assert.deepEqual(complaints, []);
  });
});

describe("the Inspector's web page", { skip }, () => {
  const home = temporaryFolder();
  after(() => remove(home));

  for (const [path, transport] of [["/sse", "sse"], ["/mcp", "http"]]) {
    test(`connects to ${path} with a bearer header, lists the tools and runs them`, async () => {
      const env = {
        HOME: home, MCP_AUTO_OPEN_ENABLED: "false", MCP_INSPECTOR_SECRET_STORE: "memory",
        CLIENT_PORT: String(await freePort()), MCP_SANDBOX_PORT: String(await freePort()),
      };
      const args = ["--web", "--server-url", server.url + path, "--transport", transport, "--header", "Authorization: Bearer of-the-inspector"];
      const inspector = new Program(process.execPath, [join(root, "node_modules/.bin/mcp-inspector"), ...args], { env });
      const page = await newPage(browser);
      try {
        const [, url] = await inspector.printed(/up and running at:\s+(http:\S+)/);
        await page.goto(url);
        await page.getByRole("switch", { name: /Connect or disconnect/ }).click({ force: true });
        await page.getByText("Tools", { exact: true }).first().click();
        await page.getByText("Add", { exact: true }).first().click();
        await page.getByRole("textbox", { name: /^a\b/ }).fill("0.1");
        await page.getByRole("textbox", { name: /^b\b/ }).fill("0.2");
        await page.getByRole("button", { name: "Execute Tool" }).click();
        await page.getByText("0.30000000000000004").first().waitFor();
        await page.getByText("Get token", { exact: true }).first().click();
        await page.getByRole("button", { name: "Execute Tool" }).click();
        await page.getByText("User's token: Bearer of-the-inspector").first().waitFor();
      } finally {
        await page.close();
        await inspector.stop();
      }
    });
  }
});
