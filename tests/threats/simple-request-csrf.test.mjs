// GHSA-89xv-2j6f-qhc8: a page anywhere can make a browser send a POST without asking first, if its content
// type is one that forms have. A server that reads JSON whatever its content type then does what the page
// says.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { call, openSse } from "../e2e/support/http.mjs";
import { posting, said, serving } from "./support.mjs";

/** Types that the Fetch standard lets a page send without asking first, and types that look like JSON but are not. */
const types = [
  "text/plain", "text/plain;a=application/json", "text/plain; charset=application/json", "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; application/json", "multipart/form-data; boundary=application/json", "text/json", "application/json+x",
  "application/jsonp", "text/plain, application/json", "application/json, text/plain", "", ";application/json",
];

const assertRefused = (/** @type {import("./support.mjs").Said} */ answer, /** @type {string} */ what) => {
  assert.equal(answer.status, 415, `${what}: ${answer.head}`);
  assert.equal(JSON.parse(answer.body).error, "unsupported_media_type");
};

describe("simple-request CSRF", () => {
  // a server that asks for no credential has nothing else between it and a page
  const server = serving({ AUTH_MODE: "none" });
  const body = JSON.stringify(call("add", { a: 40, b: 2 }));
  for (const type of types) {
    test(`Content-Type: ${type || "(empty)"} is 415`, async () => {
      const { stream, endpoint } = await openSse(server().url);
      for (const path of ["/mcp", "/mcp/", endpoint.slice(server().url.length)]) {
        // with the Origin of the page, and without one, as older browsers send it
        for (const origin of [["Origin: http://localhost:6274"], []]) {
          assertRefused(await said(server(), posting(path, body, "Host: localhost", `Content-Type: ${type}`, ...origin), body), path);
        }
      }
      stream.leave();
    });
  }

  test("no content type is 415", async () => {
    assertRefused(await said(server(), posting("/mcp", body, "Host: localhost"), body), "none");
  });

  test("Content-Type twice is 415", async () => {
    assertRefused(await said(server(), posting("/mcp", body, "Host: localhost", "Content-Type: text/plain", "Content-Type: application/json"), body), "two");
  });

  test("what a link or an image can request runs nothing", async () => {
    const answer = await said(server(), [`GET /mcp?message=${encodeURIComponent(body)} HTTP/1.1`, "Host: localhost", "Accept: */*"]);
    assert.ok(answer.status >= 400, answer.head);
  });

  test("the same body with the right type runs, so nothing else refused the others", async () => {
    const answer = await said(server(), posting("/mcp", body, "Host: localhost", "Content-Type: application/json", "Accept: application/json"), body);
    assert.match(answer.body, /"text":"42"/);
  });

  test("no answer allows a page to send credentials that the browser has", async () => {
    for (const method of ["OPTIONS", "GET"]) {
      const answer = await said(server(), [`${method} /mcp HTTP/1.1`, "Host: localhost", "Origin: http://localhost:6274", "Access-Control-Request-Method: POST"]);
      assert.match(answer.head, /^access-control-allow-origin: \*\r?$/im);
      assert.doesNotMatch(answer.head, /access-control-allow-credentials|set-cookie/i);
    }
  });
});
