// The checker of messages is checked itself: it must find each of these faults.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MessageLog, unchecked } from "./log.mjs";

const content = [{ type: "text", text: "a" }];
const response = (result) => ({ jsonrpc: "2.0", id: 1, result });
const notification = (method, params) => ({ jsonrpc: "2.0", method, params });
const ask = (params) => ({ jsonrpc: "2.0", id: "q", method: "elicitation/create", params });
const error = (id, code, data) => ({ jsonrpc: "2.0", ...(id === undefined ? {} : { id }), error: { code, message: "No", data } });

/** What is found in `message` as an answer to `method`. */
function problems(revision, method, message) {
  const log = new MessageLog();
  const exchange = log.exchange("/mcp", { "mcp-protocol-version": revision }, JSON.stringify({ jsonrpc: "2.0", id: 1, method }));
  exchange.begin({ "content-type": "text/event-stream" });
  exchange.body(`data: ${JSON.stringify(message)}\n\n`);
  assert.equal(Object.keys(log.checked)[0], revision);
  return log.problems;
}

describe("a message that fits is let through", () => {
  /** @type {[string, string, string, object][]} */
  const rows = [
    ["a result", "2025-11-25", "tools/call", response({ content })],
    ["an empty result", "2025-03-26", "ping", response({})],
    ["an error without an id", "2025-06-18", "ping", error(undefined, -32700)],
    ["a question", "2025-11-25", "tools/call", ask({ message: "a", requestedSchema: { type: "object", properties: {} } })],
    ["questions in a result", "2026-07-28", "tools/call", response({ resultType: "input_required", requestState: "a" })],
    ["a notification", "2026-07-28", "tools/call", notification("notifications/progress", { progressToken: 1, progress: 1 })],
  ];
  for (const [name, ...row] of rows) test(`${name}, ${row[0]}`, () => assert.deepEqual(problems(...row), []));
});

describe("a message that does not fit is found", () => {
  /** @type {[string, string, string, object, RegExp][]} */
  const rows = [
    ["a result of another method", "2025-11-25", "tools/call", response({ tools: [] }), /CallToolResult.*'content'/],
    ["content that the revision does not have", "2024-11-05", "tools/call", response({ content: [{ type: "audio", data: "", mimeType: "audio/wav" }] }), /CallToolResult/],
    ["bytes that are not base64", "2025-06-18", "tools/call", response({ content: [{ type: "image", data: "?", mimeType: "a/b" }] }), /format "byte"/],
    ["an id that is null", "2025-11-25", "ping", error(null, -32700), /id must be/],
    ["a response to no request", "2025-11-25", "ping", { ...response({}), id: 2 }, /response to no request/],
    ["a notification that only clients send", "2025-11-25", "ping", notification("notifications/initialized"), /sends no/],
    ["a request in a revision that has none", "2026-07-28", "tools/call", ask({ message: "a", requestedSchema: { type: "object", properties: {} } }), /sends no/],
    ["a question that the revision does not have", "2025-03-26", "tools/call", ask({ message: "a", requestedSchema: { type: "object", properties: {} } }), /sends no/],
    ["a question with a nested schema", "2025-06-18", "tools/call", ask({ message: "a", requestedSchema: { type: "object", properties: { a: { type: "object" } } } }), /ElicitRequest/],
    ["a result without its type", "2026-07-28", "tools/call", response({ content }), /resultType/],
    ["an error without the data that its code has", "2026-07-28", "tools/call", error(1, -32021), /MissingRequiredClientCapabilityError/],
  ];
  for (const [name, ...row] of rows) {
    const [revision, method, message, pattern] = row;
    test(`${name}, ${revision}`, { skip: unchecked(revision) }, () => {
      assert.match(problems(revision, method, message).join("\n"), pattern);
    });
  }
});
