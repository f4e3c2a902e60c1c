// The clients, and what each does to connect, in its order: clients that are not here do the same as
// one that is.
import * as connection from "./checks-connection.mjs";
import * as oauth from "./checks-oauth.mjs";
import * as protocol from "./checks-protocol.mjs";

/** @import { Check } from "./check.mjs" */
/**
 * @typedef {object} Client
 * @property {string} name for --client
 * @property {string} title
 * @property {boolean} [cloud] whether it connects from its maker's cloud
 * @property {"any" | string[]} staticHeaders in which headers it sends a key that it was given
 * @property {boolean} documents whether it has a Client ID Metadata Document
 * @property {boolean} sse whether it speaks HTTP+SSE, too
 * @property {Check[]} checks
 */

const { address, reachable, botBlocking, slash, refusal, wellKnown, getAnswer } = connection;
const { wayIn, resource, issuer, pkce, registration, unknownClient } = oauth;
const { preflight, exposed, modernFirst, revisions, session, tools, streams } = protocol;

const login = [wayIn, resource, issuer, pkce, registration];

/** @type {Client[]} */
export const clients = [
  {
    name: "claude", title: "Claude Desktop and claude.ai (a custom connector)", cloud: true,
    staticHeaders: ["authorization", "x-api-key", "x-auth-token"], documents: true, sse: true,
    checks: [address, reachable, botBlocking, refusal, wellKnown, ...login, unknownClient, revisions, session, tools, getAnswer, slash],
  },
  {
    name: "claude-code", title: "Claude Code", staticHeaders: "any", documents: true, sse: true,
    checks: [reachable, wellKnown, refusal, ...login, modernFirst, revisions, session, getAnswer, streams, tools],
  },
  {
    name: "chatgpt", title: "ChatGPT", cloud: true, staticHeaders: [], documents: true, sse: true,
    checks: [address, reachable, refusal, ...login, revisions, session, tools],
  },
  {
    name: "vscode", title: "VS Code", staticHeaders: "any", documents: true, sse: true,
    checks: [reachable, wellKnown, refusal, ...login, revisions, session, getAnswer, tools],
  },
  {
    name: "cursor", title: "Cursor", staticHeaders: "any", documents: false, sse: true,
    checks: [reachable, refusal, ...login, revisions, session, getAnswer, tools],
  },
  {
    name: "codex", title: "Codex", staticHeaders: "any", documents: false, sse: false,
    checks: [reachable, wellKnown, refusal, ...login, revisions, session, tools],
  },
  {
    name: "mcp-remote", title: "mcp-remote (for clients that can only start programs)", staticHeaders: "any", documents: true, sse: true,
    checks: [reachable, refusal, ...login, revisions, session, getAnswer, streams, tools],
  },
  {
    name: "inspector", title: "MCP Inspector, in the browser", staticHeaders: "any", documents: true, sse: true,
    checks: [reachable, preflight, exposed, refusal, ...login, revisions, session, getAnswer, streams, tools],
  },
];
