// A program with somebody at its terminal, which script(1) provides.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { environment, patience, root } from "./program.mjs";

/** Why it cannot be tried here; false if it can. */
export const noTerminal = !spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") && "there is no script(1) of util-linux, which provides a terminal";

/**
 * Runs a command, and answers its questions in their order. It fails if one of them never comes.
 * @param {string[]} command its words, without quotes in them
 * @param {[RegExp, string][]} answers what is typed, with Enter, when the question has been shown
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<{ code: number, shown: string }>}
 */
export async function atTerminal(command, answers, { cwd = root, env = {} } = {}) {
  const child = spawn("script", ["-qfec", command.map((word) => `'${word}'`).join(" "), "/dev/null"], { cwd, env: { ...environment, CI: "", ...env } });
  const stop = setTimeout(() => child.kill("SIGTERM"), patience); // SIGHUP would not end script(1)
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
  if (child.killed || asked < answers.length) throw new Error(`${answers[asked]?.[0] ?? "its end"} never came:\n${shown}`);
  return { code: code ?? -1, shown };
}
