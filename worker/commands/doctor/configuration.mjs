// What to write where, for each client: ready to be pasted, with a placeholder for the key.

import { isLocal } from "./facts.mjs";

/** @import { Header } from "./probe.mjs" */
/**
 * @typedef {object} Target
 * @property {string} name the server's, in the client's list
 * @property {string} url
 * @property {string} header the name of the one that carries a key; "" if none is needed
 * @property {string} value its value: a placeholder
 * @property {boolean} sse whether the URL is that of HTTP+SSE
 */
/** @typedef {{ where: string, text: string }} Recipe */

/** JSON with each list of words on one line. @param {any} value */
const json = (value) => JSON.stringify(value, null, 2).replace(/\[\s+("[^[\]]*")\s+\]/g, (_all, /** @type {string} */ words) => `[${words.replace(/,\s+/g, ", ")}]`);

/** The header as an object, if there is one. @param {Target} target @param {string} key what the client fills in */
const headers = ({ header, value }, key) => (header ? { headers: { [header]: value.replace(/\S+$/, () => key) } } : {});

/**
 * mcp-remote in a client's list. A space in `args` is mangled on Windows, so the value is in `env`,
 * inside the server's own entry; and there `npx` is not a program but a script, which cmd runs.
 * @param {Target} target
 * @param {boolean} windows
 */
function mcpRemote({ name, url, header, value, sse }, windows) {
  const args = ["-y", "mcp-remote", url, ...(sse ? ["--transport", "sse-only"] : []), ...(header ? ["--header", `${header}:\${MCP_HEADER}`] : [])];
  if (url.startsWith("http:") && !isLocal(url)) args.push("--allow-http");
  const run = windows ? { command: "cmd", args: ["/c", "npx", ...args] } : { command: "npx", args };
  return json({ mcpServers: { [name]: { ...run, ...(header && { env: { MCP_HEADER: value } }) } } });
}

/** Where a client takes the key from, as the end of a heading. @param {Target} target */
const fromEnvironment = ({ header }) => (header ? ", with the key in the environment variable MCP_KEY" : "");

/** A word for a POSIX shell, and for cmd and PowerShell. @param {string} text */
const word = (text) => (/^[\w:/.=-]+$/.test(text) ? text : `"${text}"`);

/** @type {Record<string, (target: Target) => Recipe[]>} */
export const configurations = {
  claude: (target) => [
    {
      where: "claude.ai and Claude Desktop: Settings > Connectors > Add custom connector",
      text: `Name: ${target.name}\nURL:  ${target.url}${target.header ? `\nHeader, if it offers request headers: ${target.header}: ${target.value}` : ""}`,
    },
  ],

  "claude-code": ({ name, url, header, value, sse }) => [
    {
      where: "In a terminal, on any system",
      text: `claude mcp add --transport ${sse ? "sse" : "http"} ${name} ${word(url)}${header && ` --header "${header}: ${value}"`}`,
    },
  ],

  chatgpt: ({ name, url, header }) => [
    {
      where: "Settings > Connectors, in developer mode: Create",
      text: `Name: ${name}\nMCP server URL: ${url}\nAuthentication: ${header ? "OAuth (it takes no key)" : "OAuth if the server asks for a login, otherwise none"}`,
    },
  ],

  vscode: (target) => [
    {
      where: ".vscode/mcp.json in the project, on any system",
      text: json({
        ...(target.header && { inputs: [{ type: "promptString", id: "mcp-key", description: `${target.header} for ${target.name}`, password: true }] }),
        servers: { [target.name]: { type: target.sse ? "sse" : "http", url: target.url, ...headers(target, "${input:mcp-key}") } },
      }),
    },
  ],

  cursor: (target) => [
    { where: `~/.cursor/mcp.json, or .cursor/mcp.json in the project${fromEnvironment(target)}`, text: json({ mcpServers: { [target.name]: { url: target.url, ...headers(target, "${env:MCP_KEY}") } } }) },
  ],

  codex(target) {
    const { name, url, header, value } = target;
    const bearer = header === "Authorization" && value.startsWith("Bearer ");
    const key = bearer ? 'bearer_token_env_var = "MCP_KEY"' : `env_http_headers = { ${JSON.stringify(header)} = "MCP_KEY" }`;
    return [{ where: `~/.codex/config.toml${fromEnvironment(target)}`, text: `[mcp_servers.${JSON.stringify(name)}]\nurl = ${JSON.stringify(url)}${header ? `\n${key}` : ""}` }];
  },

  "mcp-remote": (target) => [
    { where: "In the client's list of servers, on macOS and Linux (Claude Desktop on macOS: ~/Library/Application Support/Claude/claude_desktop_config.json)", text: mcpRemote(target, false) },
    { where: "The same on Windows (Claude Desktop: %APPDATA%\\Claude\\claude_desktop_config.json)", text: mcpRemote(target, true) },
  ],

  inspector: ({ url, header, value, sse }) => [
    { where: "In a terminal; then switch the server on in the browser", text: `npx @modelcontextprotocol/inspector --server-url ${word(url)} --transport ${sse ? "sse" : "http"}${header && ` --header "${header}: ${value}"`}` },
  ],
};

/** @param {string} url @returns {string} a name for the server in lists */
export const nameOf = (url) => /^[\w-]*[a-z][\w-]*/i.exec(new URL(url).hostname)?.[0] ?? "server";

/** What stands for the credential in what is printed. @param {Header} header */
export function placeholder({ name, value }) {
  const scheme = /^(Bearer|Basic|Token) /i.exec(value)?.[0] ?? "";
  return { header: name.toLowerCase() === "authorization" ? "Authorization" : name, value: `${scheme}YOUR_KEY` };
}
