// Where cJSON comes from.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeIfChanged } from "./embed.mjs";
import { Failure, root } from "./paths.mjs";
import { cachedFolder, fetchPinned, fromDebian, fromUpstream, run, sha256Of } from "./pinned.mjs";

const version = "1.7.19";
const sha256 = "7fa616e3046edfa7a28a32d5f9eacfd23f92900fe1f8ccd988c1662f30454562";
const upstream = `https://github.com/DaveGamble/cJSON/archive/refs/tags/v${version}.tar.gz`;
/** What is used of it, with its SHA-256: the archive was verified once, the files unpacked from it are verified each time. */
const files = {
  "cJSON.c": "298581a04a36c0165da4b0aade235c23088cb2faa58651d720ea2f3706ed0b0d",
  "cJSON.h": "25b0145150d500498e4d209cec69c18c42cf818bffcc54690be3b895a2a16dee",
};

/**
 * Puts cJSON where the compiler finds it, and returns that folder (relative).
 * @returns {Promise<string>}
 */
export async function cjson() {
  const { CJSON_DIR: given } = process.env, from = given || (await cached());
  const to = "build/cjson";
  await mkdir(join(root, to), { recursive: true });
  for (const [file, sum] of Object.entries(files)) {
    const bytes = await readFile(join(from, file)).catch(() => {
      const what = `${join(from, file)} cannot be read.`;
      throw new Failure(given ? `CJSON_DIR must be a folder that holds cJSON.c and cJSON.h: ${what}` : `${what} Remove its folder, and build again.`);
    });
    if (!given && sha256Of(bytes) !== sum) throw new Failure(`${join(from, file)} has changed since it was fetched. Remove its folder, and build again.`);
    await writeIfChanged(`${to}/${file}`, bytes);
  }
  return to;
}

/** The unpacked release in the user's cache; fetched if it is not there. */
function cached() {
  return cachedFolder(`cJSON-${version}`, async (work) => {
    const archive = join(work, "cJSON.tar.gz");
    await writeFile(archive, await fetchArchive());
    await run("tar", ["-xzf", archive, "-C", work, "--strip-components=1"]);
    const unpacked = join(work, "keep");
    await mkdir(unpacked);
    for (const file of [...Object.keys(files), "LICENSE"]) await rename(join(work, file), join(unpacked, file));
    return unpacked;
  }, Object.keys(files));
}

async function fetchArchive() {
  // Debian's source package holds the same archive.
  const debian = { type: /** @type {const} */ ("deb-src"), suite: "sid", command: ["source", "--download-only", "cjson/sid"], file: /^cjson_.*\.orig\.tar\.gz$/ };
  try {
    return await fetchPinned(sha256, { upstream: () => fromUpstream(upstream), Debian: () => fromDebian(debian) });
  } catch (error) {
    throw new Failure(
      `cJSON ${version} could not be fetched (${/** @type {Error} */ (error).message}): download ${upstream}, ` +
        "unpack it, and set CJSON_DIR to the folder that holds cJSON.c and cJSON.h.",
    );
  }
}
