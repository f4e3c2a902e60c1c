// Mode `oauth` with logins at an upstream OpenID Connect provider: a real one, on loopback.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { call, hello, message, post, toolText } from "./support/http.mjs";
import { Browser, Client, hashed, passphrase, startOAuth } from "./support/oauth.mjs";
import { algorithms, registration, startUpstream } from "./support/upstream.mjs";

/** @type {Awaited<ReturnType<typeof startUpstream>>} */
let upstream;
/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {Client} */
let client;

/** @param {Record<string, string>} more */
const variables = (more) => ({ UPSTREAM_ISSUER: upstream.url, UPSTREAM_CLIENT_ID: registration.client_id, UPSTREAM_CLIENT_SECRET: registration.client_secret, UPSTREAM_ALLOWED: "ada@example.com", ...more });

before(async () => {
  upstream = await startUpstream();
  server = await startOAuth(variables({ OWNER_PASSPHRASE: hashed() }));
  upstream.expect(`${server.url}/oauth/callback`);
  client = await Client.register(server.url);
});
after(async () => {
  await server?.stop();
  upstream?.stop();
});

/** Goes to the login page and on to the provider, up to its own login page. @param {Browser} browser */
async function toProvider(browser) {
  const page = await browser.open(client.url());
  const [, link] = /href="(\/authorize\?[^"]+)">Continue with/.exec(page.text) ?? [];
  assert.ok(link, page.text);
  return browser.follow(await browser.open(server.url + link.replaceAll("&#38;", "&").replaceAll("&amp;", "&")), server.url, upstream.url);
}

/** Logs in there as `name`, and agrees there. @returns what the callback answers @param {string} name @param {Browser} [browser] */
async function loggedIn(name, browser = new Browser()) {
  let page = await toProvider(browser);
  page = await browser.follow(await browser.submit(page, { prompt: "login", login: name, password: "x" }), upstream.url);
  if (/name="prompt" value="consent"/.test(page.text)) page = await browser.follow(await browser.submit(page), upstream.url);
  assert.ok(page.location?.startsWith(`${server.url}/oauth/callback?`), page.text);
  return { browser, callback: /** @type {string} */ (page.location), page: await browser.open(/** @type {string} */ (page.location)) };
}

test("the login page offers both ways, and the passphrase still works", async () => {
  const page = await new Browser().open(client.url());
  assert.match(page.text, /name="passphrase"/);
  assert.match(page.text, new RegExp(`Continue with ${new URL(upstream.url).host}`));
  assert.equal((await client.redeem(await new Browser().allow(client.url()))).status, 200);
});

test("where there is only a provider, nobody is asked for a passphrase, and one that is posted is 404", async (context) => {
  const only = await startOAuth(variables({})), to = (await Client.register(only.url)).url(), browser = new Browser();
  context.after(only.stop);
  const page = await browser.open(to);
  assert.match(page.text, /Continue with/);
  assert.doesNotMatch(page.text, /passphrase/);
  const { status, text } = await browser.submit(page, { token: browser.jar(to).get("__Host-oauth-login") ?? "", passphrase });
  assert.equal(status, 404);
  assert.match(text, /no such login/);
});

test("login upstream, consent here, code, token, call: the caller is who they are upstream", async () => {
  const { browser, page } = await loggedIn("ada");
  assert.equal(page.status, 303, page.text);
  const consent = await browser.follow(page, server.url);
  assert.match(consent.text, /Allow access\?[^]*<bdi>ada@example\.com<\/bdi>/);
  const { location } = await browser.submit(consent, { decision: "allow" });
  // the name may be one that they chose for themselves, such as somebody else's address
  await server.program.printed(/"event":"access_granted","client":"[^"]+","subject":"[^"]+#ada","name":"ada@example\.com"/);
  const { status, json } = await client.redeem(/** @type {string} */ (location));
  assert.equal(status, 200, JSON.stringify(json));
  const told = await post(`${server.url}/mcp`, call("getToken"), { authorization: `Bearer ${json.access_token}` });
  assert.match(toolText(told.json), /, of ada@example\.com; /);
});

test("whoever logs in as somebody else is asked by the provider who they are, although it knows them", async () => {
  const { browser, page } = await loggedIn("ada");
  const left = await browser.follow(await browser.submit(await browser.follow(page, server.url), { decision: "leave" }), server.url);
  const [, link] = /href="(\/authorize\?[^"]+)">Continue with/.exec(left.text) ?? [];
  const there = await browser.follow(await browser.open(server.url + link.replaceAll("&#38;", "&")), server.url, upstream.url);
  assert.equal(new URL(there.url).origin, upstream.url, there.text);
  assert.match(there.text, /name="login"/);
});

test("session hijack: a session of the owner's cannot be used by somebody who logged in upstream", async () => {
  const { json: owner } = await client.redeem(await new Browser().allow(client.url()));
  const { browser, page } = await loggedIn("ada");
  const { location } = await browser.submit(await browser.follow(page, server.url), { decision: "allow" });
  const { json: ada } = await client.redeem(/** @type {string} */ (location));
  const opened = await post(`${server.url}/mcp`, message("initialize", hello("2025-11-25")), { authorization: `Bearer ${owner.access_token}` });
  const headers = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": "2025-11-25" };
  const status = async (/** @type {string} */ token) => (await post(`${server.url}/mcp`, message("tools/list"), { authorization: `Bearer ${token}`, ...headers })).status;
  assert.deepEqual([await status(owner.access_token), await status(ada.access_token)], [200, 404]);
});

test("what is asked for upstream: a code with PKCE, state and nonce, for the callback alone", async () => {
  const browser = new Browser(), page = await browser.open(`${client.url()}&login=upstream`), { searchParams } = new URL(/** @type {string} */ (page.location));
  const { state, nonce, code_challenge: challenge, ...rest } = Object.fromEntries(searchParams);
  assert.deepEqual(rest, { response_type: "code", client_id: registration.client_id, redirect_uri: `${server.url}/oauth/callback`, scope: "openid email profile", code_challenge_method: "S256" });
  for (const random of [state, nonce, challenge]) assert.match(random, /^[\w-]{43}$/);
  const again = Object.fromEntries(new URL(/** @type {string} */ ((await browser.open(`${client.url()}&login=upstream`)).location)).searchParams);
  assert.ok(again.state !== state && again.nonce !== nonce && again.code_challenge !== challenge);
});

for (const [name, why] of [["bob", "whose address is not allowed"], ["eve", "whose address is allowed, but was never verified"]]) {
  test(`somebody ${why} is not let in`, async () => {
    const { browser, page } = await loggedIn(name);
    assert.equal(page.status, 403, page.text);
    assert.match(page.text, /may not use this server/);
    // where the provider asks who it is: by itself it would go on as the same person, however often the client connects
    const [, link = "/"] = /href="(\/authorize\?[^"]+)">Log in as somebody else/.exec(page.text) ?? [];
    assert.match((await browser.open(server.url + link.replaceAll("&#38;", "&"))).text, /[?;]login=another">Continue with/);
    assert.equal((await browser.open(client.url())).fields.handle, undefined, "nobody is logged in");
  });
}

for (const algorithm of algorithms) {
  test(`an ID token that is signed with ${algorithm} is accepted`, async () => {
    upstream.expect(`${server.url}/oauth/callback`, algorithm);
    assert.equal((await loggedIn("ada")).page.status, 303);
  });
}

describe("a callback", () => {
  test("of a login that this browser has not begun is refused: login CSRF", async () => {
    const attacker = new Browser();
    let page = await toProvider(attacker);
    page = await attacker.follow(await attacker.submit(page, { prompt: "login", login: "ada", password: "x" }), upstream.url);
    page = await attacker.follow(await attacker.submit(page), upstream.url);
    const victim = new Browser(), refused = await victim.open(/** @type {string} */ (page.location));
    assert.equal(refused.status, 400);
    assert.match(refused.text, /not started in this browser/);
    assert.equal(victim.jar(server.url).size, 0);
  });

  test("that comes a second time is refused", async () => {
    const { browser, callback } = await loggedIn("ada");
    assert.equal((await browser.open(callback)).status, 400);
  });

  test("with a made-up code, or from another issuer, is refused, and the log says why", async () => {
    /** @type {[Record<string, string>, RegExp][]} */
    const changes = [[{ code: "made-up" }, /invalid_grant/], [{ iss: "https://evil.example" }, /another issuer/]];
    for (const [change, why] of changes) {
      const browser = new Browser(), begun = await browser.open(`${client.url()}&login=upstream`);
      const state = new URL(/** @type {string} */ (begun.location)).searchParams.get("state") ?? "";
      const { status, text } = await browser.open(`${server.url}/oauth/callback?${new URLSearchParams({ state, code: "x", iss: upstream.url, ...change })}`);
      assert.equal(status, 502);
      assert.match(text, /did not work/);
      await server.program.printed(why);
    }
  });

  test("that says that the login was denied tells the client so", async () => {
    const browser = new Browser(), begun = await browser.open(`${client.url()}&login=upstream`);
    const state = new URL(/** @type {string} */ (begun.location)).searchParams.get("state") ?? "";
    const { location } = await browser.open(`${server.url}/oauth/callback?${new URLSearchParams({ state, error: "access_denied" })}`);
    const answer = new URL(/** @type {string} */ (location)).searchParams;
    assert.equal(answer.get("error"), "access_denied");
    assert.equal(answer.get("state"), client.state);
    assert.equal(answer.get("iss"), server.url);
  });

  test("with an error is logged, with the provider's word for it: whoever set this server up there may have to mend something", async () => {
    for (const [error, detail] of [["invalid_scope", "invalid_scope"], ["of\nmy own", "without saying why"]]) {
      const browser = new Browser(), begun = await browser.open(`${client.url()}&login=upstream`);
      const state = new URL(/** @type {string} */ (begun.location)).searchParams.get("state") ?? "";
      await browser.open(`${server.url}/oauth/callback?${new URLSearchParams({ state, error })}`);
      await server.program.printed(new RegExp(`"event":"login_refused","reason":"upstream","detail":"${upstream.url}: ${detail}"`));
    }
  });

  // a provider may deny at once, such as where somebody has an account but is not assigned to this server
  test("that says so is shown, not sent to a client elsewhere: anybody may register one, and nobody has logged in", async () => {
    const to = "https://elsewhere.example/login", other = await Client.register(server.url, { redirect_uris: [to] }), browser = new Browser();
    const begun = await browser.open(`${other.url({ redirect_uri: to })}&login=upstream`), state = new URL(/** @type {string} */ (begun.location)).searchParams.get("state") ?? "";
    const { status, location, text } = await browser.open(`${server.url}/oauth/callback?${new URLSearchParams({ state, error: "access_denied" })}`);
    assert.deepEqual([status, location], [400, null]);
    assert.match(text, /Nobody has logged in\. Go back to the application/);
  });

  test("without a state is refused", async () => assert.equal((await new Browser().open(`${server.url}/oauth/callback?code=x`)).status, 400));
});

test("the callback takes no method but GET, and says so", async () => {
  const { status, headers } = await new Browser().open(`${server.url}/oauth/callback`, { method: "POST" });
  assert.deepEqual([status, headers.get("allow")], [405, "GET"]);
});

/** @param {string} address @param {Record<string, string>} [more] headers */
const begin = (address, more) => new Browser().open(`${client.url()}&login=upstream`, { headers: { "cf-connecting-ip": address, ...more } });

// a page with 20 images of that address once kept its visitors from logging in here for 15 minutes
test("a login that another site begins is not counted: it comes to the login page", async () => {
  for (let i = 0; i < 21; i++) {
    const { status, location } = await begin("192.0.2.22", { "sec-fetch-site": i % 2 ? "cross-site" : "same-site" });
    assert.deepEqual([status, location], [303, client.url()]);
  }
  for (const site of ["same-origin", "none"]) assert.equal(new URL((await begin("192.0.2.22", { "sec-fetch-site": site })).location ?? "").origin, upstream.url);
});

test("logins that are begun and not finished are limited, for each address", async () => {
  for (let i = 0; i < 20; i++) assert.equal((await begin("192.0.2.20")).status, 303);
  const { status, headers, text } = await begin("192.0.2.20");
  assert.equal(status, 429);
  assert.match(text, /Try again in 15 minutes/);
  assert.ok(Number(headers.get("retry-after")) > 800);
  assert.equal((await begin("192.0.2.21")).status, 303);
  // the form on that page once led to the same page again
  const browser = new Browser(), page = await browser.open(`${client.url()}&login=upstream`, { headers: { "cf-connecting-ip": "192.0.2.20" } });
  const { location } = await browser.submit(page, { passphrase }, { "cf-connecting-ip": "192.0.2.20" });
  assert.match((await browser.open(location ?? "", { headers: { "cf-connecting-ip": "192.0.2.20" } })).text, /Allow access/);
});

test("no secret, code or token of the provider's is logged", () => {
  assert.ok(!server.log().includes(registration.client_secret));
  assert.doesNotMatch(server.log(), /eyJ|code=/);
});
