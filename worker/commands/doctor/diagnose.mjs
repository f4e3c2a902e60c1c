// What one client does to connect, step by step, until it stops or has been waited for long enough.
import { fail } from "./check.mjs";
import { isLocal } from "./facts.mjs";

/** @import { Client } from "./clients.mjs" */
/** @import { Probe } from "./probe.mjs" */
/** @import { Diagnosis } from "./report.mjs" */

/** For all steps of a client: each question has a limit of its own, but there are many. */
const SECONDS = 30;

const tooLong = () =>
  fail(
    `all steps together took more than ${SECONDS} seconds, and this one had not ended by then: an answer never ends, or each one is slow. The steps after it were not tried`,
    "End every answer that is not a stream, end a stream once its response is sent, and find out what takes so long.",
  );

const tooMany = () =>
  fail(
    "it answers 429 by now: the doctor has asked more than the server allows, so this step and those after it could not be tried",
    "Wait, and run the doctor again, with --client for one client at a time.",
  );

/** @param {Error} error */
const senseless = ({ message }) => fail(`what the server answers here makes no sense (${message})`, "Look at the answer: something in it is of the wrong kind.");

/**
 * @param {Probe} probe
 * @param {Client} client
 * @param {boolean} chosen whether the person asked for this client
 * @param {AbortSignal} [limit] ends it; 30 seconds, if not given
 * @returns {Promise<Diagnosis>}
 */
export async function diagnose(probe, client, chosen, limit = AbortSignal.timeout(SECONDS * 1000)) {
  if (client.cloud && isLocal(probe.url) && !chosen) {
    return { client, steps: [], unjudged: "It connects from the cloud and cannot reach a server on this machine. Run the doctor again with the deployed server's URL." };
  }
  const steps = [];
  probe.limit = limit;
  for (const { title, run } of client.checks) {
    const found = await run(probe, client).catch(senseless), outcome = limit.aborted ? tooLong() : probe.tooMany ? tooMany() : found;
    // a server's words may have lines, which would look like ours
    const [note, fix] = [outcome.note, outcome.fix ?? ""].map((text) => probe.hide(text).replace(/\s*\n\s*/g, " "));
    steps.push({ title, ...outcome, note, ...(fix && { fix }) });
    // if nothing answers, nothing else is worth saying
    if (limit.aborted || probe.tooMany || (outcome.result === "fail" && title === "answers at this URL")) break;
  }
  return { client, steps, unjudged: "" };
}
