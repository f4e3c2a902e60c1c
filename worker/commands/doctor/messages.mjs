// The messages of MCP that the doctor sends, over both transports.
import { MOST_CHARACTERS, eventReader, reason } from "./probe.mjs";

/** @import { Answer, Probe, Question } from "./probe.mjs" */

/** The revisions of the handshake that today's clients open with. */
export const REVISIONS = ["2025-11-25", "2025-06-18", "2025-03-26"];
const MODERN = "2026-07-28";

const JSON_HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const clientInfo = { name: "remote-mcp-doctor", version: "1" };

/** @param {string} method @param {object} [params] @param {number} [id] none for a notification */
const message = (method, params, id) => ({ jsonrpc: "2.0", ...(id && { id }), method, ...(params && { params }) });

/** @param {string} protocolVersion */
const hello = (protocolVersion) => message("initialize", { protocolVersion, capabilities: {}, clientInfo }, 1);

/** @param {Probe} probe @param {Question} [question] @param {string} [revision] @returns {Promise<Answer>} */
export const initialize = (probe, question = {}, revision = REVISIONS[0]) =>
  probe.ask({ body: hello(revision), ...question, headers: { ...JSON_HEADERS, ...question.headers } });

/** @param {Probe} probe @returns {Promise<Answer>} */
export const discover = (probe) =>
  probe.ask({
    body: message("server/discover", { _meta: { "io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientInfo": clientInfo, "io.modelcontextprotocol/clientCapabilities": {} } }, 1),
    headers: { ...JSON_HEADERS, "mcp-protocol-version": MODERN, "mcp-method": "server/discover" },
    credential: true,
  });

/** A call of a tool that no server has. @param {Probe} probe @returns {Promise<Answer>} */
export const callNothing = (probe) =>
  probe.ask({ body: message("tools/call", { name: "remote-mcp-doctor-no-such-tool", arguments: {} }, 1), headers: JSON_HEADERS });

/** The headers of a session that was begun. @param {Probe} probe */
async function sessionHeaders(probe) {
  const { headers, json } = await initialize(probe, { credential: true });
  const session = headers.get("mcp-session-id");
  return { ...JSON_HEADERS, "mcp-protocol-version": json?.result?.protocolVersion ?? REVISIONS[0], ...(session && { "mcp-session-id": session }) };
}

/** Asks for the stream, as a client does: in the session, if there is one. @param {Probe} probe @returns {Promise<Answer>} */
export async function openStream(probe) {
  const { "content-type": _, ...headers } = await sessionHeaders(probe);
  return probe.ask({ headers: { ...headers, accept: "text/event-stream" }, credential: true, head: true });
}

/** Says that the session has begun. @param {Probe} probe @returns {Promise<Answer>} */
export const initialized = async (probe) => probe.ask({ body: message("notifications/initialized"), headers: await sessionHeaders(probe), credential: true });

/** @param {Probe} probe @param {string} [again] @returns {Promise<Answer>} */
export async function listTools(probe, again) {
  if (await isLegacy(probe)) return legacy(probe, "tools/list");
  await initialized(probe);
  return probe.ask({ body: message("tools/list", {}, 2), headers: await sessionHeaders(probe), credential: true, again });
}

/** Ends the session, as a good guest does. @param {Probe} probe */
export async function leave(probe) {
  const { "mcp-session-id": session, ...headers } = await sessionHeaders(probe);
  if (session) await probe.ask({ method: "DELETE", headers: { ...headers, "mcp-session-id": session }, credential: true });
}

/** Whether the URL is that of the transport of 2024-11-05: no messages are posted to it. @param {Probe} probe @returns {Promise<boolean>} */
export async function isLegacy(probe) {
  const posted = await initialize(probe, { credential: true });
  if (![404, 405].includes(posted.status)) return false;
  const stream = await probe.ask({ headers: { accept: "text/event-stream" }, credential: true, head: true });
  return stream.stream && stream.status === 200;
}

/**
 * One request over HTTP+SSE: the stream says where to post, and brings the response.
 * @param {Probe} probe
 * @param {string} method `initialize` or what comes after it
 * @returns {Promise<Answer>}
 */
export function legacy(probe, method) {
  return probe.known(`legacy ${method}`, async () => {
    const credential = probe.credential && { [probe.credential.name]: probe.credential.value };
    const done = new AbortController(), signal = AbortSignal.any([probe.patience(), done.signal]);
    try {
      const response = await fetch(probe.url, { headers: { accept: "text/event-stream", ...credential }, redirect: "manual", signal });
      const messages = [hello("2024-11-05"), message("notifications/initialized"), message(method, {}, 2)].slice(0, method === "initialize" ? 1 : 3);
      const json = await exchange(response, messages, { ...JSON_HEADERS, ...credential }, probe.url, signal);
      return { failed: json ? "" : "the stream ended without a response", status: response.status, headers: response.headers, text: "", stream: true, json };
    } catch (error) {
      return { failed: reason(error), status: 0, headers: new Headers(), text: "", stream: true, json: undefined };
    } finally {
      done.abort(); // nothing waits for what is still open
    }
  });
}

/** Posts each message once the response to the one before has come. @param {Response} stream @param {any[]} messages @param {Record<string, string>} headers @param {string} url @param {AbortSignal} signal @returns {Promise<any>} the last response */
async function exchange(stream, messages, headers, url, signal) {
  const reader = /** @type {ReadableStream<any>} */ (stream.body).pipeThrough(new TextDecoderStream()).getReader();
  const last = messages.findLast(({ id }) => id).id;
  const take = eventReader();
  let length = 0;
  let endpoint = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return undefined;
    length += value.length;
    if (length > MOST_CHARACTERS) throw new Error("the stream goes on and on without a response");
    for (const { event, data } of take(value)) {
      if (event === "endpoint") endpoint = new URL(data, url).href;
      const response = event === "message" ? JSON.parse(data) : undefined;
      if (response?.id === last) return response;
      // a credential goes nowhere but to the server itself
      if (new URL(endpoint || url).origin !== new URL(url).origin) throw new Error(`the stream's endpoint has a different origin: ${endpoint}`);
      const next = messages.splice(0, event === "endpoint" ? 1 : response ? messages.length : 0);
      for (const each of next) {
        const { status } = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(each), redirect: "manual", signal });
        if (status >= 300) throw new Error(`a message is answered with ${status}`);
      }
    }
  }
}
