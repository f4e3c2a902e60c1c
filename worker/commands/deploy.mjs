// `wrangler deploy` with the same arguments, once it is clear who may connect: asks for what the mode
// needs, uploads its secrets together with the code, and deploys no open server by mistake.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Failure, failed } from "../../c/toolchain/paths.mjs";
import { askFor, askMode, wrongValue } from "./deploy-questions.mjs";
import { forServer, secretCommand } from "./hints.mjs";
import { keepKeys, keptKeys, keysFile, lockKeys } from "./keys-store.mjs";
import { described, modeLines, needs, openness, parts, possibleNeeds, refusal } from "./modes.mjs";
import { isWritable, keepVariables } from "./settings.mjs";
import { confirm, isTerminal } from "./terminal.mjs";
import { formatEntries, parseEntries } from "./tokens.mjs";
import * as variables from "./variables.mjs";
import { configuration, configurationFile, environmentArgument, secretNames, wrangler } from "./wrangler.mjs";

const USAGE = `Usage: npm run deploy [-- [--var NAME:VALUE]... [--open] [--env NAME] [--config FILE] [--dry-run] [ARGUMENT]...]

Runs wrangler deploy, once it is clear who may connect. At a terminal it asks for what is missing;
elsewhere it says what is missing, and deploys nothing.

--var      sets a variable for this deploy, such as --var AUTH_MODE:tokens; AUTH_MODE and what it
           needs may also be in the environment or in wrangler.toml
--open     deploys a server that is open to everyone, or one without AUTH_MODE, which answers nobody
--env      selects an environment of wrangler.toml; a mode with oauth selects "oauth" by itself
--config   takes another configuration file than wrangler.toml; so does -c
--dry-run  builds and bundles everything, but uploads nothing
--help     prints this; so does -h

All arguments but --open go to wrangler deploy; --name, --cwd, --env-file and --profile are refused. \`npx wrangler deploy --help\` lists what it takes.

AUTH_MODE says who may connect; tokens, jwt and oauth can be combined, separated by commas:
${modeLines}`;

/**
 * @typedef {object} Plan
 * @property {string[]} args wrangler's
 * @property {string[]} said the variables that they set
 * @property {string} [env]
 * @property {boolean} ownEnv whether the person chose it
 * @property {string} [config]
 * @property {string} file the configuration file, as people name it
 * @property {boolean} help whether to say only what there is
 * @property {boolean} dryRun
 * @property {boolean} open whether the person said that an open server is meant
 * @property {string} [ownSecrets] a file of secrets that wrangler gets from the person
 * @property {Record<string, string>} variables what is given here, by --var or the environment, or was asked for
 * @property {Record<string, string>} configured what the configuration file says
 * @property {Record<string, string>} secrets what is uploaded
 * @property {string[]} deployed the secrets that the deployed server has
 * @property {string} [key] one that was made
 */

/** What would choose another Worker or account than the one whose secrets and keys are looked at here. */
const ELSEWHERE = new Set(["cwd", "env-file", "name", "profile"]);

/** Refuses an option that wrangler would take in another way. @param {string} name @param {string | undefined} value @param {string} [next] the argument after it */
function checkOption(name, value, next = "") {
  const usual = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`); // wrangler knows dryRun, too
  if (usual !== name) throw new Failure(`--${name} is not taken: write --${usual}. Nothing was deployed.`);
  if (name === "no-dry-run") throw new Failure("--no-dry-run is not taken: leave --dry-run out. Nothing was deployed.");
  if (["env", "config"].includes(name) && value === undefined) throw new Failure(`--${name} needs a value. Nothing was deployed.`);
  if (["open", "dry-run"].includes(name) && (value !== undefined || /^(?:true|false)$/.test(next))) throw new Failure(`--${name} takes no value: give it alone, or leave it out. Nothing was deployed.`);
  if (!ELSEWHERE.has(name)) return;
  throw new Failure(`--${name} is not taken, because the secrets and keys would be those of another Worker. Nothing was deployed. A Worker of its own has a configuration file of its own, with its name and, if needed, its account_id: give that file with --config.`);
}

/** @param {string[]} given @returns {Plan} */
function readArguments(given) {
  const { values, tokens } = parseArgs({
    args: given, strict: false, allowPositionals: true, tokens: true,
    options: {
      env: { type: "string", short: "e" }, config: { type: "string", short: "c" }, var: { type: "string", multiple: true },
      open: { type: "boolean" }, "dry-run": { type: "boolean" }, "secrets-file": { type: "string" }, help: { type: "boolean", short: "h" },
    },
  });
  for (const token of tokens) if (token.kind === "option") checkOption(token.name, token.value, given[token.index + 1]);
  const open = tokens.find((token) => token.kind === "option" && token.name === "open");
  const args = given.filter((_arg, index) => index !== open?.index);
  let taking = false; // --var takes several, up to the next option
  const pairs = tokens.flatMap((token) => {
    if (token.kind === "option" && token !== open) taking = token.name === "var";
    return taking && "value" in token && token.value !== undefined ? token.value : [];
  });
  const said = Object.fromEntries(pairs.flatMap((pair) => [/^(\w+):(.*)$/s.exec(pair) ?? []]).filter(([all]) => all).map(([, name, value]) => [name, value]));
  return {
    args, said: Object.keys(said), variables: { ...said }, configured: {}, secrets: {}, deployed: [], file: "", help: Boolean(values.help),
    env: /** @type {string | undefined} */ (values.env), config: /** @type {string | undefined} */ (values.config),
    ownEnv: "env" in values, dryRun: Boolean(values["dry-run"]), open: Boolean(open), ownSecrets: "secrets-file" in values ? String(values["secrets-file"]) : undefined,
  };
}

/** @param {Plan} plan @param {string} [env] @returns {Promise<Record<string, string>>} */
const configuredIn = async ({ config }, env) => Object.fromEntries(Object.entries((await configuration({ env, config })).vars).map(([name, value]) => [name, String(value)]));

/** The mode, as the arguments, the environment or the configuration file give it. @param {Plan} plan */
async function readMode(plan) {
  if (process.env.AUTH_MODE) plan.variables.AUTH_MODE ??= process.env.AUTH_MODE;
  plan.file = await configurationFile(plan);
  plan.configured = await configuredIn(plan, plan.env);
  const mode = plan.variables.AUTH_MODE ?? plan.configured.AUTH_MODE;
  if (mode !== undefined) await chooseBuild(plan, mode);
  return mode;
}

/** The mode oauth has a build of its own, with variables of its own. @param {Plan} plan @param {string} mode */
async function chooseBuild(plan, mode) {
  if (plan.ownEnv || !parts(mode).includes("oauth")) return;
  plan.env = "oauth";
  const own = await configuredIn(plan, "oauth");
  if (own.AUTH_MODE !== mode) plan.variables.AUTH_MODE = mode;
  // wrangler would not take [vars] along
  for (const [name, value] of Object.entries(plan.configured)) if (!(name in own)) plan.variables[name] ??= value;
  plan.configured = own;
}

/** Stops if the server would be open, or closed to all, and nobody said that it should be; a dry run only says so. @param {string | undefined} mode @param {Plan} plan */
function guard(mode, { open, dryRun, env, config }) {
  if (mode !== undefined && refusal(mode)) throw new Failure(refusal(mode));
  const why = mode === undefined ? "" : openness(mode);
  if (mode !== undefined && !why) return;
  const text = why
    ? `AUTH_MODE=${mode}: THIS SERVER WILL BE OPEN TO EVERYONE ON THE INTERNET, because ${why}.`
    : "NO AUTH_MODE IS SET HERE: the server will refuse every MCP request. What an earlier deploy set with --var does not carry over to this one.";
  if (!open && !dryRun) throw new Failure(`${text}\nNothing was deployed. Choose who may connect:\n\n    npm run deploy -- --var AUTH_MODE:tokens${forServer({ env, config })}\n\nor, if this is what you want, add --open to deploy it as it is.`);
  const [on, off] = process.stderr.isTTY ? ["\x1b[1;31m", "\x1b[0m"] : ["", ""];
  console.error(`\n${on}!! ${text}${off}\n`);
}

/** Takes from the environment what the mode can have, and nothing else: it may be meant for others. @param {Plan} plan @param {string} mode */
function readEnvironment(plan, mode) {
  for (const { name, secret } of possibleNeeds(mode)) {
    const value = process.env[name];
    if (value) (secret ? plan.secrets : plan.variables)[name] ??= value;
  }
}

/** Finds or asks for all that the mode needs. @param {Plan} plan @param {string} mode */
async function gather(plan, mode) {
  readEnvironment(plan, mode);
  const hasKeys = parts(mode).includes("tokens");
  if (hasKeys && !plan.dryRun) lockKeys(await keysFile(plan));
  const given = (/** @type {string} */ name) => plan.variables[name] ?? plan.secrets[name] ?? plan.configured[name];
  const isKnown = (/** @type {string} */ name) => given(name) !== undefined || plan.deployed.includes(name);
  if (!plan.dryRun && plan.ownSecrets === undefined && needs(mode, isKnown).some(({ secret }) => secret)) plan.deployed = await secretNames(plan);
  if (!plan.deployed.includes("TOKENS") && plan.ownSecrets === undefined && hasKeys) {
    const kept = keptKeys(await keysFile(plan));
    if (kept?.length) plan.secrets.TOKENS ??= formatEntries(kept);
  }
  // a dry run does not ask the platform which secrets there are
  const isMissing = (/** @type {import("./modes.mjs").Need} */ { name, secret }) => !isKnown(name) && !(secret && (plan.dryRun || plan.ownSecrets !== undefined));
  let missing = needs(mode, isKnown).filter(isMissing);
  if (missing.length && isTerminal()) {
    const { values, key } = await askFor(mode, missing);
    for (const { name, secret } of possibleNeeds(mode)) if (name in values) (secret ? plan.secrets : plan.variables)[name] = values[name];
    plan.key = key;
    missing = needs(mode, isKnown).filter(isMissing);
  }
  const wrong = needs(mode, isKnown).flatMap((need) => {
    const value = given(need.name);
    return value === undefined ? [] : wrongValue(need, value, plan) || [];
  });
  const ways = (/** @type {import("./modes.mjs").Need} */ { name, secret }) => (secret ? `in the environment or with \`${secretCommand(name, plan)}\`` : `with --var ${name}:VALUE, in the environment or in ${plan.file}`);
  const lacking = missing.map((need) => `${need.name} is missing: it is ${described(need, plan)}. Set it ${ways(need)}.`);
  if (lacking.length + wrong.length) throw new Failure([`AUTH_MODE=${mode} cannot be deployed yet.`, ...lacking, ...wrong].join("\n"));
}

/** What later deploys need again, because the configuration file does not say it. @param {Plan} plan */
const unkept = ({ variables: all, configured }) => Object.entries(all).filter(([name, value]) => configured[name] !== value);

/** Offers to write that to the configuration file. @param {Plan} plan @returns {Promise<boolean>} */
async function askToKeep(plan) {
  const names = unkept(plan).map(([name]) => name).join(", ");
  if (!names || plan.dryRun || !isTerminal() || !isWritable(plan.file)) return false;
  return confirm(`Write ${names} to ${plan.file} after the upload, for later deploys?`, true);
}

/** Writes it, if that is wanted; else says what it means that it is not written. @param {Plan} plan @param {boolean} wanted */
async function keep(plan, wanted) {
  const all = unkept(plan);
  if (all.length === 0) return;
  const { env, ownEnv, config, file } = plan;
  const names = all.map(([name]) => name).join(", "), table = `[${env ? `env.${env}.` : ""}vars]`;
  if (wanted && (await keepVariables(plan, Object.fromEntries(all)))) {
    const again = env && !ownEnv ? ` To deploy again, run \`npm run deploy --${forServer({ env, config })}\`.` : "";
    console.error(`${names}: written to ${file}, under ${table}.${again}`);
    return;
  }
  if (wanted) console.error(`${file} could not be changed. Add it by hand.`);
  console.error(`${names}: for this deploy only. Later deploys need the same again, unless it is in ${file}, under ${table}.`);
}

/** Whether a file of secrets has AUTH_MODE: wrangler takes JSON, with comments, and dotenv's format. @param {string} text */
const hasMode = (text) => (/^\s*(?:\{|\/[/*])/.test(text) ? /"AUTH_MODE"\s*:/.test(text) : variables.get(text, "AUTH_MODE") !== undefined);

/** Refuses a mode among the secrets: nothing here would have looked at it. @param {Plan} plan */
function checkSecrets({ ownSecrets, file }) {
  if (!ownSecrets || !hasMode(variables.read(ownSecrets))) return; // wrangler says so if there is no file
  throw new Failure(`${ownSecrets} has AUTH_MODE, which is not a secret. Nothing was deployed. Remove it from that file, and set it with --var AUTH_MODE:MODE or in ${file}.`);
}

/** Refuses an environment without the mailboxes that the server has elsewhere: it inherits none, and would answer 500 wherever one is needed. @param {Plan} plan */
async function checkMailbox({ env, config, file }) {
  const isBound = async (/** @type {string} */ name = "") => (await configuration({ env: name, config })).durable_objects.bindings.some((binding) => binding.name === "MAILBOX");
  if (!env || (await isBound(env)) || !(await isBound())) return;
  throw new Failure(`The environment ${env} lacks the binding MAILBOX, because an environment inherits no bindings. Nothing was deployed. Add this to ${file}, or the same in its own format:\n\n[[env.${env}.durable_objects.bindings]]\nname = "MAILBOX"\nclass_name = "Mailbox"`);
}

/** Runs wrangler with the secrets in a file that only it sees. @param {Plan} plan @returns {Promise<number>} */
async function upload(plan) {
  const args = ["deploy", ...plan.args, ...(plan.ownEnv ? [] : [environmentArgument(plan.env)])];
  for (const [name, value] of Object.entries(plan.variables)) if (!plan.said.includes(name)) args.push("--var", `${name}:${value}`);
  if (plan.ownSecrets !== undefined || Object.keys(plan.secrets).length === 0) return (await wrangler(args)).code;
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  try {
    const file = join(folder, "secrets.json");
    variables.write(file, JSON.stringify(plan.secrets));
    return (await wrangler([...args, `--secrets-file=${file}`])).code;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main() {
  const plan = readArguments(process.argv.slice(2));
  if (plan.help) return console.log(USAGE);
  let mode = await readMode(plan);
  checkSecrets(plan);
  if (mode === undefined && isTerminal() && !plan.open) {
    mode = plan.variables.AUTH_MODE = await askMode();
    await chooseBuild(plan, mode);
  }
  guard(mode, plan);
  await checkMailbox(plan);
  if (mode !== undefined) await gather(plan, mode);
  const keeping = await askToKeep(plan);
  const code = await upload(plan).catch((error) => (failed(error), 1)); // it was interrupted
  process.exitCode = code;
  if (plan.dryRun || (code !== 0 && !plan.key)) return;
  if (plan.key) {
    console.error("This is the key. It is shown only once:");
    console.log(plan.key);
  }
  if (code === 0) await keep(plan, keeping);
  else console.error("The deploy failed, maybe after the server had this key. If it has none, the next deploy uploads it.");
  if (plan.secrets.TOKENS) keepKeys(await keysFile(plan), parseEntries(plan.secrets.TOKENS));
}

main().catch(failed);
