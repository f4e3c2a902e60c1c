// Mode `oauth`: what each step refuses, and what is said to whom.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { eventually } from "./support/program.mjs";
import { Browser, Client, assertSentBack, passphrase, redirectUri, register, startOAuth } from "./support/oauth.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {Client} */
let client;
before(async () => {
  server = await startOAuth();
  client = await Client.register(server.url);
});
after(() => server?.stop());

/** Checks that the server shows the error itself, since where it would redirect cannot be trusted. @param {import("./support/oauth.mjs").Page} page @param {number} status @param {RegExp} why */
function assertShown(page, status, why) {
  assert.equal(page.status, status, page.text);
  assert.equal(page.location, null);
  assert.match(page.text, why);
}

/** @param {{ status: number, json: any }} answer @param {string} error @param {number} [expected] */
const assertError = ({ status, json }, error, expected = 400) => assert.deepEqual([status, json.error], [expected, error], JSON.stringify(json));

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
    test(`${name}: sent back to the client`, async () => assertSentBack(client, await new Browser().open(client.url(changes)), error, why));
  }

  test("no PKCE, by a client with a secret: sent back to it", async () => {
    const { json } = await register(server.url, { token_endpoint_auth_method: "client_secret_post" }, { "cf-connecting-ip": "192.0.2.8" });
    assertSentBack(client, await new Browser().open(client.url({ client_id: json.client_id, code_challenge: undefined, code_challenge_method: undefined })), "invalid_request", /PKCE/);
  });

  // anybody may register a client: a link to this server would have led to that client's address
  test("anything wrong, by a client elsewhere: shown, and sent back only if the user is logged in", async () => {
    const to = "https://elsewhere.example/login", other = await Client.register(server.url, { redirect_uris: [to] }, { "cf-connecting-ip": "192.0.2.11" });
    const wrong = other.url({ redirect_uri: to, response_type: "token" }), browser = new Browser();
    await assertShown(await browser.open(wrong), 400, /response/i);
    await browser.allow(client.url());
    assert.ok((await browser.open(wrong)).location?.startsWith(`${to}?error=unsupported_response_type`));
  });

  test("so is what is wrong by a client on this computer, unless it is reached over http there", async () => {
    for (const to of ["https://localhost:8443/callback", "app.example://localhost/callback"]) {
      const other = await Client.register(server.url, { redirect_uris: [to] }, { "cf-connecting-ip": "192.0.2.14" });
      assertShown(await new Browser().open(other.url({ redirect_uri: to, response_type: "token" })), 400, /response/i);
    }
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
    assert.match((await other.consentPage(other.url({ redirect_uri: uris[0] }))).page.text, /application on your computer/);
    for (const uri of [...uris, "https://localhost:9000/callback"]) assert.equal((await new Browser().open(other.url({ redirect_uri: uri }))).status, 200, uri);
  });

  test("an unknown client: shown", async () => assertShown(await new Browser().open(client.url({ client_id: "nobody" })), 400, /Invalid client_id/));

  for (const name of ["redirect_uri", "client_id", "state", "response_type", "code_challenge", "scope"]) {
    test(`${name} twice, even the same: shown, and never redirected to`, async () => {
      const url = client.url({ scope: "" }), value = new URL(url).searchParams.get(name) ?? "";
      assertShown(await new Browser().open(`${url}&${new URLSearchParams({ [name]: value })}`), 400, new RegExp(`gives ${name} more than once`));
    });
  }

  test("anything else twice: shown, without its name, which may say whatever somebody wants this page to say", async () => {
    for (const name of ["Call 555-0100", "<b>", "x".repeat(41)]) {
      const page = await new Browser().open(`${client.url()}&${new URLSearchParams([[name, "1"], [name, "2"]])}`);
      assertShown(page, 400, /gives a parameter more than once/);
    }
  });

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

  test("the wrong ones before a right one are forgotten", async () => {
    const browser = new Browser(), page = await browser.open(client.url()), here = { "cf-connecting-ip": "192.0.2.4" };
    for (const each of ["1", "2", "3", passphrase, "5", "6", "7", passphrase]) {
      assert.equal((await browser.submit(page, { passphrase: each }, here)).status, each === passphrase ? 303 : 403, each);
    }
  });

  test("a login form without its cookie, or with another token", async () => {
    const browser = new Browser(), page = await browser.open(client.url());
    assertShown(await new Browser().submit(page, { passphrase }), 403, /not opened in this browser/);
    assertShown(await browser.submit(page, { passphrase, token: "x".repeat(43) }), 403, /not opened in this browser/);
    for (const other of [browser, new Browser()]) assertShown(await other.submit(page, { passphrase, token: "" }), 403, /not opened in this browser/);
  });

  test("a form that another site posts", async () => {
    const { browser, page } = await client.consentPage();
    assertShown(await browser.submit(page, { decision: "allow" }, { "sec-fetch-site": "cross-site" }), 403, /another site/);
    assertShown(await browser.submit(page, { decision: "allow" }, { "sec-fetch-site": "same-site" }), 403, /another site/);
  });

  test("a consent form without its cookie, though logged in", async () => {
    const { page } = await client.consentPage(), { browser: victim } = await client.consentPage();
    assertShown(await victim.submit(page, { decision: "allow" }), 400, /not started in this browser/);
  });

  test("a consent form without being logged in: nothing is granted", async () => {
    const { browser, page } = await client.consentPage();
    browser.jar(server.url).delete("__Host-oauth-session");
    const { location } = await browser.submit(page, { decision: "allow" });
    assert.equal(location, client.url());
  });

  test("a consent form that was shown to somebody else: it is shown anew", async () => {
    const { browser, page } = await client.consentPage();
    assert.equal((await browser.submit(page, { decision: "allow", as: "somebody" })).location, client.url());
  });

  test("a changed handle, no handle, and no decision", async () => {
    const { browser, page } = await client.consentPage(), { handle } = page.fields;
    assertShown(await browser.submit(page, { decision: "allow", handle: `${handle.slice(0, -1)}${handle.endsWith("A") ? "B" : "A"}` }), 400, /not started in this browser/);
    assertShown(await browser.submit(page, { decision: "allow", handle: "" }), 400, /Missing transaction handle/);
    assertShown(await browser.submit(page, { decision: "maybe" }), 400, /neither to allow nor to deny/);
  });

  test("the same consent twice: one code", async () => {
    const { browser, page } = await client.consentPage(), jar = new Map(browser.jar(server.url));
    assert.equal((await browser.submit(page, { decision: "allow" })).status, 303);
    browser.jars.set(new URL(server.url).hostname, jar); // the cookie was removed, too
    assertShown(await browser.submit(page, { decision: "allow" }), 400, /already used/);
  });

  test("confused deputy: a consent given to one client gives nothing to another, whatever the form's URL says", async () => {
    const other = await Client.register(server.url, { client_name: "Mallory", redirect_uris: ["https://mallory.example/cb"] });
    const { browser, page } = await client.consentPage();
    const to = other.url({ redirect_uri: "https://mallory.example/cb" });
    const { location } = await browser.submit({ ...page, url: to }, { decision: "allow" });
    assert.ok(location?.startsWith(`${redirectUri}?code=`), String(location));
    const { status, json } = await other.redeem(/** @type {string} */ (location), { redirect_uri: redirectUri, code_verifier: client.verifier });
    assert.ok(status === 400 && json.error === "invalid_grant", JSON.stringify(json));
    // and each new request of a client is asked about anew
    const { text } = await browser.open(to);
    assert.match(text, /Mallory[^]*<strong>mallory\.example<\/strong>/);
    assert.doesNotMatch(text, /on your computer/);
  });

  test("a login at a provider, where there is none: 404", async () => {
    for (const url of [`${client.url()}&login=upstream`, `${server.url}/oauth/callback?code=x&state=y`]) assertShown(await new Browser().open(url), 404, /no such login|nothing here/);
  });

  test("scopes that nobody asked for are not granted", async () => {
    const { browser, page } = await client.consentPage();
    const { location } = await browser.submit(page, { decision: "allow", scope: ["admin", "x y"] });
    assert.equal((await client.redeem(/** @type {string} */ (location))).json.scope, "");
  });

  test("a body that is not a form, a form that is too long, another method", async () => {
    const { browser, page } = await client.consentPage();
    assertShown(await browser.open(page.url, { method: "POST", headers: { "content-type": "text/plain" }, body: "handle=x" }), 415, /not the form/);
    assertShown(await browser.submit(page, { decision: "allow", more: "x".repeat(20000) }), 413, /too long/);
    const refused = await browser.open(page.url, { method: "DELETE" });
    assertShown(refused, 405, /browser/);
    assert.equal(refused.headers.get("allow"), "GET, HEAD, POST");
    assert.equal((await browser.open(page.url, { method: "HEAD" })).status, 200);
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
    assert.equal((await client.list(json.access_token)).status, 401);
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
    const tokens = [`a:${long}:c`, `a:b:${long}`, `${long}:b`, "a:b:c:d", "::", "."];
    for (const token of tokens) assert.equal((await client.list(token)).status, 401, token);
    await eventually(() => server.log().slice(from).split('"event":"refused"').length > tokens.length, "a line for each in the log");
    assert.doesNotMatch(server.log().slice(from), /Error:/);
  });

  test("a made-up token: 401 at /mcp and at /sse, with the reason in the log", async () => {
    const from = server.log().length;
    for (const token of ["a:b:c", "owner:x:y", `${"a".repeat(43)}:${"b".repeat(16)}:${"c".repeat(32)}`]) {
      const { status, headers } = await client.list(token);
      assert.equal(status, 401);
      assert.match(headers.get("www-authenticate") ?? "", /error="invalid_token"/);
      assert.equal((await fetch(`${server.url}/sse`, { headers: { authorization: `Bearer ${token}` } })).status, 401);
    }
    const lines = ["/mcp", "/sse"].map((path) => `{"event":"refused","reason":"unknown","path":"${path}"}`);
    await eventually(() => lines.every((line) => server.log().slice(from).split(line).length === 4), "three lines for each in the log");
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
