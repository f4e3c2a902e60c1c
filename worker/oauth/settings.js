// What the deployer said about who may log in. Read once per isolate; a mistake in it becomes a
// sentence that names the variable, and then nobody gets in.
import { createHash } from "node:crypto";
import { isLoopback } from "./hosts.js";
import { known } from "./providers.js";

/** WebCrypto on the platform refuses more. */
const PBKDF2_ITERATIONS_MOST = 100_000;
const [SALT_BYTES_LEAST, HASH_BYTES] = [16, 32];

/**
 * @typedef {object} Owner who has the passphrase
 * @property {number} iterations
 * @property {Buffer<ArrayBuffer>} salt
 * @property {Buffer<ArrayBuffer>} hash
 * @property {string} generation changes with the passphrase: whoever came in with an older one is out
 *
 * @typedef {object} Upstream where others log in
 * @property {string} issuer
 * @property {string} clientId
 * @property {string | undefined} clientSecret
 * @property {{ who: string, denied: boolean, scopes?: string[] }[]} allowed
 *
 * @typedef {{ problem?: string, owner?: Owner, upstream?: Upstream }} Settings
 */

/** A list in a string or, as wrangler.toml can have it, a list. @param {unknown} value @returns {string[]} */
const list = (value) => String(value ?? "").split(",").map((word) => word.trim()).filter(Boolean);

/** Whether this server is its own authorization server. @param {any} env */
export const usesOAuth = (env) => list(env.AUTH_MODE).includes("oauth");

/** A mistake of the deployer's; its message names the variable. */
class Mistake extends Error {}

/** @param {string} value @returns {Owner} */
function readOwner(value) {
  const [scheme, count, salt, hash, ...rest] = value.trim().split(":");
  const [saltBytes, hashBytes] = [salt, hash].map((word) => Buffer.from(word ?? "", "base64url"));
  const right = scheme === "pbkdf2-sha256" && /^\d{1,7}$/.test(count ?? "") && rest.length === 0;
  if (!right || saltBytes.length < SALT_BYTES_LEAST || hashBytes.length !== HASH_BYTES) {
    throw new Mistake("OWNER_PASSPHRASE is not what 'npm run keys -- --passphrase' prints (pbkdf2-sha256:ITERATIONS:SALT:HASH).");
  }
  const iterations = Number(count);
  if (iterations < 1 || iterations > PBKDF2_ITERATIONS_MOST) {
    throw new Mistake(`OWNER_PASSPHRASE was made with ${iterations} iterations, but the platform takes 1 to ${PBKDF2_ITERATIONS_MOST}. Make it again with 'npm run keys -- --passphrase'.`);
  }
  return { iterations, salt: saltBytes, hash: hashBytes, generation: createHash("sha256").update(value.trim()).digest("base64url") };
}

/** Who is meant, whether they are kept out, and which scopes they may have, if not all. @param {string} entry */
function readAllowed(entry) {
  const [, not, who, scopes] = /^(!?)(.*?)(?::scopes=(.*))?$/.exec(entry) ?? [];
  if (!who || (who.includes("@") && who.includes(":")) || (not && scopes !== undefined)) {
    throw new Mistake("UPSTREAM_ALLOWED has an entry that is not an email address, @domain, subject or *, optionally with ! before it or :scopes=ONE+TWO after it.");
  }
  return { who, denied: not === "!", scopes: scopes?.split("+") };
}

/** @param {any} env @returns {Upstream} */
function readUpstream(env) {
  const issuer = String(env.UPSTREAM_ISSUER).trim();
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (!url || url.search || url.hash || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)))) {
    throw new Mistake("UPSTREAM_ISSUER is not the https URL of an OpenID Connect issuer.");
  }
  if (!env.UPSTREAM_CLIENT_ID) throw new Mistake("UPSTREAM_ISSUER is set, but UPSTREAM_CLIENT_ID is not. Set it to the client ID that the issuer gave this server.");
  if (known[issuer] && !env.UPSTREAM_CLIENT_SECRET) throw new Mistake(`UPSTREAM_CLIENT_SECRET is not set, but ${issuer} requires it.`);
  const allowed = list(env.UPSTREAM_ALLOWED);
  if (allowed.length === 0) {
    throw new Mistake("UPSTREAM_ISSUER is set, but UPSTREAM_ALLOWED is not. Set it to the email addresses, @domains or subjects that may log in, or to * for everybody there.");
  }
  return { issuer, clientId: String(env.UPSTREAM_CLIENT_ID), clientSecret: env.UPSTREAM_CLIENT_SECRET, allowed: allowed.map(readAllowed) };
}

/** @param {any} env @returns {Settings} */
export function readSettings(env) {
  try {
    if (!env.OAUTH_KV) throw new Mistake("OAUTH_KV is not bound. Bind a KV namespace to it, as [env.oauth] of wrangler.toml does.");
    if (!env.OWNER_PASSPHRASE && !env.UPSTREAM_ISSUER) {
      throw new Mistake("Neither OWNER_PASSPHRASE nor UPSTREAM_ISSUER is set, so nobody can log in. Set one of them.");
    }
    return {
      owner: env.OWNER_PASSPHRASE ? readOwner(String(env.OWNER_PASSPHRASE)) : undefined,
      upstream: env.UPSTREAM_ISSUER ? readUpstream(env) : undefined,
    };
  } catch (error) {
    if (error instanceof Mistake) return { problem: error.message };
    throw error;
  }
}
