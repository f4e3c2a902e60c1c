// What is asked of the servers, and what they must answer.

/**
 * @typedef {object} Workload
 * @property {string} title
 * @property {string} [note] below its table
 * @property {string} method
 * @property {any} params
 * @property {"stateless" | "session" | "2026-07-28"} [era] "stateless", the default: a client of 2025-06-18 that sends no session
 * @property {(result: any) => boolean} check of an answer's result
 * @property {(results: any[]) => boolean} [whole] a check of all pages: they are asked for one after the other, and are one operation
 * @property {string} [kind] of what the servers offer, as bundle() takes it
 * @property {string[]} [servers] those that can be asked this; all, if it is not given
 * @property {string[]} [beside] more servers, only for this
 * @property {boolean} [echoes] the answer is as long as the question
 * @property {number} [users] who take turns
 * @property {string[]} [tokens] their tokens, if they are not just any
 * @property {number} [connections] at once
 * @property {number} [goal] by CPU, of `goalOf`
 * @property {string} [goalOf] a server
 */

export const PROTOCOL = "2025-06-18";
const MODERN = "2026-07-28";

/** The headers of a 2026-07-28 request, which repeat its method and the name of what it is for. @param {Workload} workload */
export const modernHeaders = ({ method, params }) => ({
  "mcp-protocol-version": MODERN,
  "mcp-method": method,
  ...(params.name ? { "mcp-name": params.name } : {}),
});

const clientInfo = { name: "bench", version: "1.0.0" };

/** What a client of 2026-07-28 says with every request. */
export const modernMeta = {
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientInfo": clientInfo,
  "io.modelcontextprotocol/clientCapabilities": {},
};

export const initializeParams = { protocolVersion: PROTOCOL, capabilities: {}, clientInfo };

export const add = { name: "add", arguments: { a: 2, b: 3 } };
export const isFive = (/** @type {any} */ result) => result.content[0].text === "5";

/** Text that JSON escapes: source code, with quotes, backslashes and line ends. @param {number} bytes about so many */
function escapedText(bytes) {
  const line = 'printf("%s\\n", "a \\"quoted\\" word"); // größer\n';
  return line.repeat(Math.ceil(bytes / JSON.stringify(line).length));
}

const MEGABYTE = "The quick brown fox jumps over the lazy dog.\n".repeat(1 << 15).slice(0, 1 << 20);

/** What is counted in a second. @param {Workload} workload */
export function unitOf({ echoes, whole }) {
  if (echoes) return "MB/s";
  return whole ? "lists/s" : "req/s";
}

/** The workloads of `npm run bench`, in the order of the table. @type {Record<string, Workload>} */
export const workloads = {
  modern: {
    title: "tools/call, 2026-07-28",
    era: "2026-07-28",
    method: "tools/call",
    params: add,
    check: (result) => isFive(result) && result.resultType === "complete",
    servers: ["ours", "floor", "durable", "sdk"],
    goal: 0.95,
    goalOf: "floor",
  },
  session: {
    title: "tools/call in a session, 2025-06-18",
    note: "mcp-lite and @modelcontextprotocol/server keep no session: they answer a call that shows none.",
    era: "session",
    method: "tools/call",
    params: add,
    check: isFive,
    goal: 0.95,
    goalOf: "floor",
  },
  initialize: {
    title: "initialize",
    method: "initialize",
    params: initializeParams,
    check: (result) => result.protocolVersion === PROTOCOL,
    goal: 0.95,
    goalOf: "floor",
  },
  list: {
    title: "tools/list, 2 tools",
    method: "tools/list",
    params: {},
    check: (result) => result.tools.length === 2,
    goal: 0.95,
    goalOf: "floor",
  },
  longList: {
    title: "tools/list, 1,000 tools, all pages",
    note: "Times and bytes are of a whole list: this server gives it in ten pages, each for a request, the floor in the same ten, the others in one answer.",
    method: "tools/list",
    params: {},
    kind: "1000",
    users: 4,
    connections: 4,
    check: (result) => result.tools.length > 0,
    whole: (results) => new Set(results.flatMap(({ tools }) => tools.map((/** @type {any} */ { name }) => name))).size === 1000,
    // the goal is that it grows with the bytes and no faster: measures/growth.mjs
  },
  many: {
    title: "tools/call, 1,000 tools",
    method: "tools/call",
    params: add,
    kind: "1000",
    beside: ["few"],
    check: isFive,
    goal: 0.98,
    goalOf: "few",
  },
  meta: {
    title: "tools/call, 1.6 MB in _meta",
    method: "tools/call",
    params: { ...add, _meta: { "example.com/source": escapedText(1_600_000) } },
    users: 4,
    connections: 4,
    check: isFive,
    goal: 1.2,
    goalOf: "floor",
  },
  echo: {
    title: "echo of 1 MiB",
    method: "tools/call",
    params: { name: "echo", arguments: { text: MEGABYTE } },
    kind: "echo",
    echoes: true,
    users: 4,
    connections: 4,
    check: (result) => result.content[0].text === MEGABYTE,
    goal: 0.8,
    goalOf: "floor",
  },
};
