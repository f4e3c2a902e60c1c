// The parts of mode `oauth` that decide something, each by itself: for what the end-to-end tests cannot
// bring about, such as an issuer that lies, or a day that passes.
import assert from "node:assert/strict";
import { constants, generateKeyPairSync, sign } from "node:crypto";
import { describe, mock, test } from "node:test";
import { textOf } from "../../worker/oauth/bodies.js";
import { addressOf, countTry, oneMore, rules } from "../../worker/oauth/counters.js";
import { claimsOf } from "../../worker/oauth/id-token.js";
import { mayEnter, scopesFor, somebodyAt, theOwner, userIdOf, whyNoMore } from "../../worker/oauth/identity.js";
import { isPassphrase } from "../../worker/oauth/passphrase.js";
import { quoted } from "../../worker/oauth/pages.js";
import { askedEnough, noteClient, isPrivate, servedAt } from "../../worker/oauth/outside.js";
import { closeSession, findSession, openSession } from "../../worker/oauth/sessions.js";
import { readSettings, usesOAuth } from "../../worker/oauth/settings.js";
import { loginUrl, nameOf, userOf, whoCameBack } from "../../worker/oauth/upstream.js";
import { hashed } from "../e2e/support/oauth.mjs";
import { coreModule } from "../support/builds.mjs";
import { importWorker } from "../support/worker.mjs";

const issuer = "https://issuer.example";
const upstreamVariables = { OAUTH_KV: {}, UPSTREAM_ISSUER: issuer, UPSTREAM_CLIENT_ID: "client", UPSTREAM_CLIENT_SECRET: "secret", UPSTREAM_ALLOWED: "ada@example.com, @house.example, sub-1" };

/** @param {any} value */
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Answers fetches by URL; returns the list of what is asked. @param {Record<string, any>} answers */
function answering(answers) {
  /** @type {{ url: string, init: any }[]} */
  const asked = [];
  mock.method(globalThis, "fetch", async (/** @type {string} */ url, /** @type {any} */ init) => {
    asked.push({ url, init });
    const answer = answers[url];
    return answer instanceof Response ? answer : Response.json(answer ?? {}, { status: answer ? 200 : 404 });
  });
  return asked;
}

/** An upstream, with these changes. @param {object} changes @returns {any} */
const at = (changes = {}) => readSettings({ ...upstreamVariables, ...changes }).upstream;

describe("settings", () => {
  test("only AUTH_MODE with oauth in it makes an authorization server", () => {
    assert.deepEqual(["oauth", "tokens, oauth", "tokens", "oauths", undefined, 1].map((AUTH_MODE) => usesOAuth({ AUTH_MODE })), [true, true, false, false, false, false]);
  });

  const good = hashed(), [, , salt, hash] = good.split(":");
  /** @type {[string, object, RegExp][]} */
  const mistakes = [
    ["no way to log in", { OAUTH_KV: {} }, /OWNER_PASSPHRASE nor UPSTREAM_ISSUER/],
    ["no storage", { OWNER_PASSPHRASE: good }, /OAUTH_KV/],
    ["the passphrase itself", { OAUTH_KV: {}, OWNER_PASSPHRASE: "correct horse" }, /^OWNER_PASSPHRASE/],
    ["another scheme", { OAUTH_KV: {}, OWNER_PASSPHRASE: `scrypt:1000:${salt}:${hash}` }, /^OWNER_PASSPHRASE/],
    ["a hash that is cut", { OAUTH_KV: {}, OWNER_PASSPHRASE: good.slice(0, -4) }, /^OWNER_PASSPHRASE/],
    ["a salt that is too short", { OAUTH_KV: {}, OWNER_PASSPHRASE: `pbkdf2-sha256:1000:AAAA:${hash}` }, /^OWNER_PASSPHRASE/],
    ["one part too many", { OAUTH_KV: {}, OWNER_PASSPHRASE: `${good}:x` }, /^OWNER_PASSPHRASE/],
    ["more iterations than the platform allows", { OAUTH_KV: {}, OWNER_PASSPHRASE: `pbkdf2-sha256:100001:${salt}:${hash}` }, /^OWNER_PASSPHRASE.*100000/],
    ["iterations in another notation", { OAUTH_KV: {}, OWNER_PASSPHRASE: `pbkdf2-sha256:1e3:${salt}:${hash}` }, /^OWNER_PASSPHRASE/],
    ["no iterations", { OAUTH_KV: {}, OWNER_PASSPHRASE: `pbkdf2-sha256:0:${salt}:${hash}` }, /^OWNER_PASSPHRASE/],
    ["an issuer without a client id", { ...upstreamVariables, UPSTREAM_CLIENT_ID: "" }, /UPSTREAM_CLIENT_ID is not/],
    ["a malformed scope", { ...upstreamVariables, UPSTREAM_ALLOWED: "ada@example.com:scope=read" }, /UPSTREAM_ALLOWED has an entry/],
    ["scopes for whoever is kept out", { ...upstreamVariables, UPSTREAM_ALLOWED: "!ada@example.com:scopes=read" }, /UPSTREAM_ALLOWED has an entry/],
    ["nobody who is kept out", { ...upstreamVariables, UPSTREAM_ALLOWED: "*, !" }, /UPSTREAM_ALLOWED has an entry/],
    ["only a line end between two entries", { ...upstreamVariables, UPSTREAM_ALLOWED: "ada@example.com\nbob@example.com" }, /UPSTREAM_ALLOWED has an entry/],
    ["an issuer that lets nobody in", { ...upstreamVariables, UPSTREAM_ALLOWED: " , " }, /UPSTREAM_ALLOWED is not/],
    ["an issuer over http", { ...upstreamVariables, UPSTREAM_ISSUER: "http://issuer.example" }, /^UPSTREAM_ISSUER is not/],
    ...["http://127.0.0.1.issuer.example", "ftp://localhost", `${issuer}/?x=1`, `${issuer}/#x`].map((from) => /** @type {[string, object, RegExp]} */ ([`the issuer ${from}`, { ...upstreamVariables, UPSTREAM_ISSUER: from }, /^UPSTREAM_ISSUER is not/])),
    ["an issuer that is not a URL", { ...upstreamVariables, UPSTREAM_ISSUER: "google" }, /^UPSTREAM_ISSUER is not/],
    ["GitHub without its secret", { ...upstreamVariables, UPSTREAM_ISSUER: "https://github.com", UPSTREAM_CLIENT_SECRET: "" }, /^UPSTREAM_CLIENT_SECRET/],
    ["one good way to log in and one bad", { ...upstreamVariables, OWNER_PASSPHRASE: "x" }, /^OWNER_PASSPHRASE/],
  ];
  for (const [name, env, problem] of mistakes) {
    test(`${name}: nobody is let in, and the variable is named`, () => {
      const settings = readSettings(env);
      assert.match(settings.problem ?? "", problem);
      assert.deepEqual([settings.owner, settings.upstream], [undefined, undefined]);
    });
  }

  test("a list in wrangler.toml is as good as one in a string, and a number is read, too", () => {
    assert.equal(usesOAuth({ AUTH_MODE: ["tokens", "oauth"] }), true);
    assert.deepEqual(at({ UPSTREAM_ALLOWED: upstreamVariables.UPSTREAM_ALLOWED.split(", "), UPSTREAM_CLIENT_ID: 12 }), { ...at(), clientId: "12" });
    assert.match(readSettings({ OAUTH_KV: {}, OWNER_PASSPHRASE: 123456789012 }).problem ?? "", /^OWNER_PASSPHRASE/);
  });

  test("blanks and line ends around the hash, as a pipe brings them, do not count", () => {
    assert.deepEqual(readSettings({ OAUTH_KV: {}, OWNER_PASSPHRASE: ` ${good}\n` }), readSettings({ OAUTH_KV: {}, OWNER_PASSPHRASE: good }));
  });

  test("100000 iterations are accepted", () => assert.equal(readSettings({ OAUTH_KV: {}, OWNER_PASSPHRASE: `pbkdf2-sha256:100000:${salt}:${hash}` }).problem, undefined));
});

test("a passphrase is the same from any keyboard; another one, an empty one and a very long one are not", async () => {
  const { owner } = readSettings({ OAUTH_KV: {}, OWNER_PASSPHRASE: hashed("caf\u00e9 cr\u00e8me") });
  assert.ok(owner);
  const answers = ["caf\u00e9 cr\u00e8me", "cafe\u0301 cre\u0300me", "cafe creme", "caf\u00e9 cr\u00e8me ", "", "x".repeat(2000)].map((words) => isPassphrase(words, owner));
  assert.deepEqual(await Promise.all(answers), [true, true, false, false, false, false]);
  const long = [1024, 1025].map((length) => "x".repeat(length)), ofThem = long.map((words) => readSettings({ OAUTH_KV: {}, OWNER_PASSPHRASE: hashed(words) }).owner);
  assert.deepEqual(await Promise.all(long.map((words, i) => isPassphrase(words, /** @type {any} */ (ofThem[i])))), [true, false]);
});

test("a name on a page is never empty, however invisible it is, and is not cut within a character", () => {
  for (const nothing of ["", "  ", "\u202e\u200b", "\u3164", "\ufe0f\u115f \u{e0041}"]) assert.equal(String(quoted(nothing)), "<bdi>(no name)</bdi>", JSON.stringify(nothing));
  assert.equal(String(quoted(`${"x".repeat(99)}\u{1f600}y`)), `<bdi>${"x".repeat(99)}\u{1f600}</bdi>`);
});

describe("who may enter", () => {
  const settings = readSettings({ ...upstreamVariables, OWNER_PASSPHRASE: hashed() });
  const may = (/** @type {any} */ user, from = issuer) => mayEnter(somebodyAt(from, { emails: [], ...user }), settings);

  test("an address, a domain or a subject that is allowed, and nothing that looks like one", () => {
    assert.ok(may({ id: "1", emails: ["Ada@Example.com"] }));
    assert.ok(may({ id: "1", emails: ["other@x.example", "anybody@house.example"] }));
    assert.ok(may({ id: "sub-1" }));
    assert.ok(!may({ id: "SUB-1" }), "subjects are case-sensitive");
    assert.ok(!may({ id: "ada@example.com" }), "a subject is not an address");
    assert.ok(!may({ id: "2", name: "sub-1" }), "a name is not a subject");
    assert.ok(!may({ id: "2", emails: ["ada@example.com.evil.example", "x@sub.house.example", "x@evilhouse.example"] }));
    assert.ok(!may({ id: "sub-1" }, "https://other.example"), "another issuer's");
  });

  test("* is everybody at that issuer, and nobody elsewhere", () => {
    const open = readSettings({ ...upstreamVariables, UPSTREAM_ALLOWED: "*" });
    assert.ok(mayEnter(somebodyAt(issuer, { id: "9", emails: [] }), open));
    assert.ok(!mayEnter(somebodyAt("https://other.example", { id: "9", emails: [] }), open));
  });

  test("whoever is denied stays out, whatever else lets them in", () => {
    const denying = readSettings({ ...upstreamVariables, UPSTREAM_ALLOWED: "*, !left@House.example, !@rival.example, !sub-9" });
    const enters = (/** @type {any} */ user) => mayEnter(somebodyAt(issuer, { emails: [], ...user }), denying);
    assert.ok(enters({ id: "1", emails: ["stays@house.example"] }));
    for (const user of [{ id: "1", emails: ["Left@house.example"] }, { id: "1", emails: ["x@mine.example", "x@rival.example"] }, { id: "sub-9" }]) assert.ok(!enters(user), JSON.stringify(user));
  });

  test("an entry may name scopes; those of several entries add up, and an entry that names none gives all", () => {
    const scoped = readSettings({ ...upstreamVariables, UPSTREAM_ALLOWED: "@house.example:scopes=read, ada@house.example:scopes=write+list, sub-1, *:scopes=", OWNER_PASSPHRASE: hashed() });
    const scopes = (/** @type {any} */ user) => scopesFor(somebodyAt(issuer, { emails: [], ...user }), scoped, ["list", "read", "write", "admin"]);
    assert.deepEqual(scopes({ id: "1", emails: ["bob@house.example"] }), ["read"]);
    assert.deepEqual(scopes({ id: "1", emails: ["ada@house.example"] }), ["list", "read", "write"]);
    assert.deepEqual(scopes({ id: "sub-1", emails: ["bob@house.example"] }), ["list", "read", "write", "admin"]);
    assert.deepEqual(scopes({ id: "2" }), []);
    assert.deepEqual(scopesFor(theOwner(/** @type {any} */ (scoped.owner)), scoped, ["read"]), ["read"]);
  });

  test("a scope may have colons, as the README's do", () => {
    const scoped = readSettings({ ...upstreamVariables, UPSTREAM_ALLOWED: "@house.example:scopes=files:read, urn:x:1:scopes=files:read+files:write" });
    const scopes = (/** @type {any} */ user) => scopesFor(somebodyAt(issuer, { emails: [], ...user }), scoped, ["files:read", "files:write", "files"]);
    assert.equal(scoped.problem, undefined);
    assert.deepEqual(scopes({ id: "1", emails: ["bob@house.example"] }), ["files:read"]);
    assert.deepEqual(scopes({ id: "urn:x:1" }), ["files:read", "files:write"]);
  });

  // an account that somebody made for themselves with a company's address is still there, and verified,
  // when they have left the company
  test("Google speaks for a company's domain if it says so (hd), and otherwise only for its own", () => {
    const from = "https://accounts.google.com", google = readSettings({ ...upstreamVariables, UPSTREAM_ISSUER: from, UPSTREAM_ALLOWED: "@house.example, @gmail.com, ada@elsewhere.example" });
    const enters = (/** @type {any} */ claims) => mayEnter(somebodyAt(from, userOf(from, { sub: "1", email_verified: true, ...claims })), google);
    assert.ok(enters({ email: "ada@house.example", hd: "house.example" }));
    assert.ok(!enters({ email: "ada@house.example" }));
    assert.ok(!enters({ email: "ada@house.example", hd: "rival.example" }));
    assert.ok(enters({ email: "ada@gmail.com" }));
    assert.ok(enters({ email: "ada@elsewhere.example" }), "an address is an address");
    assert.ok(!enters({ email: "ada@gmail.com", email_verified: false }));
  });

  test("nothing is renewed later than 90 days after the login, or for somebody who is no longer let in", () => {
    const ada = { ...somebodyAt(issuer, { id: "sub-1", emails: [] }), since: 1000 }, days = 86_400_000;
    assert.equal(whyNoMore(ada, settings, 1000 + 90 * days), undefined);
    assert.match(String(whyNoMore(ada, settings, 1001 + 90 * days)), /90 days/);
    assert.match(String(whyNoMore({ ...ada, since: undefined }, settings, 91 * days)), /90 days/);
    assert.match(String(whyNoMore({ ...ada, id: "sub-2" }, settings, 1000)), /may not log in any more/);
  });

  test("the owner may, until the passphrase is changed or removed", () => {
    const owner = theOwner(/** @type {any} */ (settings.owner));
    assert.ok(mayEnter(owner, settings));
    assert.ok(!mayEnter(owner, readSettings({ OAUTH_KV: {}, OWNER_PASSPHRASE: hashed() })), "the same words, set anew");
    assert.ok(!mayEnter(owner, readSettings(upstreamVariables)));
  });

  test("somebody unknown may not, and with wrong settings nobody may", () => {
    assert.ok(!mayEnter({ subject: "x", name: "x" }, settings));
    assert.ok(!mayEnter(theOwner(/** @type {any} */ (settings.owner)), readSettings({})));
    assert.ok(!mayEnter(somebodyAt(issuer, { id: "sub-1", emails: [] }), readSettings({ OAUTH_KV: {}, OWNER_PASSPHRASE: hashed() })), "there is no provider any more");
  });

  test("the same id at two issuers is two people, and their ids fit into a token", () => {
    const [a, b] = [issuer, "https://other.example"].map((from) => userIdOf(somebodyAt(from, { id: "1:2", emails: [] })));
    assert.notEqual(a, b);
    assert.match(a, /^[\w-]{43}$/);
  });

  test("a subject with a line end is refused, a name with one is not shown", () => {
    assert.throws(() => somebodyAt(issuer, { id: "a\nb", emails: [] }), /control characters/);
    assert.equal(somebodyAt(issuer, { id: "1", name: "a\nb", emails: [] }).name, "1");
    assert.equal(somebodyAt(issuer, { id: "1", name: "a".repeat(300), emails: [] }).name.length, 200);
  });

  test("an address with a line end or another control character does not count, and is not shown", () => {
    const bad = ["ada@example.com\nadmin", "a\u0000@example.com", "a\u2028@example.com", "\u007f@example.com"];
    const { name, emails } = somebodyAt(issuer, { id: "1", name: "ada", emails: [...bad, "ada@x.example"] });
    assert.deepEqual([name, emails], ["ada@x.example", ["ada@x.example"]]);
    assert.equal(somebodyAt(issuer, { id: "1", name: "ada", emails: bad }).name, "ada");
    assert.ok(!may({ id: "1", emails: ["x\n@house.example"] }));
  });
});

/** For whom the tries from an address count. @param {string} address */
const whose = (address) => addressOf(new Request("https://mcp.example", { headers: { "cf-connecting-ip": address } }));

describe("counting tries", () => {
  const MINUTE = 60_000, none = { count: 0, since: 0, until: 0 };
  const tries = (/** @type {any} */ rule, /** @type {number} */ times, from = none, now = 0) => Array.from({ length: times }).reduce((counted) => oneMore(counted, rule, now), from);

  test("passphrases: five tries, then a wait of 15 minutes, twice as long each time, and a day at most", () => {
    assert.equal(tries(rules.passphrase, 4).until, 0);
    let counted = tries(rules.passphrase, 5);
    for (const minutes of [15, 30, 60, 120, 240, 480, 960, 1440, 1440]) {
      const now = counted.until;
      if (minutes > 15) counted = oneMore(counted, rules.passphrase, now);
      assert.equal((counted.until - (minutes > 15 ? now : 0)) / MINUTE, minutes);
    }
  });

  test("passphrases: a few tries are forgotten after 15 minutes, many after a day without any", () => {
    assert.equal(oneMore(tries(rules.passphrase, 4), rules.passphrase, 15 * MINUTE).count, 1);
    const many = tries(rules.passphrase, 5);
    assert.equal(oneMore(many, rules.passphrase, many.until + 1439 * MINUTE).count, 6);
    assert.equal(oneMore(many, rules.passphrase, many.until + 1440 * MINUTE).count, 1);
  });

  // each has three limits: that of all addresses is so high that a few of them cannot keep the owner, or every client, out
  for (const [kind, minutes, ...most] of /** @type {[string, number, number, number, number][]} */ ([["passphrase", 15, 5, 20, 1000], ["login", 15, 20, 80, 1000], ["registration", 60, 20, 80, 1000]])) {
    for (const [i, whom] of ["", " of a site", " of all"].entries()) {
      test(`${kind}${whom}: ${most[i]} tries, and then a wait`, () => {
        const rule = rules[kind + whom], later = 10 * MINUTE, wait = whom === " of all" ? 60 * MINUTE : minutes * MINUTE;
        const few = tries(rule, most[i] - 1, none, later), many = oneMore(few, rule, later);
        assert.equal(few.until, 0);
        assert.equal(many.until, kind === "passphrase" && whom !== " of all" ? later + wait : wait);
        assert.equal(oneMore({ ...few, since: later }, rule, later + wait - 1).count, most[i]);
        assert.equal(oneMore({ ...few, since: later }, rule, later + wait).count, 1);
        assert.equal(oneMore(many, rule, many.until).count, rule.doubles ? most[i] + 1 : 1, "and when the wait is over");
      });
    }
  }

  test("an IPv6 site is counted, too, because one has more networks than it takes to keep everybody out", async () => {
    const asked = /** @type {string[]} */ ([]), mailbox = { peek: async () => [], keep: async (/** @type {any} */ { topic, milliseconds }) => (asked.push(topic), [milliseconds >= 2 * 1440 * MINUTE]) };
    for (const address of ["2001:db8:1:2", "192.0.2.1"]) await countTry(mailbox, "login", address);
    assert.deepEqual(asked, ["login 2001:db8:1:2", "login of a site 2001:db8:1:", "login of all ", "login 192.0.2.1", "login of all "].map((topic) => `tries ${topic}`));
  });

  test("tries count for an address, and with IPv6 for its first four groups, which one subscriber has", () => {
    assert.equal(whose("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2");
    assert.deepEqual(["2001:db8::1", "2001:db8::2", "2001:db8::ffff:3:4:5", "2001:db8:0:0:1::"].map(whose), Array(4).fill("2001:db8:0:0"));
    assert.deepEqual(["::1", "::", "1::3:4:5:6:7:8", "1:2:3:4:5:6:7::"].map(whose), ["0:0:0:0", "0:0:0:0", "1:0:3:4", "1:2:3:4"]);
    assert.deepEqual(["192.0.2.1", "::ffff:192.0.2.1", ":::::::::::"].map(whose), ["192.0.2.1", "::ffff:192.0.2.1", "0:0:0:0"]);
    assert.equal(addressOf(new Request("https://mcp.example")), "");
  });
});

test("hosts: https anywhere, http only on loopback, and there no page from elsewhere", async () => {
  /** @type {[string, string | null, boolean][]} */
  const cases = [
    ["https://mcp.example/x", null, true], ["https://mcp.example/x", "https://claude.ai", true], ["https://mcp.example/x", "null", false], ["https://mcp.example/x", "https://claude.ai/", false],
    ["http://mcp.example/x", null, false], ["http://localhost:8787/x", null, true], ["http://127.0.0.1/x", "http://localhost:6274", true], ["http://[::1]/x", null, true],
    ["http://localhost:8787/x", "https://evil.example", false], ["http://localhost.evil.example/x", null, false], ["http://127.0.0.1.evil.example/x", null, false],
  ];
  await coreModule();
  const core = await importWorker(); // the OAuth build asks it before it serves its own paths
  for (const [url, origin, passes] of cases) {
    const request = new Request(new URL("/healthz", url), { headers: origin === null ? {} : { origin } });
    const { status } = await core.fetch(request, { AUTH_MODE: "any" }, /** @type {any} */ ({ waitUntil() {} }));
    assert.equal(status, passes ? 200 : 403, `${url} from ${origin}`);
  }
});

test("a token that cannot be looked up is 503, not 401: its client would throw it away", async (t) => {
  await coreModule();
  await importWorker(); // and what it takes to import the other one
  const { default: worker } = await import("../../worker/oauth/index.js"), log = t.mock.method(console, "error", () => {});
  const OAUTH_KV = { get: async () => { throw new Error("out of order"); } }, env = { AUTH_MODE: "oauth", OWNER_PASSPHRASE: hashed(), SEAL_KEY: "k".repeat(32), OAUTH_KV };
  const request = new Request("https://mcp.example/mcp", { method: "POST", headers: { authorization: "Bearer a:b:c", "content-type": "application/json" }, body: "{}" });
  assert.equal((await worker.fetch(request, env, /** @type {any} */ ({ waitUntil() {} }))).status, 503);
  assert.match(String(log.mock.calls.at(-1)?.arguments), /out of order/);
});

test("a session ends after an hour, however long it is kept, and when it is closed; of its id only a digest is kept", async (context) => {
  const kept = new Map(), mailbox = {
    keep: async (/** @type {any} */ { topic, body }) => kept.set(topic, body),
    peek: async (/** @type {any} */ { topic }) => kept.get(topic) ?? new Uint8Array(),
    collect: async (/** @type {any} */ { topic }) => kept.delete(topic),
  };
  context.mock.timers.enable({ apis: ["Date"] });
  const set = await openSession(mailbox, { subject: "owner", name: "owner" }), [cookie] = set.split(";"), [, id] = cookie.split("=");
  assert.ok(!JSON.stringify([...kept]).includes(id));
  const asked = (/** @type {string} */ value) => findSession(mailbox, new Request("https://mcp.example/authorize", { headers: { cookie: `a=b; ${value}; c=d` } }));
  const found = await asked(cookie);
  assert.deepEqual([found?.subject, found?.since], ["owner", Date.now()]);
  assert.equal(await asked(`${cookie}x`), undefined);
  assert.equal(await asked(`x${cookie}`), undefined);
  context.mock.timers.tick(3_599_999);
  assert.equal((await asked(cookie))?.subject, "owner");
  context.mock.timers.tick(1);
  assert.equal(await asked(cookie), undefined);
  await closeSession(mailbox, new Request("https://mcp.example/authorize", { headers: { cookie } }));
  assert.equal(kept.size, 0);
});

// once anybody could fill the log with errors, and got a 500
test("a body that breaks off counts for nothing, whatever had come of it", async () => {
  const body = { getReader: () => ({ readAtLeast: () => Promise.reject(new Error("Network connection lost.")) }) };
  assert.equal(await textOf(/** @type {any} */ ({ body }), 1000), "");
});

test("only public hosts count as outside, and loopback for a server that is there itself", () => {
  for (const host of ["example.com", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1", "100.128.0.1", "198.20.0.1", "223.255.255.1", "local.example", "internal.example.com"]) assert.equal(isPrivate(host), false, host);
  const hosts = ["10.0.0.1", "172.16.0.1", "172.31.255.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.127.0.1", "0.0.0.0", "192.0.2.1", "198.18.0.1", "198.19.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::]", "[fe80::1]", "[2001:db8::1]", "printer.local", "db.internal", "x.localhost", "x.localhost.", "intranet"];
  for (const host of hosts) assert.equal(isPrivate(host), true, host);
  assert.deepEqual(["localhost", "127.0.0.1", "[::1]"].map(isPrivate), [true, true, true]);
  servedAt(new URL("https://mcp.example/"));
  assert.equal(isPrivate("localhost"), true);
  servedAt(new URL("http://localhost:8787/"));
  assert.deepEqual(["localhost", "127.0.0.1", "[::1]", "10.0.0.1"].map(isPrivate), [false, false, false, true]);
});

test("none of it applies to what the owner chose, such as an issuer: it may be on a private network", async () => {
  const fetched = fetch("https://10.0.0.1/", { redirect: "manual", signal: AbortSignal.abort() }); // so it is never begun
  await assert.rejects(fetched, { name: "AbortError" });
  await assert.rejects(fetch("https://10.0.0.1/"), /private network/);
  await assert.rejects(fetch(new Request("https://10.0.0.1/")), /private network/);
});

/** How many of so many requests to a host are allowed. @param {string} host @param {number} times */
const answersOf = (host, times, now = 1_000_000) => Array.from({ length: times }, () => askedEnough(host, now)).filter((enough) => !enough).length;

test("strangers can have this server ask one host sixty times a minute, and all hosts together ten times as often", () => {
  assert.equal(answersOf("victim.example", 100), 60);
  assert.equal(answersOf("other.example", 1), 1);
  assert.equal(Array.from({ length: 1000 }, (_, i) => answersOf(`${i}.victim.example`, 1)).filter(Boolean).length, 600 - 61);
  assert.equal(answersOf("victim.example", 1, 1_059_999), 0);
  assert.equal(answersOf("victim.example", 1, 1_060_000), 1);
});

test("but a document that has proved to be a client's is fetched as often as its users come, however often strangers had its host asked", async (t) => {
  const client = "https://client.example/metadata.json", now = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now });
  answersOf("client.example", 100, now);
  const asked = () => fetch(client).catch((/** @type {Error} */ error) => error.message);
  assert.equal(await asked(), "client.example was asked too often in this minute");
  for (let i = 0; i < 1000; i++) noteClient(`registered-${i}`); // these are fetched from nowhere, and take no place
  noteClient(client);
  assert.notEqual(await asked(), "client.example was asked too often in this minute"); // there is no such host
  for (let i = 0; i < 1000; i++) noteClient(`${client}?${i}`); // there is an end to how many are noted
  await assert.rejects(fetch(`${client}?999`), /asked too often/);
});

describe("an ID token", () => {
  const now = 1_800_000_000, pair = generateKeyPairSync("ec", { namedCurve: "P-256" }), other = generateKeyPairSync("ec", { namedCurve: "P-256" }), rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...pair.publicKey.export({ format: "jwk" }), kid: "1", use: "sig" };
  const good = { iss: issuer, aud: "client", sub: "1", nonce: "n", iat: now, exp: now + 300 };
  const whole = (/** @type {string} */ head, /** @type {string} */ body, key = pair.privateKey) => `${head}.${body}.${sign("sha256", Buffer.from(`${head}.${body}`), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  const token = (/** @type {any} */ claims = {}, /** @type {any} */ header = {}, key = pair.privateKey) => whole(encoded({ alg: "ES256", kid: "1", ...header }), encoded({ ...good, ...claims }), key);
  const judge = (/** @type {any} */ text, /** @type {any[]} */ keys = [jwk]) => claimsOf(text, { keys }, { issuer, clientId: "client", nonce: "n" }, now);

  test("that is good is accepted; clocks may differ by a minute", async () => {
    assert.equal((await judge(token())).sub, "1");
    await judge(token({ aud: ["client"] }));
    await judge(token({ aud: ["client", "other"], azp: "client" }));
    await judge(token({ exp: now - 59, iat: now + 59 }));
    await judge(token({}, { kid: undefined }), [{ ...jwk, kid: "whatever" }]);
    await judge(token(), [null, { ...jwk, x: "x" }, jwk]); // what makes no sense among the keys is passed over
  });

  test("of RSA is accepted, with either padding", async () => {
    const key = { ...rsa.publicKey.export({ format: "jwk" }), kid: "1" };
    for (const [alg, options] of /** @type {[string, object][]} */ ([["RS256", {}], ["PS256", { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }]])) {
      const signed = `${encoded({ alg, kid: "1" })}.${encoded(good)}`, text = `${signed}.${sign("sha256", Buffer.from(signed), { key: rsa.privateKey, ...options }).toString("base64url")}`;
      assert.equal((await judge(text, [key])).sub, "1", alg);
      await assert.rejects(judge(text.replace(encoded({ alg, kid: "1" }), encoded({ alg: alg === "RS256" ? "PS256" : "RS256", kid: "1" })), [key]), /not signed by a key/);
    }
  });

  test("of Ed25519 is accepted, whichever of its two names the token and the key use", async () => {
    const edwards = generateKeyPairSync("ed25519"), key = { ...edwards.publicKey.export({ format: "jwk" }), kid: "1" };
    for (const [named, said] of [["EdDSA", "Ed25519"], ["Ed25519", "EdDSA"]]) {
      const signed = `${encoded({ alg: said, kid: "1" })}.${encoded(good)}`, text = `${signed}.${sign(null, Buffer.from(signed), edwards.privateKey).toString("base64url")}`;
      assert.equal((await judge(text, [{ ...key, alg: named }])).sub, "1", said);
      await assert.rejects(judge(text, [{ ...key, alg: "ES256" }]), /not signed by a key/);
    }
  });

  /** @type {[string, any, RegExp][]} */
  const bad = [
    ["of another issuer", token({ iss: `${issuer}/` }), /another iss/], ["for another client", token({ aud: "x" }), /another aud/], ["without an audience", token({ aud: undefined }), /another aud/],
    ["for several audiences, without azp", token({ aud: ["client", "x"] }), /another azp/], ["for several audiences, with another azp", token({ aud: ["client", "x"], azp: "x" }), /another azp/],
    ["expired", token({ exp: now - 60 }), /expired/], ["that never expires", token({ exp: undefined }), /expired/], ["that expires in words", token({ exp: "9999999999" }), /expired/],
    ["issued later", token({ iat: now + 61 }), /future/], ["issued in words", token({ iat: String(now) }), /future/], ["not yet valid", token({ nbf: now + 61 }), /future/],
    ["with another nonce", token({ nonce: "m" }), /another nonce/], ["without a nonce", token({ nonce: undefined }), /another nonce/],
    ["without a subject", token({ sub: "" }), /without a sub/], ["with a number as the subject", token({ sub: 1 }), /without a sub/], ["with a subject of 256 characters", token({ sub: "x".repeat(256) }), /without a sub/],
    ["signed by another key", token({}, {}, other.privateKey), /not signed by a key/], ["with another token's signature", `${token({ sub: "2" }).split(".").slice(0, 2).join(".")}.${token().split(".")[2]}`, /not signed by a key/],
    ["by an unknown key", token({}, { kid: "2" }), /not signed by a key/], ["with alg none", `${encoded({ alg: "none" })}.${encoded(good)}.`, /not signed in a way/], ["with HS256", token({}, { alg: "HS256" }), /not signed in a way/],
    ["with an alg that every object has as a member", token({}, { alg: "constructor" }), /not signed in a way/], ["with an alg of another key type", token({}, { alg: "RS256" }), /not signed by a key/],
    ["with a header that is null", `${encoded(null)}.${encoded(good)}.x`, /not signed in a way/],
    ["with claims that are null", whole(encoded({ alg: "ES256", kid: "1" }), encoded(null)), /another iss/], ["with critical extensions", token({}, { crit: ["b64"] }), /not signed in a way/], ["with an additional part", `${token()}.x`, /not signed in a way/], ["without a signature", token().split(".").slice(0, 2).join("."), /not signed in a way/], ["that is missing", undefined, /no ID token/], ["that is huge", token({ more: "x".repeat(20000) }), /too long/],
  ];
  for (const [name, text, why] of bad) {
    test(`${name} is refused`, () => assert.rejects(judge(text), why));
  }

  test("is refused if the key is for something else, or if there is none", async () => {
    const rsaKey = { ...rsa.publicKey.export({ format: "jwk" }), kid: "1" };
    for (const keys of [[{ ...jwk, use: "enc" }], [{ ...jwk, alg: "ES384" }], [rsaKey], [null, {}], []]) await assert.rejects(judge(token(), keys), /not signed by a key/);
    await assert.rejects(claimsOf(token(), /** @type {any} */ ({}), { issuer, clientId: "client", nonce: "n" }, now), /not signed by a key/);
  });
});

describe("other servers", () => {
  const login = { verifier: "v", nonce: "n", query: "" }, response = new URLSearchParams({ code: "c" });
  const discovery = { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` };

  test("GitHub: the number is the subject, the login is the name, and only verified addresses count", async () => {
    const asked = answering({
      "https://github.com/login/oauth/access_token": { access_token: "gho_x", token_type: "bearer" },
      "https://api.github.com/user": { id: 583231, login: "octocat", email: "public@not.verified" },
      "https://api.github.com/user/emails": [{ email: "other@x.example", verified: true, primary: false }, { email: "new@x.example", verified: false, primary: false }, { email: "octo@x.example", verified: true, primary: true }],
    });
    const github = at({ UPSTREAM_ISSUER: "https://github.com" });
    const url = new URL(await loginUrl(github, "https://mcp.example/oauth/callback", "s", login));
    assert.equal(url.origin + url.pathname, "https://github.com/login/oauth/authorize");
    assert.equal(url.searchParams.get("scope"), "read:user user:email");
    assert.equal(url.searchParams.get("code_challenge_method"), "S256");
    assert.equal(url.searchParams.has("nonce"), false);
    assert.equal(url.searchParams.has("prompt"), false);
    assert.match(await loginUrl(github, "https://mcp.example/oauth/callback", "s", login, true), /&prompt=select_account$/);
    const who = await whoCameBack(github, "https://mcp.example/oauth/callback", response, login);
    assert.deepEqual(who, { subject: "https://github.com#583231", name: "octocat", issuer: "https://github.com", id: "583231", emails: ["octo@x.example", "other@x.example"] });
    const [{ init }] = asked;
    assert.ok(asked.every((each) => each.init.redirect === "manual" && each.init.signal), "none of them may redirect, or take for ever");
    assert.deepEqual(Object.fromEntries(init.body), { grant_type: "authorization_code", code: "c", redirect_uri: "https://mcp.example/oauth/callback", code_verifier: "v", client_id: "client", client_secret: "secret" });
    assert.ok(asked.slice(1).every((each) => each.init.headers.authorization === "Bearer gho_x" && each.init.headers["user-agent"]));
  });

  test("GitHub: a login or an address with a line end in it does not get into the name", async () => {
    /** @type {[any, string, string][]} */
    const cases = [["octo\ncat", "octo@x.example", "octo@x.example"], ["octo\ncat", "octo\n@x.example", "583231"], ["octocat", "octo\n@x.example", "octocat"], [7, "octo@x.example", "octo@x.example"]];
    for (const [login_, email, name] of cases) {
      answering({
        "https://github.com/login/oauth/access_token": { access_token: "gho_x", token_type: "bearer" },
        "https://api.github.com/user": { id: 583231, login: login_ },
        "https://api.github.com/user/emails": [{ email, verified: true, primary: true }],
      });
      assert.equal((await whoCameBack(at({ UPSTREAM_ISSUER: "https://github.com" }), "https://mcp.example/oauth/callback", response, login)).name, name);
    }
  });

  test("GitHub reports errors with status 200", async () => {
    answering({ "https://github.com/login/oauth/access_token": { error: "bad_verification_code" } });
    await assert.rejects(whoCameBack(at({ UPSTREAM_ISSUER: "https://github.com" }), "x", response, login), /bad_verification_code/);
  });

  /** @type {[string, any, RegExp][]} */
  const discoveries = [
    ["of another issuer", { ...discovery, issuer: "https://evil.example" }, /discovery document names the issuer "https:\/\/evil\.example"/],
    ["without keys", { ...discovery, jwks_uri: undefined }, /no usable jwks_uri/],
    ["with a token endpoint over http", { ...discovery, token_endpoint: "http://issuer.example/token" }, /no usable token_endpoint/],
    ["that is not there", undefined, /status 404/],
    ["that is huge", new Response("x".repeat(300_000)), /too long/],
    ["that is not JSON", new Response("<html>"), /JSON/],
    ["that is null", new Response("null"), /not a JSON object/], ["that is a text", new Response('"x"'), /not a JSON object/],
    ["that redirects elsewhere", new Response(null, { status: 302, headers: { location: "http://169.254.169.254/" } }), /status 302/],
  ];
  for (const [name, document, why] of discoveries) {
    test(`a discovery document ${name}: nobody logs in`, async () => {
      answering({ [`${issuer}/.well-known/openid-configuration`]: document });
      await assert.rejects(loginUrl(at(), "x", "s", login), why);
    });
  }

  test("a client authenticates as the issuer supports it: in the header by default, each part encoded", async () => {
    const asked = answering({ [`${issuer}/.well-known/openid-configuration`]: discovery });
    await assert.rejects(whoCameBack(at({ UPSTREAM_CLIENT_SECRET: "a:b c" }), "x", response, login), /status 404/);
    const { init } = asked[1];
    assert.equal(Buffer.from(init.headers.authorization.slice(6), "base64").toString(), "client:a%3Ab+c");
    assert.equal(init.body.has("client_secret"), false);
    const asPublic = answering({ [`${issuer}/.well-known/openid-configuration`]: discovery });
    await assert.rejects(whoCameBack(at({ UPSTREAM_CLIENT_SECRET: undefined }), "x", response, login), /status 404/);
    assert.deepEqual([asPublic[1].init.headers.authorization, asPublic[1].init.body.get("client_id")], [undefined, "client"]);
  });

  for (const [from, name, prompt] of [["https://accounts.google.com", "Google", "select_account"], [`${issuer}/`, "issuer.example", "login"]]) {
    test(`${from} is ${name} for people, and is told ${prompt} if somebody else wants to log in`, async () => {
      answering({ [new URL("/.well-known/openid-configuration", from).href]: { ...discovery, issuer: from } });
      const upstream = at({ UPSTREAM_ISSUER: from });
      assert.equal(nameOf(from), name);
      const [usual, other] = [await loginUrl(upstream, "x", "s", login), await loginUrl(upstream, "x", "s", login, true)].map((url) => new URL(url).searchParams);
      assert.deepEqual([usual.get("prompt"), other.get("prompt"), other.get("nonce")], [null, prompt, "n"]);
    });
  }

  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  /** Answers as an issuer where somebody logs in. @param {any} claims @param {any} [user] what the userinfo endpoint says */
  function loggingIn(claims, user) {
    const now = Date.now() / 1000, signed = `${encoded({ alg: "ES256" })}.${encoded({ iss: issuer, aud: "client", nonce: "n", iat: now, exp: now + 300, sub: "1", ...claims })}`;
    const signature = sign("sha256", Buffer.from(signed), { key: pair.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url");
    return answering({
      [`${issuer}/.well-known/openid-configuration`]: { ...discovery, userinfo_endpoint: user && `${issuer}/user` }, [discovery.jwks_uri]: { keys: [pair.publicKey.export({ format: "jwk" })] },
      [discovery.token_endpoint]: { access_token: "t", id_token: `${signed}.${signature}` }, [`${issuer}/user`]: user,
    });
  }

  /** @type {[string, any, any, string[]][]} */
  const people = [
    ["the ID token has", { email: "a@x.example", email_verified: true }, { sub: "1", email: "b@x.example", email_verified: true }, ["a@x.example"]],
    ["only the userinfo has", {}, { sub: "1", email: "b@x.example", email_verified: true }, ["b@x.example"]],
    ["somebody else's userinfo has: it does not count", {}, { sub: "2", email: "b@x.example", email_verified: true }, []],
    ["nobody says is verified: it does not count", { email: "a@x.example" }, { sub: "1", email_verified: true }, []],
    ["is verified only in words: it does not count", { email: "a@x.example", email_verified: "true" }, undefined, []],
    ["is no text: it does not count", { email: ["a@x.example"], email_verified: true }, undefined, []],
  ];
  for (const [name, claims, user, emails] of people) {
    test(`an address that ${name}`, async () => {
      loggingIn(claims, user);
      const who = await whoCameBack(at(), "x", response, login);
      assert.deepEqual([who.subject, who.emails], [`${issuer}#1`, emails]);
    });
  }

  test("a response that names another issuer is refused, and so is one that has to name its own (RFC 9207) and does not", async () => {
    const from = (/** @type {string} */ iss) => whoCameBack(at(), "x", new URLSearchParams({ code: "c", iss }), login);
    loggingIn({});
    assert.equal((await from(issuer)).id, "1");
    await assert.rejects(from("https://evil.example"), /another issuer/);
    answering({ [`${issuer}/.well-known/openid-configuration`]: { ...discovery, authorization_response_iss_parameter_supported: true } });
    await assert.rejects(whoCameBack(at(), "x", response, login), /another issuer/);
  });
});
