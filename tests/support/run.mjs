// Runs a program with all of its input at once, and returns its output.
import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * @param {string[]} command
 * @param {string} input
 * @param {Record<string, string>} env in addition to this process's
 * @returns {Promise<{ code: number | null, output: string, complaints: string }>}
 */
export async function run([program, ...args], input, env) {
  const child = spawn(program, args, { env: { ...process.env, ...env } });
  let output = "", complaints = "";
  child.stdout.on("data", (bytes) => (output += bytes));
  child.stderr.on("data", (bytes) => (complaints += bytes));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, output, complaints };
}
