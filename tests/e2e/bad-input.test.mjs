// What bad input gets over real HTTP: a status and a body that says what is wrong, while nothing else is
// disturbed. And the headers that let browsers in or keep them out.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Raw, Stream, answerOf, call, credential, hello, message, openSse, post, toolText } from "./support/http.mjs";
import { startServer } from "./support/server.mjs";

/** @type {import("./support/server.mjs").Server} */
let server;
/** @type {string} a session of another principal */
let foreign;
/** @type {string} the message endpoint of a stream that stays open throughout */
let endpoint;
/** @type {Stream} */
let stream;
before(async () => {
  server = await startServer({ AUTH_MODE: "any" });
  ({ stream, endpoint } = await openSse(server.url));
  const begun = await post(`${server.url}/mcp`, message("initialize", hello("2025-11-25")), { authorization: "Bearer somebody-else" });
  foreign = begun.headers.get("mcp-session-id") ?? "";
});
after(async () => {
  stream?.leave();
  await server?.stop();
});

/** Checks an HTTP error: its word, and a sentence. @param {Awaited<ReturnType<typeof post>>} answer @param {number} status @param {string} word */
function assertHttpError(answer, status, word) {
  assert.deepEqual([answer.status, answer.json?.error], [status, word], answer.text);
  assert.match(answer.json.error_description, /^[A-Z].{20,}\.$/);
  assert.ok(!answer.text.includes("secret"), "the body shows a credential");
}

/** @param {Awaited<ReturnType<typeof post>>} answer @param {number} status @param {number} code */
function assertRpcError(answer, status, code) {
  assert.deepEqual([answer.status, answer.json?.error?.code], [status, code], answer.text);
  assert.match(answer.json.error.message, /^[A-Z]/);
}

const ping = message("ping");

/** Each endpoint that asks for a credential, and how it is reached. @type {[string, string][]} */
const guarded = [["POST", "/mcp"], ["GET", "/mcp"], ["GET", "/sse"], ["POST", "/sse/message"]];

/** @param {string} method @param {string} path @param {Record<string, string>} headers */
const ask = async (method, path, headers) =>
  answerOf(await fetch(server.url + path, { method, headers: { accept: "application/json, text/event-stream", ...headers }, redirect: "manual" }));

describe("a missing or malformed credential is 401 at every endpoint", () => {
  /** @type {[string, Record<string, string>, string, string][]} */
  const rows = [
    ["none", {}, "unauthorized", 'Bearer realm="mcp"'],
    ["another scheme", { authorization: "Basic c2VjcmV0" }, "unauthorized", 'Bearer realm="mcp"'],
    ["a scheme alone", { authorization: "Bearer" }, "invalid_token", 'Bearer realm="mcp", error="invalid_token"'],
    ["two words", { authorization: "Bearer secret secret" }, "invalid_token", 'Bearer realm="mcp", error="invalid_token"'],
    ["a byte that no token has", { authorization: 'Bearer sec"ret' }, "invalid_token", 'Bearer realm="mcp", error="invalid_token"'],
    ["two headers", { authorization: "Bearer secret", "x-api-key": "secret" }, "invalid_token", 'Bearer realm="mcp", error="invalid_token"'],
  ];
  for (const [name, headers, word, challenge] of rows) {
    test(name, async () => {
      for (const [method, path] of guarded) {
        const answer = await ask(method, path, headers);
        assertHttpError(answer, 401, word);
        assert.equal(answer.headers.get("www-authenticate"), challenge);
      }
    });
  }

  test("Authorization twice", async () => {
    for (const [method, path] of guarded) {
      const raw = new Raw(server.port);
      await raw.send([`${method} ${path} HTTP/1.1`, "Host: localhost", `Authorization: ${credential}`, `Authorization: ${credential}`, "Content-Type: application/json", "Accept: application/json, text/event-stream", "Content-Length: 2", "", "{}"].join("\r\n"));
      assert.equal(await raw.status(), 401, `${method} ${path}`);
      assert.match(await raw.answer(/\}/), /www-authenticate: Bearer realm="mcp", error="invalid_token"[^]*"error":"invalid_token"/i);
      raw.leave();
    }
  });
});

test("the scheme may be in any case, and X-Api-Key and X-Auth-Token work like Authorization", async () => {
  for (const [name, value] of [["authorization", "bEARER abc.d-e_f~g+h/i=="], ["x-api-key", "key1"], ["x-auth-token", "key2"]]) {
    const { json } = await post(`${server.url}/mcp`, call("getToken"), { authorization: undefined, [name]: value });
    assert.equal(toolText(json), `User's token: ${value}`);
  }
});

describe("Origin and Host", () => {
  for (const origin of ["null", "https://evil.example", "http://localhost.evil.example", "http://127.evil.example", "file://", "javascript:1", "http://", "http://a b"]) {
    test(`Origin ${origin} is 403 on every endpoint`, async () => {
      for (const [method, path] of [...guarded, ["GET", "/"], ["GET", "/healthz"], ["OPTIONS", "/mcp"]]) {
        assertHttpError(await ask(method, path, { origin, authorization: credential }), 403, "forbidden_origin");
      }
    });
  }

  test("a Host that a page rebound to this machine is 403 on every endpoint", async () => {
    for (const [method, path] of [...guarded, ["GET", "/"], ["GET", "/healthz"], ["OPTIONS", "/mcp"]]) {
      for (const host of ["evil.example", "localhost.evil.example", `evil.example:${server.port}`]) {
        const raw = new Raw(server.port);
        await raw.send(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${credential}\r\nContent-Length: 0\r\n\r\n`);
        assert.equal(await raw.status(), 403, `${method} ${path} ${host}`);
        assert.match(await raw.answer(/\}/), /forbidden_host/);
        raw.leave();
      }
    }
  });

  test("pages of this machine are let in", async () => {
    for (const origin of ["http://localhost:6274", "http://127.0.0.1", "https://[::1]:1"]) {
      assert.equal((await post(`${server.url}/mcp`, ping, { origin })).status, 200);
    }
  });
});

describe("CORS", () => {
  const origin = "http://localhost:6274";
  const exposed = "WWW-Authenticate, Mcp-Session-Id, MCP-Protocol-Version, Retry-After";

  test("preflight allows what clients send, without a credential", async () => {
    for (const path of ["/mcp", "/sse", "/sse/message"]) {
      const answer = await ask("OPTIONS", path, { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" });
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
      assert.match(answer.headers.get("access-control-allow-methods") ?? "", /\bGET\b.*\bPOST\b/);
      const allowed = (answer.headers.get("access-control-allow-headers") ?? "").toLowerCase().split(", ");
      for (const name of ["authorization", "content-type", "accept", "mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name", "last-event-id", "x-api-key", "x-auth-token"]) {
        assert.ok(allowed.includes(name), name);
      }
    }
  });

  test("actual responses, including errors, expose what clients read", async () => {
    const answers = [
      await post(`${server.url}/mcp`, message("initialize", hello("2025-11-25")), { origin }),
      await post(`${server.url}/mcp`, ping, { origin, authorization: undefined }),
      await post(`${server.url}/mcp`, "{", { origin }),
      await post(endpoint, { jsonrpc: "2.0", method: "notifications/initialized" }, { origin }),
      await ask("GET", "/nothing", { origin }),
      await ask("GET", "/.well-known/oauth-protected-resource", {}),
    ];
    assert.deepEqual(answers.map(({ status }) => status), [200, 401, 400, 202, 404, 404]);
    for (const { headers } of answers) {
      assert.equal(headers.get("access-control-allow-origin"), "*");
      assert.equal(headers.get("access-control-expose-headers"), exposed);
    }
    const opened = await Stream.open(`${server.url}/sse`, { origin });
    assert.equal(opened.headers["access-control-expose-headers"], exposed);
    opened.leave();
  });
});

describe("paths and methods", () => {
  for (const path of ["/nothing", "/mcp/more", "/MCP", "/sse/messages", "/.well-known", "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/mcp", "/.well-known/openid-configuration"]) {
    test(`${path} is 404, and never 401`, async () => {
      for (const method of ["GET", "POST", "PUT"]) assertHttpError(await ask(method, path, {}), 404, "not_found");
    });
  }

  /** @type {[string, string, string][]} */
  const rows = [
    ["PUT", "/mcp", "GET, POST"], ["DELETE", "/mcp", "GET, POST"], ["GET", "/mcp", "GET, POST"], ["POST", "/sse", "GET"],
    ["GET", "/sse/message", "POST"], ["DELETE", "/sse/message", "POST"], ["POST", "/", "GET, HEAD"], ["POST", "/healthz", "GET, HEAD"],
  ];
  for (const [method, path, allow] of rows) {
    test(`${method} ${path} is 405 with Allow: ${allow}`, async () => {
      const answer = await ask(method, path, { authorization: credential });
      assertHttpError(answer, 405, "method_not_allowed");
      assert.equal(answer.headers.get("allow"), allow);
    });
  }

  test("a slash at the end makes no difference", async () => {
    assert.equal((await post(`${server.url}/mcp/`, ping)).status, 200);
    assert.equal((await ask("GET", "/healthz/", {})).status, 200);
    const opened = await Stream.open(`${server.url}/sse/`);
    assert.match(await opened.data("endpoint"), /^\/sse\/message\?sessionId=/);
    opened.leave();
    assert.equal((await post(endpoint.replace("?", "/?"), { jsonrpc: "2.0", method: "notifications/initialized" })).status, 202);
  });
});

const urls = () => [`${server.url}/mcp`, endpoint];

describe("headers of a message", () => {
  test("an unacceptable Accept is 406", async () => {
    assertHttpError(await post(`${server.url}/mcp`, ping, { accept: "text/html" }), 406, "not_acceptable");
    assertHttpError(await ask("GET", "/sse", { authorization: credential, accept: "application/json" }), 406, "not_acceptable");
  });

  test("what a form or a page can send without a preflight is 415", async () => {
    for (const type of ["text/plain", "text/plain;a=application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=application/json", "application/jsonp", ""]) {
      for (const url of urls()) assertHttpError(await post(url, JSON.stringify(ping), { "content-type": type }), 415, "unsupported_media_type");
    }
    for (const url of urls()) assertHttpError(await post(url, new Uint8Array([123, 125]), { "content-type": undefined }), 415, "unsupported_media_type");
  });

  test("a head over its limit is 431; a credential over its limit is 401", async () => {
    assertHttpError(await post(`${server.url}/mcp`, ping, { authorization: `Bearer ${"t".repeat(66_000)}` }), 431, "head_too_large");
    assertHttpError(await post(`${server.url}/mcp`, ping, { authorization: `Bearer ${"t".repeat(16_385)}` }), 401, "invalid_token");
    assert.equal((await post(`${server.url}/mcp`, ping, { authorization: `Bearer ${"t".repeat(16_384)}` })).status, 200);
  });

  test("an unsupported MCP-Protocol-Version is 400", async () => {
    for (const version of ["2020-01-01", "latest", ""]) {
      for (const url of urls()) {
        const answer = await post(url, ping, { "mcp-protocol-version": version });
        assertRpcError(answer, 400, -32022);
        assert.equal(answer.json.error.data.requested, version);
        assert.ok(answer.json.error.data.supported.includes("2025-11-25"));
      }
    }
  });
});

const forged = () => foreign.slice(0, -2) + (foreign.endsWith("AA") ? "BB" : "AA");

describe("a session that is not the caller's", () => {
  test("a forged or foreign Mcp-Session-Id is 404 on POST and GET", async () => {
    for (const session of ["nonsense", "", forged(), `${foreign}A`, foreign]) {
      assertHttpError(await post(`${server.url}/mcp`, ping, { "mcp-session-id": session }), 404, "session_not_found");
      assertHttpError(await ask("GET", "/mcp", { authorization: credential, "mcp-session-id": session }), 404, "session_not_found");
    }
    assert.equal((await post(`${server.url}/mcp`, ping, { "mcp-session-id": foreign, authorization: "Bearer somebody-else" })).status, 200);
  });

  test("a forged or foreign sessionId of /sse is 404, a missing one 400", async () => {
    const own = new URL(endpoint).searchParams.get("sessionId") ?? "";
    for (const id of ["nonsense", "", `${own.slice(0, -2)}AA`, foreign]) {
      assertHttpError(await post(`${server.url}/sse/message?sessionId=${id}`, ping), 404, "session_not_found");
    }
    assertHttpError(await post(endpoint, ping, { authorization: "Bearer somebody-else" }), 404, "session_not_found");
    assertHttpError(await post(`${server.url}/sse/message`, ping), 400, "session_missing");
  });

  test("a session id of /sse is not one of /mcp, nor the other way round", async () => {
    const own = new URL(endpoint).searchParams.get("sessionId") ?? "";
    const begun = (await post(`${server.url}/mcp`, message("initialize", hello("2025-11-25")))).headers.get("mcp-session-id") ?? "";
    assert.equal((await post(`${server.url}/mcp`, ping, { "mcp-session-id": begun })).status, 200);
    assertHttpError(await post(`${server.url}/mcp`, ping, { "mcp-session-id": own }), 404, "session_not_found");
    assertHttpError(await post(`${server.url}/sse/message?sessionId=${begun}`, ping), 404, "session_not_found");
  });
});

const deep = (/** @type {number} */ levels) => `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":${"[".repeat(levels)}${"]".repeat(levels)}}}`;

describe("bodies", () => {
  /** @type {[string, string | Uint8Array, number, number][]} */
  const rows = [
    ["empty", "", 400, -32700],
    ["blank", " \n", 400, -32700],
    ["bad UTF-8", Buffer.from('{"jsonrpc":"2.0","id":1,"method":"\xff"}', "latin1"), 400, -32700],
    ["overlong UTF-8", Buffer.from('{"jsonrpc":"2.0","id":1,"method":"\xc0\xaf"}', "latin1"), 400, -32700],
    ["bad JSON", '{"jsonrpc":"2.0",}', 400, -32700],
    ["half a message", '{"jsonrpc":"2.0","id":1,"method":"pi', 400, -32700],
    ["deep JSON", deep(63), 400, -32700],
    ["very deep JSON", deep(100_000), 400, -32700],
    ["duplicate keys", '{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}', 400, -32700],
    ["duplicate keys, written differently", '{"jsonrpc":"2.0","id":1,"method":"ping","m\\u0065thod":"ping"}', 400, -32700],
    ["a NUL in a key", '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"key\\u0000":1}}', 400, -32700],
    ["a lone surrogate", '{"jsonrpc":"2.0","id":1,"method":"\\ud800"}', 400, -32700],
    ["trailing bytes", '{"jsonrpc":"2.0","id":1,"method":"ping"}{}', 400, -32700],
    ["not a message", "42", 400, -32600],
    ["another version of JSON-RPC", '{"jsonrpc":"1.0","id":1,"method":"ping"}', 400, -32600],
    ["Method for method", '{"jsonrpc":"2.0","id":1,"Method":"ping"}', 400, -32600],
    ["null as the id", '{"jsonrpc":"2.0","id":null,"method":"ping"}', 400, -32600],
    ["a fraction as the id", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', 400, -32600],
    ["true as the id", '{"jsonrpc":"2.0","id":true,"method":"ping"}', 400, -32600],
    ["an empty batch", "[]", 400, -32600],
    ["params that are not an object", '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', 400, -32602],
  ];
  for (const [name, body, status, code] of rows) {
    test(`${name}: ${status}, ${code}`, async () => {
      assertRpcError(await post(`${server.url}/mcp`, body), status, code);
      assertRpcError(await post(endpoint, body), status, code);
    });
  }

  test("JSON as deep as allowed is accepted", async () => {
    assert.equal((await post(`${server.url}/mcp`, deep(62))).status, 200);
  });

  test("an unknown method is -32601, with the id as it was sent", async () => {
    for (const id of [7, "7", "", 9007199254740993n, -1]) {
      const written = typeof id === "string" ? JSON.stringify(id) : String(id);
      const answer = await post(`${server.url}/mcp`, `{"jsonrpc":"2.0","id":${written},"method":"nonsense"}`);
      assertRpcError(answer, 200, -32601);
      assert.ok(answer.text.includes(`"id":${written},`), answer.text);
    }
    await post(endpoint, message("nonsense", {}, "unknown"));
    const { id, error } = await stream.message();
    assert.deepEqual([id, error.code], ["unknown", -32601]);
  });

  test("a response that nobody asked for is accepted and dropped", async () => {
    for (const url of [`${server.url}/mcp`, endpoint]) {
      for (const body of [{ jsonrpc: "2.0", id: 99, result: {} }, { jsonrpc: "2.0", id: "x", error: { code: 1, message: "no" } }]) {
        const answer = await post(url, body);
        assert.deepEqual([answer.status, answer.text], [202, ""]);
      }
    }
  });
});

test("nothing else was disturbed: the stream that was open all along still answers", async () => {
  assert.equal((await post(endpoint, call("add", { a: 1, b: 2 }, "still"))).status, 202);
  assert.deepEqual(await stream.message(), { jsonrpc: "2.0", id: "still", result: { content: [{ type: "text", text: "3" }] } });
});
