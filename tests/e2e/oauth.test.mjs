// Mode `oauth`, step by step: what each step grants, and what it refuses.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { call, hello, message, openSse, post, toolText } from "./support/http.mjs";
import { eventually } from "./support/program.mjs";
import { Browser, Client, passphrase, redirectUri, register, startOAuth } from "./support/oauth.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {Client} */
let client;
before(async () => {
  server = await startOAuth();
  client = await Client.register(server.url);
});
after(() => server?.stop());

/** @param {string} path */
const get = async (path) => {
  const response = await fetch(server.url + path);
  return { status: response.status, headers: response.headers, json: /** @type {any} */ (await response.json()) };
};

/** Lists the tools. @param {string} token */
const list = (token) => post(`${server.url}/mcp`, message("tools/list"), { authorization: `Bearer ${token}` });

/** The owner's browser, logged in, with the consent page. @param {string} [url] */
async function consentPage(url = client.url()) {
  const browser = new Browser(), page = await browser.follow(await browser.submit(await browser.open(url), { passphrase }), server.url);
  assert.match(page.text, /Allow access\?/);
  return { browser, page };
}

/** @param {import("./support/oauth.mjs").Page} page @param {string} error as OAuth calls it @param {RegExp} why */
function assertSentBack(page, error, why) {
  assert.equal(page.status, 303, page.text);
  const to = new URL(/** @type {string} */ (page.location)), answer = Object.fromEntries(to.searchParams);
  assert.equal(to.origin + to.pathname, redirectUri);
  assert.equal(answer.error, error);
  assert.match(answer.error_description, why);
  assert.equal(answer.state, client.state);
  assert.equal(answer.iss, server.url);
  assert.equal(answer.code, undefined);
}

/** Checks that the server shows the error itself, since where it would redirect cannot be trusted. @param {import("./support/oauth.mjs").Page} page @param {number} status @param {RegExp} why */
function assertShown(page, status, why) {
  assert.equal(page.status, status, page.text);
  assert.equal(page.location, null);
  assert.match(page.text, why);
}

/** @param {{ status: number, json: any }} answer @param {string} error @param {number} [expected] */
const assertError = ({ status, json }, error, expected = 400) => assert.deepEqual([status, json.error], [expected, error], JSON.stringify(json));

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
    const { browser, page } = await consentPage(), { location, headers: sent } = await browser.submit(page, { decision: "allow" });
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
    const { page } = await consentPage(other.url());
    assert.match(page.text, /<bdi>&#60;img src=x onerror=alert\(1\)&#62; &#38; &#34;friends&#34;<\/bdi>/);
    assert.doesNotMatch(page.text, /<img|\u202E/);
    assert.match(page.text, /nobody has checked it/);
    assert.match(page.text, /127\.0\.0\.1/);
    assert.match(page.text, /application on your computer/);
    assert.match(page.text, /<bdi>owner<\/bdi>/);
  });

  test("the pages run nothing, cannot be framed, are not stored and send no referrer", async () => {
    const login = await new Browser().open(client.url()), { page: consent, browser } = await consentPage();
    const error = await browser.open(client.url({ client_id: "nobody" }));
    for (const { headers, text } of [login, consent, error]) {
      const policy = headers.get("content-security-policy") ?? "";
      for (const part of [/default-src 'none'/, /frame-ancestors 'none'/, /form-action 'self'/, /base-uri 'none'/, /style-src 'sha256-/]) assert.match(policy, part);
      assert.doesNotMatch(policy, /unsafe|script-src/);
      assert.equal(headers.get("x-frame-options"), "DENY");
      assert.equal(headers.get("cache-control"), "no-store");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
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
    const { browser, page } = await consentPage();
    assert.match((await browser.open(client.url())).text, /Allow access\?/);
    const left = await browser.follow(await browser.submit(page, { decision: "leave" }), server.url);
    assert.match(left.text, /name="passphrase"/);
    assert.match((await browser.open(client.url())).text, /name="passphrase"/);
  });

  test("a denied consent tells the client so", async () => {
    const { browser, page } = await consentPage();
    assertSentBack(await browser.submit(page, { decision: "deny" }), "access_denied", /denied/);
  });

  test("a refresh gives new tokens, which work and can be refreshed again; the first refresh token no longer works then", async () => {
    const { json: first } = await client.redeem(await new Browser().allow(client.url()));
    const second = await client.ask({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    assert.equal(second.status, 200);
    assert.notEqual(second.json.refresh_token, first.refresh_token);
    assert.equal((await list(second.json.access_token)).status, 200);
    const third = await client.ask({ grant_type: "refresh_token", refresh_token: second.json.refresh_token });
    assert.equal(third.status, 200);
    const again = await client.ask({ grant_type: "refresh_token", refresh_token: first.refresh_token });
    assert.equal(again.status, 400);
    assert.equal(again.json.error, "invalid_grant");
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
    assert.equal((await list(json.access_token)).status, 200);
    assert.equal((await client.redeem(await new Browser().allow(client.url({ resource: undefined })))).json.resource, `${server.url}/mcp`);
  });

  test("a client that was given the URL with a slash at its end asks for that, and its token is accepted", async () => {
    for (const path of ["/mcp/", "/sse/"]) {
      const resource = server.url + path, { status, json } = await client.redeem(await new Browser().allow(client.url({ resource })), { resource });
      assert.deepEqual([status, json.resource], [200, resource], JSON.stringify(json));
      assert.equal((await list(json.access_token)).status, 200);
    }
  });

  test("a revoked refresh token is good for nothing, nor is its access token", async () => {
    const { json } = await client.redeem(await new Browser().allow(client.url()));
    const revoked = await client.ask({ token: json.refresh_token, token_type_hint: "refresh_token" });
    assert.equal(revoked.status, 200);
    assert.equal((await client.ask({ grant_type: "refresh_token", refresh_token: json.refresh_token })).status, 400);
    assert.equal((await list(json.access_token)).status, 401);
  });

  test("a client with a private scheme, as Cursor's, gets its code there", async () => {
    const to = "cursor://anysphere.cursor-mcp/oauth/callback", cursor = await Client.register(server.url, { redirect_uris: [to] });
    const { browser, page } = await consentPage(cursor.url({ redirect_uri: to }));
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
    assert.equal((await list(json.access_token)).status, 200);
    assert.equal((await client.ask({ grant_type: "refresh_token", refresh_token: json.refresh_token })).status, 200);
  }
});

describe("what a client may not ask for", () => {
  /** @type {[string, Record<string, string | undefined>, string, RegExp][]} */
  const sentBack = [
    ["no PKCE", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request", /PKCE/],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request", /S256|plain|PKCE/i],
    ["PKCE without a method, which is plain", { code_challenge_method: undefined }, "invalid_request", /S256|plain|PKCE/i],
    ["a challenge that is not a SHA-256", { code_challenge: "short" }, "invalid_request", /S256/],
    ["the implicit flow", { response_type: "token" }, "unsupported_response_type", /response/i],
    ["tokens for another server", { resource: "https://elsewhere.example/mcp" }, "invalid_target", /resource/],
  ];
  for (const [name, changes, error, why] of sentBack) {
    test(`${name}: sent back to the client`, async () => assertSentBack(await new Browser().open(client.url(changes)), error, why));
  }

  test("no PKCE, by a client with a secret: sent back to it", async () => {
    const { json } = await register(server.url, { token_endpoint_auth_method: "client_secret_post" }, { "cf-connecting-ip": "192.0.2.8" });
    assertSentBack(await new Browser().open(client.url({ client_id: json.client_id, code_challenge: undefined, code_challenge_method: undefined })), "invalid_request", /PKCE/);
  });

  // anybody may register a client: a link to this server would have led to that client's address
  test("anything wrong, by a client elsewhere: shown, and sent back only if the user is logged in", async () => {
    const to = "https://elsewhere.example/login", other = await Client.register(server.url, { redirect_uris: [to] }, { "cf-connecting-ip": "192.0.2.11" });
    const wrong = other.url({ redirect_uri: to, response_type: "token" }), browser = new Browser();
    await assertShown(await browser.open(wrong), 400, /response/i);
    await browser.allow(client.url());
    assert.ok((await browser.open(wrong)).location?.startsWith(`${to}?error=unsupported_response_type`));
  });

  const redirects = [
    "http://127.0.0.1:33418/Callback", "http://127.0.0.1:33418/callback/", "http://127.0.0.1:33418/callback?x=1", "http://localhost:33418/callback", " http://127.0.0.1:33418/callback", "http://127.0.0.1:33418/call\tback", "HTTP://127.0.0.1:33418/callback",
    "http://127.0.0.1:33418/callback#x", "http://user@127.0.0.1:33418/callback", "http://127.0.0.1.evil.example/callback", "https://evil.example/", "javascript:alert(1)//127.0.0.1/callback", "",
  ];
  for (const uri of redirects) {
    test(`the redirect URI ${JSON.stringify(uri)}: shown, and never redirected to`, async () => assertShown(await new Browser().open(client.url({ redirect_uri: uri })), 400, /Invalid redirect URI/));
  }

  // the library lets any port of loopback in, and for that compares what it has parsed, whatever the scheme
  test("a redirect URI on loopback that is written differently, of https or of a scheme of its own: shown, and never redirected to", async () => {
    const uris = ["https://localhost:8443/callback", "app.example://localhost/callback"], other = await Client.register(server.url, { redirect_uris: uris }, { "cf-connecting-ip": "192.0.2.13" });
    for (const uri of ["https://localhost:8443/a/../callback", "https://LOCALHOST:8443/callback", "https:\\\\localhost:8443\\callback", "https://localhost:8443/%2e/callback", "app.example://localhost/a/../callback"]) {
      assertShown(await new Browser().open(other.url({ redirect_uri: uri })), 400, /Invalid redirect URI/);
    }
    for (const uri of [...uris, "https://localhost:9000/callback"]) assert.equal((await new Browser().open(other.url({ redirect_uri: uri }))).status, 200, uri);
  });

  test("an unknown client: shown", async () => assertShown(await new Browser().open(client.url({ client_id: "nobody" })), 400, /Invalid client_id/));

  for (const name of ["redirect_uri", "client_id", "state", "response_type", "code_challenge", "scope"]) {
    test(`${name} twice, even the same: shown, and never redirected to`, async () => {
      const url = client.url({ scope: "" }), value = new URL(url).searchParams.get(name) ?? "";
      assertShown(await new Browser().open(`${url}&${new URLSearchParams({ [name]: value })}`), 400, new RegExp(`gives ${name} more than once`));
    });
  }

  test("resource may be given twice (RFC 8707)", async () => {
    const page = await new Browser().open(`${client.url()}&${new URLSearchParams({ resource: `${server.url}/mcp` })}`);
    assert.equal(page.status, 200, page.text);
  });

  for (const uri of ["javascript:alert(1)", "data:text/html,x", "http://evil.example/", "https://a.example/#x", "https://user@a.example/", "file:///etc/passwd", "https://a.example/\nx"]) {
    test(`registering ${JSON.stringify(uri)}: refused`, async () => {
      const { status, json } = await register(server.url, { redirect_uris: [uri] }, { "cf-connecting-ip": "192.0.2.7" });
      assert.equal(status, 400);
      assert.equal(json.error, "invalid_client_metadata");
    });
  }
});

describe("what a browser may not post", () => {
  test("a wrong passphrase: asked again", async () => {
    const browser = new Browser(), page = await browser.submit(await browser.open(client.url()), { passphrase: "wrong" }, { "cf-connecting-ip": "192.0.2.1" });
    assertShown(page, 403, /not the passphrase/);
    await eventually(() => server.log().includes('{"event":"login_refused","reason":"wrong_passphrase"}'), "the line in the log");
    assert.equal((await browser.submit(page, { passphrase }, { "cf-connecting-ip": "192.0.2.1" })).status, 303);
  });

  test("too many attempts: even the right one has to wait, and is told how long; from another address it is let in", async () => {
    const browser = new Browser(), page = await browser.open(client.url()), here = { "cf-connecting-ip": "192.0.2.2" };
    const attempts = await Promise.all(Array.from({ length: 8 }, (_, i) => browser.submit(page, { passphrase: `wrong ${i}` }, here)));
    assert.deepEqual(attempts.map(({ status }) => status).toSorted(), [403, 403, 403, 403, 403, 429, 429, 429]);
    const refused = await browser.submit(page, { passphrase }, here);
    assertShown(refused, 429, /Try again in 15 minutes/);
    assert.ok(Math.abs(Number(refused.headers.get("retry-after")) - 900) <= 30);
    await eventually(() => server.log().includes('{"event":"login_refused","reason":"too_many_attempts"}'), "the line in the log");
    assert.equal((await browser.submit(page, { passphrase }, { "cf-connecting-ip": "192.0.2.3" })).status, 303);
  });

  test("a login form without its cookie, or with another token", async () => {
    const browser = new Browser(), page = await browser.open(client.url());
    assertShown(await new Browser().submit(page, { passphrase }), 403, /not opened in this browser/);
    assertShown(await browser.submit(page, { passphrase, token: "x".repeat(43) }), 403, /not opened in this browser/);
    for (const other of [browser, new Browser()]) assertShown(await other.submit(page, { passphrase, token: "" }), 403, /not opened in this browser/);
  });

  test("a form that another site posts", async () => {
    const { browser, page } = await consentPage();
    assertShown(await browser.submit(page, { decision: "allow" }, { "sec-fetch-site": "cross-site" }), 403, /another site/);
    assertShown(await browser.submit(page, { decision: "allow" }, { "sec-fetch-site": "same-site" }), 403, /another site/);
  });

  test("a consent form without its cookie, though logged in", async () => {
    const { page } = await consentPage(), { browser: victim } = await consentPage();
    assertShown(await victim.submit(page, { decision: "allow" }), 400, /not started in this browser/);
  });

  test("a consent form without being logged in: nothing is granted", async () => {
    const { browser, page } = await consentPage();
    browser.jar(server.url).delete("__Host-oauth-session");
    const { location } = await browser.submit(page, { decision: "allow" });
    assert.equal(location, client.url());
  });

  test("a consent form that was shown to somebody else: it is shown anew", async () => {
    const { browser, page } = await consentPage();
    assert.equal((await browser.submit(page, { decision: "allow", as: "somebody" })).location, client.url());
  });

  test("a changed handle, no handle, and no decision", async () => {
    const { browser, page } = await consentPage(), { handle } = page.fields;
    assertShown(await browser.submit(page, { decision: "allow", handle: `${handle.slice(0, -1)}${handle.endsWith("A") ? "B" : "A"}` }), 400, /not started in this browser/);
    assertShown(await browser.submit(page, { decision: "allow", handle: "" }), 400, /Missing transaction handle/);
    assertShown(await browser.submit(page, { decision: "maybe" }), 400, /neither to allow nor to deny/);
  });

  test("the same consent twice: one code", async () => {
    const { browser, page } = await consentPage(), jar = new Map(browser.jar(server.url));
    assert.equal((await browser.submit(page, { decision: "allow" })).status, 303);
    browser.jars.set(new URL(server.url).hostname, jar); // the cookie was removed, too
    assertShown(await browser.submit(page, { decision: "allow" }), 400, /already used/);
  });

  test("confused deputy: a consent given to one client gives nothing to another, whatever the form's URL says", async () => {
    const other = await Client.register(server.url, { client_name: "Mallory", redirect_uris: ["https://mallory.example/cb"] });
    const { browser, page } = await consentPage();
    const to = other.url({ redirect_uri: "https://mallory.example/cb" });
    const { location } = await browser.submit({ ...page, url: to }, { decision: "allow" });
    assert.ok(location?.startsWith(`${redirectUri}?code=`), String(location));
    const { status, json } = await other.redeem(/** @type {string} */ (location), { redirect_uri: redirectUri, code_verifier: client.verifier });
    assert.ok(status === 400 && json.error === "invalid_grant", JSON.stringify(json));
    // and each new request of a client is asked about anew
    assert.match((await browser.open(to)).text, /Mallory/);
  });

  test("scopes that nobody asked for are not granted", async () => {
    const { browser, page } = await consentPage();
    const { location } = await browser.submit(page, { decision: "allow", scope: ["admin", "x y"] });
    assert.equal((await client.redeem(/** @type {string} */ (location))).json.scope, "");
  });

  test("a body that is not a form, a form that is too long, another method", async () => {
    const { browser, page } = await consentPage();
    assertShown(await browser.open(page.url, { method: "POST", headers: { "content-type": "text/plain" }, body: "handle=x" }), 415, /not the form/);
    assertShown(await browser.submit(page, { decision: "allow", more: "x".repeat(20000) }), 413, /too long/);
    const refused = await browser.open(page.url, { method: "DELETE" });
    assertShown(refused, 405, /browser/);
    assert.equal(refused.headers.get("allow"), "GET, HEAD, POST");
  });
});

describe("what the token endpoint refuses", () => {
  // once the library read any length: 80,000 names took 19 s, in which the isolate did nothing else
  test("a form that is too long, or has too many parameters, before it is read: 413", async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${i}`, ""]));
    for (const form of [many, { code: "x".repeat(20_000) }]) assertError(await client.ask(form), "invalid_request", 413);
    const { status } = await register(server.url, { client_name: "x".repeat(20_000) }, { "cf-connecting-ip": "192.0.2.12" });
    assert.equal(status, 413);
  });

  // the library's storage may not yet know what another request has just written
  test("a code that comes several times at once: only one gets tokens", async () => {
    const location = await new Browser().allow(client.url());
    const answers = await Promise.all(Array.from({ length: 4 }, () => client.redeem(location)));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400, 400, 400]);
  });

  test("a code twice: and the tokens that it gave are revoked", async () => {
    const location = await new Browser().allow(client.url()), { json } = await client.redeem(location);
    assertError(await client.redeem(location), "invalid_grant");
    assertError(await client.ask({ grant_type: "refresh_token", refresh_token: json.refresh_token }), "invalid_grant");
    assert.equal((await list(json.access_token)).status, 401);
  });

  test("another verifier, no verifier, another redirect URI, another client, another resource", async () => {
    const other = await Client.register(server.url), location = await new Browser().allow(client.url());
    assertError(await client.redeem(location, { code_verifier: "x".repeat(43) }), "invalid_grant");
    assertError(await client.redeem(location, { code_verifier: "" }), "invalid_request");
    assertError(await client.redeem(location, { redirect_uri: "http://127.0.0.1:1/other" }), "invalid_grant");
    assertError(await other.redeem(location, { code_verifier: client.verifier }), "invalid_grant");
    assertError(await client.redeem(location, { resource: `${server.url}/elsewhere` }), "invalid_target");
    assert.equal((await client.redeem(location)).status, 200, "none of it used up the code");
  });

  test("a client whose registration is gone: 401 invalid_client, so that it registers again", async () => {
    const gone = new Client(server.url, "gone0gone0gone00");
    assertError(await gone.ask({ grant_type: "refresh_token", refresh_token: "a:b:c" }), "invalid_client", 401);
  });

  // the platform's storage takes no key of more than 512 bytes: some servers' client ids, which they seal instead of keeping them, are longer
  test("an id, a code or a token that is too long to be one is as unknown as any other", async () => {
    const long = "x".repeat(600), stranger = new Client(server.url, long), from = server.log().length;
    assertError(await stranger.ask({ grant_type: "refresh_token", refresh_token: "a:b:c" }), "invalid_client", 401);
    assert.equal((await new Browser().open(stranger.url(), { headers: { accept: "application/json" } })).status, 401);
    assertShown(await new Browser().open(stranger.url()), 400, /Invalid client_id/);
    assertError(await client.ask({ grant_type: "refresh_token", refresh_token: `a:${long}:c` }), "invalid_grant");
    assertError(await client.ask({ grant_type: "authorization_code", code: `a:${long}:c`, code_verifier: client.verifier }), "invalid_grant");
    assert.equal((await client.ask({ token: `a:${long}:c` })).status, 200, "RFC 7009, section 2.2");
    for (const token of [`a:${long}:c`, `a:b:${long}`, `${long}:b`, "a:b:c:d", "::", "."]) assert.equal((await list(token)).status, 401, token);
    assert.doesNotMatch(server.log().slice(from), /Error:/);
  });

  test("a made-up token: 401 at /mcp and at /sse, with the reason in the log", async () => {
    const from = server.log().length;
    for (const token of ["a:b:c", "owner:x:y", `${"a".repeat(43)}:${"b".repeat(16)}:${"c".repeat(32)}`]) {
      const { status, headers } = await list(token);
      assert.equal(status, 401);
      assert.match(headers.get("www-authenticate") ?? "", /error="invalid_token"/);
      assert.equal((await fetch(`${server.url}/sse`, { headers: { authorization: `Bearer ${token}` } })).status, 401);
    }
    const lines = ["/mcp", "/sse"].map((path) => `{"event":"refused","reason":"unknown","path":"${path}"}`);
    await eventually(() => lines.every((line) => server.log().slice(from).split(line).length === 4), "three lines for each in the log");
  });
});

describe("registration", () => {
  test("gives a secret that expires after 90 days", async () => {
    const { json } = await register(server.url, { token_endpoint_auth_method: "client_secret_post" }, { "cf-connecting-ip": "192.0.2.8" });
    assert.equal(json.client_secret_expires_at - json.client_id_issued_at, 90 * 24 * 3600);
  });

  test("is limited by the hour, for each address: 429, with when to come again, and others still may", async () => {
    const here = { "cf-connecting-ip": "192.0.2.9" };
    for (let i = 0; i < 20; i++) assert.equal((await register(server.url, {}, here)).status, 201);
    const { status, headers, json } = await register(server.url, {}, here);
    assert.equal(status, 429);
    assert.match(json.error_description, /Try again in \d+ seconds/);
    assert.ok(Number(headers.get("retry-after")) > 3500);
    assert.equal((await register(server.url, {}, { "cf-connecting-ip": "192.0.2.10" })).status, 201);
  });
});

test("line ends and escapes in a client's id begin no line of the log, and move no cursor", async () => {
  const forged = '{"event":"access_granted","client":"forged"}', id = `https://client.example/\n${forged}\r\u001b[2J\u2028`, from = server.log().length;
  assertShown(await new Browser().open(client.url({ client_id: id })), 400, /description of itself/);
  assertError(await new Client(server.url, id).ask({ grant_type: "refresh_token", refresh_token: "a:b:c" }), "invalid_client", 401);
  const basic = { authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:x`).toString("base64")}` };
  assert.equal((await fetch(`${server.url}/oauth/token`, { method: "POST", headers: basic, body: new URLSearchParams({ grant_type: "refresh_token" }) })).status, 401);
  const logged = () => server.log().slice(from);
  await eventually(() => logged().split("CIMD fetch failed").length === 4, "three warnings in the log");
  assert.ok(!logged().split(/[\r\n\u2028]+ */).some((line) => line.startsWith(forged)), logged());
  assert.ok(!logged().includes("\u001b[2J"));
});

test("no token, code or passphrase is ever logged", async () => {
  const { json } = await client.redeem(await new Browser().allow(client.url()));
  await list(json.access_token);
  const log = server.log();
  assert.match(log, /"event":"access_granted"/);
  for (const secret of [json.access_token, json.refresh_token, passphrase]) assert.ok(!log.includes(secret));
});
