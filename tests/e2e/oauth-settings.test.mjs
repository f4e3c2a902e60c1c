// The environment `oauth` in other modes, misconfigured, and after its settings have changed.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { message, post } from "./support/http.mjs";
import { freePort, root, run } from "./support/program.mjs";
import { Browser, Client, hashed, startOAuth } from "./support/oauth.mjs";
import { remove, temporaryFolder } from "./support/server.mjs";

/** @param {string} url @param {string} token */
const list = (url, token) => post(`${url}/mcp`, message("tools/list"), { authorization: `Bearer ${token}` });

const paths = ["/authorize", "/oauth/callback", "/oauth/token", "/oauth/register", "/.well-known/oauth-authorization-server"];

test("misconfigured: every path where one gets in is 500 with the variable's name, and nobody gets in", async (context) => {
  const server = await startOAuth({ UPSTREAM_ISSUER: "https://accounts.google.com", UPSTREAM_CLIENT_ID: "x" });
  context.after(server.stop);
  for (const path of [...paths, "/mcp", "/sse"]) {
    const response = await fetch(server.url + path), json = /** @type {any} */ (await response.json());
    assert.equal(response.status, 500, path);
    assert.match(json.error_description, /UPSTREAM_ALLOWED/);
  }
  assert.equal((await list(server.url, "a:b:c")).status, 500);
  assert.equal((await fetch(`${server.url}/.well-known/oauth-protected-resource/mcp`)).status, 404); // as in mode jwt: nothing is advertised
  for (const path of ["/", "/healthz"]) assert.equal((await fetch(server.url + path)).status, 200, path);
  const page = await (await fetch(server.url)).text();
  assert.match(page, /UPSTREAM_ALLOWED is not/);
  assert.doesNotMatch(page, /a page opens/);
  await server.program.printed(/UPSTREAM_ALLOWED is not/);
});

test("misconfigured for another mode beside it: the login says so, too", async (context) => {
  const server = await startOAuth({ AUTH_MODE: "jwt,oauth", OWNER_PASSPHRASE: hashed() });
  context.after(server.stop);
  for (const path of [...paths, "/mcp"]) {
    const response = await fetch(server.url + path);
    assert.deepEqual([response.status, /JWT_ISSUER is not set/.test(await response.text())], [500, true], path);
  }
});

test("ALLOWED_ORIGINS limits which pages may ask for tokens and register", async (context) => {
  const server = await startOAuth({ AUTH_MODE: "oauth", OWNER_PASSPHRASE: hashed(), ALLOWED_ORIGINS: "http://localhost:6274" });
  context.after(() => server.stop());
  for (const path of ["/oauth/token", "/oauth/register", "/.well-known/oauth-authorization-server"]) {
    const status = async (/** @type {string} */ origin) => (await fetch(server.url + path, { headers: { origin } })).status;
    assert.equal(await status("http://localhost:9999"), 403, path);
    assert.notEqual(await status("http://localhost:6274"), 403, path);
  }
});

test("under a name in ALLOWED_HOSTS nobody can log in over plain HTTP, and is told why", async (context) => {
  const server = await startOAuth({ OWNER_PASSPHRASE: hashed(), ALLOWED_HOSTS: "mcp.lan" });
  context.after(server.stop);
  for (const path of paths) {
    const request = http.request({ port: server.port, path, headers: { host: "mcp.lan" } }).end(), [response] = await once(request, "response");
    const { error, error_description: why } = JSON.parse((await response.setEncoding("utf8").toArray()).join(""));
    assert.deepEqual([response.statusCode, error], [403, "forbidden_host"], path);
    assert.match(why, /log in over plain HTTP/);
  }
  assert.doesNotMatch(server.log(), /TypeError/);
});

test("with another AUTH_MODE there is no authorization server, and nothing says that there is", async (context) => {
  const key = "mcp_a-key-of-the-tests", digest = createHash("sha256").update(key).digest("hex");
  const server = await startOAuth({ AUTH_MODE: "tokens", TOKENS: `tests:${digest}`, OWNER_PASSPHRASE: hashed() });
  context.after(server.stop);
  for (const path of [...paths, "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"]) {
    assert.equal((await fetch(server.url + path)).status, 404, path);
  }
  assert.equal((await list(server.url, key)).status, 200);
});

test("tokens,oauth: keys and logins at one endpoint; a wrong key is not led to the login", async (context) => {
  const key = "mcp_a-key-of-the-tests", digest = createHash("sha256").update(key).digest("hex");
  const server = await startOAuth({ AUTH_MODE: "tokens,oauth", TOKENS: `tests:${digest}`, OWNER_PASSPHRASE: hashed() });
  context.after(server.stop);
  const client = await Client.register(server.url), { json } = await client.redeem(await new Browser().allow(client.url()));
  assert.equal((await list(server.url, key)).status, 200);
  assert.equal((await list(server.url, json.access_token)).status, 200);
  const nobody = await post(`${server.url}/mcp`, message("tools/list"), { authorization: undefined });
  assert.match(nobody.headers.get("www-authenticate") ?? "", /resource_metadata=/);
  const wrong = await list(server.url, "mcp_another-key");
  assert.equal(wrong.status, 401);
  assert.doesNotMatch(wrong.headers.get("www-authenticate") ?? "", /resource_metadata=/);
});

test("only the build for this environment has the library in it", async (context) => {
  const folder = temporaryFolder();
  context.after(() => remove(folder));
  for (const [args, has] of /** @type {[string[], boolean][]} */ ([[[], false], [["--env=oauth"], true]])) {
    const { code, log } = await run(process.execPath, [join(root, "node_modules/wrangler/bin/wrangler.js"), "deploy", "--dry-run", `--outdir=${folder}`, ...args]);
    assert.equal(code, 0, log);
    assert.equal(/workers-oauth-provider|code_challenge/.test(readFileSync(join(folder, "index.js"), "utf8")), has, args.join());
  }
});

test("tokens outlive a restart; a new passphrase ends what was granted with the old one", async (context) => {
  const folder = temporaryFolder(), port = await freePort(), OWNER_PASSPHRASE = hashed();
  context.after(() => remove(folder));
  const first = await startOAuth({ OWNER_PASSPHRASE }, { persist: folder, port });
  const client = await Client.register(first.url), browser = new Browser(), { json } = await client.redeem(await browser.allow(client.url()));
  await first.stop();

  const second = await startOAuth({ OWNER_PASSPHRASE }, { persist: folder, port });
  assert.equal((await list(second.url, json.access_token)).status, 200);
  const consent = await browser.open(client.url());
  assert.match(consent.text, /Allow access\?/);
  await second.stop();

  const third = await startOAuth({ OWNER_PASSPHRASE: hashed() }, { persist: folder, port });
  context.after(third.stop);
  assert.equal((await list(third.url, json.access_token)).status, 401);
  assert.equal((await browser.submit(consent, { decision: "allow" })).location, client.url(), "what the old one's session was asked is asked again");
  assert.match((await browser.open(client.url())).text, /name="passphrase"/);
  const refreshed = await client.ask({ grant_type: "refresh_token", refresh_token: json.refresh_token });
  assert.deepEqual([refreshed.status, refreshed.json.error], [400, "invalid_grant"]);
  assert.equal((await client.redeem(await browser.allow(client.url()))).status, 200);
});
