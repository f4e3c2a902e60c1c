// Checks of the protocol itself, and of what browsers and proxies do to it.
import { fail, NEEDS_CREDENTIAL, none, pass, skip, warn } from "./check.mjs";
import { said } from "./checks-connection.mjs";
import { canTalk, handshake, isIn, resourceMetadata } from "./facts.mjs";
import { REVISIONS, discover, initialize, initialized, isLegacy, listTools, openStream } from "./messages.mjs";

/** @import { Check, Outcome } from "./check.mjs" */
/** @import { Client } from "./clients.mjs" */
/** @import { Answer, Probe } from "./probe.mjs" */

/** What a page sends, and what it must be able to read. */
const SENT = ["Authorization", "Content-Type", "Accept", "Mcp-Session-Id", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Last-Event-ID"];
const READ = ["WWW-Authenticate", "Mcp-Session-Id", "MCP-Protocol-Version", "Retry-After"];
/** Where the Inspector's page is. */
const PAGE = "http://localhost:6274";

/** Runs a check only for whoever is let in. @param {(probe: Probe, client: Client) => Promise<Outcome>} run @returns {Check["run"]} */
const whenIn = (run) => async (probe, client) => {
  if (!(await canTalk(probe))) return NEEDS_CREDENTIAL;
  return (await isIn(probe)) || (await handshake(probe)).status !== 401 ? run(probe, client) : skip("not tried: the credential is refused");
};

/** @param {string | null} list @param {string[]} needed @returns {string[]} those that are not in the list */
function lacking(list, needed) {
  const has = new Set((list ?? "").toLowerCase().split(/\s*,\s*/));
  // `*` does not stand for Authorization (Fetch, section 3.3.4)
  return needed.filter((name) => !has.has(name.toLowerCase()) && !(has.has("*") && name !== "Authorization"));
}

/** @param {Answer} answer */
const letsPageRead = ({ headers }) => ["*", PAGE].includes(headers.get("access-control-allow-origin") ?? "");

/** @type {Check} */
export const preflight = {
  title: "a page in a browser may send requests (CORS preflight)",
  async run(probe) {
    const answer = await probe.ask({
      method: "OPTIONS",
      headers: { origin: PAGE, "access-control-request-method": "POST", "access-control-request-headers": SENT.join(",").toLowerCase() },
    });
    const { status, headers } = answer;
    if (status < 200 || status > 299) return fail(`the preflight gets ${answer.failed || status}${said(probe, answer)}`, "Answer OPTIONS with 204 and the CORS headers, before you ask for a credential: a preflight has none.");
    if (!letsPageRead(answer)) return fail(`Access-Control-Allow-Origin is ${headers.get("access-control-allow-origin") ?? "missing"}`, "Set it to * or the page's origin: the credential is a header, not a cookie.");
    const unsendable = lacking(headers.get("access-control-allow-headers"), SENT);
    if (unsendable.length) return fail(`Access-Control-Allow-Headers lacks ${unsendable.join(", ")}`, "Add them.");
    const methods = lacking(headers.get("access-control-allow-methods"), ["GET"]);
    return methods.length ? warn("Access-Control-Allow-Methods lacks GET", "Add GET, POST and DELETE.") : pass();
  },
};

/** @type {Check} */
export const exposed = {
  title: "a page in a browser may read the answers (CORS headers)",
  async run(probe) {
    const answers = [await initialize(probe, { headers: { origin: PAGE } }), ...((await canTalk(probe)) ? [await initialize(probe, { headers: { origin: PAGE }, credential: true })] : [])];
    for (const answer of answers) {
      if (!letsPageRead(answer)) return fail(`the answer (${answer.failed || answer.status}) has no Access-Control-Allow-Origin for the page${said(probe, answer)}: browsers look for it on the answer, not only on the preflight`, "Send the CORS headers with every answer, including errors.");
      const unreadable = lacking(answer.headers.get("access-control-expose-headers"), READ.slice(0, 3));
      if (unreadable.length) return fail(`Access-Control-Expose-Headers lacks ${unreadable.join(", ")} on the answer (${answer.status})`, "Add them to the answers themselves.");
    }
    const document = await resourceMetadata(probe);
    if (document && !letsPageRead(await probe.ask({ url: document.url, headers: { origin: PAGE } }))) return fail(`${document.url} has no Access-Control-Allow-Origin`, "Send it there, too; * is enough.");
    return pass();
  },
};

/** @type {Check} */
export const modernFirst = {
  title: "server/discover is answered or cleanly refused",
  run: whenIn(async (probe) => {
    if (await isLegacy(probe)) return none("the transport of 2024-11-05 has none");
    const answer = await discover(probe);
    const { json, status, failed } = answer;
    if (Array.isArray(json?.result?.supportedVersions)) return pass(json.result.supportedVersions.join(", "));
    if (failed || status >= 500 || status === 401 || status === 403) return fail(`it gets ${failed || status}${said(probe, answer)}: the client asks this before it falls back to initialize`, "Answer an unknown method with the JSON-RPC error -32601, or 400.");
    return pass(`unknown here (${json?.error?.code ?? status}), so the client goes on with initialize`);
  }),
};

/** @type {Check} */
export const revisions = {
  title: "initialize",
  run: whenIn(async (probe, { sse }) => {
    if (await isLegacy(probe)) {
      if (!sse) return fail("this URL is for HTTP+SSE, the transport of 2024-11-05, which this client does not speak", "Give it the URL for Streamable HTTP: most servers have it at /mcp.");
      const answer = await handshake(probe);
      return answer.json?.result ? pass(`${answer.json.result.protocolVersion}, over HTTP+SSE`) : fail(`over HTTP+SSE it gets ${answer.failed || answer.status}${said(probe, answer)}`, "Send the event 'endpoint' on the stream, and then the response.");
    }
    const agreed = [];
    for (const revision of REVISIONS) {
      const answer = await initialize(probe, { credential: true }, revision);
      const version = answer.json?.result?.protocolVersion;
      if (!/^\d{4}-\d\d-\d\d$/.test(version)) return fail(`initialize in ${revision} gets ${answer.failed || answer.status}${said(probe, answer)}`, "Answer with the revision that was asked for, or with the newest that you know, but never with an error.");
      agreed.push(version);
    }
    return pass([...new Set(agreed)].join(", "));
  }),
};

/** @type {Check} */
export const session = {
  title: "the session continues",
  run: whenIn(async (probe) => {
    if (await isLegacy(probe)) return none("it is the stream");
    const id = (await initialize(probe, { credential: true })).headers.get("mcp-session-id");
    const answer = await initialized(probe);
    if (answer.status !== 202) return (answer.status === 200 || answer.status === 204 ? warn : fail)(`notifications/initialized gets ${answer.failed || answer.status}${said(probe, answer)}`, "Answer a notification with 202 and no body.");
    return pass(id ? "with an id" : "without an id");
  }),
};

/** @type {Check} */
export const tools = {
  title: "tools/list",
  run: whenIn(async (probe) => {
    const { result } = (await handshake(probe)).json ?? {};
    if (result && !result.capabilities?.tools) return warn("the server does not declare the capability tools, so clients do not ask for any", "If it has tools, declare them in the result of initialize.");
    const answer = await listTools(probe);
    const list = answer.json?.result?.tools;
    if (!Array.isArray(list)) return fail(`it gets ${answer.failed || answer.status}${said(probe, answer)}`, "Answer with result.tools; if the token may see no tools, with an empty list.");
    const nameless = list.findIndex((tool) => typeof tool?.name !== "string");
    if (nameless >= 0) return fail(`the tool ${JSON.stringify(list[nameless]).slice(0, 60)} has no name, so clients refuse the list`, "Give it one.");
    const names = list.map(({ name }) => name);
    const odd = names.find((name) => !/^[\w-]{1,64}$/.test(name));
    if (odd) return warn(`the name ${JSON.stringify(odd)} is not made of 1 to 64 letters, digits, _ and -, and some model APIs refuse it`, "Rename it.");
    const untyped = list.find(({ inputSchema }) => inputSchema?.type !== "object");
    if (untyped) return fail(`the inputSchema of ${untyped.name} is not of type object, so clients refuse the list`, 'Make it at least {"type":"object"}.');
    const again = (await listTools(probe, "again")).json?.result?.tools;
    if (!Array.isArray(again)) return fail("the second time there is no list", "Answer each time alike.");
    if (JSON.stringify(again.map((tool) => tool?.name)) !== JSON.stringify(names)) return warn("the order changes from one call to the next, which loses prompt caches each time", "Sort the list.");
    return pass(`${names.length} ${names.length === 1 ? "tool" : "tools"}`);
  }),
};

/** @type {Check} */
export const streams = {
  title: "streams are not held back",
  run: whenIn(async (probe) => {
    const { stream, headers } = await openStream(probe);
    if (!stream) return none("GET gives no stream");
    if (headers.has("content-length")) return fail("the stream has a Content-Length: clients take it for complete after that many bytes", "Leave it out.");
    if (headers.has("content-encoding")) return warn(`the stream is compressed (${headers.get("content-encoding")}): events wait in the compressor`, "Send Cache-Control: no-transform, and do not compress streams.");
    const control = headers.get("cache-control") ?? "";
    if (!/no-cache|no-store/.test(control)) return warn("the stream has no Cache-Control: no-cache, so a proxy may hold it back", "Send Cache-Control: no-cache, no-transform, and a comment every 25 seconds, so that nothing takes the stream for dead.");
    return /no-transform/.test(control) ? pass() : warn("Cache-Control lacks no-transform, so a proxy may compress the stream and hold it back", "Send Cache-Control: no-cache, no-transform.");
  }),
};
