// What the tests of the threats share: a server for the tests of a suite, callers with tokens, and
// requests byte by byte, as no HTTP client would send them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { Raw, call, post } from "../e2e/support/http.mjs";
import { root } from "../e2e/support/program.mjs";
import { startWorkerd } from "../e2e/support/server.mjs";

/** @typedef {import("../e2e/support/server.mjs").Server} Server */

/**
 * A workerd for the tests of the suite that this is called in.
 * @param {Record<string, string>} variables
 * @param {Parameters<typeof startWorkerd>[1]} [options]
 * @returns {() => Server}
 */
export function serving(variables, options) {
  /** @type {Server | undefined} */
  let server;
  before(async () => void (server = await startWorkerd(variables, options)));
  after(() => server?.stop());
  return () => /** @type {Server} */ (server);
}

/** The SHA-256 of a token, in hex digits. @param {string} token */
export const digest = (token) => createHash("sha256").update(token).digest("hex");

/** The variable TOKENS. @param {[name: string, token: string][]} entries */
export const tokensOf = (...entries) => entries.map(([name, token]) => `${name}:${digest(token)}`).join(",");

const tables = ["endpoints.h", "endpoints.c", "page.c", "well_known.c"].map((name) => readFileSync(join(root, "c", name), "utf8")).join("");
const [, wellKnown] = /#define WELL_KNOWN "(.+)"/.exec(tables) ?? [];
const expanded = tables.replaceAll('WELL_KNOWN "', `"${wellKnown}`).replaceAll("WELL_KNOWN", `"${wellKnown}"`);
/** Every path that the server knows, from its own tables. */
export const paths = [...new Set([...expanded.matchAll(/TEXT_INITIALIZER\("(\/[^"]*)"\)/g)].map(([, path]) => path))];

/** The tools that the log says were run by what `use` does, whatever was answered. In a mode in which calls are logged.
 * @param {Server} server
 * @param {string} authorization that is let in: with it `add` is called last, so that its line in the log comes last
 * @param {() => Promise<unknown>} use
 */
export async function toolsRun(server, authorization, use) {
  const from = server.log().length;
  await use();
  await post(`${server.url}/mcp`, call("add", { a: 1, b: 2 }), { authorization });
  await server.program.printed(/"event":"call".*"tool":"add"/, from);
  const tools = [...server.log().slice(from).matchAll(/"event":"call".*"tool":"(\w+)"/g)].map(([, tool]) => tool);
  return tools.slice(0, tools.lastIndexOf("add"));
}

/** @typedef {{ status: number, head: string, body: string }} Said */

/** What the server answers to exactly these bytes: all of it, or the head of a stream that stays open.
 * The status 0 is a connection that ended without an answer.
 * @param {Server} server
 * @param {string[]} lines of the request's head, without the empty one at its end
 * @param {string} [body]
 * @returns {Promise<Said>}
 */
export async function said(server, lines, body = "") {
  const raw = new Raw(server.port);
  await raw.send(`${[...lines, "Connection: close", "", body].join("\r\n")}`);
  const [head] = (await raw.answer(/\r\n\r\n/)).split("\r\n\r\n", 1);
  if (!/^content-type: text\/event-stream/im.test(head)) await raw.closed;
  raw.leave();
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: raw.received.slice(head.length + 4) };
}

/** The lines of a POST, with its length. @param {string} path @param {string} body @param {string[]} headers */
export const posting = (path, body, ...headers) => [`POST ${path} HTTP/1.1`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers];
