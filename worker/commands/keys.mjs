// `npm run keys`: makes, lists and removes the keys of AUTH_MODE=tokens, and the owner's passphrase.
// A key is printed once and kept nowhere: TOKENS has its digest.
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { Failure, failed } from "../../c/toolchain/paths.mjs";
import { keysCommand, startCommand, word } from "./hints.mjs";
import { keysFile, localStore, lockKeys, remoteStore } from "./keys-store.mjs";
import { askPassphrase, hashOf } from "./passphrase.mjs";
import { firstLine } from "./terminal.mjs";
import { checkEnd, checkExpires, checkName, checkScopes, digestOf, endOf, newKey, withEntry, withoutEntry } from "./tokens.mjs";
import * as variables from "./variables.mjs";
import { configuration, setSecret } from "./wrangler.mjs";

/** @import { Entry } from "./tokens.mjs" */
/** @import { Store } from "./keys-store.mjs" */
/** @typedef {{ env?: string, config?: string, remote?: boolean, scopes?: string, expires?: string, replace?: boolean, passphrase?: boolean }} Options */

const USAGE = `Usage:
  npm run keys -- add NAME             makes a key and prints it, once
  npm run keys -- rotate NAME          makes another key of that name; the old one stays valid
  npm run keys -- remove NAME [START]  removes all keys of that name, or the one whose digest begins with START
  npm run keys -- list                 lists the keys
  npm run keys -- --passphrase         sets the passphrase with which the owner logs in (AUTH_MODE=oauth)

add and rotate take --scopes "a b" and --expires 2030-12-31.
Keys are kept in .dev.vars, for \`npm start\`; with --remote, in the deployed server's secrets.
--env NAME selects an environment of wrangler.toml.
--config FILE, or -c FILE, takes another configuration file than wrangler.toml: the keys are those of its
Worker or, without --remote, in the .dev.vars beside it.
--help, or -h, prints this.`;

/** One line about an entry, for people. @param {Entry} entry */
function described(entry) {
  const { name, digest, expires, scopes } = entry;
  const end = expires ? `${endOf(entry) < Date.now() ? "EXPIRED" : "expires"} ${expires}` : "does not expire";
  const rights = scopes?.length ? `scopes: ${scopes.join(" ")}` : scopes ? "no scopes: only tools that ask for none" : "every tool";
  return `${name}  ${digest.slice(0, 8)}  ${end}  ${rights}`;
}

/** Makes a key of this name, keeps its digest and prints it, as soon as it is of use. @param {Store} store @param {Entry[]} entries @param {Omit<Entry, "digest">} what */
async function make(store, entries, what) {
  checkEnd(what);
  const key = newKey();
  const entry = { ...what, digest: digestOf(key) };
  await store.write(withEntry(entries, entry), () => {
    console.error(`New key: ${described(entry)}\nThe key is shown only once.`);
    console.log(key);
  });
  console.error(`Its digest is in ${store.place}.`);
}

/** Sets AUTH_MODE if nothing says who may connect: else the local server would go on taking any token. @param {Options} options */
async function chooseLocalMode({ env, config, remote }) {
  const file = variables.variablesFile({ env, config });
  const text = variables.read(file);
  if (remote || variables.get(text, "AUTH_MODE") !== undefined || (await configuration({ env, config })).vars.AUTH_MODE !== undefined) return;
  variables.write(file, variables.set(text, "AUTH_MODE", "tokens"));
  console.error(`${relative(process.cwd(), file)} now says AUTH_MODE=tokens: \`${startCommand({ env, config })}\` accepts only these keys.`);
}

/** @type {Record<string, (store: Store, options: Options, name: string, start: string) => Promise<void>>} */
const commands = {
  async add(store, options, name) {
    const what = { name: checkName(name), expires: options.expires ? checkExpires(options.expires) : "", scopes: options.scopes === undefined ? undefined : checkScopes(options.scopes) };
    const entries = await store.read();
    if (entries.some((entry) => entry.name === name)) {
      throw new Failure(`${name} has a key already. \`${keysCommand(`rotate ${word(name)}`, options)}\` makes another one; \`${keysCommand(`remove ${word(name)}`, options)}\` removes it.`);
    }
    await make(store, entries, what);
    await chooseLocalMode(options);
  },

  async rotate(store, options, name) {
    const entries = await store.read();
    const old = entries.findLast((entry) => entry.name === name);
    if (!old) throw new Failure(`There is no key named ${name} to rotate. \`${keysCommand(`add ${word(name)}`, options)}\` makes one.`);
    await make(store, entries, {
      name,
      expires: options.expires === undefined ? old.expires : options.expires && checkExpires(options.expires),
      scopes: options.scopes === undefined ? old.scopes : checkScopes(options.scopes),
    });
    console.error(`The old key stays valid. When nobody uses it any more, run: ${keysCommand(`remove ${word(name)} ${old.digest.slice(0, 8)}`, options)}`);
  },

  async remove(store, options, name, start) {
    const { gone, left } = withoutEntry(await store.read(), name, start);
    if (gone.length === 0) throw new Failure(`There is no key named ${name}${start && ` whose digest begins with ${start}`}. \`${keysCommand("list", options)}\` shows the keys there are.`);
    await store.write(left);
    for (const entry of gone) console.log(`Removed: ${described(entry)}`);
    if (left.length === 0) console.error("No key is left. With AUTH_MODE=tokens, the server refuses every MCP request until you add one.");
  },

  async list(store) {
    const entries = await store.read();
    for (const entry of entries) console.log(described(entry));
    if (entries.length === 0) console.error(`There are no keys in ${store.place}.`);
  },
};

/** @param {Options} options */
async function passphrase({ env, config, remote }) {
  const hash = process.stdin.isTTY ? await askPassphrase("changed") : hashOf(await firstLine());
  const file = variables.variablesFile({ env, config });
  if (remote) {
    await setSecret("OWNER_PASSPHRASE", hash, { env, config });
  } else {
    variables.write(file, variables.set(variables.read(file), "OWNER_PASSPHRASE", hash));
  }
  console.error(`OWNER_PASSPHRASE, the hash of the passphrase, is in ${remote ? "the deployed server's secrets" : relative(process.cwd(), file)}:`);
  console.log(hash);
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      env: { type: "string", short: "e" }, config: { type: "string", short: "c" }, remote: { type: "boolean" }, scopes: { type: "string" },
      expires: { type: "string" }, replace: { type: "boolean" }, passphrase: { type: "boolean" }, cwd: { type: "string" }, help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return console.log(USAGE);
  if (values.cwd !== undefined) throw new Failure("--cwd is not taken. Give the configuration file in that folder with --config.");
  if (values.config !== undefined || values.env !== undefined) await configuration(values); // says what is wrong with it, before anything is written
  const [command = "", name = "", start = "", more] = positionals;
  if (values.passphrase && !command) return passphrase(values);
  const needsName = command !== "list";
  if (!Object.hasOwn(commands, command) || needsName !== Boolean(name) || more || (start && command !== "remove")) throw new Failure(USAGE);
  if (needsName && values.remote) lockKeys(await keysFile(values));
  await commands[command](values.remote ? await remoteStore(values) : localStore(values), values, name, start);
  if (needsName && !values.remote) console.error("If `npm start` is running, restart it: it reads its keys when it starts.");
}

main().catch(failed);
