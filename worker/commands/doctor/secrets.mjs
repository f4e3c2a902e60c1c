// What may not be shown: the credential, and the URL's query, which may hold a key.

/** @import { Header } from "./probe.mjs" */

/** What may be shown of a URL. @param {string} url */
export const shownUrl = (url) => url.replace(/\?.+/s, "?...");

/** Without percent-encoding; + is a blank, as in forms. @param {string} text @returns {string} */
const decoded = (text) => new URLSearchParams(`=${text.replaceAll("&", "%26")}`).get("") ?? "";

/** All the ways in which a server may say it back, in JSON or not. @param {string} secret as it was sent */
function forms(secret) {
  const plain = [secret, decoded(secret), decoded(secret.replaceAll("+", "%2B"))];
  const all = plain.flatMap((text) => [text, encodeURIComponent(text), encodeURI(text), new URLSearchParams({ "": text }).toString().slice(1)]);
  return all.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
}

/** The query as it is written and as it is sent; its parts; and of each part the value. @param {string} url @returns {string[]} */
function inQuery(url) {
  const queries = [/\?.+/s.exec(url)?.[0] ?? "", new URL(url).search];
  const parts = queries.flatMap((query) => query.slice(1).split("&"));
  return [...queries, ...parts, ...parts.map((part) => part.replace(/^[^=]*=/, ""))];
}

/**
 * What hides them in a text. Something of up to three characters is no secret, and is in every text.
 * @param {string} url
 * @param {Header | undefined} credential
 * @returns {(text: string) => string}
 */
export function hider(url, credential) {
  const given = credential ? [credential.value, credential.value.replace(/^\w+ /, "")] : [];
  const secrets = [...new Set([...given, ...inQuery(url)].flatMap(forms))].filter((secret) => secret.length > 3 || /^\?./.test(secret));
  const words = secrets.toSorted((a, b) => b.length - a.length).map((secret) => secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const any = new RegExp(words.join("|"), "gi"); // %2f is %2F
  return (text) => (words.length ? text.replace(any, "(hidden)") : text);
}
