// Mode `oauth` with clients that are known by a Client ID Metadata Document. The documents are on an https
// server on loopback, which only wrangler lets the Worker reach: deployed, it reaches only public
// addresses (global_fetch_strictly_public).
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { after, before, describe, test } from "node:test";
import { makeCertificate, withoutCertificates } from "./support/certificate.mjs";
import { message, post } from "./support/http.mjs";
import { Browser, Client, hashed, passphrase, redirectUri, startOAuth } from "./support/oauth.mjs";
import { remove, temporaryFolder } from "./support/server.mjs";

const skip = withoutCertificates();
const folder = temporaryFolder(), variables = { OWNER_PASSPHRASE: hashed() };
/** @type {import("./support/server.mjs").Server} */
let server;
const persist = temporaryFolder();
/** @type {import("node:https").Server} */
let publisher;
let origin = "", trust = "";
/** @type {string[]} what was fetched */
const fetched = [];

/** A document, with these changes. @param {string} path @param {object} [changes] */
const document = (path, changes) => ({ client_id: `${origin}${path}`, client_name: "A published client", redirect_uris: [redirectUri], token_endpoint_auth_method: "none", ...changes });

/** @type {Record<string, (path: string) => object>} the documents that there are */
const documents = {
  "/client.json": (path) => document(path),
  "/visited.json": (path) => document(path),
  "/refreshing.json": (path) => document(path),
  "/other.json": () => document("/client.json"),
  "/large.json": (path) => document(path, { more: "x".repeat(11 * 1024) }),
  "/script.json": (path) => document(path, { redirect_uris: [redirectUri, "javascript:alert(1)"] }),
  "/secret.json": (path) => document(path, { client_secret: "s", token_endpoint_auth_method: "client_secret_post" }),
  "/nameless.json": (path) => document(path, { client_name: undefined }),
};

/** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
function publish({ url: path = "" }, response) {
  fetched.push(path);
  if (path === "/moved.json") return response.writeHead(302, { location: `${origin}/client.json` }).end();
  response.writeHead(path in documents || path === "/slow.json" ? 200 : 404, { "content-type": "application/json" });
  if (path === "/slow.json") return response.write("{"); // and never the rest
  return response.end(path in documents ? JSON.stringify(documents[path](path)) : "{}");
}

before(async () => {
  if (skip) return;
  const { file, cert, key } = makeCertificate(folder);
  publisher = createServer({ cert, key }, publish).listen(0, "127.0.0.1");
  await once(publisher, "listening");
  origin = `https://localhost:${/** @type {import("node:net").AddressInfo} */ (publisher.address()).port}`;
  trust = file;
  server = await startOAuth(variables, { trust, persist });
});
after(async () => {
  await server?.stop();
  publisher?.closeAllConnections();
  publisher?.close();
  for (const each of [folder, persist]) remove(each);
});

/** Begins anew, with what was kept. */
async function deploy() {
  await server.stop();
  server = await startOAuth(variables, { trust, persist, port: server.port });
}

/** Whether enough was asked of the publisher's host in this minute, after one more. */
async function isEnough() {
  const from = server.log().length, id = `${origin}/nowhere.json?${from}`;
  await new Browser().open(new Client(server.url, id).url());
  const [line] = await server.program.printed(new RegExp(`^.*"client":"${id.replace("?", "\\?")}".*$`, "m"), from);
  return /asked too often/.test(line);
}

/** @param {string} path */
const clientAt = (path) => new Client(server.url, origin + path);

describe("Client ID Metadata Documents", { skip }, () => {
  test("a client with a document: login, consent that names the document's domain, code, token, call", async () => {
    const client = clientAt("/client.json"), browser = new Browser();
    const page = await browser.follow(await browser.submit(await browser.open(client.url()), { passphrase }), server.url);
    assert.match(page.text, /<bdi>A published client<\/bdi>[^]*published at <strong>localhost<\/strong>/);
    const { location } = await browser.submit(page, { decision: "allow" });
    const { status, json } = await client.redeem(/** @type {string} */ (location));
    assert.equal(status, 200, JSON.stringify(json));
    assert.equal((await post(`${server.url}/mcp`, message("tools/list"), { authorization: `Bearer ${json.access_token}` })).status, 200);
    assert.equal((await client.ask({ grant_type: "refresh_token", refresh_token: json.refresh_token })).status, 200);
  });

  test("its redirect URI has to be one of the document's; on loopback with any port (RFC 8252)", async () => {
    const client = clientAt("/client.json");
    assert.equal((await new Browser().open(client.url({ redirect_uri: "http://127.0.0.1:1024/callback" }))).status, 200);
    for (const uri of ["http://127.0.0.1:33418/other", "https://evil.example/callback"]) {
      assert.equal((await new Browser().open(client.url({ redirect_uri: uri }))).status, 400);
    }
  });

  /** @type {[string, string, RegExp][]} */
  const refused = [
    ["of another client", "/other.json", /client_id/], ["that redirects", "/moved.json", /302|redirect/i], ["of 11 KB", "/large.json", /size|large|exceed/i],
    ["that never ends", "/slow.json", /time|abort/i], ["with javascript: among its redirect URIs", "/script.json", /redirect/i], ["with a secret in it", "/secret.json", /secret|auth/i],
    ["without a name", "/nameless.json", /client_name/], ["that is not there", "/nowhere.json", /404/],
  ];
  for (const [name, path, why] of refused) {
    test(`a document ${name} is refused, and the log says why`, async () => {
      const { status, text, location } = await new Browser().open(clientAt(path).url());
      assert.equal(status, 400, text);
      assert.equal(location, null);
      assert.match(text, /description of itself could not be fetched/);
      const [line] = await server.program.printed(new RegExp(`^.*"client":"${origin}${path}".*$`, "m"));
      assert.match(JSON.parse(line).detail, why);
    });
  }

  test("the redirect was not followed", () => assert.equal(fetched[fetched.indexOf("/moved.json") + 1], "/large.json"));

  for (const host of ["10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "[fd00::1]", "[::ffff:10.0.0.1]", "2130706433.internal", "router", "0xa9fea9fe"]) {
    test(`SSRF: nothing is fetched from ${host}`, async () => {
      const id = `https://${host}/client.json`, { status, text } = await new Browser().open(new Client(server.url, id).url());
      assert.equal(status, 400);
      assert.match(text, /description of itself could not be fetched/);
      await server.program.printed(new RegExp(`"client":"${id.replaceAll(/[[\]]/g, "\\$&")}","detail":"[^"]+ is on a private network"`));
    });
  }

  for (const id of ["http://localhost/client.json", "https://localhost", "https://user@localhost/client.json", "https://localhost/a/../client.json", "https://localhost/client.json#x"]) {
    test(`${id} is not accepted as a client id`, async () => {
      const count = fetched.length, { status } = await new Browser().open(new Client(server.url, id).url());
      assert.equal(status, 400);
      assert.equal(fetched.length, count, "nothing was fetched");
    });
  }

  test("nobody can have the server ask a host more than sixty times a minute, but those who use it may go on", async () => {
    assert.equal((await new Browser().open(clientAt("/visited.json").url())).status, 200);
    const begun = fetched.length, twoMinutes = 120; // one minute may end meanwhile
    for (let i = 0; i <= twoMinutes; i++) {
      const { status, text } = await new Browser().open(clientAt("/nowhere.json").url());
      assert.equal(status, 400);
      assert.match(text, /description of itself could not be fetched/);
    }
    assert.ok(fetched.length - begun <= twoMinutes, `${fetched.length - begun} fetches`);
    await server.program.printed(/"detail":"[^"]+ was asked too often in this minute"/);
    assert.equal((await new Browser().open(clientAt("/visited.json").url())).status, 200);
  });

  // its users' tokens would all seem to be over: a client that gets invalid_client throws them away
  test("so may those who only refresh their tokens here, as after each deploy", async () => {
    await deploy(); // which also forgets what was asked in this minute
    const client = clientAt("/refreshing.json"), { json: first } = await client.redeem(await new Browser().allow(client.url()));
    await deploy();
    const refresh = (/** @type {string} */ token) => client.ask({ grant_type: "refresh_token", refresh_token: token });
    const second = await refresh(first.refresh_token);
    assert.equal(second.status, 200, JSON.stringify(second.json));
    for (;;) {
      while (!(await isEnough()));
      const third = await refresh(second.json.refresh_token);
      if (!(await isEnough())) continue; // the minute ended meanwhile
      assert.equal(third.status, 200, JSON.stringify(third.json));
      break;
    }
  });
});
