// The consent page, and what comes of it.
import { isLoopback } from "./hosts.js";
import { mayEnter, scopesFor, userIdOf } from "./identity.js";
import { Refusal, consentPage, goTo, html } from "./pages.js";
import { paths, queryWith } from "./server.js";
import { closeSession, findSession } from "./sessions.js";

/** @import { AuthRequest } from "@cloudflare/workers-oauth-provider" */
/** @import { Desk } from "./authorize.js" */
/** @import { Identity } from "./identity.js" */

/** What is offered: those that were asked for and exist; all, if none were asked for (RFC 6749, section 3.3). @param {string[]} asked @param {string[]} scopes */
const offered = (asked, scopes) => (asked.length ? [...new Set(asked)].filter((scope) => scopes.includes(scope)) : scopes);

/** Where the code is sent, for people. @param {URL} to */
function destination(to) {
  if (to.protocol === "https:") return html`<strong>${to.host}</strong>`;
  if (to.protocol === "http:") return html`<strong>${to.hostname}</strong>, which is this computer`;
  return html`The application on this computer that opens <strong>${to.protocol}</strong> links`;
}

/** @param {Desk} desk @param {AuthRequest} wanted @param {Identity} identity @returns {Promise<Response>} */
export async function consent({ oauth, settings, scopes }, wanted, identity) {
  const { clientName, clientDomain } = await oauth.describeConsent(wanted), to = new URL(wanted.redirectUri);
  const { handle, headers } = await oauth.beginConsent(wanted);
  const shown = {
    client: clientName,
    domain: clientDomain,
    destination: destination(to),
    local: to.protocol !== "https:" || isLoopback(to.hostname),
    scopes: offered(wanted.scope, scopesFor(identity, settings, scopes)),
    name: identity.name,
    handle,
    as: userIdOf(identity),
  };
  // browsers apply this to redirects, too, and the client's may redirect again; of an address such as [::1] they know only the scheme
  return consentPage(shown, { headers, formAction: `'self' https: ${to.protocol}` });
}

/** @param {Desk} desk @param {URLSearchParams} form @returns {Promise<Response>} */
export async function decide(desk, form) {
  const { request, url, oauth, mailbox, settings } = desk, handle = form.get("handle") ?? "", again = `${paths.authorize}${url.search}`;
  switch (form.get("decision")) {
    case "deny": {
      const { redirectTo, headers } = await oauth.denyConsent(request, handle, { description: "Access was denied." });
      return goTo(redirectTo, headers);
    }
    case "leave": {
      const { headers } = await oauth.denyConsent(request, handle);
      headers.append("set-cookie", await closeSession(mailbox, request));
      return goTo(`${paths.authorize}?${queryWith(url, "again")}`, headers);
    }
    case "allow": {
      const identity = await findSession(mailbox, request);
      // logged out meanwhile, or somebody other than the page said is logged in: it is shown again
      if (!identity || !mayEnter(identity, settings) || userIdOf(identity) !== form.get("as")) return goTo(again);
      return allow(desk, handle, form.getAll("scope"), identity);
    }
    default:
      throw new Refusal(400, "The form says neither to allow nor to deny access. Go back to the application and connect again.");
  }
}

/** @param {Desk} desk @param {string} handle @param {string[]} ticked @param {Identity} identity */
async function allow({ request, oauth, settings, scopes }, handle, ticked, identity) {
  const { request: wanted, headers } = await oauth.approveConsent(request, handle);
  const scope = offered(wanted.scope, scopesFor(identity, settings, scopes)).filter((each) => ticked.includes(each));
  // somebody may have one client on several computers, and the owner is the same on all
  const kept = { metadata: {}, props: identity, revokeExistingGrants: false };
  const { redirectTo } = await oauth.completeAuthorization({ request: wanted, userId: userIdOf(identity), scope, ...kept });
  console.log(JSON.stringify({ event: "access_granted", client: wanted.clientId, subject: identity.subject, name: identity.name, scope: scope.join(" ") }));
  return goTo(redirectTo, headers);
}
