// Variables in wrangler.toml: what a deploy does not find there, the deployed server has no more.
import { readFileSync, writeFileSync } from "node:fs";
import { configuration } from "./wrangler.mjs";

/**
 * `toml` with variables in the table of an environment, under its other lines' heads.
 * @param {string} toml
 * @param {string | undefined} env
 * @param {Record<string, string>} values
 */
export function withVariables(toml, env, values) {
  const table = env ? `env.${env}.vars` : "vars";
  const lines = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`).join("");
  const head = new RegExp(`^\\[${table.replaceAll(".", "\\.")}\\][^\\n]*\\n`, "m").exec(toml);
  if (!head) return `${toml}${toml.endsWith("\n") ? "" : "\n"}\n[${table}]\n${lines}`;
  const end = head.index + head[0].length;
  return toml.slice(0, end) + lines + toml.slice(end);
}

/**
 * Writes them, and looks whether wrangler reads the same; if not, all is as it was.
 * @param {{ env?: string, config?: string }} options
 * @param {Record<string, string>} values
 * @returns {Promise<boolean>}
 */
export async function keepVariables({ env, config }, values) {
  const path = (await configuration({ env, config })).configPath;
  if (!path?.endsWith(".toml")) return false;
  const before = readFileSync(path, "utf8");
  writeFileSync(path, withVariables(before, env, values));
  try {
    const { vars } = await configuration({ env, config });
    if (Object.entries(values).every(([name, value]) => vars[name] === value)) return true;
  } catch {
    // written where it cannot be: taken back below
  }
  writeFileSync(path, before);
  return false;
}
