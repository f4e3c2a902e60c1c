// Mode `oauth` with tools that require scopes: what is offered, what is granted, and what a token may
// then do. The tools are the conformance fixture's.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as sdk from "@modelcontextprotocol/client";
import { call, message, post, toolText } from "./support/http.mjs";
import { Application, Browser, Client, passphrase, startOAuth } from "./support/oauth.mjs";
import { freePort, root } from "./support/program.mjs";
import { remove, temporaryFolder } from "./support/server.mjs";
import { registration, startUpstream } from "./support/upstream.mjs";

const all = ["notes:read", "notes:write"];

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {Client} */
let client;
before(async () => {
  server = await startOAuth(undefined, { cwd: join(root, "tests/conformance") });
  client = await Client.register(server.url);
});
after(() => server?.stop());

/** The scopes that the consent page offers. @param {string | undefined} scope what the client asks for */
async function offer(scope) {
  const browser = new Browser(), page = await browser.follow(await browser.submit(await browser.open(client.url({ scope })), { passphrase }), server.url);
  const boxes = [...page.text.matchAll(/<input type="checkbox" name="scope" value="([^"]+)" checked>/g)].map(([, value]) => value);
  return { browser, page, boxes };
}

/** A token with what was ticked. @param {string | undefined} scope @param {string[]} ticked */
async function granted(scope, ticked) {
  const { browser, page } = await offer(scope);
  const { location } = await browser.submit(page, { decision: "allow", scope: ticked });
  return (await client.redeem(/** @type {string} */ (location))).json;
}

/** @param {string} token @param {object} body */
const ask = (token, body) => post(`${server.url}/mcp`, body, { authorization: `Bearer ${token}` });

test("the metadata of both servers, and the challenge, name the scopes that the tools declare", async () => {
  for (const path of ["oauth-authorization-server", "oauth-protected-resource", "oauth-protected-resource/mcp"]) {
    const document = /** @type {any} */ (await (await fetch(`${server.url}/.well-known/${path}`)).json());
    assert.deepEqual(document.scopes_supported, all, path);
  }
  const { headers } = await post(`${server.url}/mcp`, message("tools/list"), { authorization: undefined });
  assert.match(headers.get("www-authenticate") ?? "", /scope="notes:read notes:write"/);
});

test("the scopes that are asked for are offered, as far as they exist; all of them, if none is asked for", async () => {
  assert.deepEqual((await offer("notes:read")).boxes, ["notes:read"]);
  assert.deepEqual((await offer("notes:read admin openid notes:read")).boxes, ["notes:read"]);
  assert.deepEqual((await offer("admin")).boxes, []);
  assert.deepEqual((await offer(undefined)).boxes, all);
});

test("all scopes that are ticked are granted, and the tools can be called", async () => {
  const { access_token: token, scope } = await granted("notes:read notes:write", all);
  assert.equal(scope, all.join(" "));
  assert.equal(toolText((await ask(token, call("test_write_notes"))).json), "It is noted.");
});

test("a narrowed consent: the token says so, lists fewer tools, and gets a 403 that names what is missing", async () => {
  const { access_token: token, scope } = await granted("notes:read notes:write", ["notes:read"]);
  assert.equal(scope, "notes:read");
  assert.equal(toolText((await ask(token, call("test_read_notes"))).json), "Nothing is noted.");
  const names = new Set((await ask(token, message("tools/list"))).json.result.tools.map((/** @type {any} */ tool) => tool.name));
  assert.ok(names.has("test_read_notes") && !names.has("test_write_notes"));
  const refused = await ask(token, call("test_write_notes"));
  assert.equal(refused.status, 403);
  assert.match(refused.headers.get("www-authenticate") ?? "", /error="insufficient_scope".*scope="notes:read notes:write"/);
  await server.program.printed(/"tool":"test_write_notes","milliseconds":\d+,"outcome":"insufficient_scope"/); // in the log, too
});

test("step-up: the official SDK, which lacks a scope, asks for what it had and for what is missing, and goes on", async () => {
  const application = new Application(), caller = new sdk.Client({ name: "tests", version: "0" }), browser = new Browser();
  const transport = () => new sdk.StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { authProvider: application });
  /** Logs in where the SDK sends the user, and grants this. @param {any} from @param {string[]} scope */
  const grant = async (from, scope) => {
    let page = await browser.open(String(application.opened));
    if (/name="passphrase"/.test(page.text)) page = await browser.follow(await browser.submit(page, { passphrase }), server.url);
    const { location } = await browser.submit(page, { decision: "allow", scope });
    await from.finishAuth(new URL(/** @type {string} */ (location)).searchParams);
  };
  const first = transport(), second = transport();
  await assert.rejects(new sdk.Client({ name: "tests", version: "0" }).connect(first), sdk.UnauthorizedError);
  await grant(first, ["notes:read"]);
  await caller.connect(second);
  const write = () => caller.callTool({ name: "test_write_notes", arguments: {} });
  await assert.rejects(write(), sdk.UnauthorizedError);
  assert.equal(application.opened?.searchParams.get("scope"), all.join(" "));
  await grant(second, all);
  assert.match(JSON.stringify(await write()), /It is noted\./);
  await caller.close();
});

test("more than was asked for is not granted, whatever is posted", async () => {
  assert.equal((await granted("notes:read", [...all, "admin"])).scope, "notes:read");
});

test("a refresh never widens the scopes", async () => {
  const { refresh_token: token } = await granted("notes:read notes:write", ["notes:read"]);
  const { json } = await client.ask({ grant_type: "refresh_token", refresh_token: token, scope: all.join(" ") });
  assert.ok(json.error === "invalid_scope" || json.scope === "notes:read", JSON.stringify(json));
});

test("what UPSTREAM_ALLOWED no longer grants is in no new token, and the answer of the token endpoint says so", async (context) => {
  const upstream = await startUpstream(), persist = temporaryFolder(), port = await freePort(), cwd = join(root, "tests/conformance");
  const variables = (/** @type {string} */ allowed) => ({ UPSTREAM_ISSUER: upstream.url, UPSTREAM_CLIENT_ID: registration.client_id, UPSTREAM_CLIENT_SECRET: registration.client_secret, UPSTREAM_ALLOWED: allowed });
  context.after(() => (upstream.stop(), remove(persist)));
  const first = await startOAuth(variables("ada@example.com"), { cwd, persist, port }), browser = new Browser();
  upstream.expect(`${first.url}/oauth/callback`);
  const ada = await Client.register(first.url);
  let page = await browser.follow(await browser.open(`${ada.url()}&login=upstream`), upstream.url);
  page = await browser.follow(await browser.submit(page, { prompt: "login", login: "ada", password: "x" }), upstream.url);
  page = await browser.follow(await browser.submit(page), upstream.url, first.url);
  const { json } = await ada.redeem(/** @type {string} */ ((await browser.submit(page, { decision: "allow", scope: all })).location));
  assert.equal(json.scope, all.join(" "));
  await first.stop();

  const second = await startOAuth(variables("ada@example.com:scopes=notes:read"), { cwd, persist, port });
  context.after(second.stop);
  assert.equal((await post(`${second.url}/mcp`, call("test_write_notes"), { authorization: `Bearer ${json.access_token}` })).status, 403);
  assert.equal((await ada.ask({ grant_type: "refresh_token", refresh_token: json.refresh_token })).json.scope, "notes:read");
});
