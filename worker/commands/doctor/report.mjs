// What the doctor found, as text.
import { configurations } from "./configuration.mjs";

/** @import { Outcome } from "./check.mjs" */
/** @import { Client } from "./clients.mjs" */
/** @import { Target } from "./configuration.mjs" */
/**
 * @typedef {object} Diagnosis
 * @property {Client} client
 * @property {({ title: string } & Outcome)[]} steps none if it was not judged
 * @property {string} unjudged why not; "" if it was
 */

const MARKS = { pass: "✓", fail: "✗", warn: "!", skip: "-", none: "" };
const WIDTH = 100;

/** Lines of at most WIDTH characters. @param {string} text @param {string} indent */
function wrap(text, indent) {
  const lines = [indent];
  for (const word of text.split(" ")) {
    const last = /** @type {string} */ (lines.at(-1));
    if (last.length + word.length >= WIDTH && last.trim()) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = `${last}${last.trim() ? " " : ""}${word}`;
  }
  return lines.join("\n");
}

/** @param {Diagnosis} diagnosis @returns {Outcome & { title: string } | undefined} where the client stops */
export const firstFault = ({ steps }) => steps.find(({ result }) => result === "fail");

/** @param {Diagnosis} diagnosis */
function verdict(diagnosis) {
  if (diagnosis.unjudged) return "not judged";
  if (firstFault(diagnosis)) return "cannot connect";
  const tried = diagnosis.steps.some(({ title, result }) => title === "tools/list" && result !== "skip");
  return tried ? "connects" : "no fault found, as far as can be checked without a credential";
}

/** @param {Diagnosis} diagnosis */
function section(diagnosis) {
  const { client, steps, unjudged } = diagnosis;
  const lines = [`${client.title}: ${verdict(diagnosis)}`];
  if (unjudged) lines.push(wrap(unjudged, "  "));
  const first = firstFault(diagnosis);
  for (const step of steps.filter(({ result }) => result !== "none")) {
    const { result, title, note, fix } = step;
    const short = (result === "pass" || result === "skip") && note;
    lines.push(`  ${MARKS[result]} ${title}${short ? `: ${note}` : ""}`);
    if (result === "fail" || result === "warn") lines.push(wrap(note, "      "));
    if ((step === first || result === "warn") && fix) lines.push(wrap(`-> ${fix}`, "      "));
  }
  return lines.join("\n");
}

/** How to connect a client. @param {Client} client @param {Target} target */
function recipes({ name, title }, target) {
  const all = configurations[name](target).map(({ where, text }) => `  ${where}:\n\n${text.replace(/^/gm, "    ")}\n`);
  return `${title}\n${all.join("\n")}`;
}

/** @param {Diagnosis[]} diagnoses @param {Target} target */
export function report(diagnoses, target) {
  const judged = diagnoses.filter(({ unjudged }) => !unjudged);
  return [target.url, ...diagnoses.map(section), "How to connect", ...judged.map(({ client }) => recipes(client, target))].join("\n\n");
}

/** The same for programs. @param {Diagnosis[]} diagnoses @param {Target} target */
export const asJson = (diagnoses, target) =>
  JSON.stringify(
    {
      url: target.url,
      clients: diagnoses.map((diagnosis) => ({
        name: diagnosis.client.name, verdict: verdict(diagnosis), unjudged: diagnosis.unjudged, firstFault: firstFault(diagnosis)?.title ?? null,
        steps: diagnosis.steps, configuration: configurations[diagnosis.client.name](target),
      })),
    },
    null, 2,
  );
