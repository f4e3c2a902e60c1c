// `npm run doctor URL`: does what each client does to connect, and says where it fails, why, and what
// to do; then how to connect. For any MCP server, with a credential and without.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { Failure, failed } from "../../c/toolchain/paths.mjs";
import { clients } from "./doctor/clients.mjs";
import { nameOf, placeholder } from "./doctor/configuration.mjs";
import { diagnose } from "./doctor/diagnose.mjs";
import { advertisesOAuth, isLocal, isOpen } from "./doctor/facts.mjs";
import { isLegacy, leave } from "./doctor/messages.mjs";
import { Probe } from "./doctor/probe.mjs";
import { asJson, firstFault, report } from "./doctor/report.mjs";
import { shownUrl } from "./doctor/secrets.mjs";
import { readSecret } from "./terminal.mjs";

/** @import { Header } from "./doctor/probe.mjs" */
/** @import { Diagnosis } from "./doctor/report.mjs" */

const USAGE = `Usage: npm run doctor -- URL [--token TOKEN | --header 'Name: value'] [--client NAME]... [--json]

URL        the MCP server's http or https URL, with its path: https://example.com/mcp
--token    sent as "Authorization: Bearer TOKEN"; "-" asks for it, or reads it from a pipe
--header   sent as it is
--client   ${clients.map(({ name }) => name).join(", ")}; without it, all of them
--json     prints JSON, for programs
--help     prints this; so does -h`;

/** How long the questions left for the end may take together. */
const LAST_MS = 10_000;

/** @param {string | undefined} text @returns {string} */
function checkUrl(text) {
  if (!text) throw new Failure(USAGE);
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new Failure("The URL must begin with http:// or https://, as https://example.com/mcp does.");
  const url = new URL(text);
  if (url.username || url.password) throw new Failure("No client sends a credential that is in the URL. Give it with --token or --header.");
  return text.replace(/#.*$/s, "");
}

/** What a header can carry. @param {string} value */
function sendable(value) {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new Failure("The credential has a character that no header can carry, so no client can send it.");
  return value;
}

/** @param {{ token?: string, header?: string }} options @returns {Promise<Header | undefined>} */
async function readCredential({ token, header }) {
  if (token !== undefined && header !== undefined) throw new Failure("Give --token or --header, not both.");
  if (token !== undefined) {
    const key = (token === "-" ? await readSecret("Token:") : token).trim();
    if (!key) throw new Failure("The token is empty.");
    return { name: "Authorization", value: `Bearer ${sendable(key)}` };
  }
  if (header === undefined) return undefined;
  const [, name, value] = /^([\w-]+):\s*(\S.*)$/.exec(header.trim()) ?? [];
  if (!name) throw new Failure("--header takes 'Name: value'.");
  return { name, value: sendable(value) };
}

/** Removes what would steer a terminal: a server may send it. @param {string} text */
// eslint-disable-next-line no-control-regex
const harmless = (text) => text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, "?");

/** Whether another process has done it all: Node goes by HTTPS_PROXY and the like only if it is told to when it starts. @param {string} url */
function wentByProxy(url) {
  const { NODE_USE_ENV_PROXY: told, HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  if (told !== undefined || isLocal(url) || !(HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy)) return false;
  const env = { ...process.env, NODE_USE_ENV_PROXY: "1", NODE_NO_WARNINGS: "1" }; // it would say that this is experimental
  process.exitCode = spawnSync(process.execPath, process.argv.slice(1), { stdio: "inherit", env }).status ?? 1;
  return true;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { token: { type: "string" }, header: { type: "string" }, client: { type: "string", multiple: true }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return console.log(USAGE);
  const url = checkUrl(positionals.length === 1 ? positionals[0] : undefined);
  const wanted = values.client?.flatMap((name) => name.split(","));
  const unknown = wanted?.find((name) => !clients.some((client) => client.name === name));
  if (unknown !== undefined) throw new Failure(`There is no client ${unknown}.\n\n${USAGE}`);
  if (wentByProxy(url)) return;
  const credential = await readCredential(values);
  const probe = new Probe(url, credential);
  /** @type {Diagnosis[]} */
  const diagnoses = [];
  for (const client of clients.filter(({ name }) => !wanted || wanted.includes(name))) {
    if (process.stderr.isTTY) console.error(`Checking ${client.title} ...`); // with a slow server it takes a while
    diagnoses.push(await diagnose(probe, client, Boolean(wanted)));
  }
  probe.limit = AbortSignal.timeout(LAST_MS);
  await leave(probe);
  const key = credential ?? { name: "Authorization", value: "Bearer " };
  const needsKey = credential !== undefined || !((await isOpen(probe)) || (await advertisesOAuth(probe)));
  const target = { name: nameOf(url), url: shownUrl(url), sse: await isLegacy(probe), ...(needsKey ? placeholder(key) : { header: "", value: "" }) };
  console.log(harmless((values.json ? asJson : report)(diagnoses, target)));
  process.exitCode = diagnoses.some(firstFault) ? 1 : 0;
}

main().catch(failed);
