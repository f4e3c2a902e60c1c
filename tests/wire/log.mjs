// Follows what a server says, finds the revision that each message must fit and the request that it
// answers, and keeps what does not fit.
import { Checker } from "./checker.mjs";
import { schemas } from "./schemas.mjs";

const { schemas: all, missing } = await schemas();
const newest = "2026-07-28";

export const revisions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

/** Why a revision's messages cannot be checked here; false if they can. @param {string} revision */
export const unchecked = (revision) => !all[revision] && missing;

/** @param {string} text @returns {any[]} the messages in a body, a batch or a single one */
function messagesIn(text) {
  try {
    return [JSON.parse(text)].flat().filter((each) => each !== null && typeof each === "object");
  } catch {
    return [];
  }
}

/** One server's messages. */
export class MessageLog {
  /** @type {string[]} */
  problems = [];
  /** @type {Record<string, Record<string, number>>} revision and method (of the message, or of the request that it answers): how many were checked */
  checked = {};
  /** @type {Map<string, Checker>} */
  #checkers = new Map(Object.entries(all).map(([revision, schema]) => [revision, new Checker(schema)]));
  /** @type {Map<string, string>} a session and the revision that it agreed on */
  #agreed = new Map();
  /** @type {Map<string, string>} a session and an id, and the method of that request */
  #asked = new Map();

  /**
   * A request comes; returns the exchange, which is to be told of its response.
   * @param {string} url
   * @param {Record<string, any>} headers
   * @param {string} body
   */
  exchange(url, headers, body) {
    const own = new Exchange(this, /^(https?:\/\/[^/]*)?\/sse\b/.test(url), headers, messagesIn(body));
    own.session = /\bsessionId=([^&]+)/.exec(url)?.[1] ?? headers["mcp-session-id"] ?? "";
    for (const { id, method } of own.messages) if (own.session && method) this.#asked.set(`${own.session} ${JSON.stringify(id)}`, method);
    return own;
  }

  /** @param {Exchange} exchange @param {any} message */
  note(exchange, message) {
    const isResponse = "result" in message;
    const key = JSON.stringify(message.id);
    const method = isResponse
      ? (exchange.messages.find(({ id }) => JSON.stringify(id) === key)?.method ?? this.#asked.get(`${exchange.session} ${key}`))
      : message.method;
    if (method === "initialize" && message.result?.protocolVersion) {
      exchange.agreed = message.result.protocolVersion;
      if (exchange.session) this.#agreed.set(exchange.session, exchange.agreed);
    }
    const revision = this.#revision(exchange);
    const counts = (this.checked[revision] ??= {});
    const what = method ?? "error";
    counts[what] = (counts[what] ?? 0) + 1;
    for (const problem of this.#checkers.get(revision)?.problems(message, method) ?? []) {
      this.problems.push(`${revision} ${what}: ${problem}: ${JSON.stringify(message).slice(0, 500)}`);
    }
  }

  /** What does not fit in that revision. @param {string} revision @returns {string[]} */
  problemsOf(revision) {
    return this.problems.filter((each) => each.startsWith(`${revision} `));
  }

  /** @param {Exchange} exchange */
  #revision({ agreed, session, isSse, headers, messages }) {
    const said = messages[0]?.params?.["_meta"]?.["io.modelcontextprotocol/protocolVersion"] ?? headers["mcp-protocol-version"];
    const revision = agreed || (said ?? this.#agreed.get(session) ?? (isSse ? "2024-11-05" : "2025-03-26"));
    // an unknown one is refused with an error of the newest
    return revisions.includes(revision) ? revision : newest;
  }
}

/** One HTTP request, and what comes back. */
class Exchange {
  session = "";
  agreed = "";
  isStream = false;
  #rest = "";

  /** @param {MessageLog} log @param {boolean} isSse @param {Record<string, any>} headers @param {any[]} messages */
  constructor(log, isSse, headers, messages) {
    this.log = log;
    this.isSse = isSse;
    this.headers = headers;
    this.messages = messages;
  }

  /** The response's head came. @param {Record<string, any>} headers */
  begin(headers) {
    this.session ||= headers["mcp-session-id"] ?? "";
    this.isStream = headers["content-type"] === "text/event-stream";
  }

  /** A piece of its body came. @param {string} text */
  body(text) {
    if (this.isStream) this.events(text);
    else this.#rest += text;
  }

  end() {
    if (!this.isStream) this.#json(this.#rest);
  }

  /** @param {string} text */
  #json(text) {
    for (const message of messagesIn(text)) if ("jsonrpc" in message) this.log.note(this, message);
  }

  /** A piece of an event stream. @param {string} text */
  events(text) {
    const parts = (this.#rest + text).split("\n\n");
    this.#rest = /** @type {string} */ (parts.pop());
    for (const part of parts) {
      const data = [...part.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join("\n");
      const [, session] = /^event: ?endpoint$/m.test(part) ? (/sessionId=([^&\s]+)/.exec(data) ?? []) : [];
      if (session) this.session = session;
      else this.#json(data);
    }
  }
}
