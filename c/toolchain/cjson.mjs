// cJSON is fetched, verified and kept outside version control. The checksum is
// what is trusted, so it does not matter which of the places it came from.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { Failure, root, userCache } from "./paths.mjs";

const run = promisify(execFile);

const version = "1.7.19";
const sha256 = "7fa616e3046edfa7a28a32d5f9eacfd23f92900fe1f8ccd988c1662f30454562";
const upstream = `https://github.com/DaveGamble/cJSON/archive/refs/tags/v${version}.tar.gz`;
const files = ["cJSON.c", "cJSON.h", "LICENSE"];

/**
 * Puts cJSON where the compiler finds it, and returns that folder (relative).
 * @returns {Promise<string>}
 */
export async function cjson() {
  const from = process.env.CJSON_DIR || (await cached());
  const to = "build/cjson";
  await mkdir(join(root, to), { recursive: true });
  for (const file of ["cJSON.c", "cJSON.h"]) await copyIfChanged(join(from, file), join(root, to, file));
  return to;
}

/** @param {string} from @param {string} to */
async function copyIfChanged(from, to) {
  const wanted = await readFile(from).catch(() => {
    throw new Failure(`CJSON_DIR must be a folder that holds cJSON.c and cJSON.h: ${from} cannot be read.`);
  });
  const had = await readFile(to).catch(() => null);
  if (!had?.equals(wanted)) await copyFile(from, to);
}

/** The unpacked release in the user's cache; fetched the first time. */
async function cached() {
  const folder = join(userCache, `cJSON-${version}`);
  const have = await readdir(folder).catch(() => /** @type {string[]} */ ([]));
  if (files.every((file) => have.includes(file))) return folder;
  await mkdir(userCache, { recursive: true });
  const work = await mkdtemp(join(userCache, "fetch-"));
  try {
    const archive = join(work, "cJSON.tar.gz");
    await writeFile(archive, await fetchArchive(work));
    await run("tar", ["-xzf", archive, "-C", work, "--strip-components=1"]);
    const unpacked = join(work, "keep");
    await mkdir(unpacked);
    for (const file of files) await rename(join(work, file), join(unpacked, file));
    await rm(folder, { recursive: true, force: true });
    await rename(unpacked, folder).catch(() => {}); // a build beside this one was first
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** @param {string} work a folder to work in @returns {Promise<Buffer>} */
async function fetchArchive(work) {
  const failures = [];
  for (const [name, get] of /** @type {const} */ ([["upstream", fromUpstream], ["Debian", fromDebian]])) {
    try {
      const bytes = await get(work);
      const sum = createHash("sha256").update(bytes).digest("hex");
      if (sum === sha256) return bytes;
      failures.push(`${name}: wrong SHA-256 ${sum}`);
    } catch (error) {
      failures.push(`${name}: ${reason(error)}`);
    }
  }
  throw new Failure(
    `cJSON ${version} could not be fetched (${failures.join("; ")}): download ${upstream}, ` +
      "unpack it, and set CJSON_DIR to the folder that holds cJSON.c and cJSON.h.",
  );
}

/** @param {any} error the deepest cause in one line */
function reason(error) {
  while (error.cause) error = error.cause;
  const lines = String(error.stderr || error.message).trim().split("\n");
  return lines[lines.length - 1];
}

async function fromUpstream() {
  const answer = await fetch(upstream, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

/**
 * Debian's source package holds the same archive. apt-get gets folders of its
 * own, so this needs no root and leaves the system's package lists alone.
 * @param {string} work
 */
async function fromDebian(work) {
  // apt's download user may not enter a home directory; a public one spares a warning.
  const dir = await mkdtemp(join(tmpdir(), "cjson-"));
  try {
    const list = join(dir, "sid.sources");
    await writeFile(list, await debianSource());
    await mkdir(join(dir, "lists/partial"), { recursive: true });
    await mkdir(join(dir, "cache/archives/partial"), { recursive: true });
    const options = [
      `Dir::Etc::SourceList=${list}`, "Dir::Etc::SourceParts=/dev/null",
      `Dir::State::Lists=${dir}/lists`, `Dir::Cache=${dir}/cache`,
      "Acquire::Languages=none", "Acquire::Retries=1", "Acquire::http::Timeout=15", "APT::Sandbox::User=root",
    ].flatMap((option) => ["-o", option]);
    const limit = { cwd: work, timeout: 180_000 };
    await run("apt-get", [...options, "-q", "update"], limit);
    await run("apt-get", [...options, "-q", "source", "--download-only", "cjson/sid"], limit);
    const archive = (await readdir(work)).find((name) => /^cjson_.*\.orig\.tar\.gz$/.test(name));
    if (!archive) throw new Error("the source package holds no release archive");
    return readFile(join(work, basename(archive)));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** A source list for Debian sid, on the mirror this machine already uses. */
async function debianSource() {
  const dir = "/etc/apt/sources.list.d";
  const names = (await readdir(dir).catch(() => [])).filter((name) => /\.(sources|list)$/.test(name));
  const paths = ["/etc/apt/sources.list", ...names.toSorted().map((name) => join(dir, name))];
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch(() => "");
    const uri = /^URIs:\s*(\S*\/debian\/?)\s*$/m.exec(text)?.[1] ?? /^deb\s+(?:\[.*\]\s+)?(\S*\/debian\/?)\s/m.exec(text)?.[1];
    if (!uri) continue;
    const signed = /^Signed-By:\s*(\/\S+)/m.exec(text)?.[1] ?? "/usr/share/keyrings/debian-archive-keyring.gpg";
    return `Types: deb-src\nURIs: ${uri}\nSuites: sid\nComponents: main\nSigned-By: ${signed}\n`;
  }
  throw new Error("no Debian mirror is configured on this machine");
}
