// Third-party files are fetched once per user, verified, and kept outside
// version control. The checksum is what is trusted, so it does not matter which
// of its places a file came from.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { userCache } from "./paths.mjs";

export const run = promisify(execFile);

/**
 * The folder `name` in the user's cache; filled by `fill` the first time, and when something is missing in it.
 * @param {string} name
 * @param {(work: string) => Promise<string>} fill works in an empty folder, and returns the one to keep
 * @param {string[]} [files] what must be in it; if not given, anything
 * @returns {Promise<string>}
 */
export async function cachedFolder(name, fill, files = []) {
  const folder = join(userCache, name);
  const isComplete = async () => {
    /** @type {string[]} */
    const names = await readdir(folder).catch(() => []);
    return names.length > 0 && files.every((file) => names.includes(file));
  };
  if (await isComplete()) return folder;
  await mkdir(userCache, { recursive: true });
  const work = await mkdtemp(join(userCache, "fetch-"));
  try {
    const filled = await fill(work);
    if (!(await isComplete())) await rm(folder, { recursive: true, force: true });
    await rename(filled, folder).catch(() => {}); // another run was faster
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** @param {Buffer} bytes @returns {string} in hex */
export const sha256Of = (bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * Bytes with that checksum, from the first place that has them.
 * @param {string} sha256
 * @param {Record<string, () => Promise<Buffer>>} places
 * @returns {Promise<Buffer>}
 */
export async function fetchPinned(sha256, places) {
  const failures = [];
  for (const [name, get] of Object.entries(places)) {
    try {
      const bytes = await get();
      const sum = sha256Of(bytes);
      if (sum === sha256) return bytes;
      failures.push(`${name}: wrong SHA-256 ${sum}`);
    } catch (error) {
      failures.push(`${name}: ${reason(error)}`);
    }
  }
  throw new Error(failures.join("; "));
}

/** @param {any} error the deepest cause in one line */
export function reason(error) {
  while (error.cause) error = error.cause;
  const lines = String(error.stderr || error.message).trim().split("\n");
  return lines[lines.length - 1];
}

/** @param {string} url @returns {Promise<Buffer>} */
export async function fromUpstream(url) {
  const env = { ...process.env, NODE_USE_ENV_PROXY: "1" };
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, "download.mjs"), url], { env, encoding: "buffer", maxBuffer: 1 << 27 });
  return stdout;
}

/**
 * A file of a Debian package, from the mirror that this machine already uses. apt-get gets folders
 * of its own, so this needs no root and leaves the system's package lists alone.
 * @param {{ type: "deb" | "deb-src", suite: string, command: string[], file: RegExp }} what `command`
 *   is apt-get's, and puts the file into the folder where it runs
 * @returns {Promise<Buffer>}
 */
export async function fromDebian({ type, suite, command, file }) {
  // apt's download user may not enter a home directory; a public one spares a warning.
  const dir = await mkdtemp(join(tmpdir(), "debian-"));
  try {
    const list = join(dir, "suite.sources");
    await writeFile(list, `Types: ${type}\nSuites: ${suite}\nComponents: main\n${await mirror()}`);
    await mkdir(join(dir, "lists/partial"), { recursive: true });
    await mkdir(join(dir, "cache/archives/partial"), { recursive: true });
    const options = [
      `Dir::Etc::SourceList=${list}`, "Dir::Etc::SourceParts=/dev/null",
      `Dir::State::Lists=${dir}/lists`, `Dir::Cache=${dir}/cache`,
      "Acquire::Languages=none", "Acquire::Retries=1", "Acquire::http::Timeout=15", "APT::Sandbox::User=root",
    ].flatMap((option) => ["-o", option]);
    const limit = { cwd: dir, timeout: 180_000 };
    await run("apt-get", [...options, "-q", "update"], limit);
    await run("apt-get", [...options, "-q", ...command], limit);
    const name = (await readdir(dir)).find((each) => file.test(each));
    if (!name) throw new Error(`apt-get ${command.join(" ")} fetched no ${file}`);
    return await readFile(join(dir, name));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Where this machine's packages come from, as lines of a source list. */
async function mirror() {
  const dir = "/etc/apt/sources.list.d";
  const names = (await readdir(dir).catch(() => [])).filter((name) => /\.(sources|list)$/.test(name));
  for (const path of ["/etc/apt/sources.list", ...names.toSorted().map((name) => join(dir, name))]) {
    const text = await readFile(path, "utf8").catch(() => "");
    const uri = /^URIs:\s*(\S*\/debian\/?)\s*$/m.exec(text)?.[1] ?? /^deb\s+(?:\[.*\]\s+)?(\S*\/debian\/?)\s/m.exec(text)?.[1];
    if (!uri) continue;
    const signed = /^Signed-By:\s*(\/\S+)/m.exec(text)?.[1] ?? "/usr/share/keyrings/debian-archive-keyring.gpg";
    return `URIs: ${uri}\nSigned-By: ${signed}\n`;
  }
  throw new Error("no Debian mirror is configured on this machine");
}
