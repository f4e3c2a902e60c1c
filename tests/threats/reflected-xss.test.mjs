// GHSA-cvhv-6xm6-c3v4: an error page repeated what was wrong with a request in the request's own words,
// and a browser ran them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hello, message } from "../e2e/support/http.mjs";
import { paths, posting, said, serving } from "./support.mjs";

const script = "<script>alert(1)</script>", image = '"><img src=x onerror=alert(1)>';

/** Checks that a browser runs nothing of an answer. @param {import("./support.mjs").Said} answer @param {string} what */
function assertInert({ head, body }, what) {
  const type = /^content-type: (.*?)\r?$/im.exec(head)?.[1] ?? "";
  if (!body || ["application/json", "text/event-stream"].includes(type)) return;
  if (type.startsWith("text/html")) {
    assert.match(head, /^content-security-policy: default-src 'none'/im, what);
    assert.match(head, /^x-content-type-options: nosniff/im, what);
    assert.doesNotMatch(head, /script-src|unsafe-eval/i, what);
    for (const hostile of [script, "<img src=x", "onerror="]) assert.ok(!body.includes(hostile), `${what}: ${body}`);
  } else {
    // from whatever answers before the Worker does
    assert.match(type, /^text\/plain/, what);
    assert.ok(!body.includes(script), what);
  }
}

describe("reflected XSS", () => {
  const server = serving({ AUTH_MODE: "any", ALLOWED_HOSTS: "mcp.example" });

  test("markup in path, query, Host and headers gets into no page", async () => {
    for (const path of [...paths, "/nothing"]) {
      for (const hostile of [script, image, encodeURIComponent(script), "javascript:alert(1)", "{{access}}"]) {
        const target = hostile.replaceAll(" ", "%20");
        for (const lines of [
          [`GET ${path}?error=${target} HTTP/1.1`, "Host: localhost"], [`GET ${path}/${target} HTTP/1.1`, "Host: localhost"], [`GET ${path} HTTP/1.1`, `Host: ${hostile}`],
          [`GET ${path} HTTP/1.1`, "Host: localhost", `Origin: ${hostile}`], [`GET ${path} HTTP/1.1`, "Host: localhost", `X-Forwarded-Host: ${hostile}`, `Referer: ${hostile}`, `User-Agent: ${hostile}`],
          [`GET ${path} HTTP/1.1`, "Host: localhost", `Authorization: ${hostile}`, `MCP-Protocol-Version: ${hostile}`], [`${path === "/" ? "DELETE" : "PUT"} ${path} HTTP/1.1`, "Host: localhost", "Accept: text/html", `Authorization: Bearer ${hostile}`],
        ]) assertInert(await said(server(), lines), lines.join(" | "));
      }
    }
  });

  test("an answer that repeats parts of a message is JSON, whatever the client accepts", async () => {
    for (const body of [message(script), message("ping", {}, script), message("initialize", hello(script)), `${script}`, message("tools/call", { name: script })].map((each) => (typeof each === "string" ? each : JSON.stringify(each)))) {
      for (const accept of ["text/html", "text/html, application/json", "*/*"]) {
        const answer = await said(server(), posting("/mcp", body, "Host: localhost", "Authorization: Bearer x", "Content-Type: application/json", `Accept: ${accept}`), body);
        assert.match(answer.head, /^content-type: application\/json\r?$/im);
        JSON.parse(answer.body);
      }
    }
  });

  test("the page runs nothing, loads nothing, sends nothing and cannot be framed", async () => {
    const { status, head, body } = await said(server(), ["GET / HTTP/1.1", "Host: localhost"]);
    assert.equal(status, 200);
    const policy = /^content-security-policy: (.*?)\r?$/im.exec(head)?.[1] ?? "";
    for (const part of ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) assert.ok(policy.split("; ").includes(part), policy);
    assert.doesNotMatch(body, /<script|javascript:| on[a-z]+=/i);
  });
});
