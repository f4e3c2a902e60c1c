// The official JSON-Schema-Test-Suite. No npm package carries its draft 2020-12,
// but a Debian one does: Test::JSON::Schema::Acceptance, of which only the data
// is used. It is fetched and verified like cJSON, and never committed.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { userCache } from "../../c/toolchain/paths.mjs";

const run = promisify(execFile);

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
  const kept = join(userCache, `json-schema-test-suite-${version}`);
  if ((await readdir(kept).catch(() => [])).length) return kept;
  await mkdir(userCache, { recursive: true });
  const work = await mkdtemp(join(userCache, "fetch-"));
  try {
    const archive = join(work, "package.deb");
    const bytes = await fromDebian();
    const sum = createHash("sha256").update(bytes).digest("hex");
    if (sum !== sha256) throw new Error(`${name} ${version} has the wrong SHA-256 ${sum}`);
    await writeFile(archive, bytes);
    await run("dpkg-deb", ["-x", archive, join(work, "package")]);
    await rename(join(work, "package", data), kept).catch(() => {}); // a run beside this one was first
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return kept;
}

/** The package, by an apt-get with folders of its own: no root, no change of the system's lists. */
async function fromDebian() {
  const dir = await mkdtemp(join(tmpdir(), "suite-"));
  try {
    const list = join(dir, "release.sources");
    await writeFile(list, await source());
    await mkdir(join(dir, "lists/partial"), { recursive: true });
    await mkdir(join(dir, "cache/archives/partial"), { recursive: true });
    const options = [
      `Dir::Etc::SourceList=${list}`, "Dir::Etc::SourceParts=/dev/null",
      `Dir::State::Lists=${dir}/lists`, `Dir::Cache=${dir}/cache`,
      "Acquire::Languages=none", "Acquire::Retries=1", "Acquire::http::Timeout=15", "APT::Sandbox::User=root",
    ].flatMap((option) => ["-o", option]);
    const limit = { cwd: dir, timeout: 180_000 };
    await run("apt-get", [...options, "-q", "update"], limit);
    await run("apt-get", [...options, "-q", "download", `${name}=${version}`], limit);
    const archive = (await readdir(dir)).find((each) => each.endsWith(".deb"));
    if (!archive) throw new Error(`apt-get downloaded no ${name}`);
    return readFile(join(dir, archive));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** A source list for that release, on the mirror this machine already uses. */
async function source() {
  const dir = "/etc/apt/sources.list.d";
  const names = (await readdir(dir).catch(() => [])).filter((each) => /\.(sources|list)$/.test(each));
  for (const path of ["/etc/apt/sources.list", ...names.toSorted().map((each) => join(dir, each))]) {
    const text = await readFile(path, "utf8").catch(() => "");
    const uri = /^URIs:\s*(\S*\/debian\/?)\s*$/m.exec(text)?.[1] ?? /^deb\s+(?:\[.*\]\s+)?(\S*\/debian\/?)\s/m.exec(text)?.[1];
    if (!uri) continue;
    const signed = /^Signed-By:\s*(\/\S+)/m.exec(text)?.[1] ?? "/usr/share/keyrings/debian-archive-keyring.gpg";
    return `Types: deb\nURIs: ${uri}\nSuites: ${release}\nComponents: main\nSigned-By: ${signed}\n`;
  }
  throw new Error("no Debian mirror is configured on this machine");
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
    const reason = String(/** @type {any} */ (error).stderr || error).trim().split("\n").at(-1);
    const missing = `${reason}; set JSON_SCHEMA_TEST_SUITE to a folder tests/draft2020-12 of the suite`;
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
