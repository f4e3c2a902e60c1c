// The pages that a person sees while logging in. They work without JavaScript, and everything
// that a client says about itself is escaped.
import { createHash } from "node:crypto";
import { style } from "./style.js";

const styleHash = createHash("sha256").update(style).digest("base64");

/** @typedef {{ status?: number, headers?: Headers, formAction?: string }} Options */

/** A piece of HTML, as opposed to a text. */
class Html {
  /** @param {string} text */
  constructor(text) { this.text = text; }
  toString() { return this.text; }
}

/** @param {unknown} value @returns {string} */
function rendered(value) {
  if (value instanceof Html) return String(value);
  if (Array.isArray(value)) return value.map(rendered).join("");
  if (value === undefined || value === false) return "";
  return String(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** HTML with texts in it, which are escaped. @param {TemplateStringsArray} strings @param {...unknown} values */
export const html = (strings, ...values) => new Html(String.raw({ raw: strings }, ...values.map(rendered)));

const unseen = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;

/** A text of a client's, confined: it can be seen, ends where it should, and turns no other text around. @param {string} text */
export const quoted = (text) => html`<bdi>${[...text.replace(unseen, "")].slice(0, 100).join("").trim() || "(no name)"}</bdi>`;

/** @param {string} title @param {Html} content @param {Options} [options] @returns {Response} */
export function page(title, content, { status = 200, headers = new Headers(), formAction = "'self'" } = {}) {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main class="card">
<p class="server">remote-mcp-server-c</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  const all = new Headers(headers);
  all.set("content-type", "text/html; charset=utf-8");
  all.set("cache-control", "no-store");
  all.set("content-security-policy", `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'; form-action ${formAction}`);
  all.set("x-frame-options", "DENY");
  all.set("x-content-type-options", "nosniff");
  all.set("referrer-policy", "no-referrer");
  // no cross-origin-opener-policy: it would take this window from a client that opened it, and waits for its end
  return new Response(String(document), { status, headers: all });
}

/** Whether a browser asks, not a program. @param {Request} request */
export const takesHtml = (request) => /\btext\/html\b/i.test(request.headers.get("accept") ?? "");

/** @param {number} status @param {string} message says what is wrong and what to do @param {Headers} [headers] @param {string} [another] where one can log in as somebody else */
export const errorPage = (status, message, headers, another) => page("That did not work", html`<p>${message}</p>
${another && html`<p><a class="button" href="${another}">Log in as somebody else</a></p>`}`, { status, headers });

/**
 * @param {object} shown
 * @param {string} shown.client its name
 * @param {boolean} shown.passphrase whether the owner can log in
 * @param {{ name: string, url: string }} [shown.upstream]
 * @param {string} shown.token what the form posts back and the cookie holds
 * @param {string} [shown.problem]
 * @param {Options} options
 */
export function loginPage({ client, passphrase, upstream, token, problem }, options) {
  return page("Log in", html`
<p>${quoted(client)} asks for access to this server. Log in to decide what it gets.</p>
${problem && html`<p class="problem" role="alert" id="problem">${problem}</p>`}
${passphrase && html`<form method="post">
<input type="hidden" name="token" value="${token}">
<input name="username" value="owner" autocomplete="username" hidden>
<label for="passphrase">The owner's passphrase</label>
<input id="passphrase" type="password" name="passphrase" autocomplete="current-password" required autofocus${problem && html` aria-describedby="problem"`}>
<button class="main">Log in</button>
</form>`}
${passphrase && upstream && html`<p class="or">or</p>`}
${upstream && html`<p><a class="button" href="${upstream.url}">Continue with ${upstream.name}</a></p>`}
`, options);
}

/**
 * @param {object} shown
 * @param {string} shown.client @param {string} [shown.domain] that vouches for the name
 * @param {Html} shown.destination where access is sent
 * @param {boolean} shown.local whether that is this computer
 * @param {string[]} shown.scopes @param {string} shown.name who is logged in
 * @param {string} shown.handle @param {string} shown.as
 * @param {Options} options
 */
export function consentPage({ client, domain, destination, local, scopes, name, handle, as }, options) {
  return page("Allow access?", html`
<p>${quoted(client)} wants to use this server's tools on your behalf.</p>
<dl>
<dt>Who is asking</dt>
<dd>${domain ? html`An application published at <strong>${domain}</strong>` : "An application that gave itself this name; nobody has checked it"}</dd>
<dt>Where access goes</dt>
<dd>${destination}</dd>
<dt>Logged in as</dt>
<dd><strong>${quoted(name)}</strong></dd>
</dl>
${local && html`<p class="caution">Access goes to an application on your computer. Go on only if you have just started to connect one.</p>`}
<form method="post">
<input type="hidden" name="handle" value="${handle}">
<input type="hidden" name="as" value="${as}">
${scopes.length > 0 ? html`<fieldset>
<legend>What it may do</legend>
${scopes.map((scope) => html`<label class="scope"><input type="checkbox" name="scope" value="${scope}" checked> <code>${scope}</code></label>
`)}</fieldset>` : html`<p>It gets the tools that need no scope.</p>`}
<div class="choices">
<button class="main" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</div>
<p><button class="link" name="decision" value="leave">Log in as somebody else</button></p>
</form>
`, options);
}

/** Ends the request with this page. */
export class Refusal extends Error {
  /** @param {number} status @param {string} message says what is wrong and what to do @param {string} [allow] which methods, with 405 */
  constructor(status, message, allow) {
    super(message);
    this.status = status;
    this.headers = new Headers(allow ? { allow } : {});
  }
}

/** Sends the browser there: by 303, so that nothing is posted again (RFC 9700, section 4.12). @param {string} to @param {Headers} [headers] */
export function goTo(to, headers = new Headers()) {
  headers.set("location", to);
  headers.set("cache-control", "no-store");
  headers.set("referrer-policy", "no-referrer");
  return new Response(null, { status: 303, headers });
}
