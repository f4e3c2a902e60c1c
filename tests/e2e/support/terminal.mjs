// A program with somebody at its terminal, which script(1) provides.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { environment, patience, root } from "./program.mjs";

/** Why it cannot be tried here; false if it can. */
export const noTerminal = process.platform !== "linux" && "needs the script(1) of Linux";

/**
 * Runs a command, and answers its questions in their order.
 * @param {string} command a line for the shell
 * @param {[RegExp, string][]} answers what is typed, with Enter, when the question has been shown
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<{ code: number, shown: string, asked: number }>} `asked`: how many of the questions came
 */
export async function atTerminal(command, answers, { cwd = root, env = {} } = {}) {
  const child = spawn("script", ["-qfec", command, "/dev/null"], { cwd, env: { ...environment, CI: "", ...env } });
  const stop = setTimeout(() => child.kill("SIGHUP"), patience);
  let [shown, from, asked] = ["", 0, 0];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    shown += text;
    const [question, answer] = answers[asked] ?? [/$^/, ""];
    if (!question.test(shown.slice(from))) return;
    asked++;
    from = shown.length;
    child.stdin.write(`${answer}\r`);
  });
  const [code] = await once(child, "close");
  clearTimeout(stop);
  return { code: code ?? -1, shown, asked };
}
