// Streams that a test breaks and resumes, of the fixture's tools on a bare workerd.
import http from "node:http";
import { once } from "node:events";
import { after, before } from "node:test";
import { call, credential, hello, message, post } from "./http.mjs";
import { startWorkerd } from "./server.mjs";

export const MIB = 1 << 20;
/** @typedef {{ id: string, retry: string, data: any }} Event */

/** @type {import("./server.mjs").Server} */
export let server;
/** Starts the server for a file's tests. @param {() => void} [begun] what begins with it: hooks of a file do not wait for each other */
export function served(begun = () => {}) {
  before(async () => {
    server = await startWorkerd({ AUTH_MODE: "any", AUDIT: "on", MAX_BODY_BYTES: String(16 * MIB) }, { fixture: true });
    begun();
  });
  after(() => server?.stop());
}

/** The headers of a new session's requests. @param {string} [version] @param {string} [authorization] */
export async function session(version = "2025-11-25", authorization = credential) {
  const parameters = { ...hello(version), capabilities: { elicitation: {} } };
  const begun = await post(`${server.url}/mcp`, message("initialize", parameters), { authorization });
  return { authorization, "mcp-session-id": begun.headers.get("mcp-session-id") ?? "", "mcp-protocol-version": version };
}

/** A call that counts, and reports each number. @param {Record<string, any>} args */
export function counting(args) {
  const counts = call("count", args);
  return { ...counts, params: { ...counts.params, _meta: { progressToken: "p" } } };
}

/** The complete events in `text`. @param {string} text @returns {Event[]} */
export function eventsIn(text) {
  const blocks = text.split("\n\n").slice(0, -1).filter((block) => !block.startsWith(":"));
  return blocks.map((block) => {
    const field = (/** @type {string} */ name) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1] ?? "";
    return { id: field("id"), retry: field("retry"), data: field("data") && JSON.parse(field("data")) };
  });
}

/** What a client is told: a number for each report, else the message. @param {Event[]} events */
export const told = (events) => events.filter(({ data }) => data).map(({ data }) => data.params?.progress ?? data.result?.content?.[0].text ?? data);

/** One connection, given up once `enough` says how much of what came was seen: nothing later counts.
 * @param {Record<string, string>} headers
 * @param {any} body a message to post; undefined: GET
 * @param {(text: string) => number} [enough] how much of it was seen; less than 0: go on
 */
export async function connection(headers, body, enough = () => -1) {
  const request = http.request(`${server.url}/mcp`, {
    agent: false, method: body ? "POST" : "GET",
    headers: { "content-type": "application/json", accept: body ? "application/json, text/event-stream" : "text/event-stream", ...headers },
  });
  request.on("error", () => {});
  request.end(body && JSON.stringify(body));
  const [response] = await once(request, "response");
  let text = "", seen = -1;
  response.setEncoding("utf8");
  response.on("error", () => {});
  response.on("data", (piece) => {
    text += piece;
    if (seen < 0) seen = enough(text);
    if (seen >= 0) response.socket.resetAndDestroy();
  });
  await new Promise((resolve) => response.on("close", resolve));
  const events = eventsIn(seen < 0 ? text : text.slice(0, seen));
  return { status: response.statusCode, text, events };
}

/** Where the event number `count` ends; less than 0 if it has not come. @param {number} count */
export const afterEvents = (count) => (/** @type {string} */ text) => {
  let end = 0;
  for (let i = 0; i < count; i++) {
    end = text.indexOf("\n\n", end) + 2;
    if (end < 2) return -1;
  }
  return end;
};

/** @param {number} bytes */
export const afterBytes = (bytes) => (/** @type {string} */ text) => (text.length >= bytes ? bytes : -1);

/** What comes after the last of `events`, as far as `enough` lets it. @param {any} headers @param {Event[]} events @param {any} [enough] */
export const rest = (headers, events, enough) => connection({ ...headers, "last-event-id": events.at(-1)?.id ?? "" }, undefined, enough);

/** After how many pieces the mailbox looks whether too much is kept. @param {Event[]} events */
export const piecesUntilLook = ([{ id }]) => 256 - (Number(/\d+$/.exec(id)) % 256);

/** How many calls have ended. */
export const ended = () => server.log().split('"outcome":"ok"').length;
