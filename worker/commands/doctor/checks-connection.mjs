// Checks of the way to the server: its address, what is in front of it, and how it refuses.
import { fail, pass, skip, warn } from "./check.mjs";
import { anonymous, challenge, isLocal, isOpen, resourcePlaces } from "./facts.mjs";
import { callNothing, initialize, openStream } from "./messages.mjs";

/** @import { Check } from "./check.mjs" */
/** @import { Answer, Probe } from "./probe.mjs" */

/** What Anthropic's servers call themselves. */
const CLAUDE_USER = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)";
/** Words of an answer that is a refusal, whatever its status says. */
const REFUSAL = /unauthori[sz]ed|not authori[sz]ed|unauthenticated|authenticat|forbidden|credential|access denied|token (?:is )?(?:missing|required|invalid|expired)|(?:missing|invalid|expired) (?:bearer )?token|log ?in/i;

/** What the server itself says is wrong: what is secret is hidden before it is cut short, or half a secret could be left. @param {Probe} probe @param {Answer} answer */
export function said(probe, { json, text }) {
  const words = [json?.error_description, json?.error?.message, json?.message, json?.error].find((each) => each && typeof each === "string");
  return words ? `: "${probe.hide(words).slice(0, 300)}"` : text && !/^\s*</.test(text) ? `: "${probe.hide(text.trim()).slice(0, 120)}"` : "";
}

/** @type {Check} */
export const address = {
  title: "https, on port 443",
  async run({ url }) {
    const { protocol, port } = new URL(url);
    if (isLocal(url)) return fail("this client runs in the cloud and cannot reach a server on this machine", "Deploy the server, or put a tunnel with a public https URL in front of it.");
    if (protocol !== "https:") return fail("the URL is not https", "Serve it over https, and use the https URL.");
    return port ? fail(`it is on port ${port}, and the client reaches only port 443 from its cloud`, "Serve it on port 443.") : pass();
  },
};

/** @param {Answer} answer */
const isPage = ({ headers }) => /^text\/html\b/i.test(headers.get("content-type") ?? "");

/** How a connection fails whose certificate is not good, or that does not speak TLS at all. */
const INSECURE = /^(?:\w*CERT|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL|EPROTO)/;

/** @type {Check} */
export const reachable = {
  title: "answers at this URL",
  async run(probe) {
    const answer = await initialize(probe);
    const { failed, status, headers } = answer;
    if (INSECURE.test(failed)) return fail(`no secure connection can be made (${failed})`, "Serve a certificate that is for this name and has not expired, and with it those in between: many clients do not fetch them. If there is no TLS at this port, use the http URL.");
    if (failed) return fail(`nothing answers there (${failed})`, "Check the URL, that the server is running, and that its name resolves from here.");
    if (status >= 300 && status < 400) {
      return fail(`it redirects (${status}) to ${headers.get("location") ?? "nowhere"}; a client that follows loses its credential, and its POST may become a GET`, "Give clients the URL that answers without a redirect.");
    }
    if (status >= 500) return fail(`it answers ${status}${said(probe, answer)}`, "Look in the server's log. One possible cause is that the server is not configured yet.");
    if (isPage(answer) && ![401, 404, 405].includes(status)) {
      return fail(`it answers ${status} with a web page, which no MCP server does: there is none at this path, or something in front of it (a bot check, a firewall) answered instead`, "Check the path: most servers are at /mcp. If it is right, let this path through whatever is in front of the server.");
    }
    const stream = [404, 405].includes(status) && (await probe.ask({ headers: { accept: "text/event-stream" }, head: true }));
    if (stream && !stream.stream && ![401, 403].includes(stream.status)) {
      return fail(`it answers ${status} to a message, and ${stream.status} to a request for a stream: there is no MCP server at this path`, "Check the path: most servers are at /mcp, older ones at /sse.");
    }
    return pass(`${status}`);
  },
};

/** @type {Check} */
export const botBlocking = {
  title: "the user agent Claude-User gets through",
  async run(probe) {
    const [neutral, claude] = [await initialize(probe), await initialize(probe, { headers: { "user-agent": CLAUDE_USER } })];
    if (neutral.failed || claude.status === neutral.status) return pass(`${claude.status}, as for others`);
    return fail(
      `it gets ${claude.failed || claude.status}, others get ${neutral.status}: something in front of the server blocks it, and the server never sees it`,
      'Let it through: on Cloudflare, turn off "Block AI bots" and Bot Fight Mode for this host, or add a rule that skips them where the user agent contains Claude-User.',
    );
  },
};

/** @type {Check} */
export const slash = {
  title: "the same with and without a trailing slash",
  async run(probe) {
    const url = new URL(probe.url);
    url.pathname = url.pathname.endsWith("/") ? url.pathname.replace(/\/+$/, "") : `${url.pathname}/`;
    const [given, other] = [await initialize(probe), await initialize(probe, { url: url.href })];
    if (given.status === other.status || new URL(probe.url).pathname === "/") return pass();
    const what = other.status >= 300 && other.status < 400 ? "a redirect, which loses credentials" : other.failed || other.status;
    return warn(`${url.pathname} gives ${what}; ${new URL(probe.url).pathname} gives ${given.status}`, "Serve both alike: people and clients add and drop the slash.");
  },
};

/** Whether it is a refusal that pretends to be a success. @param {Answer} answer */
const isHiddenRefusal = ({ status, json }) => status === 200 && REFUSAL.test(JSON.stringify(json?.result?.isError ? json.result : (json?.error ?? "")));

/** @param {Probe} probe */
async function checkBadToken(probe) {
  const authorization = "Bearer remote-mcp-doctor-knows-no-token";
  const posted = await initialize(probe, { headers: { authorization } });
  const bad = [404, 405].includes(posted.status) ? await probe.ask({ headers: { authorization, accept: "text/event-stream" }, head: true }) : posted;
  if (isHiddenRefusal(bad)) return fail(`a wrong token is refused with 200${said(probe, bad)}`, "Answer 401: only then do clients log in again.");
  if (bad.status === 200) return pass("401 without a token; any token is accepted");
  if (bad.status !== 401) return fail(`a wrong token gets ${bad.failed || bad.status}${said(probe, bad)}; only on 401 does a client get a new one`, 'Answer 401 with error="invalid_token".');
  const header = bad.headers.get("www-authenticate") ?? "";
  if (!/error="invalid_token"/.test(header)) return warn("the challenge for a wrong token does not say why", 'Add error="invalid_token" to WWW-Authenticate (RFC 6750, section 3.1).');
  if (bad === posted && !bad.text.trim()) return warn("the 401 has no body, and without one Cursor hides the cause", "Say what is wrong in one sentence in the body.");
  return pass('401; a wrong token gets error="invalid_token"');
}

/** @type {Check} */
export const refusal = {
  title: "a missing or wrong credential gets 401",
  async run(probe) {
    const answer = await anonymous(probe);
    const { status } = answer;
    if (isHiddenRefusal(answer) || isHiddenRefusal(await callNothing(probe))) {
      return fail("it refuses with status 200 and an error inside: to a client, that is an answer, so it never logs in", "Answer 401 with WWW-Authenticate, before you look at the message.");
    }
    if (await isOpen(probe)) return pass("open: no credential is asked for");
    if (status !== 401) return fail(`without a credential it answers ${answer.failed || status}${said(probe, answer)}; only 401 makes a client log in`, "Answer 401 with WWW-Authenticate: Bearer.");
    const { header, isBearer, error } = await challenge(probe);
    if (!isBearer) return fail(`the 401 ${header ? "names a scheme other than Bearer" : "has no WWW-Authenticate"}, so a client does not learn how to log in`, "Add WWW-Authenticate: Bearer (RFC 6750, section 3).");
    if (error) return warn(`the challenge says error="${error}" although no credential was sent`, "Leave out error= if there was no credential (RFC 6750, section 3.1).");
    return checkBadToken(probe);
  },
};

/** @type {Check} */
export const wellKnown = {
  title: "/.well-known/ answers with documents or 404",
  async run(probe) {
    const { origin } = new URL(probe.url);
    const names = ["oauth-authorization-server", "openid-configuration"].flatMap((name) => [`${origin}/.well-known/${name}${new URL(probe.url).pathname.replace(/\/$/, "")}`, `${origin}/.well-known/${name}`]);
    for (const url of new Set([...resourcePlaces(probe.url), ...names])) {
      const { failed, status, json } = await probe.ask({ url });
      const path = url.slice(origin.length);
      if (failed || status >= 500) return fail(`${path} gives ${failed || status}`, "Answer 404 where there is no such document.");
      if (status === 401 || status === 403) return fail(`${path} gives ${status}: a client asks for it before it has a credential`, "Serve it to everybody, or answer 404.");
      const isDocument = typeof json?.[path.includes("protected-resource") ? "resource" : "issuer"] === "string";
      if (status === 200 && !isDocument) {
        return fail(`${path} gives 200 with ${json === undefined ? "something that is not JSON" : Object.keys(json ?? {}).length === 0 ? "{}" : "a different document"}: clients take that for OAuth, and fail`, "Answer 404 where there is no such document.");
      }
    }
    return pass();
  },
};

/** @type {Check} */
export const getAnswer = {
  title: "GET gives a stream or 405",
  async run(probe) {
    const plain = await probe.ask({ headers: { accept: "text/event-stream" }, head: true });
    if (!(await isOpen(probe)) && plain.status !== 401) {
      return fail(`without a credential it gives ${plain.failed || plain.status}; a client that begins with GET (as older ones do) never learns that it must log in`, "Check the credential first, and answer 401.");
    }
    const open = await isOpen(probe);
    if (!open && !probe.credential) return skip("401 without a credential; the rest needs one (--token or --header)");
    const answer = await openStream(probe);
    if (answer.stream && answer.status === 200) return pass("a stream");
    if (answer.status === 401) return skip("the credential is refused");
    if (answer.status !== 405) return fail(`it gives ${answer.failed || answer.status}: clients that ask for a stream understand only 405 as "there is none"`, "Answer 405 with Allow: POST where there is no stream.");
    return answer.headers.get("allow") ? pass("405") : warn("the 405 has no Allow header", "Add Allow: POST (RFC 9110, section 15.5.6).");
  },
};
