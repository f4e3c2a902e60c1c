// Who is logged in in this browser, for long enough to connect a few clients. The browser has a
// random name for the session; the mailbox has its digest and what it stands for.
import { createHash, randomBytes } from "node:crypto";

/** @import { Identity } from "./identity.js" */

const SESSION_MS = 3_600_000;
const name = "__Host-oauth-session";

/** @param {Request} request @param {string} wanted @returns {string} empty if there is none */
export function cookie(request, wanted) {
  const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([each]) => each === wanted)?.[1] ?? "";
}

/** @param {string} each @param {string} value @param {number} seconds 0 removes it */
export const setCookie = (each, value, seconds) => `${each}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${seconds}`;

/** A text that nobody can guess. */
export const randomText = () => randomBytes(32).toString("base64url");

/** @param {string} id */
const topicOf = (id) => `session ${createHash("sha256").update(id).digest("base64url")}`;

/** @param {any} mailbox @param {Identity} identity @returns {Promise<string>} the cookie to set */
export async function openSession(mailbox, identity) {
  const id = randomText(), body = JSON.stringify({ until: Date.now() + SESSION_MS, identity: { ...identity, since: Date.now() } });
  await mailbox.keep({ topic: topicOf(id), body: new Uint8Array(Buffer.from(body)), milliseconds: SESSION_MS, version: 0 });
  return setCookie(name, id, SESSION_MS / 1000);
}

/** @param {any} mailbox @param {Request} request @returns {Promise<Identity | undefined>} */
export async function findSession(mailbox, request) {
  const id = cookie(request, name), kept = id ? await mailbox.peek({ topic: topicOf(id) }) : [];
  const { until, identity } = kept.length ? JSON.parse(String(Buffer.from(kept))) : { until: 0 };
  return until > Date.now() ? identity : undefined; // one that is over may still be kept for a while
}

/** @param {any} mailbox @param {Request} request @returns {Promise<string>} the cookie to set */
export async function closeSession(mailbox, request) {
  await mailbox.collect({ topic: topicOf(cookie(request, name)) });
  return setCookie(name, "", 0);
}
