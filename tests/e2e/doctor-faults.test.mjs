// `npm run doctor` against servers with one fault each, which it has to find and name, and against those whose answers
// never end.
import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import { describe, test } from "node:test";
import { clients } from "../../worker/commands/doctor/clients.mjs";
import { diagnose } from "../../worker/commands/doctor/diagnose.mjs";
import { Probe } from "../../worker/commands/doctor/probe.mjs";
import { makeCertificate, withoutCertificates } from "./support/certificate.mjs";
import { against, doctor, examine, faults, stays } from "./support/doctor.mjs";
import { key } from "./support/plain-server.mjs";
import { remove, temporaryFolder } from "./support/server.mjs";
import { atTerminal, noTerminal } from "./support/terminal.mjs";

/** @import { Fault } from "./support/plain-server.mjs" */

/** @param {string} text */
async function* flood(text) {
  for (;;) yield text;
}

/** @param {import("./support/plain-server.mjs").Asked} asked */
const isRefused = ({ headers, path }) => path.startsWith("/mcp") && headers.authorization !== `Bearer ${key}`;
const AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server";
/** Changes the authorization server's metadata. @param {object} change @returns {Fault} */
const metadata = (change) => (reply, { path }) => {
  if (path === AUTHORIZATION_SERVER) return { ...reply, body: { ...reply.body, ...change } };
};
/** Changes the protected resource metadata. @param {object} change @returns {Fault} */
const resource = (change) => (reply, { path }) => {
  if (path === "/.well-known/oauth-protected-resource/mcp") return { ...reply, body: { ...reply.body, ...change } };
};
/** @param {(asked: import("./support/plain-server.mjs").Asked) => boolean} where @param {Partial<import("./support/plain-server.mjs").Reply>} given @returns {Fault} */
const change = (where, given) => (reply, asked) => {
  if (where(asked)) return { ...reply, ...given };
};
/** @param {string} method @returns {(asked: import("./support/plain-server.mjs").Asked) => boolean} */
const called = (method) => (asked) => asked.message?.method === method && !isRefused(asked);

let flips = 0;
/** @type {[fault: string, client: string, Fault, step: string, note: RegExp][]} */
const broken = [
  ["the edge drops Claude-User", "claude", change(({ headers }) => /Claude-User/.test(headers["user-agent"] ?? ""), { status: 403, body: "blocked" }), "the user agent Claude-User gets through", /it gets 403, others get 401.*never sees it/],
  ["a redirect", "codex", (reply, { path }, origin) => { if (path === "/mcp") return { status: 308, headers: { location: `${origin}/new` } }; }, "answers at this URL", /redirects \(308\).*credential/],
  ["a server that is not configured", "codex", change(isRefused, { status: 500, body: { error_description: "AUTH_MODE is not set." } }), "answers at this URL", /500: "AUTH_MODE is not set\."/],
  ["no server at this path", "codex", change(({ path }) => path === "/mcp", { status: 404, body: {} }), "answers at this URL", /no MCP server at this path/],
  ["a bot check before the server", "codex", change(({ path }) => path === "/mcp", { status: 403, headers: { "content-type": "text/html; charset=UTF-8" }, body: "<!DOCTYPE html><title>Just a moment...</title>" }), "answers at this URL", /answers 403 with a web page/],
  ["a website at this path", "codex", change(() => true, { status: 200, headers: { "content-type": "text/html" }, body: "<!DOCTYPE html>" }), "answers at this URL", /answers 200 with a web page/],
  ["tools that are not declared", "codex", (reply, asked) => { if (called("initialize")(asked)) return { ...reply, body: { ...reply.body, result: { ...reply.body.result, capabilities: {} } } }; }, "tools/list", /does not declare the capability tools/],
  ["a refusal inside 200", "claude-code", change(isRefused, { status: 200, body: { jsonrpc: "2.0", id: 1, result: { isError: true, content: [{ type: "text", text: "Unauthorized" }] } } }), "a missing or wrong credential gets 401", /status 200 and an error inside/],
  ["a tool that refuses inside 200", "cursor", (reply, asked) => {
    if (isRefused(asked)) return { ...reply, status: 200, body: { jsonrpc: "2.0", id: 1, result: asked.message?.method === "initialize" ? { protocolVersion: "2025-11-25" } : { isError: true, content: [{ type: "text", text: "Please log in" }] } } };
  }, "a missing or wrong credential gets 401", /status 200 and an error inside/],
  ["403 instead of 401", "vscode", change(isRefused, { status: 403 }), "a missing or wrong credential gets 401", /without a credential it answers 403/],
  ["a 401 without a challenge", "vscode", change(isRefused, { headers: {} }), "a missing or wrong credential gets 401", /has no WWW-Authenticate/],
  ["403 for a wrong token", "cursor", change((asked) => isRefused(asked) && asked.headers.authorization !== undefined, { status: 403 }), "a missing or wrong credential gets 401", /a wrong token gets 403/],
  ["{} for OpenID's well-known documents", "claude-code", change(({ path }) => path.startsWith("/.well-known/openid"), { status: 200, body: {} }), "/.well-known/ answers with documents or 404", /openid-configuration\/mcp gives 200 with \{\}/],
  ["{} for OAuth's well-known documents", "claude-code", change(({ path }) => path.startsWith(AUTHORIZATION_SERVER), { status: 200, body: {} }), "/.well-known/ answers with documents or 404", /oauth-authorization-server\/mcp gives 200 with \{\}/],
  ["{} for the protected resource metadata", "claude-code", change(({ path }) => path.startsWith("/.well-known/oauth-protected-resource"), { status: 200, body: {} }), "/.well-known/ answers with documents or 404", /oauth-protected-resource\/mcp gives 200 with \{\}/],
  ["a page instead of a well-known document", "codex", change(({ path }) => path === "/.well-known/oauth-authorization-server/mcp", { status: 200, body: "<html>" }), "/.well-known/ answers with documents or 404", /something that is not JSON/],
  ["a well-known document behind the login", "vscode", change(({ path }) => path === "/.well-known/oauth-protected-resource", { status: 401 }), "/.well-known/ answers with documents or 404", /gives 401: a client asks for it before/],
  ["a resource that is another URL", "mcp-remote", (reply, { path }, origin) => { if (path.startsWith("/.well-known/oauth-protected-resource/")) return { ...reply, body: { ...reply.body, resource: `${origin}/` } }; }, "its protected resource metadata names this URL", /character by character/],
  ["a challenge that names metadata that is not there", "cursor", change(({ path }) => path.startsWith("/.well-known/oauth-protected-resource"), { status: 404, body: {} }), "its protected resource metadata names this URL", /names metadata that is not there/],
  ["no authorization server named", "inspector", (reply, { path }) => { if (path.startsWith("/.well-known/oauth-protected-resource/")) return { ...reply, body: { resource: reply.body.resource } }; }, "its protected resource metadata names this URL", /authorization_servers names none/],
  ["keys, and advertised OAuth that is not there", "claude-code", change(({ path }) => path === AUTHORIZATION_SERVER, { status: 404, body: {} }), "its authorization server has metadata", /takes keys but advertises OAuth that is not there/],
  ["an issuer with another name", "mcp-remote", metadata({ issuer: "https://other.example" }), "its authorization server has metadata", /says that it is "https:\/\/other\.example"/],
  ["no token endpoint", "mcp-remote", metadata({ token_endpoint: undefined }), "its authorization server has metadata", /no token_endpoint/],
  ["no PKCE", "chatgpt", metadata({ code_challenge_methods_supported: ["plain"] }), "it lists PKCE with S256", /does not have S256/],
  ["metadata documents, but not for public clients", "claude", metadata({ token_endpoint_auth_methods_supported: ["client_secret_basic"], registration_endpoint: undefined }), "the client can register", /"none" is not among/],
  ["no way to register", "claude", metadata({ client_id_metadata_document_supported: undefined, registration_endpoint: undefined }), "the client can register", /neither client_id_metadata_document_supported/],
  ["no dynamic registration, for a client without a document", "cursor", metadata({ registration_endpoint: undefined }), "the client can register", /no registration_endpoint/],
  ["400 for a client that is gone", "claude", change(({ path }) => path === "/token", { status: 400, body: { error: "invalid_grant" } }), "a client whose registration is gone is told so", /only on 401 invalid_client does it register again/],
  ["a preflight that is refused", "inspector", change(({ method }) => method === "OPTIONS", { status: 401 }), "a page in a browser may send requests (CORS preflight)", /the preflight gets 401/],
  ["a header that a page may not send", "inspector", (reply, { method }) => { if (method === "OPTIONS") return { ...reply, headers: { ...reply.headers, "access-control-allow-headers": "*, Content-Type" } }; }, "a page in a browser may send requests (CORS preflight)", /lacks Authorization$/],
  ["CORS only on the preflight", "inspector", (reply, { method }) => { if (method !== "OPTIONS") return { ...reply, headers: { ...reply.headers, "access-control-allow-origin": "" } }; }, "a page in a browser may read the answers (CORS headers)", /the answer \(401\) has no Access-Control-Allow-Origin/],
  ["a header that a page may not read", "inspector", (reply) => ({ ...reply, headers: { ...reply.headers, "access-control-expose-headers": "WWW-Authenticate" } }), "a page in a browser may read the answers (CORS headers)", /lacks Mcp-Session-Id/],
  ["server/discover that breaks the server", "claude-code", change(called("server/discover"), { status: 500, body: {} }), "server/discover is answered or cleanly refused", /gets 500.*falls back to initialize/],
  ["an error for a revision that it does not know", "vscode", (reply, asked) => { if (asked.message?.params?.protocolVersion === "2025-11-25" && !isRefused(asked)) return { ...reply, status: 400, body: { jsonrpc: "2.0", id: 1, error: { code: -32602, message: "unsupported" } } }; }, "initialize", /2025-11-25 gets 400: "unsupported"/],
  ["a notification that is refused", "codex", change(called("notifications/initialized"), { status: 400 }), "the session continues", /gets 400/],
  ["404 for GET", "mcp-remote", change(({ method, path, headers }) => method === "GET" && path === "/mcp" && headers.authorization !== undefined, { status: 404 }), "GET gives a stream or 405", /it gives 404: clients that ask for a stream/],
  ["405 before 401", "cursor", change(({ method, path }) => method === "GET" && path === "/mcp", { status: 405, headers: { allow: "POST" } }), "GET gives a stream or 405", /without a credential it gives 405/],
  ["a stream of a known length", "mcp-remote", change(({ method, path, headers }) => method === "GET" && path === "/mcp" && headers.authorization !== undefined, { status: 200, headers: { "content-type": "text/event-stream", "content-length": "0" }, body: "" }), "streams are not held back", /Content-Length/],
  ["a stream that caches may hold back", "mcp-remote", change(({ method, path, headers }) => method === "GET" && path === "/mcp" && headers.authorization !== undefined, { status: 200, headers: { "content-type": "text/event-stream" }, body: ":\n\n" }), "streams are not held back", /no Cache-Control: no-cache/],
  ["tools/list that fails", "codex", change(called("tools/list"), { status: 200, body: { jsonrpc: "2.0", id: 2, error: { code: -32603, message: "boom" } } }), "tools/list", /gets 200: "boom"/],
  ["a tool without a schema", "vscode", change(called("tools/list"), { status: 200, body: { jsonrpc: "2.0", id: 2, result: { tools: [{ name: "bare" }] } } }), "tools/list", /inputSchema of bare/],
  ["an order of tools that changes", "claude-code", (reply, asked) => { if (called("tools/list")(asked)) return { ...reply, body: { ...reply.body, result: { tools: flips++ % 2 ? reply.body.result.tools : reply.body.result.tools.toReversed() } } }; }, "tools/list", /the order changes/],
  ["a wrong token refused inside 200", "codex", change((asked) => isRefused(asked) && asked.headers.authorization !== undefined, { status: 200, body: { jsonrpc: "2.0", id: 1, error: { code: -32001, message: "Invalid token" } } }), "a missing or wrong credential gets 401", /a wrong token is refused with 200/],
  ["a challenge that does not say why", "cursor", (reply, asked, origin) => { if (isRefused(asked)) return { ...reply, headers: { ...reply.headers, "www-authenticate": `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"` } }; }, "a missing or wrong credential gets 401", /does not say why/],
  ["a 401 without a body", "cursor", change(isRefused, { body: "" }), "a missing or wrong credential gets 401", /Cursor hides the cause/],
  ["an error= for a request without a credential", "vscode", change(isRefused, { headers: { "www-authenticate": 'Bearer error="invalid_token"' } }), "a missing or wrong credential gets 401", /says error="invalid_token" although no credential was sent/],
  ["a well-known document that breaks the server", "codex", change(({ path }) => path === "/.well-known/openid-configuration", { status: 500 }), "/.well-known/ answers with documents or 404", /gives 500/],
  ["405 without Allow", "cursor", change(({ method, path, headers }) => method === "GET" && path === "/mcp" && headers.authorization !== undefined, { status: 405, headers: {} }), "GET gives a stream or 405", /has no Allow header/],
  ["no protected resource metadata", "codex", (reply, asked) => {
    if (asked.path.startsWith("/.well-known/oauth-protected-resource")) return { ...reply, status: 404, body: {} };
    if (isRefused(asked)) return { ...reply, headers: { "www-authenticate": "Bearer" } };
  }, "its protected resource metadata names this URL", /there is none/],
  ["a token endpoint that is not https", "codex", metadata({ token_endpoint: "http://mcp.example/token" }), "its authorization server has metadata", /its token_endpoint is not https/],
  ["a preflight that allows only another origin", "inspector", (reply, { method }) => { if (method === "OPTIONS") return { ...reply, headers: { ...reply.headers, "access-control-allow-origin": "https://other.example" } }; }, "a page in a browser may send requests (CORS preflight)", /Access-Control-Allow-Origin is https:\/\/other\.example/],
  ["a preflight that allows no origin", "inspector", (reply, { method }) => { if (method === "OPTIONS") return { ...reply, headers: Object.fromEntries(Object.entries(reply.headers).filter(([name]) => name !== "access-control-allow-origin")) }; }, "a page in a browser may send requests (CORS preflight)", /Access-Control-Allow-Origin is missing/],
  ["a preflight without GET", "inspector", (reply, { method }) => { if (method === "OPTIONS") return { ...reply, headers: { ...reply.headers, "access-control-allow-methods": "POST" } }; }, "a page in a browser may send requests (CORS preflight)", /lacks GET/],
  ["metadata that a page may not read", "inspector", (reply, { path }) => { if (path.startsWith("/.well-known/oauth-protected-resource")) return { ...reply, headers: { ...reply.headers, "access-control-allow-origin": "" } }; }, "a page in a browser may read the answers (CORS headers)", /oauth-protected-resource\/mcp has no Access-Control-Allow-Origin/],
  ["a tool with a space in its name", "vscode", change(called("tools/list"), { body: { jsonrpc: "2.0", id: 2, result: { tools: [{ name: "a b", inputSchema: { type: "object" } }] } } }), "tools/list", /the name "a b"/],
  ["a compressed stream", "mcp-remote", change(({ method, path, headers }) => method === "GET" && path === "/mcp" && headers.authorization !== undefined, { status: 200, headers: { "content-type": "text/event-stream", "content-encoding": "identity" }, body: ":\n\n" }), "streams are not held back", /compressed/],
  ["a stream that may be compressed on the way", "mcp-remote", change(({ method, path, headers }) => method === "GET" && path === "/mcp" && headers.authorization !== undefined, { status: 200, headers: { "content-type": "text/event-stream", "cache-control": "no-cache" }, body: ":\n\n" }), "streams are not held back", /lacks no-transform/],
  ["an HTTP+SSE stream that names no endpoint", "mcp-remote", (reply, asked) => {
    if (isRefused(asked)) return undefined;
    if (asked.method === "POST") return { ...reply, status: 405 };
    if (asked.method === "GET" && asked.path === "/mcp") return { status: 200, headers: { "content-type": "text/event-stream" }, body: "event: hello\ndata: 1\n\n" };
  }, "initialize", /over HTTP\+SSE it gets the stream ended without a response/],
  ["an authorization server without a scheme", "codex", resource({ authorization_servers: ["localhost:9000"] }), "its protected resource metadata names this URL", /authorization_servers names none/],
  ["authorization servers that are no list", "codex", resource({ authorization_servers: {} }), "its protected resource metadata names this URL", /authorization_servers names none/],
  ["an endpoint that is a list", "codex", metadata({ authorization_endpoint: ["https://mcp.example/authorize"] }), "its authorization server has metadata", /no authorization_endpoint/],
  ["a tool that is null", "codex", change(called("tools/list"), { body: { jsonrpc: "2.0", id: 2, result: { tools: [null] } } }), "tools/list", /the tool null has no name/],
  ["a tool whose name is no text", "codex", change(called("tools/list"), { body: { jsonrpc: "2.0", id: 2, result: { tools: [{ name: { toString: 1 }, inputSchema: { type: "object" } }] } } }), "tools/list", /has no name/],
  ["a list of tools that is none the second time", "codex", (reply, asked) => { if (called("tools/list")(asked) && flips++ % 2) return { ...reply, body: { ...reply.body, result: { tools: {} } } }; }, "tools/list", /the second time/],
  ["words of an error that are no text", "codex", change(({ path }) => path === "/mcp", { status: 500, body: { error_description: { toString: 1 } } }), "answers at this URL", /answers 500/],
  ["a redirect from the URL with a slash", "claude", change(({ path }) => path === "/mcp/", { status: 301, headers: { location: "/mcp" } }), "the same with and without a trailing slash", /\/mcp\/ gives a redirect/],
];

/** Accepts X-Own-Key, and has no OAuth. @type {Fault} */
const ownKey = (reply, { headers, path, message: sent }) => {
  if (path.startsWith("/.well-known/")) return { ...reply, status: 404, body: {} };
  if (headers["x-own-key"]) return { ...reply, status: 200, body: { jsonrpc: "2.0", id: sent?.id, result: { protocolVersion: "2025-11-25" } } };
  if (reply.status === 401) return { ...reply, headers: { "www-authenticate": "Bearer" } };
};

describe("a server with one fault is found out", { concurrency: 2 }, () => {
  for (const [fault, client, faulty, step, note] of broken) {
    test(`${fault}: "${step}", for ${client}`, () =>
      against(faulty, async (url) => {
        const { clients: [judged] } = await examine(url, "--token", key, "--client", client);
        const found = judged.steps.find((/** @type {any} */ { title }) => title === step);
        assert.ok(found && ["fail", "warn"].includes(found.result), faults([judged]).join("\n"));
        assert.match(found.note, note);
        assert.ok(found.fix.length > 0);
      }));
  }

  test("and the text says where the client stops, why, and what to do", () =>
    against(change(isRefused, { status: 403 }), async (url) => {
      const { code, output } = await doctor(url, "--token", key, "--client", "codex");
      assert.equal(code, 1);
      assert.match(output, /^Codex: cannot connect$/m);
      assert.match(output, /^ {2}✗ a missing or wrong credential gets 401\n {6}without a credential it answers 403.*\n(?: {6}.*\n)* {6}-> Answer 401 with WWW-Authenticate: Bearer\.$/m);
    }));

  test("and what the server itself says stays within the line that says so, or it could write lines of the report", () =>
    against(change(({ path }) => path === "/mcp", { status: 500, body: { error_description: "No.\n\nCodex: connects\n  \u2713 all is well" } }), async (url) => {
      const { output } = await doctor(url, "--client", "codex");
      assert.doesNotMatch(output, /^Codex: connects|^ *\u2713/m);
      assert.match(output, /it answers 500: "No\. Codex: connects \u2713 all is well"/);
    }));

  test("and a step whose answer makes no sense at all is a fault, not the end of the doctor", () =>
    against(metadata({ issuer: { toString: 1 } }), async (url) => {
      const { clients: [judged] } = await examine(url, "--token", key, "--client", "codex");
      assert.match(judged.steps.find((/** @type {any} */ { title }) => title === "its authorization server has metadata").note, /makes no sense/);
      assert.equal(judged.steps.at(-1).title, "tools/list");
    }));

  test("a server that is not there: nothing else is said", async () => {
    const { code, output } = await doctor("http://127.0.0.1:1/mcp", "--client", "vscode");
    assert.equal(code, 1);
    assert.match(output, /nothing answers there/);
    assert.equal([...output.matchAll(/^ {2}[✓✗!-] /gm)].length, 1);
  });

  test("a certificate that is not trusted is said to be the cause, and not that nothing answers", { skip: withoutCertificates() }, async () => {
    const folder = temporaryFolder();
    const server = https.createServer(makeCertificate(folder), (_request, response) => response.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    const { output } = await doctor(`https://localhost:${port}/mcp`, "--client", "vscode");
    server.close();
    remove(folder);
    assert.match(output, /no secure connection can be made \(DEPTH_ZERO_SELF_SIGNED_CERT.*\n(?: {6}.*\n)*? {6}-> Serve a certificate/);
    assert.doesNotMatch(output, /nothing answers/);
  });

  test("a server that takes no more requests is said to be that, and is asked for nothing else", async () => {
    let count = 0;
    await against((reply) => {
      if (++count > 6) return { ...reply, status: 429, headers: { "retry-after": "30" }, body: { error: "too_many_requests" } };
    }, async (url, asked) => {
      const { code, clients: judged } = await examine(url, "--token", key, "--client", "vscode,codex");
      assert.equal(code, 1);
      for (const { steps } of judged) assert.match(steps.at(-1).note, /^it answers 429/);
      assert.deepEqual(judged.map(({ steps }) => steps.filter((/** @type {any} */ { result }) => result === "fail").length), [1, 1], faults(judged).join("\n"));
      assert.ok(asked.length < 15, String(asked.length));
    });
  });

  test("a server with resources and no tools is no fault", () =>
    against((reply, asked) => {
      if (called("initialize")(asked)) return { ...reply, body: { ...reply.body, result: { ...reply.body.result, capabilities: { resources: {} } } } };
      if (called("tools/list")(asked)) return { ...reply, body: { jsonrpc: "2.0", id: asked.message.id, error: { code: -32601, message: "Method not found" } } };
    }, async (url) => {
      const { code, clients: [judged] } = await examine(url, "--token", key, "--client", "codex");
      assert.deepEqual([code, judged.verdict], [0, "connects"]);
    }));

  test("a key in a header that the client does not send", () =>
    against(ownKey, async (url) => {
      const { clients: [judged] } = await examine(url, "--header", "X-Own-Key: some-key", "--client", "claude");
      assert.match(judged.steps.find((/** @type {any} */ { title }) => title === "there is a way in for this client").note, /only in authorization, x-api-key, x-auth-token$/);
    }));

  test("a credential that is refused", () =>
    against(undefined, async (url) => {
      const { clients: [judged] } = await examine(url, "--token", "wrong-key", "--client", "codex");
      assert.match(judged.steps.find((/** @type {any} */ { title }) => title === "there is a way in for this client").note, /the credential that you gave is refused/);
    }));
});

describe("a server whose answers never end", () => {
  test("is not waited for longer than a client's limit; the unfinished step says so, and the next client asks anew", async () => {
    /** @type {AbortController} */
    let limit;
    /** @type {Fault} */
    const fault = (reply, { path }) => {
      if (!path.startsWith("/.well-known/")) return;
      setImmediate(() => limit.abort());
      return { ...reply, status: 200, body: stays("{") };
    };
    await against(fault, async (url, asked) => {
      const probe = new Probe(url, { name: "Authorization", value: `Bearer ${key}` });
      for (const client of clients.filter(({ name }) => ["vscode", "codex"].includes(name))) {
        limit = new AbortController();
        const earlier = asked.length, { steps } = await diagnose(probe, client, true, limit.signal);
        assert.deepEqual(steps.map(({ title, result }) => [title, result]), [["answers at this URL", "pass"], ["/.well-known/ answers with documents or 404", "fail"]]);
        assert.match(steps[1].note, /all steps together took more than 30 seconds/);
        assert.match(asked.slice(earlier).at(-1)?.path ?? "", /^\/\.well-known\//, client.name);
      }
    });
  });

  test("is not read for ever, where it is the stream of HTTP+SSE", () =>
    against((reply, { method, path, headers }) => {
      if (path === "/mcp" && method === "POST") return { ...reply, status: 405 };
      if (path === "/mcp" && headers.authorization) return { status: 200, headers: { "content-type": "text/event-stream" }, body: flood("x".repeat(65536)) };
    }, async (url) => {
      const { clients: [judged] } = await examine(url, "--token", key, "--client", "mcp-remote");
      assert.match(judged.steps.find((/** @type {any} */ { title }) => title === "initialize").note, /it gets the stream goes on and on without a response/);
    }));

  // once what had come was read anew with each piece of it: three questions took the client's 30 seconds
  test("is read once, where it is a stream of tiny events", () =>
    against((reply, { method, path, headers }) => {
      if (path === "/mcp" && method === "POST" && headers.authorization) return { ...reply, status: 200, headers: { "content-type": "text/event-stream" }, body: flood("data: {}\n\n".repeat(800)) };
    }, async (url) => {
      const { clients: [judged] } = await examine(url, "--token", key, "--client", "mcp-remote");
      const notes = judged.steps.map((/** @type {any} */ { note }) => note).join("\n");
      assert.doesNotMatch(notes, /no answer within|all steps together/);
    }));

  test("at a terminal the doctor shows which client it is trying, elsewhere it does not", { skip: noTerminal }, () =>
    against(undefined, async (url) => {
      const { shown } = await atTerminal(["node", "worker/commands/doctor.mjs", url, "--client", "vscode,codex"], []);
      assert.deepEqual([...shown.matchAll(/^Checking (.+) \.\.\./gm)].map(([, title]) => title), ["VS Code", "Codex"]);
      assert.doesNotMatch((await doctor(url, "--client", "vscode")).log, /Checking/);
    }));
});
