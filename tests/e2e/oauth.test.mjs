// Mode `oauth`, step by step: what each step grants. What it refuses: oauth-refusals.test.mjs.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { call, hello, message, openSse, post, toolText } from "./support/http.mjs";
import { Browser, Client, assertSentBack, kept, passphrase, redirectUri, register, startOAuth } from "./support/oauth.mjs";
import { remove, temporaryFolder } from "./support/server.mjs";

const persist = temporaryFolder();

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {Client} */
let client;
before(async () => {
  server = await startOAuth(undefined, { persist });
  client = await Client.register(server.url);
});
after(async () => {
  await server?.stop();
  remove(persist);
});

/** @param {string} path */
const get = async (path) => {
  const response = await fetch(server.url + path);
  return { status: response.status, headers: response.headers, json: /** @type {any} */ (await response.json()) };
};

describe("discovery", () => {
  test("a request without a token is told where the metadata is, which leads to the server's own authorization server", async () => {
    const { status, headers } = await post(`${server.url}/mcp`, message("tools/list"), { authorization: undefined });
    assert.equal(status, 401);
    const [, url] = /resource_metadata="([^"]+)"/.exec(headers.get("www-authenticate") ?? "") ?? [];
    const resource = /** @type {any} */ (await (await fetch(url)).json());
    assert.equal(resource.resource, `${server.url}/mcp`);
    assert.deepEqual(resource.authorization_servers, [server.url]);
  });

  test("the metadata has what clients look for: only S256, metadata documents, no secret needed, iss", async () => {
    const { status, headers, json } = await get("/.well-known/oauth-authorization-server");
    assert.equal(status, 200);
    assert.equal(headers.get("content-type"), "application/json");
    assert.equal(json.issuer, server.url);
    assert.equal(json.authorization_endpoint, `${server.url}/authorize`);
    assert.equal(json.token_endpoint, `${server.url}/oauth/token`);
    assert.equal(json.registration_endpoint, `${server.url}/oauth/register`);
    assert.equal(json.revocation_endpoint, `${server.url}/oauth/token`);
    assert.deepEqual(json.code_challenge_methods_supported, ["S256"]);
    assert.deepEqual(json.response_types_supported, ["code"]);
    assert.deepEqual(json.grant_types_supported, ["authorization_code", "refresh_token"]);
    assert.equal(json.client_id_metadata_document_supported, true);
    assert.equal(json.scopes_supported, undefined, "RFC 8414, section 3.2: no empty list");
    assert.ok(json.token_endpoint_auth_methods_supported.includes("none"));
    assert.equal(json.authorization_response_iss_parameter_supported, true);
  });

  test("metadata of another issuer, or of OpenID Connect, is a JSON 404 that pages may read", async () => {
    for (const path of ["oauth-authorization-server/mcp", "oauth-authorization-server/sse", "openid-configuration", "openid-configuration/mcp"]) {
      const { status, headers, json } = await get(`/.well-known/${path}`);
      assert.equal(status, 404, path);
      assert.equal(headers.get("access-control-allow-origin"), "*");
      assert.equal(json.error, "not_found");
    }
  });

  test("a client in a browser may read the metadata, ask for tokens and register", async () => {
    for (const path of ["/.well-known/oauth-authorization-server", "/oauth/token", "/oauth/register"]) {
      const headers = { origin: "http://localhost:6274", "access-control-request-method": "POST" };
      const response = await fetch(server.url + path, { method: "OPTIONS", headers });
      assert.equal(response.status, 204, path);
      assert.equal(response.headers.get("access-control-allow-origin"), "http://localhost:6274");
    }
  });

  test("DNS rebinding: a foreign, null or malformed origin is 403 here, too", async () => {
    for (const path of ["/.well-known/oauth-authorization-server", "/oauth/token", "/oauth/register"]) {
      for (const origin of ["https://evil.example", "null", "nonsense", "http://localhost:6274/path"]) {
        assert.equal((await fetch(server.url + path, { method: "POST", headers: { origin } })).status, 403, `${path} from ${origin}`);
      }
    }
  });
});

test("DNS rebinding: under a name that is not a loopback name nothing is served over http", async () => {
  for (const path of ["/.well-known/oauth-authorization-server", "/authorize", "/oauth/callback", "/oauth/token", "/oauth/register"]) {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      for (const host of ["evil.example", `evil.example:${server.port}`, "localhost.evil.example", "127.0.0.1.evil.example"]) {
        const request = http.request({ port: server.port, method, path, headers: { host } }).end(), [response] = await once(request, "response");
        const answer = JSON.parse((await response.setEncoding("utf8").toArray()).join(""));
        assert.deepEqual([response.statusCode, answer.error], [403, "forbidden_host"], `${method} ${path} at ${host}`);
      }
    }
  }
});

describe("the flow", () => {
  test("login, consent, code, token, call: the caller is the owner", async () => {
    const { browser, page } = await client.consentPage(), { location, headers: sent } = await browser.submit(page, { decision: "allow" });
    assert.deepEqual([sent.get("referrer-policy"), sent.get("cache-control")], ["no-referrer", "no-store"], "a code is in the URL");
    const answer = new URL(String(location)).searchParams;
    assert.equal(answer.get("state"), client.state);
    assert.equal(answer.get("iss"), server.url);
    const { status, headers, json } = await client.redeem(String(location));
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(json.token_type, "bearer");
    assert.equal(json.expires_in, 3600);
    assert.equal(json.resource, `${server.url}/mcp`);
    const answered = await post(`${server.url}/mcp`, call("add", { a: 1, b: 2 }), { authorization: `Bearer ${json.access_token}` });
    assert.equal(answered.status, 200, answered.text);
    assert.equal(toolText(answered.json), "3");
    const told = toolText((await post(`${server.url}/mcp`, call("getToken"), { authorization: `Bearer ${json.access_token}` })).json);
    assert.match(told, /, of owner; /);
    assert.ok(!told.includes(json.access_token));
  });

  test("the consent page shows who asks, where access goes and who is logged in", async () => {
    const other = await Client.register(server.url, { client_name: "<img src=x onerror=alert(1)>\u202E & \"friends\"" });
    const { page } = await other.consentPage();
    assert.match(page.text, /<bdi>&#60;img src=x onerror=alert\(1\)&#62; &#38; &#34;friends&#34;<\/bdi>/);
    assert.doesNotMatch(page.text, /<img|\u202E/);
    assert.match(page.text, /nobody has checked it/);
    assert.match(page.text, /127\.0\.0\.1/);
    assert.match(page.text, /application on your computer/);
    assert.match(page.text, /<bdi>owner<\/bdi>/);
    assert.match(page.text, /the tools that need no scope/);
    assert.doesNotMatch(page.text, /What it may do/);
  });

  test("the pages run nothing, cannot be framed, are not stored and send no referrer", async () => {
    const login = await new Browser().open(client.url()), { page: consent, browser } = await client.consentPage();
    const error = await browser.open(client.url({ client_id: "nobody" }));
    for (const { headers, text } of [login, consent, error]) {
      const policy = headers.get("content-security-policy") ?? "";
      for (const part of [/default-src 'none'/, /frame-ancestors 'none'/, /form-action 'self'/, /base-uri 'none'/, /style-src 'sha256-/]) assert.match(policy, part);
      assert.doesNotMatch(policy, /unsafe|script-src/);
      assert.equal(headers.get("x-frame-options"), "DENY");
      assert.equal(headers.get("cache-control"), "no-store");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("cross-origin-opener-policy"), null); // it would take the window from a client that opened one
      assert.doesNotMatch(text, /<script|javascript:| on[a-z]+=/);
    }
  });

  test("cookies stay with this host, are sent only over https and are hidden from scripts", async () => {
    const browser = new Browser(), login = await browser.open(client.url()), loggedIn = await browser.submit(login, { passphrase });
    const consent = await browser.open(/** @type {string} */ (loggedIn.location));
    for (const { headers } of [login, loggedIn, consent]) {
      const cookies = headers.getSetCookie();
      assert.ok(cookies.length > 0);
      for (const line of cookies) assert.match(line, /^__Host-[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax/);
    }
  });

  test("an owner who is logged in need not log in again, but is asked again; one who logs out has to log in", async () => {
    const { browser, page } = await client.consentPage();
    assert.match((await browser.open(client.url())).text, /Allow access\?/);
    const left = await browser.follow(await browser.submit(page, { decision: "leave" }), server.url);
    assert.match(left.text, /name="passphrase"/);
    assert.match((await browser.open(client.url())).text, /name="passphrase"/);
    await browser.submit(left, { passphrase });
    const late = await browser.submit(page, { decision: "allow" });
    assert.equal(late.status, 400);
    assert.match(late.text, /not started in this browser/);
  });

  test("a denied consent tells the client so", async () => {
    const { browser, page } = await client.consentPage();
    assertSentBack(client, await browser.submit(page, { decision: "deny" }), "access_denied", /denied/);
  });

  test("a refresh gives new tokens, which work and can be refreshed again; the first refresh token no longer works then", async () => {
    const { json: first } = await client.redeem(await new Browser().allow(client.url()));
    const second = await client.ask({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    assert.equal(second.status, 200);
    assert.notEqual(second.json.refresh_token, first.refresh_token);
    assert.equal((await client.list(second.json.access_token)).status, 200);
    const third = await client.ask({ grant_type: "refresh_token", refresh_token: second.json.refresh_token });
    assert.equal(third.status, 200);
    const again = await client.ask({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    assert.equal(again.status, 400);
    assert.equal(again.json.error, "invalid_grant");
  });

  test("what was granted ends 30 days after the last refresh, or after the code was redeemed", async () => {
    const { json: first } = await client.redeem(await new Browser().allow(client.url())), [user, grant] = first.refresh_token.split(":");
    const end = async () => (await kept(persist, `grant:${user}:${grant}`))[0].expiration ?? Infinity, DAYS_30 = 30 * 86_400;
    const redeemed = await end();
    assert.ok(Math.abs(redeemed - Date.now() / 1000 - DAYS_30) < 60, `${redeemed}`);
    const refresh = () => client.ask({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    while (Date.now() / 1000 < redeemed - DAYS_30 + 1) await new Promise((resolve) => setTimeout(resolve, 100)); // the store counts in seconds
    const asked = Date.now() / 1000;
    assert.equal((await refresh()).status, 200);
    const refreshed = await end();
    assert.ok(refreshed > redeemed && refreshed >= Math.floor(asked) + DAYS_30 && refreshed <= Date.now() / 1000 + DAYS_30, `${redeemed} ${refreshed}`);
  });

  test("a session goes on with a refreshed token", async () => {
    const { json: first } = await client.redeem(await new Browser().allow(client.url()));
    const opened = await post(`${server.url}/mcp`, message("initialize", hello("2025-11-25")), { authorization: `Bearer ${first.access_token}` });
    const session = opened.headers.get("mcp-session-id") ?? "";
    const { json: second } = await client.ask({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    const goesOn = (/** @type {string} */ token) => post(`${server.url}/mcp`, message("tools/list"), { authorization: `Bearer ${token}`, "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" });
    assert.equal((await goesOn(second.access_token)).status, 200);
  });

  test("a token for /sse is accepted, there and at /mcp, and one without a resource is for /mcp", async () => {
    const { json } = await client.redeem(await new Browser().allow(client.url({ resource: `${server.url}/sse` })), { resource: `${server.url}/sse` });
    assert.equal(json.resource, `${server.url}/sse`);
    const authorization = `Bearer ${json.access_token}`, { stream, endpoint } = await openSse(server.url, authorization);
    for (const sent of [message("initialize", hello("2024-11-05"), "begin"), call("getToken", {}, "who")]) assert.equal((await post(endpoint, sent, { authorization })).status, 202);
    assert.equal((await stream.message()).result.protocolVersion, "2024-11-05");
    assert.match(toolText(await stream.message()), /, of owner; /);
    stream.leave();
    assert.equal((await client.list(json.access_token)).status, 200);
    assert.equal((await client.redeem(await new Browser().allow(client.url({ resource: undefined })))).json.resource, `${server.url}/mcp`);
  });

  test("a client that was given the URL with a slash at its end asks for that, and its token is accepted", async () => {
    for (const path of ["/mcp/", "/sse/"]) {
      const resource = server.url + path, { status, json } = await client.redeem(await new Browser().allow(client.url({ resource })), { resource });
      assert.deepEqual([status, json.resource], [200, resource], JSON.stringify(json));
      assert.equal((await client.list(json.access_token)).status, 200);
    }
  });

  test("a revoked refresh token is good for nothing, nor is its access token", async () => {
    const { json } = await client.redeem(await new Browser().allow(client.url()));
    const revoked = await client.ask({ token: json.refresh_token, token_type_hint: "refresh_token" });
    assert.equal(revoked.status, 200);
    assert.equal((await client.ask({ grant_type: "refresh_token", refresh_token: json.refresh_token })).status, 400);
    assert.equal((await client.list(json.access_token)).status, 401);
  });

  test("a client with a private scheme, as Cursor's, gets its code there", async () => {
    const to = "cursor://anysphere.cursor-mcp/oauth/callback", cursor = await Client.register(server.url, { redirect_uris: [to] });
    const { browser, page } = await cursor.consentPage(cursor.url({ redirect_uri: to }));
    assert.match(page.text, /opens <strong>cursor:<\/strong> links/);
    assert.match(page.headers.get("content-security-policy") ?? "", /form-action 'self' https: cursor:$/);
    const { headers } = await browser.submit(page, { decision: "allow" });
    assert.match(headers.get("location") ?? "", /^cursor:\/\/anysphere\.cursor-mcp\/oauth\/callback\?code=/);
  });
});

// once each login ended what the client had been granted before, on whichever of somebody's computers
test("logging in again with the same client does not end its earlier tokens", async () => {
  const [first, second] = [await client.redeem(await new Browser().allow(client.url())), await client.redeem(await new Browser().allow(client.url()))];
  for (const { json } of [first, second]) {
    assert.equal((await client.list(json.access_token)).status, 200);
    assert.equal((await client.ask({ grant_type: "refresh_token", refresh_token: json.refresh_token })).status, 200);
  }
});

describe("registration", () => {
  test("gives a secret that expires after 90 days", async () => {
    const { json } = await register(server.url, { token_endpoint_auth_method: "client_secret_post" }, { "cf-connecting-ip": "192.0.2.8" });
    assert.equal(json.client_secret_expires_at - json.client_id_issued_at, 90 * 24 * 3600);
  });

  test("takes a body without a length, byte by byte", async () => {
    const bytes = Buffer.from(JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: "none" }));
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const headers = { "content-type": "application/json", "cf-connecting-ip": "192.0.2.7" };
    const response = await fetch(`${server.url}/oauth/register`, /** @type {any} */ ({ method: "POST", headers, body, duplex: "half" }));
    assert.deepEqual([response.status, (await response.json()).redirect_uris], [201, [redirectUri]]);
  });

  test("is limited by the hour, for each address: 429, with when to come again, and others still may", async () => {
    const here = { "cf-connecting-ip": "192.0.2.9" };
    const preflight = { method: "OPTIONS", headers: { ...here, origin: "http://localhost:6274", "access-control-request-method": "POST" } };
    for (let i = 0; i < 20; i++) {
      await fetch(`${server.url}/oauth/register`, preflight); // which does not count
      assert.equal((await register(server.url, {}, here)).status, 201);
    }
    const { status, headers, json } = await register(server.url, {}, here);
    assert.equal(status, 429);
    assert.match(json.error_description, /Try again in \d+ seconds/);
    assert.ok(Number(headers.get("retry-after")) > 3500);
    assert.equal(headers.get("access-control-allow-origin"), "*", "a page may read it, too");
    assert.equal((await register(server.url, {}, { "cf-connecting-ip": "192.0.2.10" })).status, 201);
  });
});

test("no token, code or passphrase is ever logged", async () => {
  const { json } = await client.redeem(await new Browser().allow(client.url()));
  await client.list(json.access_token);
  const log = server.log();
  assert.match(log, /"event":"access_granted"/);
  for (const secret of [json.access_token, json.refresh_token, passphrase]) assert.ok(!log.includes(secret));
});
