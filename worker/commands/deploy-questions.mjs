// What `npm run deploy` asks the person at the terminal.
import { UPSTREAM, described, modeLines, parts, refusal } from "./modes.mjs";
import { askPassphrase } from "./passphrase.mjs";
import { ask, askHidden, askUntil, confirm, wrongTo } from "./terminal.mjs";
import { checkName, digestOf, formatEntries, newKey } from "./tokens.mjs";

/** @import { Need } from "./modes.mjs" */
/** @import { Where } from "./hints.mjs" */

/** Why this cannot be the value; "" if it can. @param {Need} need @param {string} value @param {Where} [where] the server that needs it */
export function wrongValue(need, value, where) {
  const { name, form } = need;
  if (!value.trim()) return `${name} is empty. It should be ${described(need, where)}.`;
  return form && !form.test(value) ? `${name} does not look right. It should be ${described(need, where)}.` : "";
}

/** @returns {Promise<string>} AUTH_MODE */
export function askMode() {
  console.error(`Who may connect?\n${modeLines}\nYou can combine tokens, jwt and oauth, separated by commas.`);
  return askUntil(() => ask("AUTH_MODE", "tokens"), refusal);
}

/** Makes a first key: its entry in TOKENS, and the key itself, to be shown once it is of use. */
async function askKey() {
  if (!(await confirm("There is no key yet. Make one now?", true))) return undefined;
  const name = await askUntil(() => ask("A name for it, so that you know whose it is:", "owner"), wrongTo(checkName));
  const key = newKey();
  return { value: formatEntries([{ name, digest: digestOf(key), expires: "" }]), key };
}

/**
 * Asks for what is missing.
 * @param {string} mode
 * @param {Need[]} missing
 * @returns {Promise<{ values: Record<string, string>, key?: string }>} by name; `key`: one that was made
 */
export async function askFor(mode, missing) {
  /** @type {Record<string, string>} */
  const values = {};
  let key;
  let needs = missing;
  const passphrase = needs.some(({ name }) => name === "OWNER_PASSPHRASE");
  if (passphrase && parts(mode).includes("oauth") && !(await confirm("Do you want to log in with a passphrase of your own? (No: with an account at a provider)", true))) {
    needs = [...needs.filter(({ name }) => name !== "OWNER_PASSPHRASE"), ...UPSTREAM];
  }
  for (const need of needs) {
    if (need.name === "TOKENS") {
      const made = await askKey();
      if (made) [values.TOKENS, key] = [made.value, made.key];
    } else if (need.name === "OWNER_PASSPHRASE") {
      values.OWNER_PASSPHRASE = await askPassphrase("deployed");
    } else {
      const put = need.secret ? askHidden : ask;
      values[need.name] = (await askUntil(() => put(`${need.name}, ${need.question}:`), (answer) => wrongValue(need, answer))).trim();
    }
  }
  return { values, key };
}
