// MCP Apps and skills, as the fixture serves them to real clients. The view is rendered in Chromium
// by the official AppBridge: it runs here, with the SDK's client, and its messages pass through the
// page, which only shows the iframes.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as v2 from "@modelcontextprotocol/client";
import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";
import { AppBridge, getToolUiResourceUri, isToolVisibilityAppOnly } from "@modelcontextprotocol/ext-apps/app-bridge";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { parse } from "yaml";
import { complaintsOf, newPage, noChromium, startChromium } from "./support/chromium.mjs";
import { root } from "./support/program.mjs";
import { startServer } from "./support/server.mjs";

const identity = { name: "tests", version: "0" };
const fixture = join(root, "tests/conformance");
const html = readFileSync(join(fixture, "fixture/views/color.html"), "utf8");
const mimeType = "text/html;profile=mcp-app";
const capabilities = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: [mimeType] } } };

/** @type {import("./support/server.mjs").Server} */
let server;
before(async () => (server = await startServer({}, { cwd: fixture })));
after(() => server?.stop());

/** SDK v2, which speaks 2026-07-28, unless `mode` is "legacy". @param {any} options @param {any} mode @returns {Promise<any>} */
async function connected(options = {}, mode = "auto") {
  const client = new v2.Client(identity, { ...options, versionNegotiation: { mode } });
  await client.connect(new v2.StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)));
  return client;
}

/** SDK v1. @param {any} options @returns {Promise<any>} */
async function connectedV1(options = {}) {
  const client = new Client(identity, options);
  await client.connect(/** @type {any} */ (new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`))));
  return client;
}

/** @type {Record<string, (options?: any) => Promise<any>>} */
const clients = {
  "SDK v2 with 2026-07-28": (options) => connected(options),
  "SDK v2 with 2025-11-25": (options) => connected(options, "legacy"),
  "SDK v1": connectedV1,
};

for (const [name, connect] of Object.entries(clients)) {
  describe(`views, by ${name}`, () => {
    test("a client that shows views is told of them, and reads one", async () => {
      const client = await connect({ capabilities });
      assert.deepEqual(client.getServerCapabilities().extensions["io.modelcontextprotocol/ui"], {});
      const { tools } = await client.listTools();
      const mix = tools.find((/** @type {any} */ tool) => tool.name === "mix_colors"), { _meta: meta } = mix;
      assert.deepEqual(meta, { "example.com/team": "paint", ui: { resourceUri: "ui://color" } });
      assert.ok(isToolVisibilityAppOnly(tools.find((/** @type {any} */ tool) => tool.name === "lighten_color")));
      const listed = (await client.listResources()).resources.find((/** @type {any} */ resource) => resource.uri === "ui://color");
      assert.deepEqual(listed, { uri: "ui://color", name: "color", title: "Colour", mimeType, _meta: { ui: { prefersBorder: true } } });
      const { contents } = await client.readResource({ uri: getToolUiResourceUri(mix) });
      assert.deepEqual(contents, [{ uri: "ui://color", mimeType, text: html, _meta: { ui: { prefersBorder: true } } }]);
      await client.close();
    });

    test("another client sees the tool without its view, and all that it says as text", async () => {
      const client = await connect();
      const { tools } = await client.listTools();
      const { _meta: meta } = tools.find((/** @type {any} */ tool) => tool.name === "mix_colors");
      assert.deepEqual(meta, { "example.com/team": "paint" });
      assert.ok(!tools.some((/** @type {any} */ tool) => tool.name === "lighten_color"));
      assert.ok(!(await client.listResources()).resources.some((/** @type {any} */ resource) => resource.uri.startsWith("ui:")));
      const { content } = await client.callTool({ name: "mix_colors", arguments: { first: "#000000", second: "#ffffff" } });
      assert.deepEqual(content, [{ type: "text", text: '{"color":"#7f7f7f"}' }]);
      await client.close();
    });
  });
}

describe("skills, by SDK v2 with 2026-07-28", () => {
  /** @type {any} */
  let client;
  before(async () => (client = await connected()));
  after(() => client?.close());
  const any = /** @type {any} */ ({ "~standard": { version: 1, vendor: "tests", validate: (/** @type {any} */ value) => ({ value }) } });
  const ask = (/** @type {string} */ method, params = {}) => client.request({ method, params }, any);
  const bytesOf = async (/** @type {string} */ uri) => {
    const [{ text, blob }] = (await client.readResource({ uri })).contents;
    return text === undefined ? Buffer.from(blob, "base64") : Buffer.from(text);
  };

  test("each skill's files are what its entry says, byte by byte", async () => {
    const { skills } = await ask("skills/list");
    assert.deepEqual(skills.map((/** @type {any} */ skill) => skill.uri), ["mixing-colors", "mixing-colors/by-hand", "reports/today"].map((path) => `skill://${path}/SKILL.md`));
    for (const { uri, resources } of skills.slice(0, 2)) {
      assert.ok(resources.some((/** @type {any} */ file) => file.uri === uri));
      for (const { uri: file, digest, size } of resources) {
        const bytes = await bytesOf(file);
        assert.deepEqual([`sha256:${createHash("sha256").update(bytes).digest("hex")}`, bytes.length], [digest, size], file);
        assert.ok(bytes.equals(readFileSync(join(fixture, "fixture/skills", file.slice("skill://".length)))), file);
      }
    }
    // a nested skill's files are its parent's, too
    assert.equal(skills[0].resources.length, 5);
    assert.equal(skills[2].resources, "dynamic");
  });

  test("each entry's frontmatter is that of the SKILL.md, whether that is made at build or when it is read", async () => {
    for (const skill of (await ask("skills/list")).skills) {
      const [, yaml] = /** @type {RegExpExecArray} */ (/^---\n([\s\S]*?)\n---\n/.exec(String(await bytesOf(skill.uri))));
      assert.deepEqual(skill.frontmatter, parse(yaml), skill.uri);
      assert.deepEqual((await ask("skills/get", { uri: skill.uri })).skill, skill);
    }
  });

  // its client of the extension refused a directory that did not say how long it is good
  test("a skill's directories can be walked down to every file", async () => {
    const skills = new SkillsClient(client);
    /** @type {string[]} */
    const files = [];
    const walk = async (/** @type {string} */ uri) => {
      for (const child of (await skills.readDirectory(uri)).resources) {
        await (child.mimeType === "inode/directory" ? walk(child.uri) : files.push(child.uri));
      }
    };
    await walk("skill://mixing-colors");
    const { skill } = await skills.get("skill://mixing-colors/SKILL.md");
    assert.deepEqual(files.toSorted(), /** @type {any[]} */ (skill.resources).map(({ uri }) => uri).toSorted());
  });

  test("an unknown skill is the error -32602", async () => {
    await assert.rejects(ask("skills/get", { uri: "skill://mixing-colors" }), { code: -32602, message: /skill:\/\/mixing-colors/ });
  });
});

// The page of a host: a sandbox of another origin, the view in it (MCP Apps, "Sandbox proxy").
const pages = {
  "/host": `<!doctype html><link rel="icon" href="data:,"><title>Host</title><body><script>
    const sandbox = document.createElement("iframe");
    addEventListener("message", ({ source, data }) => source === sandbox.contentWindow && fromSandbox(data));
    sandbox.sandbox = "allow-scripts allow-same-origin";
    sandbox.src = "http://localhost:" + location.port + "/sandbox";
    document.body.append(sandbox);
  </script>`,
  "/sandbox": `<!doctype html><title>Sandbox</title><script>
    let view;
    addEventListener("message", ({ source, data }) => {
      if (source === view?.contentWindow) parent.postMessage(data, "*");
      else if (data.method !== "ui/notifications/sandbox-resource-ready") view.contentWindow.postMessage(data, "*");
      else {
        view = document.createElement("iframe");
        view.sandbox = "allow-scripts";
        view.srcdoc = data.params.html;
        document.body.append(view);
      }
    });
    parent.postMessage({ jsonrpc: "2.0", method: "ui/notifications/sandbox-proxy-ready", params: {} }, "*");
  </script>`,
};
/** What a host must allow if a view asks for nothing (MCP Apps, "Host Behavior"). */
const policy = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' data:; connect-src 'none'";

/** The bridge's transport: messages to and from the page's sandbox. @param {import("playwright-core").Page} page @returns {Promise<any>} */
async function transportOf(page) {
  const transport = /** @type {any} */ ({
    start: async () => {},
    close: async () => transport.onclose?.(),
    send: (/** @type {any} */ message) =>
      page.evaluate(`sandbox.contentWindow.postMessage(${JSON.stringify(message)}, "*")`),
  });
  await page.exposeFunction("fromSandbox", (/** @type {any} */ message) => transport.onmessage?.(message));
  return transport;
}

describe("the view in Chromium, hosted by AppBridge", { skip: noChromium }, () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {any} */
  let client;
  const host = createServer(({ url = "" }, response) => {
    const page = pages[/** @type {keyof typeof pages} */ (url)];
    response.writeHead(page ? 200 : 404, { "content-type": "text/html", ...(url === "/sandbox" && { "content-security-policy": policy }) }).end(page);
  });
  /** @type {number} */
  let port;
  before(async () => {
    await new Promise((resolve) => host.listen(0, "127.0.0.1", () => resolve(undefined)));
    ({ port } = /** @type {import("node:net").AddressInfo} */ (host.address()));
    [browser, client] = await Promise.all([startChromium(), connected({ capabilities })]);
  });
  after(async () => {
    await client?.close();
    await browser?.close();
    host.closeAllConnections();
    host.close();
  });

  test("shows the result, and its button calls the tool that only it may call", async () => {
    const page = await newPage(browser);
    const complaints = complaintsOf(page);
    const bridge = new AppBridge(client, identity, { serverTools: {}, serverResources: {} });
    const ready = new Promise((resolve) => bridge.addEventListener("sandboxready", resolve));
    const initialized = new Promise((resolve) => bridge.addEventListener("initialized", resolve));
    const sized = new Promise((resolve) => bridge.addEventListener("sizechange", resolve));

    await bridge.connect(await transportOf(page));
    await page.goto(`http://127.0.0.1:${port}/host`);
    await ready;
    const [{ text }] = (await client.readResource({ uri: "ui://color" })).contents;
    await bridge.sendSandboxResourceReady({ html: text });
    await initialized;
    const args = { first: "#ff0000", second: "#0000ff" };
    await bridge.sendToolInput({ arguments: args });
    await bridge.sendToolResult(await client.callTool({ name: "mix_colors", arguments: args }));

    const view = page.frameLocator("iframe").frameLocator("iframe");
    await view.getByText("#7f007f").waitFor();
    await view.getByRole("button", { name: "Lighter" }).click();
    await view.getByText("#bf7fbf").waitFor();
    assert.equal(await view.locator("#swatch").evaluate((/** @type {any} */ element) => getComputedStyle(element).backgroundColor), "rgb(191, 127, 191)");
    assert.ok(/** @type {any} */ (await sized).height > 60);
    // a call that fails is said, and another can be made: a result without a colour ended the script
    bridge.oncalltool = async () => { throw new Error("It cannot be reached."); };
    await view.getByRole("button", { name: "Lighter" }).click();
    await view.getByRole("status").getByText("It cannot be reached.").waitFor();
    bridge.oncalltool = async () => ({ isError: true, content: [{ type: "text", text: "There is no white." }] });
    await view.getByRole("button", { name: "Lighter" }).click();
    await view.getByRole("status").getByText("There is no white.").waitFor();
    await bridge.teardownResource({});
    await page.close();
    assert.deepEqual(complaints, []);
  });
});
