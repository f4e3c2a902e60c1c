// The owner's passphrase, as OWNER_PASSPHRASE holds it: a hash, which can check but not reveal it.
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { Failure } from "../../c/toolchain/paths.mjs";
import { PASSPHRASE_BYTES_MOST } from "../oauth/passphrase.js";
import { askHidden, askUntil, wrongTo } from "./terminal.mjs";

/** The most that WebCrypto does in a Worker. */
const ITERATIONS = 100_000;
/** With fewer, guessing is a matter of patience. */
const LEAST_CHARACTERS = 12;

/** @param {string} passphrase @param {Uint8Array} [salt] @returns {string} the value of OWNER_PASSPHRASE */
export function hashOf(passphrase, salt = randomBytes(16)) {
  if ([...passphrase].length < LEAST_CHARACTERS) {
    throw new Failure(`The passphrase is too short: it needs ${LEAST_CHARACTERS} characters or more. Four or five unrelated words work well.`);
  }
  const normal = passphrase.normalize("NFC");
  if (Buffer.byteLength(normal) > PASSPHRASE_BYTES_MOST) throw new Failure(`The passphrase is too long: a login takes ${PASSPHRASE_BYTES_MOST} bytes or fewer.`);
  const hash = pbkdf2Sync(normal, salt, ITERATIONS, 32, "sha256");
  return `pbkdf2-sha256:${ITERATIONS}:${Buffer.from(salt).toString("base64url")}:${hash.toString("base64url")}`;
}

/** How often the second passphrase may differ from the first: whoever cannot type it twice will not log in with it. */
const TRIES = 3;

/** The hash of a new passphrase, which is typed twice. @param {string} done what nothing was if none is given: deployed, changed @returns {Promise<string>} */
export async function askPassphrase(done) {
  for (let left = TRIES; left > 0; left--) {
    const first = await askUntil(() => askHidden("Choose a passphrase to log in with:"), wrongTo(hashOf));
    if ((await askHidden("Once more:")) === first) return hashOf(first);
    if (left > 1) console.error("The passphrases differ.");
  }
  throw new Failure(`The passphrases differed ${TRIES} times, so nothing was ${done}. Start again.`);
}
