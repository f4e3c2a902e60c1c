// Questions to the person at the terminal, and what comes from a pipe if there is none.
import { Writable } from "node:stream";
import { createInterface } from "node:readline/promises";
import { Failure } from "../../c/toolchain/paths.mjs";

/** Whether somebody is there to answer. */
export const isTerminal = () => Boolean(process.stdin.isTTY && process.stderr.isTTY && !process.env.CI);

/**
 * Asks on stderr, so that stdout holds nothing but what was asked for.
 * @param {string} question
 * @param {boolean} hidden whether what is typed stays unseen
 */
async function read(question, hidden) {
  // readline shows what is typed by writing it; of a hidden answer, nothing is written
  const output = hidden ? new Writable({ write: (_bytes, _encoding, done) => done() }) : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  if (hidden) process.stderr.write(question); // after readline has switched the terminal's own echo off
  const left = new Promise((_resolve, reject) => lines.on("close", () => reject(new Failure("Nothing was done."))));
  left.catch(() => {});
  try {
    return await Promise.race([lines.question(hidden ? "" : question), left]);
  } finally {
    lines.close();
    if (hidden) process.stderr.write("\n");
  }
}

/** @param {string} question @param {string} [usual] what Enter alone means @returns {Promise<string>} */
export async function ask(question, usual = "") {
  const answer = (await read(`${question}${usual && ` [${usual}]`} `, false)).trim();
  return answer || usual;
}

/** @param {string} question @returns {Promise<string>} */
export const askHidden = (question) => read(`${question} `, true);

/** @param {string} question @param {boolean} usual what Enter alone means @returns {Promise<boolean>} */
export async function confirm(question, usual) {
  const answer = await ask(`${question} [${usual ? "Y/n" : "y/N"}]`);
  return answer === "" ? usual : /^y/i.test(answer);
}

/** Asks until `check` says nothing is wrong. @param {() => Promise<string>} question @param {(answer: string) => string} check @returns {Promise<string>} */
export async function askUntil(question, check) {
  for (;;) {
    const answer = await question();
    const wrong = check(answer);
    if (!wrong) return answer;
    console.error(wrong);
  }
}

/** What a check that throws finds wrong; "" if nothing. @param {(answer: string) => unknown} check @returns {(answer: string) => string} */
export const wrongTo = (check) => (answer) => {
  try {
    check(answer);
    return "";
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
};

/** The first line of what is piped in. @returns {Promise<string>} */
export async function firstLine() {
  let text = "";
  for await (const piece of process.stdin.setEncoding("utf8")) text += piece;
  return text.split(/\r?\n/)[0];
}

/** A secret of the person's own: typed unseen, or piped in. @param {string} question */
export const readSecret = (question) => (process.stdin.isTTY ? askHidden(question) : firstLine());
