// CVE-2025-66414, and its siblings in five SDKs: a page lets its own name resolve to this machine, and
// talks to a server here as if to its own. The browser then sends that name as Host, and as Origin.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { credential, message } from "../e2e/support/http.mjs";
import { paths, posting, said, serving } from "./support.mjs";

/** @type {[attack: string, word: string, ...headers: string[]][]} */
const attacks = [
  ["a rebound name", "forbidden_host", "Host: evil.example"],
  ["a rebound name as a page sends it", "forbidden_host", "Host: evil.example:8787", "Origin: http://evil.example:8787"],
  ["a rebound name that begins like this machine's", "forbidden_host", "Host: localhost.evil.example"],
  ["a rebound name that begins like an address", "forbidden_host", "Host: 127.0.0.1.evil.example"],
  ["the address of all interfaces", "forbidden_host", "Host: 0.0.0.0"],
  ["a foreign page", "forbidden_origin", "Host: localhost", "Origin: https://evil.example"],
  ["a foreign page whose name begins like this machine's", "forbidden_origin", "Host: localhost", "Origin: http://localhost.evil.example"],
  ["a page whose origin is null", "forbidden_origin", "Host: localhost", "Origin: null"],
  ["a page from a file", "forbidden_origin", "Host: localhost", "Origin: file://"],
  ["a local name before an @", "forbidden_origin", "Host: localhost", "Origin: http://localhost@evil.example"],
  ["an Origin that is nonsense", "forbidden_origin", "Host: localhost", "Origin: nonsense"],
];

describe("DNS rebinding", () => {
  const server = serving({ AUTH_MODE: "any" });
  const body = JSON.stringify(message("tools/list"));
  const rest = [`Authorization: ${credential}`, "Content-Type: application/json", "Accept: application/json, text/event-stream"];

  for (const [attack, word, ...headers] of attacks) {
    test(`${attack}: 403 on every endpoint, for every method`, async () => {
      for (const path of [...paths, "/nothing"]) {
        for (const method of ["GET", "POST", "DELETE", "OPTIONS"]) {
          const [, ...lines] = posting(path, body, ...headers, ...rest);
          const answer = await said(server(), [`${method} ${path} HTTP/1.1`, ...lines], body);
          assert.equal(answer.status, 403, `${method} ${path}`);
          assert.equal(JSON.parse(answer.body).error, word);
        }
      }
    });
  }

  // browsers send no such target; if it names another host than Host does, the platform goes by Host
  test("a name in the request's target does not replace the one in Host", async () => {
    const answer = await said(server(), posting("http://localhost/mcp", body, "Host: evil.example", ...rest), body);
    assert.equal(answer.status, 403, answer.head);
    const page = await said(server(), posting("http://evil.example/mcp", body, "Host: localhost", "Origin: http://evil.example", ...rest), body);
    assert.ok(page.status >= 400 && page.status < 500, page.head);
  });

  test("pages and clients of this machine are let in", async () => {
    for (const headers of [["Host: localhost"], ["Host: 127.0.0.1:8787", "Origin: http://localhost:6274"], ["Host: [::1]", "Origin: https://[::1]"]]) {
      assert.equal((await said(server(), posting("/mcp", body, ...headers, ...rest), body)).status, 200);
    }
  });

  test("the list of paths is the server's", () => assert.ok(["/mcp", "/sse", "/sse/message", "/", "/.well-known/oauth-protected-resource/mcp"].every((path) => paths.includes(path)), String(paths)));
});
