// A small MCP server without a fault, in plain Node, with OAuth's documents; and a way to give it one.
import { once } from "node:events";
import http from "node:http";
import { Readable } from "node:stream";

/** @typedef {{ method: string, path: string, headers: http.IncomingHttpHeaders, message: any }} Asked */
/** @typedef {{ status: number, headers: Record<string, string>, body?: any }} Reply a body that is a string goes as it is, a generator's piece by piece */
/** @typedef {(reply: Reply, asked: Asked, origin: string) => Reply | void} Fault changes what would be answered */

/** The one key that it takes. */
export const key = "mcp_the-key-of-the-plain-server";

const EXPOSED = "WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After";
const ALLOWED = "Authorization, Content-Type, Accept, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID";

/** @param {any} body @param {number} [status] @param {Record<string, string>} [headers] @returns {Reply} */
const reply = (body, status = 200, headers = {}) => ({ status, headers, body });

/** @type {Record<string, (params: any) => any>} */
const methods = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "plain", version: "1" } }),
  "tools/list": () => ({ tools: [{ name: "a", inputSchema: { type: "object" } }, { name: "b", inputSchema: { type: "object" } }] }),
};

/** @param {any} message @returns {Reply} */
function answerMessage({ id, method, params }) {
  if (id === undefined) return reply(undefined, 202);
  if (!Object.hasOwn(methods, method)) return reply({ jsonrpc: "2.0", id, error: { code: -32601, message: "Method not found" } });
  return reply({ jsonrpc: "2.0", id, result: methods[method](params) });
}

/** @type {Record<string, (origin: string) => Reply>} */
const documents = {
  "/.well-known/oauth-protected-resource/mcp": (origin) => reply({ resource: `${origin}/mcp`, authorization_servers: [origin] }),
  "/.well-known/oauth-authorization-server": (origin) =>
    reply({
      issuer: origin, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token`, registration_endpoint: `${origin}/register`,
      code_challenge_methods_supported: ["S256"], token_endpoint_auth_methods_supported: ["none"], client_id_metadata_document_supported: true,
    }),
  "/token": () => reply({ error: "invalid_client" }, 401),
};

/** @param {Asked} asked @param {string} origin @returns {Reply} */
function answer({ method, path, headers, message }, origin) {
  if (method === "OPTIONS") return reply(undefined, 204, { "access-control-allow-headers": ALLOWED, "access-control-allow-methods": "GET, POST, DELETE" });
  if (Object.hasOwn(documents, path)) return documents[path](origin);
  if (path !== "/mcp" && path !== "/mcp/") return reply({ error: "not_found" }, 404);
  if (headers.authorization !== `Bearer ${key}`) {
    const error = headers.authorization ? ', error="invalid_token"' : "";
    return reply({ error: "unauthorized" }, 401, { "www-authenticate": `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"${error}` });
  }
  return method === "POST" ? answerMessage(message) : reply({ error: "method_not_allowed" }, 405, { allow: "POST" });
}

/** @param {Fault} [fault] @returns {Promise<{ url: string, asked: Asked[], stop: () => Promise<void> }>} */
export async function startPlain(fault = () => {}) {
  /** @type {Asked[]} */
  const all = [];
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const piece of request.setEncoding("utf8")) text += piece;
    const message = text && request.headers["content-type"] === "application/json" ? JSON.parse(text) : undefined;
    const asked = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, message };
    all.push(asked);
    const origin = `http://${request.headers.host}`;
    const right = answer(asked, origin);
    right.headers = { "access-control-allow-origin": "*", "access-control-expose-headers": EXPOSED, "content-type": "application/json", ...right.headers };
    const { status, headers, body } = fault(right, asked, origin) ?? right;
    response.writeHead(status, headers);
    if (body?.[Symbol.asyncIterator]) return void Readable.from(body).pipe(response);
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/mcp`, asked: all, stop };
}
