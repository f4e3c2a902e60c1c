// The class of CVE-2025-6514: what one side says about itself, or a header that a proxy would have
// written, ends up in a document or a header that the other side acts on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerOf, credential, hello, message, openSse, post } from "../e2e/support/http.mjs";
import { paths, posting, said, serving } from "./support.mjs";

const body = JSON.stringify(message("ping"));
const own = ["Content-Type: application/json", "Accept: application/json, text/event-stream"];

/** An answer without what differs each time. @param {import("./support.mjs").Said} answer */
const stable = ({ head, body: told }) => `${head}\n\n${told}`.replace(/^date:.*$/gim, "").replace(/sessionId=[\w-]+/, "");

describe("metadata and header injection", () => {
  // a mode with a metadata document; its issuer is asked only about tokens that look like JWTs
  const server = serving({ AUTH_MODE: "jwt", JWT_ISSUER: "https://issuer.example", JWT_AUDIENCE: "http://localhost/mcp", SEAL_KEY: "0123456789abcdef0123456789abcdef" });
  const open = serving({ AUTH_MODE: "any" });

  const forwarded = [
    "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: javascript", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Prefix: /evil", "X-Forwarded-Port: 1", "X-Forwarded-Server: evil.example",
    "Forwarded: host=evil.example;proto=https", "X-Original-URL: /healthz", "X-Rewrite-URL: /healthz", "X-Host: evil.example", "X-HTTP-Method-Override: GET", "CF-Connecting-IP: 127.0.0.1", "Referer: https://evil.example/",
  ];

  test("headers that a proxy would set change no byte of any answer", async () => {
    for (const path of [...paths, "/nothing"]) {
      for (const method of ["GET", "POST"]) {
        const lines = [`${method} ${path} HTTP/1.1`, "Host: localhost", `Content-Length: ${body.length}`, ...own];
        const plain = stable(await said(server(), lines, body));
        assert.equal(stable(await said(server(), [...lines, ...forwarded], body)), plain, `${method} ${path}`);
      }
    }
  });

  // the platform reads headers as UTF-8, and the shim passes them on byte by byte: the lower half of \u010a is a line end
  test("a character whose lower half is a line end begins no other header", async () => {
    const accept = "Accept: application/json, text/event-stream\u010aBearer injected";
    const answer = await said(open(), ["POST /mcp HTTP/1.1", "Host: localhost", `Content-Length: ${body.length}`, "Content-Type: application/json", accept], body);
    assert.equal(answer.status, 401, answer.head);
  });

  test("a Host that is malformed, or that closes a quote, a tag or a line, is refused, and repeated in no answer", async () => {
    const hosts = ['localhost"', 'localhost", error="x', "localhost\\", "localhost<script>", "localhost'onload=1", "localhost/evil", "localhost?x", "localhost#x", "user@localhost", "localhost@evil.example", "localhost:8787@evil.example", "localhost:80:80", "localhost:99999", "localhost evil", "localhost\tevil", "localhost\0evil", "localhost\u00e9", "{{version}}", "", "[::1", "localhost%0d%0aX-Evil:1"];
    for (const path of ["/", "/mcp", "/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"]) {
      for (const host of hosts) {
        const answer = await said(server(), [`GET ${path} HTTP/1.1`, `Host: ${host}`]);
        assert.ok(answer.status === 0 || (answer.status >= 400 && answer.status < 500), `${path} ${host}: ${answer.head}`);
        // a 401 names the metadata at the requested host, which it may not do for any of these
        assert.doesNotMatch(answer.head, /resource_metadata|x-evil/i, `${path} ${host}`);
        if (host.length > 10) assert.ok(!(answer.head + answer.body).includes(host), `${path} ${host}`);
      }
    }
  });

  test("two Hosts are refused; a target with a host counts for nothing, the Host does; no document repeats the foreign one", async () => {
    const path = "/.well-known/oauth-protected-resource";
    for (const [status, target, ...hosts] of /** @type {[number, string, ...string[]][]} */ ([[400, path, "localhost", "evil.example"], [400, path, "evil.example", "localhost"], [400, path, "localhost", "localhost"], [200, `http://evil.example${path}`, "localhost"], [403, `http://localhost${path}`, "evil.example"]])) {
      const answer = await said(server(), [`GET ${target} HTTP/1.1`, ...hosts.map((host) => `Host: ${host}`)]);
      assert.equal(answer.status, status, `${target} ${hosts}`);
      assert.ok(!answer.body.includes("evil.example"), answer.body);
    }
  });

  test("nothing from a query, an encoded path or a longer path gets into an answer", async () => {
    for (const path of ['/.well-known/oauth-protected-resource/mcp"', "/.well-known/oauth-protected-resource/%22", "/.well-known/oauth-protected-resource//evil.example", "/.well-known/oauth-protected-resource/mcp%0d%0aX-Evil:1", "/.well-known/oauth-protected-resource?evil", "/?evil", "/mcp?evil=%0d%0aX-Evil:1"]) {
      const answer = await said(server(), [`GET ${path} HTTP/1.1`, "Host: localhost"]);
      assert.doesNotMatch(answer.head + answer.body, /evil/i, path);
    }
  });

  test("a bare CR, a NUL or a folded line in a header is 400, a bare LF ends the line as CR LF does, and none begins a header of the answer", async () => {
    for (const name of ["Origin", "Mcp-Session-Id", "MCP-Protocol-Version", "Last-Event-ID", "X-Api-Key", "Mcp-Method"]) {
      const credentials = name === "X-Api-Key" ? [] : [`Authorization: ${credential}`];
      const cutBy = (/** @type {string} */ cut) => said(open(), posting("/mcp", body, "Host: localhost", ...own, ...credentials, `${name}: x${cut}Set-Cookie: evil=1`), body);
      const twoLines = await cutBy("\r\n");
      for (const cut of ["\r", "\0", "\r\n ", "\r\n\t"]) assert.deepEqual([(await cutBy(cut)).status, cut], [400, cut], name);
      assert.equal(stable(await cutBy("\n")), stable(twoLines), name);
      assert.doesNotMatch(twoLines.head, /evil/i, name);
    }
  });

  test("line ends, quotes and frames in a message stay within its one line of the stream", async () => {
    const hostile = 'x"\r\n\r\nevent: evil\r\ndata: {"jsonrpc":"2.0"}\n\n:\u0085';
    const { stream, endpoint } = await openSse(open().url);
    for (const each of [message("ping", {}, hostile), message(hostile), { ...message("tools/call"), params: { name: hostile } }, { ...message("tools/call"), params: { name: "add", arguments: { [hostile]: 1, a: hostile } } }]) {
      await post(endpoint, each);
      const { event, data } = await stream.frame();
      assert.equal(event, "message");
      assert.equal(JSON.parse(data).id, each.id);
      const answer = await post(`${open().url}/mcp`, each, { accept: "text/event-stream" });
      const lines = answer.text.split("\n");
      assert.deepEqual([lines[0], lines.length, lines.slice(2).join("")], ["event: message", 4, ""]);
      assert.equal(JSON.parse(lines[1].slice("data: ".length)).id, each.id);
    }
    assert.deepEqual(stream.frames, []);
    stream.leave();
  });

  test("a hostile revision, session id or event id is refused, or negotiated away, and repeated in no header", async () => {
    const begun = await post(`${open().url}/mcp`, message("initialize", hello('2025-11-25"\r\nX-Evil: 1')));
    assert.equal(begun.headers.get("x-evil"), null);
    const session = begun.headers.get("mcp-session-id") ?? "";
    assert.match(session, /^[\w-]+$/);
    assert.equal(begun.json.result.protocolVersion, "2025-11-25");
    const get = async (/** @type {Record<string, string>} */ headers) => answerOf(await fetch(`${open().url}/mcp`, { headers: { authorization: credential, accept: "text/event-stream", "mcp-session-id": session, ...headers }, signal: AbortSignal.timeout(10_000) }));
    const send = (/** @type {Record<string, string>} */ headers) => post(`${open().url}/mcp`, message("ping"), headers);
    for (const end of ['", evil.1', "\tevil: 1", "%0d%0aevil: 1", "<evil>", "\u00e9evil"]) {
      const answers = [await get({ "last-event-id": `x${end}` }), await get({ "mcp-session-id": session + end }), await send({ "mcp-session-id": session + end }), await send({ "mcp-protocol-version": `2025-11-25${end}` })];
      assert.deepEqual(answers.map(({ status, json }) => [status, json?.error?.code ?? json?.error]), [[400, "unknown_event"], [404, "session_not_found"], [404, "session_not_found"], [400, -32022]], end);
      for (const { headers } of answers) assert.ok(!JSON.stringify([...headers]).includes("evil"), end);
    }
  });
});
