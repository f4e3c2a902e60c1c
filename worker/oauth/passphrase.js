// The owner logs in with a passphrase, of which the server has only a hash.
import { timingSafeEqual } from "node:crypto";

/** @import { Owner } from "./settings.js" */

export const PASSPHRASE_BYTES_MOST = 1024;

/** @param {string} passphrase @param {Owner} owner @returns {Promise<boolean>} */
export async function isPassphrase(passphrase, { iterations, salt, hash }) {
  const bytes = new TextEncoder().encode(passphrase.normalize("NFC")); // two keyboards, one passphrase
  if (bytes.length === 0 || bytes.length > PASSPHRASE_BYTES_MOST) return false;
  const key = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
  const derived = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, hash.length * 8);
  return timingSafeEqual(new Uint8Array(derived), hash);
}
