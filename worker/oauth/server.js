// The authorization server of each origin that this Worker is reached at: the provider library,
// with what this server wants of it.
import { OAuthAuthorizationServer, OAuthError } from "@cloudflare/workers-oauth-provider";
import { scopesFor, whyNoMore } from "./identity.js";

/** @import { Settings } from "./settings.js" */

const [HOUR, DAY] = [3600, 86400]; // in seconds
const ORIGINS = 16; // a Worker has a few names; each origin's server is made once

/** Where the authorization server is reached; wrangler.toml and the README name the callback, too. */
export const paths = {
  authorize: "/authorize",
  token: "/oauth/token",
  register: "/oauth/register",
  callback: "/oauth/callback",
  metadata: "/.well-known/oauth-authorization-server",
};

/** The query of the authorization page: what the client asked for, and in `login` what only our own links say. @param {URL} url @param {string} [login] */
export function queryWith(url, login) {
  const query = new URLSearchParams(url.search);
  query.delete("login");
  if (login) query.set("login", login);
  return query.toString();
}

/** @typedef {{ scopes: string[], provider: OAuthAuthorizationServer<any> }} Server */

const servers = /** @type {Map<string, Server>} */ (new Map());

/**
 * @param {string} origin @param {Settings} settings
 * @param {() => Promise<string[]>} scopesOf what the tools declare
 * @returns {Promise<Server>}
 */
export async function serverAt(origin, settings, scopesOf) {
  const had = servers.get(origin);
  if (had) return had;
  const scopes = await scopesOf(), server = { scopes, provider: providerAt(origin, settings, scopes) };
  if (servers.size >= ORIGINS) servers.clear();
  servers.set(origin, server);
  return server;
}

/** @param {string} origin @param {Settings} settings @param {string[]} scopes */
function providerAt(origin, settings, scopes) {
  return new OAuthAuthorizationServer({
    issuer: origin,
    // a client asks for the URL it was given (RFC 8707), with or without a trailing slash; the core takes any of these
    resources: [origin, ...["/mcp", "/sse"].flatMap((path) => [`${origin}${path}`, `${origin}${path}/`])],
    defaultResource: `${origin}/mcp`,
    authorizeEndpoint: paths.authorize,
    tokenEndpoint: paths.token,
    clientRegistrationEndpoint: paths.register,
    clientIdMetadataDocumentEnabled: true,
    allowPrivateUseRedirectUris: true, // Cursor's is cursor://
    scopesSupported: scopes.length ? scopes : undefined, // RFC 8414, section 3.2: no empty lists
    accessTokenTTL: HOUR,
    refreshTokenTTL: 30 * DAY,
    refreshTokenIdleTTL: 30 * DAY, // a client that is in use need not log in again for a while (identity.js)
    clientRegistrationTTL: 90 * DAY,
    tokenExchangeCallback: ({ props, requestedScope }) => {
      const description = whyNoMore(props, settings, Date.now());
      if (description) throw new OAuthError("invalid_grant", { description });
      return { accessTokenScope: scopesFor(props, settings, requestedScope) };
    },
    onError: ({ code, status, internal: { category, reason } }) => {
      console.log(JSON.stringify({ event: "oauth_refused", error: code, status, category, reason }));
    },
  });
}

