// Variables in wrangler.toml: what a deploy does not find there, the deployed server no longer has.
import { cpSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { configuration } from "./wrangler.mjs";

/**
 * `toml` with variables in the table of an environment: in place of what it says about them, or first.
 * @param {string} toml
 * @param {string | undefined} env
 * @param {Record<string, string>} values
 */
export function withVariables(toml, env, values) {
  const table = env ? `env.${env}.vars` : "vars";
  const head = new RegExp(`^\\[${table.replaceAll(".", "\\.")}\\][^\\n]*\\n`, "m").exec(toml);
  if (!head) return withVariables(`${toml}${toml.endsWith("\n") ? "" : "\n"}\n[${table}]\n`, env, values);
  const start = head.index + head[0].length;
  const length = toml.slice(start).search(/^\[/m);
  let body = length < 0 ? toml.slice(start) : toml.slice(start, start + length);
  for (const [name, value] of Object.entries(values).toReversed()) {
    const line = `${name} = ${JSON.stringify(value)}`;
    const said = new RegExp(`^${name} = (?:"(?:\\\\.|[^"\\\\])*"|'[^']*'|[^#\\n]*?(?= *(?:#|$)))`, "m");
    body = said.test(body) ? body.replace(said, () => line) : `${line}\n${body}`;
  }
  return toml.slice(0, start) + body + (length < 0 ? "" : toml.slice(start + length));
}

/** Whether variables can be written there. @param {string} path */
export const isWritable = (path) => path.endsWith(".toml");

/**
 * Writes them, once it is sure that wrangler reads the same; if not, everything stays as it was.
 * @param {{ env?: string, config?: string }} options
 * @param {Record<string, string>} values
 * @returns {Promise<boolean>}
 */
export async function keepVariables({ env, config }, values) {
  const path = (await configuration({ env, config })).configPath;
  if (!path || !isWritable(path)) return false;
  const draft = path.replace(/toml$/, `${process.pid}.toml`);
  try {
    cpSync(path, draft); // with its mode
    writeFileSync(draft, withVariables(readFileSync(path, "utf8"), env, values));
    const { vars } = await configuration({ env, config: draft });
    if (!Object.entries(values).every(([name, value]) => vars[name] === value)) return false;
    renameSync(draft, realpathSync(path));
    return true;
  } catch {
    return false; // it may not be written there
  } finally {
    rmSync(draft, { force: true });
  }
}
