// The owner's passphrase, as OWNER_PASSPHRASE holds it: a hash, which can check but not reveal it.
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { Failure } from "../../c/toolchain/paths.mjs";

/** The most that WebCrypto does in a Worker. */
const ITERATIONS = 100_000;
/** With fewer, guessing is a matter of patience. */
const LEAST_CHARACTERS = 12;
/** What a login takes: PASSPHRASE_BYTES_MOST of worker/oauth/passphrase.js. */
const MOST_BYTES = 1024;

/** @param {string} passphrase @param {Uint8Array} [salt] @returns {string} the value of OWNER_PASSPHRASE */
export function hashOf(passphrase, salt = randomBytes(16)) {
  if ([...passphrase].length < LEAST_CHARACTERS) {
    throw new Failure(`The passphrase is too short: it needs ${LEAST_CHARACTERS} characters or more. Four or five unrelated words work well.`);
  }
  const normal = passphrase.normalize("NFC");
  if (Buffer.byteLength(normal) > MOST_BYTES) throw new Failure(`The passphrase is too long: a login takes ${MOST_BYTES} bytes or fewer.`);
  const hash = pbkdf2Sync(normal, salt, ITERATIONS, 32, "sha256");
  return `pbkdf2-sha256:${ITERATIONS}:${Buffer.from(salt).toString("base64url")}:${hash.toString("base64url")}`;
}
