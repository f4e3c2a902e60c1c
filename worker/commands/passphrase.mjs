// The owner's passphrase, as OWNER_PASSPHRASE holds it: a hash, which can check but not reveal it.
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { Failure } from "../../c/toolchain/paths.mjs";

/** The most that WebCrypto does in a Worker. */
const ITERATIONS = 100_000;
/** With fewer, guessing is a matter of patience. */
const LEAST_CHARACTERS = 12;

/** @param {string} passphrase @param {Uint8Array} [salt] @returns {string} the value of OWNER_PASSPHRASE */
export function hashOf(passphrase, salt = randomBytes(16)) {
  if ([...passphrase].length < LEAST_CHARACTERS) {
    throw new Failure(`The passphrase is too short: it needs ${LEAST_CHARACTERS} characters or more. Four or five unrelated words work well.`);
  }
  const hash = pbkdf2Sync(passphrase.normalize("NFC"), salt, ITERATIONS, 32, "sha256");
  return `pbkdf2-sha256:${ITERATIONS}:${Buffer.from(salt).toString("base64url")}:${hash.toString("base64url")}`;
}
