// The two sides of an OAuth login: a browser without JavaScript, and a client that does each step
// by hand.
import assert from "node:assert/strict";
import { createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import { join } from "node:path";
import { message, post } from "./http.mjs";
import { root, run } from "./program.mjs";
import { startServer } from "./server.mjs";

export const passphrase = "correct horse battery staple";

/** As `npm run keys -- --passphrase` prints it. @param {string} [words] */
export function hashed(words = passphrase) {
  const salt = randomBytes(16), hash = pbkdf2Sync(words, salt, 1000, 32, "sha256");
  return `pbkdf2-sha256:1000:${salt.toString("base64url")}:${hash.toString("base64url")}`;
}

/** The Worker of the environment `oauth`. @param {Record<string, string>} [variables] @param {{ cwd?: string, persist?: string, port?: number, trust?: string }} [options] */
export const startOAuth = (variables = { OWNER_PASSPHRASE: hashed() }, options = {}) => startServer(variables, { env: "oauth", ...options });

/**
 * What the server's store has under names that begin so, each with the second after which it is gone.
 * @param {string} persist where the server keeps it @param {string} prefix
 * @returns {Promise<{ name: string, expiration?: number }[]>}
 */
export async function kept(persist, prefix) {
  const { code, output, log } = await run("node", [join(root, "node_modules/wrangler/bin/wrangler.js"), "kv", "key", "list", "--env=oauth", "--binding=OAUTH_KV", `--prefix=${prefix}`, "--local", `--persist-to=${persist}`]);
  assert.equal(code, 0, log);
  return JSON.parse(output);
}

/** A page, or what came instead of one. @typedef {{ status: number, headers: Headers, text: string, url: string, location: string | null, fields: Record<string, string> }} Page */

/** @param {string} text */
const unescaped = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)).replaceAll("&amp;", "&");

/** The hidden fields of a page. @param {string} text */
const hidden = (text) => Object.fromEntries([...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, unescaped(value)]));

/** Keeps cookies, by host as browsers do, and follows nothing by itself. */
export class Browser {
  /** @type {Map<string, Map<string, string>>} */
  jars = new Map();

  /** @param {string} url */
  jar(url) {
    const host = new URL(url).hostname;
    if (!this.jars.has(host)) this.jars.set(host, new Map());
    return /** @type {Map<string, string>} */ (this.jars.get(host));
  }

  /**
   * @param {string} url @param {RequestInit} [init]
   * @returns {Promise<Page>}
   */
  async open(url, init = {}) {
    const jar = this.jar(url), cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { accept: "text/html", ...(cookie ? { cookie } : {}), ...init.headers };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /** @type {RegExpExecArray} */ (/^([^=]+)=([^;]*)/.exec(line));
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const text = await response.text(), location = response.headers.get("location");
    return { status: response.status, headers: response.headers, text, url, location: location && new URL(location, url).href, fields: hidden(text) };
  }

  /** Posts a page's form: its hidden fields and these. @param {Page} page @param {Record<string, string | string[]>} [fields] @param {Record<string, string>} [headers] */
  submit(page, fields = {}, headers = {}) {
    const pairs = Object.entries({ ...page.fields, ...fields }).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
    const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1];
    return this.open(action ? new URL(unescaped(action), page.url).href : page.url, { method: "POST", body: new URLSearchParams(pairs), headers });
  }

  /** Follows redirects for as long as they lead to one of these origins. @param {Page} page @param {...string} origins */
  async follow(page, ...origins) {
    while (page.location && origins.includes(new URL(page.location).origin)) page = await this.open(page.location);
    return page;
  }

  /** Logs in as the owner, if that is asked for, and allows. @param {string} url @returns {Promise<string>} where the browser is sent to */
  async allow(url) {
    let page = await this.open(url);
    if (/name="passphrase"/.test(page.text)) page = await this.follow(await this.submit(page, { passphrase }), new URL(url).origin);
    const scope = [...page.text.matchAll(/name="scope" value="([^"]+)"/g)].map(([, value]) => unescaped(value));
    const { location, text } = await this.submit(page, { decision: "allow", scope });
    if (!location) throw new Error(`Allowing led nowhere: ${text}`);
    return location;
  }
}

export const redirectUri = "http://127.0.0.1:33418/callback";

/** What an application gives the SDKs: where things are kept, and how a browser is opened. */
export class Application {
  redirectUrl = redirectUri;
  clientMetadata = { client_name: "An application", redirect_uris: [redirectUri], token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] };
  /** @type {any} */
  kept = {};
  opened = /** @type {URL | undefined} */ (undefined);
  state = () => "state-of-the-application";
  clientInformation = () => this.kept.client;
  saveClientInformation = (/** @type {any} */ client) => void (this.kept.client = client);
  tokens = () => this.kept.tokens;
  saveTokens = (/** @type {any} */ tokens) => void (this.kept.tokens = tokens);
  codeVerifier = () => this.kept.verifier;
  saveCodeVerifier = (/** @type {string} */ verifier) => void (this.kept.verifier = verifier);
  discoveryState = () => this.kept.discovered;
  saveDiscoveryState = (/** @type {any} */ discovered) => void (this.kept.discovered = discovered);
  redirectToAuthorization = (/** @type {URL} */ url) => void (this.opened = url);
}

/** A public client that was registered. */
export class Client {
  verifier = randomBytes(32).toString("base64url");
  state = randomBytes(8).toString("hex");

  /** @param {string} server its URL @param {string} id */
  constructor(server, id) {
    this.server = server;
    this.id = id;
  }

  /** @param {string} server @param {object} [metadata] @param {Record<string, string>} [headers] */
  static async register(server, metadata = {}, headers = {}) {
    const { status, json } = await register(server, metadata, headers);
    if (status !== 201) throw new Error(JSON.stringify(json));
    return new Client(server, json.client_id);
  }

  /** Where it sends the browser. @param {Record<string, string | undefined>} [changes] */
  url(changes = {}) {
    const parameters = {
      response_type: "code", client_id: this.id, redirect_uri: redirectUri, state: this.state, resource: `${this.server}/mcp`,
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"), code_challenge_method: "S256", ...changes,
    };
    const given = /** @type {[string, string][]} */ (Object.entries(parameters).filter(([, value]) => value !== undefined));
    return `${this.server}/authorize?${new URLSearchParams(given)}`;
  }

  /** Asks the token endpoint. @param {Record<string, string>} parameters */
  async ask(parameters) {
    const response = await fetch(`${this.server}/oauth/token`, { method: "POST", body: new URLSearchParams({ client_id: this.id, ...parameters }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : undefined };
  }

  /** The owner's browser, logged in, with the consent page. @param {string} [url] */
  async consentPage(url = this.url()) {
    const browser = new Browser(), page = await browser.follow(await browser.submit(await browser.open(url), { passphrase }), this.server);
    assert.match(page.text, /Allow access\?/);
    return { browser, page };
  }

  /** Lists the tools. @param {string} token */
  list(token) {
    return post(`${this.server}/mcp`, message("tools/list"), { authorization: `Bearer ${token}` });
  }

  /** @param {string} location where the browser was sent to @param {Record<string, string>} [changes] */
  redeem(location, changes = {}) {
    const code = new URL(location).searchParams.get("code") ?? "";
    return this.ask({ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: this.verifier, ...changes });
  }
}

/** @param {string} server @param {object} [metadata] @param {Record<string, string>} [headers] */
export async function register(server, metadata = {}, headers = {}) {
  const body = { client_name: "Tests & Co", redirect_uris: [redirectUri], token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"], ...metadata };
  const response = await fetch(`${server}/oauth/register`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, json: /** @type {any} */ (await response.json()) };
}

/** Checks that the browser is sent back to the client, with this error. @param {Client} client @param {Page} page @param {string} error as OAuth calls it @param {RegExp} why */
export function assertSentBack(client, page, error, why) {
  assert.equal(page.status, 303, page.text);
  const to = new URL(/** @type {string} */ (page.location)), answer = Object.fromEntries(to.searchParams);
  assert.equal(to.origin + to.pathname, redirectUri);
  assert.equal(answer.error, error);
  assert.match(answer.error_description, why);
  assert.equal(answer.state, client.state);
  assert.equal(answer.iss, client.server);
  assert.equal(answer.code, undefined);
}
