// What an ID token is worth: OpenID Connect Core 1.0, section 3.1.3.7.
import { UpstreamError } from "./documents.js";

const [TOKEN_CHARACTERS, SKEW_SECONDS] = [16384, 60];

/** @type {Record<string, { type: string, curve?: string, imports: any, verifies: any }>} by `alg`; what is not listed is refused */
const algorithms = {
  RS256: { type: "RSA", imports: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, verifies: { name: "RSASSA-PKCS1-v1_5" } },
  PS256: { type: "RSA", imports: { name: "RSA-PSS", hash: "SHA-256" }, verifies: { name: "RSA-PSS", saltLength: 32 } },
  ES256: { type: "EC", curve: "P-256", imports: { name: "ECDSA", namedCurve: "P-256" }, verifies: { name: "ECDSA", hash: "SHA-256" } },
  EdDSA: { type: "OKP", curve: "Ed25519", imports: { name: "Ed25519" }, verifies: { name: "Ed25519" } },
};
algorithms.Ed25519 = algorithms.EdDSA; // its name in RFC 9864

/** @param {string} part @returns {any} */
function decoded(part) {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8")) ?? {};
  } catch {
    return {};
  }
}

/** @param {any[]} keys @param {any} header @param {string} signed @param {string} signature @returns {Promise<boolean>} */
async function isSigned(keys, { alg, kid }, signed, signature) {
  const { type, curve, imports, verifies } = algorithms[alg];
  const fits = (key) => key?.kty === type && (!curve || key.crv === curve) && (key.use ?? "sig") === "sig" && algorithms[key.alg ?? alg] === algorithms[alg] && (kid === undefined || key.kid === kid);
  for (const { kty, crv, n, e, x, y } of keys.filter(fits)) {
    const key = await crypto.subtle.importKey("jwk", { kty, crv, n, e, x, y }, imports, false, ["verify"]).catch(() => undefined);
    if (key && (await crypto.subtle.verify(verifies, key, Buffer.from(signature, "base64url"), Buffer.from(signed)))) return true;
  }
  return false;
}

/** What is wrong with the claims; each check has its number in the section. @param {any} claims @param {any} expected @param {number} now */
const faults = (claims, { issuer, clientId, nonce }, now) => ({
  "another iss": claims.iss !== issuer, // 2
  "another aud": ![claims.aud].flat().includes(clientId), // 3
  "another azp": claims.azp === undefined ? Array.isArray(claims.aud) && claims.aud.length > 1 : claims.azp !== clientId, // 4, 5
  expired: !(typeof claims.exp === "number" && claims.exp + SKEW_SECONDS > now), // 9
  "from the future": !(typeof claims.iat === "number" && claims.iat - SKEW_SECONDS <= now) || (claims.nbf ?? 0) - SKEW_SECONDS > now, // 10
  "another nonce": claims.nonce !== nonce, // 11
  "without a sub": !(typeof claims.sub === "string" && claims.sub.length > 0 && claims.sub.length <= 255),
});

/**
 * @param {unknown} token @param {{ keys?: any[] }} keySet @param {{ issuer: string, clientId: string, nonce: string }} expected
 * @param {number} [now] in seconds
 * @returns {Promise<any>} its claims
 */
export async function claimsOf(token, keySet, expected, now = Date.now() / 1000) {
  if (typeof token !== "string" || token.length > TOKEN_CHARACTERS) throw new UpstreamError("there is no ID token, or it is too long");
  const [head, body, signature, ...rest] = token.split("."), header = decoded(head), claims = decoded(body);
  if (rest.length > 0 || !signature || !Object.hasOwn(algorithms, String(header.alg)) || header.crit !== undefined) {
    throw new UpstreamError("the ID token is not signed in a way that this server knows");
  }
  if (!Array.isArray(keySet.keys) || !(await isSigned(keySet.keys, header, `${head}.${body}`, signature))) {
    throw new UpstreamError("the ID token is not signed by a key of the issuer");
  }
  const [fault] = Object.entries(faults(claims, expected, now)).find(([, is]) => is) ?? [];
  if (fault) throw new UpstreamError(`the ID token ${fault.startsWith("another") ? "has" : "is"} ${fault}`);
  return claims;
}
