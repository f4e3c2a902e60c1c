// Where the entries of TOKENS are kept: for the local server, and for the deployed one.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { Failure, sentenceOf } from "../../c/toolchain/paths.mjs";
import { formatEntries, parseEntries } from "./tokens.mjs";
import * as variables from "./variables.mjs";
import { configuration, secretNames, setSecret } from "./wrangler.mjs";

/** @import { Entry } from "./tokens.mjs" */
/** @import { Where } from "./hints.mjs" */

/**
 * Where entries are kept. A secret of a deployed server cannot be read back, so what was written to
 * it is also in a file of its own: names and digests, from which no key can be found out.
 * @typedef {object} Store
 * @property {string} place for people
 * @property {() => Promise<Entry[]>} read
 * @property {(entries: Entry[], valid?: () => void) => Promise<void>} write calls `valid` when the server has them, whatever fails after that
 */

/** @param {Where} where @returns {Store} */
export function localStore(where) {
  const file = variables.variablesFile(where);
  return {
    place: relative(process.cwd(), file),
    read: async () => parseEntries(variables.get(variables.read(file), "TOKENS") ?? "", `TOKENS in ${relative(process.cwd(), file)}`),
    async write(entries, valid) {
      variables.write(file, variables.set(variables.read(file), "TOKENS", formatEntries(entries)));
      valid?.();
    },
  };
}

/** @typedef {{ file: string, account?: string }} KeysFile `account`: the Worker's, if something names it */

/** The account whose keys such a file has, if it says so. @param {string} file */
const accountIn = (file) => /^# Account: (\S+)$/m.exec(variables.read(file))?.[1];

/** The account that a variable names, where wrangler looks for it: in the environment, else in the last of these files that has it. @param {Where} where */
function chosenAccount({ env }) {
  const files = [".env", ".env.local", ...(env ? [`.env.${env}`, `.env.${env}.local`] : [])];
  const value = (/** @type {string} */ name) => process.env[name] || files.map((file) => variables.get(variables.read(file), name)).findLast(Boolean);
  return value("CLOUDFLARE_ACCOUNT_ID") ?? value("CF_ACCOUNT_ID"); // the older name, which wrangler still takes
}

/**
 * The file beside the deployed server's TOKENS: one for each Worker. If it says that it is another
 * account's, then this account has one that is named after it.
 * @param {Where} where
 * @returns {Promise<KeysFile>}
 */
export async function keysFile(where) {
  const file = await fileOfWorker(where);
  const kept = accountIn(file);
  const account = (await configuration(where)).account_id ?? chosenAccount(where) ?? kept; // as for wrangler
  return { file: kept === account || !kept ? file : `${file}.${account}`, account };
}

/**
 * That of wrangler.toml has no name of its own; others are named after their configuration file, their
 * environment, or both.
 * @param {Where} where
 * @returns {Promise<string>}
 */
async function fileOfWorker({ env, config }) {
  const usual = await configuration();
  const worker = await configuration({ env, config });
  const isSame = (/** @type {typeof worker} */ { name, account_id }) => name === worker.name && account_id === worker.account_id;
  if (isSame(usual)) return resolve(".keys");
  if (!config || resolve(config) === usual.configPath) return resolve(`.keys.${env}`);
  const file = resolve(dirname(config), `.keys.${basename(config)}`);
  return isSame(await configuration({ config })) ? file : `${file}.${env}`;
}

/** The entries in such a file, none of which begins as its comments do; undefined if there is no file. @param {KeysFile} where @returns {Entry[] | undefined} */
export const keptKeys = ({ file }) => (existsSync(file) ? parseEntries(variables.read(file).replace(/^# .*$/gm, ""), relative(process.cwd(), file)) : undefined);

/** @param {KeysFile} where @param {Entry[]} entries */
export function keepKeys({ file, account }, entries) {
  const why = "# The digests of the deployed server's keys, as `npm run keys` and `npm run deploy` set them. The keys themselves are not here.";
  const text = `${why}\n${account ? `# Account: ${account}\n` : ""}${formatEntries(entries, "\n")}\n`;
  try {
    variables.write(file, text);
  } catch (/** @type {any} */ error) {
    throw new Failure(`${sentenceOf(error)}\nThe deployed server has these keys all the same. Write this to ${relative(process.cwd(), file)} by hand:\n\n${text}`);
  }
}

/** Whether there is such a process. @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (/** @type {any} */ error) {
    return error.code === "EPERM";
  }
}

/** Lets no other command change the deployed server's keys until this one ends: what the last of them uploads, or writes to .keys, would lack the others' keys. @param {KeysFile} where @returns {void} */
export function lockKeys({ file }) {
  const path = `${file}..lock`; // no environment's file: none is called ".lock"
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
  } catch (/** @type {any} */ error) {
    if (error.code !== "EEXIST") throw error;
    if (isRunning(Number(variables.read(path)))) throw new Failure(`Another command is changing these keys. Wait until it has ended. If there is none, remove ${relative(process.cwd(), path)}.`);
    rmSync(path, { force: true }); // what left it was killed
    return lockKeys({ file });
  }
  process.on("exit", () => rmSync(path, { force: true }));
}

/** @param {Where & { replace?: boolean }} options @returns {Promise<Store>} */
export async function remoteStore({ env, config, replace }) {
  const where = await keysFile({ env, config });
  const name = relative(process.cwd(), where.file);
  return {
    place: `the deployed server's secret TOKENS and in ${name}`,
    async read() {
      const kept = keptKeys(where);
      if (kept) return kept;
      if (!replace && (await secretNames({ env, config })).includes("TOKENS")) {
        throw new Failure(
          `The deployed server has keys, but there is no ${name} here that lists them. Copy ${name} from where the keys were made, or start over with --replace, which ends all existing keys.`,
        );
      }
      return [];
    },
    async write(entries, valid) {
      await setSecret("TOKENS", formatEntries(entries), { env, config });
      valid?.();
      keepKeys(where, entries);
    },
  };
}
