// The outcome of a check.

/** @import { Probe } from "./probe.mjs" */
/** @import { Client } from "./clients.mjs" */
/**
 * @typedef {object} Outcome
 * @property {"pass" | "fail" | "warn" | "skip" | "none"} result "skip": it could not be tried; "none": there is nothing of the kind
 * @property {string} note what was seen, or what is wrong and why it matters
 * @property {string} [fix] what to do
 */
/**
 * @typedef {object} Check
 * @property {string} title
 * @property {(probe: Probe, client: Client) => Promise<Outcome>} run
 */

/** @param {string} [note] @returns {Outcome} */
export const pass = (note = "") => ({ result: "pass", note });
/** @param {string} note @param {string} fix @returns {Outcome} */
export const fail = (note, fix) => ({ result: "fail", note, fix });
/** What does not harm this client, but may well harm another. @param {string} note @param {string} fix @returns {Outcome} */
export const warn = (note, fix) => ({ result: "warn", note, fix });
/** @param {string} note @returns {Outcome} */
export const skip = (note) => ({ result: "skip", note });

/** @param {string} note @returns {Outcome} */
export const none = (note) => ({ result: "none", note });

export const NEEDS_CREDENTIAL = skip("not tried: this needs a credential (--token or --header)");
