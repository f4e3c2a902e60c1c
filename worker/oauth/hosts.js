// Which hosts are this very machine, and what may come from where when the server is.

/** @param {string} hostname as a URL has it */
export const isLoopback = (hostname) => hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);

/**
 * Why a request is refused before anything else is looked at, as the core does it for its own
 * paths: DNS rebinding reaches a server on the user's machine by a name, or from a page, that is not.
 * @param {URL} url @param {string | null} origin the header; null where there is none
 * @returns {string | undefined}
 */
export function foreign(url, origin) {
  const here = isLoopback(url.hostname);
  if (url.protocol !== "https:" && !here) return "This server is reached by https, or by http as localhost.";
  if (origin === null) return undefined;
  const from = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!from || !/^https?:$/.test(from.protocol) || from.origin !== origin) return "The header Origin is not an origin.";
  if (here && !isLoopback(from.hostname)) return "A server on this machine takes no requests from pages elsewhere.";
  return undefined;
}
