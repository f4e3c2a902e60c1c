// `npm run doctor`, run against a server that a test starts.
import assert from "node:assert/strict";
import { startPlain } from "./plain-server.mjs";
import { run } from "./program.mjs";

/** @import { Fault } from "./plain-server.mjs" */

/** @param {string[]} args */
export const doctor = (...args) => run("node", ["worker/commands/doctor.mjs", ...args]);

/** What it prints with --json. @param {string[]} args */
export async function examine(...args) {
  const { code, output, log } = await doctor(...args, "--json");
  assert.ok(output.startsWith("{"), log);
  return { code, clients: /** @type {any[]} */ (JSON.parse(output).clients) };
}

/** @param {any[]} judged */
export const faults = (judged) => judged.flatMap(({ name, steps }) => steps.filter((/** @type {any} */ { result }) => result === "fail" || result === "warn").map((/** @type {any} */ step) => `${name}: ${step.title}: ${step.note}`));

/** @param {Fault | undefined} fault @param {(url: string, asked: import("./plain-server.mjs").Asked[]) => Promise<void>} check */
export async function against(fault, check) {
  const server = await startPlain(fault);
  try {
    await check(server.url, server.asked);
  } finally {
    await server.stop();
  }
}

/** A body that begins like this and does not end. @param {string} text */
export async function* stays(text) {
  yield text;
  await new Promise(() => {});
}
