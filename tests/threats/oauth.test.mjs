// What went wrong with authorization servers in front of MCP servers, each known case once and as a whole.
// tests/e2e/oauth*.test.mjs test each step, and the words of each refusal.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { makeCertificate, withoutCertificates } from "../e2e/support/certificate.mjs";
import { Browser, Client, kept, passphrase, redirectUri, register, startOAuth } from "../e2e/support/oauth.mjs";
import { remove, temporaryFolder } from "../e2e/support/server.mjs";

const folder = temporaryFolder(), persist = join(folder, "state"), skip = withoutCertificates();
const certificate = skip ? undefined : makeCertificate(folder);
/** @type {import("../e2e/support/server.mjs").Server} */
let server;
/** @type {Client} */
let client;
before(async () => {
  server = await startOAuth(undefined, { persist, trust: certificate?.file });
  client = await Client.register(server.url);
});
after(async () => {
  await server?.stop();
  remove(folder);
});

/** @param {string} url @returns {Promise<{ browser: Browser, page: import("../e2e/support/oauth.mjs").Page }>} the owner's browser at the consent page */
async function consentPage(url = client.url()) {
  const browser = new Browser(), page = await browser.follow(await browser.submit(await browser.open(url), { passphrase }), server.url);
  assert.match(page.text, /Allow access\?/);
  return { browser, page };
}

// CVE-2025-4143: a redirect URI that nobody had registered got the code.
describe("redirect_uri, PKCE", () => {
  const foreign = [
    "http://127.0.0.1:33418/Callback", "http://127.0.0.1:33418/callback/", "http://127.0.0.1:33418/callback?x", "http://127.0.0.1:33418/callback#x", "http://127.0.0.1:33418/a/../callback", "http://127.0.0.1:33418/%2e/callback", "http://127.0.0.1:33418/%63allback", "HTTP://127.0.0.1:33418/callback",
    " http://127.0.0.1:33418/callback", "http://127.0.0.1:33418/callback ", "http://127.0.0.1:33418/call\nback", "http://127.0.0.1:33418/callback\0", "http:\\\\127.0.0.1:33418\\callback", "http://127.0.0.1:33418@evil.example/callback", "http://127.0.0.1.evil.example/callback", "http://localhost:33418/callback",
    "https://evil.example/", "//evil.example", "javascript:alert(1)", "data:text/html,x", "",
  ];
  test("a redirect URI that is not, to the byte, a registered one is never redirected to", async () => {
    for (const uri of foreign) {
      const { status, location } = await new Browser().open(client.url({ redirect_uri: uri }));
      assert.deepEqual([status, location], [400, null], JSON.stringify(uri));
    }
  });

  test("a redirect URI that runs code, or is not a safe web address, cannot be registered", async () => {
    for (const uri of ["javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///x", "http://evil.example/", "https://a.example/#x", "https://a@b.example/", "https://a.example/\r\nx"]) {
      assert.equal((await register(server.url, { redirect_uris: [uri] }, { "cf-connecting-ip": "192.0.2.20" })).status, 400, JSON.stringify(uri));
    }
  });

  test("no PKCE, plain PKCE, PKCE without a method (which is plain), and a challenge that is not a SHA-256 get no login page", async () => {
    for (const changes of [{ code_challenge: undefined, code_challenge_method: undefined }, { code_challenge_method: "plain" }, { code_challenge_method: undefined }, { code_challenge_method: "s256" }, { code_challenge: "" }, { code_challenge: "short" }]) {
      const { status, text, location } = await new Browser().open(client.url(changes));
      assert.ok(status >= 300, text);
      assert.doesNotMatch(text, /passphrase/);
      assert.equal(location && new URL(location).searchParams.get("code"), null);
    }
  });

  test("a code is good once, with the right verifier and the same redirect URI", async () => {
    const location = await new Browser().allow(client.url());
    for (const changes of /** @type {Record<string, string>[]} */ ([{ code_verifier: "x".repeat(43) }, { code_verifier: "" }, { redirect_uri: "https://evil.example/" }])) assert.equal((await client.redeem(location, changes)).status, 400, JSON.stringify(changes));
    assert.equal((await client.redeem(location)).status, 200);
    assert.equal((await client.redeem(location)).status, 400, "a code is good once");
  });
});

// cloudflare/ai#51: the consent for one client was a cookie, good for every other; and its form could be
// posted from anywhere.
describe("confused deputy, consent CSRF", () => {
  test("a browser that allowed one client is asked about the next, and gets no code without that", async () => {
    const browser = new Browser();
    await browser.allow(client.url());
    const other = await Client.register(server.url, { client_name: "Mallory" }), { status, location, text } = await browser.open(other.url());
    assert.deepEqual([status, location], [200, null]);
    assert.match(text, /Mallory/);
  });

  test("a consent is for the client that it was shown for, wherever the form is posted to", async () => {
    const other = await Client.register(server.url, { client_name: "Mallory" }), { browser, page } = await consentPage();
    const { location } = await browser.submit({ ...page, url: other.url() }, { decision: "allow" });
    assert.equal((await other.redeem(/** @type {string} */ (location), { code_verifier: client.verifier })).status, 400);
  });

  test("a login form works only in the browser in which it was opened", async () => {
    const mallory = new Browser(), form = await mallory.open(client.url());
    const victim = new Browser();
    await victim.open(client.url());
    assert.equal((await victim.submit(form, { passphrase })).status, 403);
  });

  test("a consent form works only in the browser in which it was shown, with its __Host- cookie", async () => {
    const { page } = await consentPage(), { browser: victim, page: own } = await consentPage();
    for (const [cookieless, form] of /** @type {const} */ ([[false, page], [true, own]])) {
      const jar = victim.jar(server.url);
      if (cookieless) for (const name of jar.keys()) if (name !== "__Host-oauth-session") jar.delete(name);
      const { status, location } = await victim.submit(form, { decision: "allow" });
      assert.deepEqual([status, location], [400, null]);
    }
  });

  test("a form that another site posts does nothing", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const { browser, page } = await consentPage(), { status, location } = await browser.submit(page, { decision: "allow" }, { "sec-fetch-site": site });
      assert.deepEqual([status, location], [403, null]);
    }
  });

  test("no page can be framed, and every cookie is for this host alone and hidden from scripts", async () => {
    const { browser, page } = await consentPage();
    for (const { headers } of [await new Browser().open(client.url()), page, await browser.open(client.url({ client_id: "nobody" }))]) {
      assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'[^]*frame-ancestors 'none'/);
      assert.equal(headers.get("x-frame-options"), "DENY");
      for (const line of headers.getSetCookie()) assert.match(line, /^__Host-[^;]+; Path=\/; Secure; HttpOnly; SameSite=/);
    }
  });
});

// GHSA-cvhv-6xm6-c3v4, in the pages of a login: they name whoever asks in the asker's own words.
describe("reflected XSS", () => {
  test("markup in a client's name, in its request or in a form is mere text on every page", async () => {
    const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
    const named = await Client.register(server.url, { client_name: hostile }, { "cf-connecting-ip": "192.0.2.40" }), { browser, page } = await consentPage(named.url());
    const pages = [page, await new Browser().open(named.url()), await new Browser().open(named.url({ state: hostile, scope: hostile })), await browser.submit(page, { decision: hostile })];
    for (const changes of [{ client_id: hostile }, { redirect_uri: hostile }, { resource: hostile }, { response_type: hostile }]) pages.push(await new Browser().open(named.url(changes)));
    for (const { text, headers } of pages) {
      assert.doesNotMatch(text, /<script|<img/);
      if (text) assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none'/);
    }
  });
});

// oauth-provider#182: anybody could register any number of clients, which were kept forever.
describe("registration spam", () => {
  test("an address can register 20 clients and no more; others still can", async () => {
    const here = { "cf-connecting-ip": "192.0.2.30" };
    const statuses = await Promise.all(Array.from({ length: 25 }, async () => (await register(server.url, {}, here)).status));
    assert.deepEqual(statuses.toSorted(), [...Array.from({ length: 20 }, () => 201), ...Array.from({ length: 5 }, () => 429)]);
    assert.equal((await register(server.url, {}, { "cf-connecting-ip": "192.0.2.31" })).status, 201);
  });

  test("all addresses of an IPv6 network count as one", async () => {
    const statuses = await Promise.all(Array.from({ length: 21 }, async (_, i) => (await register(server.url, {}, { "cf-connecting-ip": `2001:db8:1:2::${i}` })).status));
    assert.equal(statuses.filter((status) => status === 429).length, 1);
  });

  test("a registration is kept for 90 days, with or without a secret, which is good for as long; and metadata documents are offered instead", async () => {
    const here = { "cf-connecting-ip": "192.0.2.32" }, DAYS_90 = 90 * 86_400;
    const secret = (await register(server.url, { token_endpoint_auth_method: "client_secret_post" }, here)).json, open = (await register(server.url, {}, here)).json, all = await kept(persist, "client:");
    for (const { client_id: id, client_id_issued_at: issued } of [secret, open]) {
      const { expiration = Infinity } = all.find(({ name }) => name === `client:${id}`) ?? assert.fail(`${id} is not kept`);
      assert.ok(Math.abs(expiration - issued - DAYS_90) <= 60, `${expiration} is not 90 days after ${issued}`);
    }
    assert.deepEqual(all.filter(({ expiration }) => !expiration), []);
    assert.equal(secret.client_secret_expires_at - secret.client_id_issued_at, DAYS_90);
    const metadata = /** @type {any} */ (await (await fetch(`${server.url}/.well-known/oauth-authorization-server`)).json());
    assert.equal(metadata.client_id_metadata_document_supported, true);
  });
});

// fastmcp#3720: a client's id is a URL that the server fetches, and anybody can choose it.
describe("metadata document SSRF", () => {
  test("nothing is fetched from a private network, however its address is written", async () => {
    for (const host of ["10.0.0.1", "172.31.255.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::]", "[fd00::1]", "[::ffff:10.0.0.1]", "0x0a000001", "012.0.0.1", "metadata.internal", "printer.local", "router"]) {
      const id = `https://${host}/client.json`, from = server.log().length;
      assert.equal((await new Browser().open(new Client(server.url, id).url())).status, 400, host);
      await server.program.printed(/"detail":"[^"]+ is on a private network"/, from);
    }
  });

  describe("from a server that misbehaves", { skip }, () => {
    /** @type {string[]} */
    const fetched = [];
    const document = (/** @type {string} */ path, /** @type {object} */ more) => JSON.stringify({ client_id: origin + path, client_name: "A published client", redirect_uris: [redirectUri], token_endpoint_auth_method: "none", ...more });
    /** @type {Record<string, (response: import("node:http").ServerResponse) => unknown>} */
    const answers = {
      "/good.json": (response) => response.end(document("/good.json", {})),
      "/moved.json": (response) => response.writeHead(302, { location: `${origin}/secret.json` }).end(),
      "/large.json": (response) => response.end(document("/large.json", { more: "x".repeat(11 * 1024) })),
      "/slow.json": (response) => response.write("{"), // and never the rest
    };
    let origin = "";
    const publisher = createServer(certificate ?? {}, ({ url = "" }, response) => {
      fetched.push(url);
      response.setHeader("content-type", "application/json");
      (answers[url] ?? answers["/good.json"])(response);
    });
    before(async () => {
      publisher.listen(0, "127.0.0.1");
      await once(publisher, "listening");
      origin = `https://localhost:${/** @type {import("node:net").AddressInfo} */ (publisher.address()).port}`;
    });
    after(() => {
      publisher.closeAllConnections();
      publisher.close();
    });

    test("a redirect is not followed, 11 KB are not read, and a document that never ends is not waited for", async () => {
      for (const path of ["/moved.json", "/large.json", "/slow.json"]) {
        const { status, text } = await new Browser().open(new Client(server.url, origin + path).url());
        assert.equal(status, 400, path);
        assert.doesNotMatch(text, /passphrase/);
      }
      assert.ok(!fetched.includes("/secret.json"));
    });

    test("a good document is accepted, so nothing else refused the others, and it is not kept", async () => {
      assert.equal((await new Browser().open(new Client(server.url, `${origin}/good.json`).url())).status, 200);
      assert.deepEqual((await kept(persist, "client:http")), []);
    });
  });
});
