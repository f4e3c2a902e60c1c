// The official JSON-Schema-Test-Suite. No npm package carries its draft 2020-12,
// but a Debian one does: Test::JSON::Schema::Acceptance, of which only the data
// is used. It is fetched and verified like cJSON, and never committed.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder, fetchPinned, fromDebian, run } from "../../c/toolchain/pinned.mjs";

// Debian 13's, which stays what it is until about 2030.
const release = "trixie";
const name = "libtest-json-schema-acceptance-perl";
const version = "1.029-1";
const sha256 = "f9782bbda4466947285abde261e5da2b03ea3c6c93df87889665f680548b1f9a";
const data = "usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests/draft2020-12";

/**
 * @typedef {object} Group
 * @property {string} file such as "pattern" or "optional/format/date"
 * @property {string} description
 * @property {unknown} schema
 * @property {{ description: string, data: unknown, valid: boolean }[]} tests
 */

/** The folder with the suite's files for 2020-12. @returns {Promise<string>} */
async function folder() {
  if (process.env.JSON_SCHEMA_TEST_SUITE) return process.env.JSON_SCHEMA_TEST_SUITE;
  return cachedFolder(`json-schema-test-suite-${version}`, async (work) => {
    const debian = { type: /** @type {const} */ ("deb"), suite: release, command: ["download", `${name}=${version}`], file: /\.deb$/ };
    const archive = join(work, "package.deb");
    await writeFile(archive, await fetchPinned(sha256, { Debian: () => fromDebian(debian) }));
    await run("dpkg-deb", ["-x", archive, join(work, "package")]);
    return join(work, "package", data);
  });
}

/** Parses JSON, keeping numbers as they are written (1.0 is not 1 here). @param {string} text */
function parse(text) {
  const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  return JSON.parse(text.replace(token, (each) => (each[0] === '"' ? each : `"\\u0001${each}"`)));
}

/** What parse parsed, in one line. @param {unknown} value */
export function write(value) {
  return JSON.stringify(value).replace(/"\\u0001([^"]*)"/g, "$1");
}

/** @returns {Promise<{ groups: Group[], missing: string, pinned: boolean }>} `missing`: why there is none */
export async function suite() {
  const pinned = !process.env.JSON_SCHEMA_TEST_SUITE;
  try {
    return { groups: await read(await folder()), missing: "", pinned };
  } catch (error) {
    const missing = `${error.message}; set JSON_SCHEMA_TEST_SUITE to a folder tests/draft2020-12 of the suite`;
    return { groups: [], missing, pinned };
  }
}

/** @param {string} from @returns {Promise<Group[]>} */
async function read(from) {
  const names = (await readdir(from, { recursive: true })).filter((each) => each.endsWith(".json")).toSorted();
  const groups = names.map(async (each) => {
    const file = each.replaceAll("\\", "/").replace(/\.json$/, "");
    return parse(await readFile(join(from, each), "utf8")).map((/** @type {Group} */ group) => Object.assign(group, { file }));
  });
  return (await Promise.all(groups)).flat();
}
