// The part of Cloudflare's API that wrangler itself uses to deploy and to set secrets: it keeps what it
// was sent, so that a test can see what a deploy would have done.
import { once } from "node:events";
import http from "node:http";

/**
 * @typedef {{ type: string, name: string, text?: string }} Binding
 * @typedef {object} Cloudflare
 * @property {Record<string, string>} env for programs that are to speak to it
 * @property {Map<string, string>} secrets of the Worker
 * @property {Binding[][]} uploads the bindings of each version that was uploaded
 * @property {string[]} changes what was changed, in its order: "METHOD path"
 * @property {string[]} listed the Workers whose secrets were asked for, in their order
 * @property {boolean} exists whether the Worker was ever deployed
 * @property {string} refused how the paths end that are refused; "": none
 * @property {() => Promise<void>} stop
 */

/** @param {http.IncomingMessage} request */
async function bodyOf(request) {
  let body = "";
  for await (const piece of request.setEncoding("latin1")) body += piece;
  return body;
}

/** @param {Cloudflare} cloudflare @param {string} body a form, whose part "metadata" says what the version has */
function upload(cloudflare, body) {
  const [, metadata] = /name="metadata"[^]*?\r\n\r\n([^]*?)\r\n--/.exec(body) ?? [];
  const bindings = /** @type {Binding[]} */ (JSON.parse(metadata).bindings ?? []);
  for (const { type, name, text = "" } of bindings) if (type === "secret_text") cloudflare.secrets.set(name, text);
  cloudflare.uploads.push(bindings);
  cloudflare.exists = true;
  return { id: "00000000-0000-0000-0000-000000000001", startup_time_ms: 1, resources: { script: { etag: "etag" } } };
}

/** What a path is answered with; undefined if there is nothing. @param {Cloudflare} cloudflare @param {string} method @param {string} path @param {string} body @returns {any} */
function answer(cloudflare, method, path, body) {
  const [, secret] = /\/secrets(?:\/([^/]+))?$/.exec(path) ?? [];
  if (secret) return cloudflare.secrets.delete(secret) ? {} : undefined;
  if (path.endsWith("/secrets") && method === "PUT" && cloudflare.exists) return cloudflare.secrets.set(JSON.parse(body).name, JSON.parse(body).text) && {};
  const [, listed] = /\/scripts\/([^/]+)\/secrets$/.exec(path) ?? [];
  if (listed) cloudflare.listed.push(listed);
  if (listed) return cloudflare.exists ? [...cloudflare.secrets.keys()].map((name) => ({ name, type: "secret_text" })) : undefined;
  if (/\/workers\/services\/[^/]+$/.test(path)) return cloudflare.exists ? { default_environment: { environment: "production", script: { last_deployed_from: "wrangler" } } } : undefined;
  if (path.endsWith("/deployments")) return { deployments: [] };
  if (path.endsWith("/subdomain")) return { subdomain: "someone", enabled: true, previews_enabled: true };
  if ((method === "PUT" && /\/workers\/scripts\/[^/]+$/.test(path)) || (method === "POST" && path.endsWith("/versions"))) return upload(cloudflare, body);
  return { subdomain: { enabled: true, previews_enabled: true } };
}

/** @returns {Promise<Cloudflare>} */
export async function startCloudflare() {
  const server = http.createServer(async (request, response) => {
    const { method = "", url = "" } = request;
    const { pathname } = new URL(url, "http://api");
    const body = await bodyOf(request);
    if (method !== "GET") cloudflare.changes.push(`${method} ${pathname.replace("/accounts/account/workers", "")}`);
    const refused = cloudflare.refused && pathname.endsWith(cloudflare.refused);
    const result = refused ? undefined : answer(cloudflare, method, pathname, body);
    const errors = refused ? [{ code: 10013, message: "This is refused." }] : result === undefined ? [{ code: 10007, message: "This Worker does not exist on your account." }] : [];
    response.writeHead(errors.length ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ success: errors.length === 0, result: result ?? null, errors, messages: [] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  /** @type {Cloudflare} */
  const cloudflare = {
    env: { CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`, CLOUDFLARE_API_TOKEN: "token", CLOUDFLARE_ACCOUNT_ID: "account" },
    secrets: new Map(), uploads: [], changes: [], listed: [], exists: true, refused: "",
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return cloudflare;
}
