// Where things are. Every path that reaches a compiler is relative to the
// checkout, so that the same sources give the same bytes in any folder.
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** What is fetched once per user, not once per checkout. */
export const userCache = join(
  process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
  "remote-mcp-server-c",
);

/** Whether a file, or a folder on its path, is hidden: it belongs to an editor or the system. `.#add.c` is only a lock. @param {string} path */
export const isHidden = (path) => /(?:^|[/\\])\./.test(path);

/** An error that is the user's to solve: printed as one line, without a stack. */
export class Failure extends Error {}

/** What to say of an error that is the user's to solve; undefined if it is not. What the system refuses, and what parseArgs finds wrong, are, too. @param {any} error @returns {string | undefined} */
export function sentenceOf(error) {
  if (error.syscall) return `A file could not be read or written: ${error.message}.`;
  return error instanceof Failure || error.code?.startsWith("ERR_PARSE_ARGS") ? error.message : undefined;
}

/** How a command ends that could not do what it was told. @param {unknown} error */
export function failed(error) {
  const sentence = sentenceOf(error);
  if (sentence === undefined) throw error;
  console.error(sentence);
  process.exitCode = 1;
}
