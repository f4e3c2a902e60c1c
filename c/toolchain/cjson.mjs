// Where cJSON comes from.
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure, root } from "./paths.mjs";
import { cachedFolder, fetchPinned, fromDebian, fromUpstream, run } from "./pinned.mjs";

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
function cached() {
  return cachedFolder(`cJSON-${version}`, async (work) => {
    const archive = join(work, "cJSON.tar.gz");
    await writeFile(archive, await fetchArchive());
    await run("tar", ["-xzf", archive, "-C", work, "--strip-components=1"]);
    const unpacked = join(work, "keep");
    await mkdir(unpacked);
    for (const file of files) await rename(join(work, file), join(unpacked, file));
    return unpacked;
  });
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
