// What is fetched from elsewhere is what its checksum says, wherever it came from.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { root, userCache } from "../c/toolchain/paths.mjs";
import { fetchPinned } from "../c/toolchain/pinned.mjs";

const right = Buffer.from("what was meant"), wrong = Buffer.from("what somebody put in its place");
const sum = createHash("sha256").update(right).digest("hex");

/** A place, and how often it was asked. @param {Buffer | Error} has */
function place(has) {
  const at = { asked: 0, get: async () => (at.asked++, has instanceof Error ? Promise.reject(has) : has) };
  return at;
}

describe("a file with a checksum", () => {
  test("comes from the first place that has it; the second is not asked", async () => {
    const [first, second] = [place(right), place(right)];
    assert.equal(await fetchPinned(sum, { first: first.get, second: second.get }), right);
    assert.deepEqual([first.asked, second.asked], [1, 0]);
  });

  for (const [name, first] of /** @type {const} */ ([["has another file", place(wrong)], ["cannot be reached", place(new Error("no route"))]])) {
    test(`comes from the second where the first ${name}`, async () => {
      assert.equal(await fetchPinned(sum, { first: first.get, second: place(right).get }), right);
    });
  }

  test("comes from nowhere else: the error says what was wrong at each place", async () => {
    const failed = new Error("fetch failed", { cause: new Error("no route") });
    await assert.rejects(fetchPinned(sum, { upstream: place(wrong).get, Debian: place(failed).get }), /^Error: upstream: wrong SHA-256 [0-9a-f]{64}; Debian: no route$/);
  });
});

/** What a module of c/toolchain says in a process of its own. @param {string} module @param {string} call @param {Record<string, string>} env */
async function saidBy(module, call, env) {
  const script = `import(${JSON.stringify(join(root, "c/toolchain", module))}).then((made) => made.${call}).then(console.log, (error) => console.log(error.constructor.name + ": " + error.message))`;
  const { CJSON_DIR: _, ...rest } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env: { ...rest, ...env } });
  return stdout.trim();
}

/** @param {Record<string, string>} env */
const said = (env) => saidBy("cjson.mjs", "cjson()", env);
/** No apt-get, and a proxy that nobody is at. */
const offline = { PATH: "", https_proxy: "http://127.0.0.1:1", HTTPS_PROXY: "http://127.0.0.1:1", no_proxy: "", NO_PROXY: "" };

test("a folder of the cache is filled again if one of its files is missing", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "cache-")), cached = join(folder, "remote-mcp-server-c/some");
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(cached, { recursive: true });
  await writeFile(join(cached, "a"), "");
  const fill = 'async (work) => { const { mkdir, writeFile } = await import("node:fs/promises"); await mkdir(work + "/keep"); for (const name of ["a", "b"]) await writeFile(work + "/keep/" + name, ""); return work + "/keep"; }';
  const named = (/** @type {string[]} */ ...files) => saidBy("pinned.mjs", `cachedFolder("some", ${fill}, ${JSON.stringify(files)})`, { XDG_CACHE_HOME: folder });
  assert.equal(await named("a"), cached);
  assert.deepEqual(await readdir(cached), ["a"]);
  assert.equal(await named("a", "b"), cached);
  assert.deepEqual((await readdir(cached)).toSorted(), ["a", "b"]);
  assert.deepEqual(await readdir(join(folder, "remote-mcp-server-c")), ["some"]);
});

describe("cJSON", () => {
  let folder = "", cache = "", unpacked = "";
  after(() => rm(folder, { recursive: true, force: true }));
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cjson-"));
    cache = join(folder, "remote-mcp-server-c");
    const name = "cJSON-1.7.19"; // the build of this checkout has put it there
    unpacked = join(cache, name);
    await mkdir(cache);
    await cp(join(userCache, name), unpacked, { recursive: true });
  });

  test("a CJSON_DIR without cJSON is an error that says what it has to hold", async () => {
    assert.match(await said({ CJSON_DIR: folder }), /^Failure: CJSON_DIR must be a folder that holds cJSON\.c and cJSON\.h: .*cJSON\.c cannot be read\.$/);
  });

  test("what is in the cache is used without a network", async () => {
    assert.equal(await said({ XDG_CACHE_HOME: folder, ...offline }), "build/cjson");
  });

  test("what was changed there is refused: once it was silently compiled in", async () => {
    await appendFile(join(unpacked, "cJSON.h"), "\n");
    assert.match(await said({ XDG_CACHE_HOME: folder }), /^Failure: .*cJSON\.h has changed since it was fetched\. Remove its folder, and build again\.$/);
  });

  test("what cannot be read there is not said to be in CJSON_DIR, which was not set", async () => {
    await rm(join(unpacked, "cJSON.c"));
    await mkdir(join(unpacked, "cJSON.c"));
    assert.equal(await said({ XDG_CACHE_HOME: folder }), `Failure: ${join(unpacked, "cJSON.c")} cannot be read. Remove its folder, and build again.`);
  });

  test("if a file is missing there, it is fetched again", async () => {
    await rm(join(unpacked, "cJSON.c"), { recursive: true });
    assert.match(await said({ XDG_CACHE_HOME: folder, ...offline }), /^Failure: cJSON 1\.7\.19 could not be fetched/);
  });

  test("if no place can be reached, one sentence says what to do", async () => {
    await rm(unpacked, { recursive: true });
    const text = await said({ XDG_CACHE_HOME: folder, ...offline });
    assert.match(text, /^Failure: cJSON 1\.7\.19 could not be fetched \(upstream: [^;]*127\.0\.0\.1:1; Debian: .+\): download https:\S+, unpack it, and set CJSON_DIR to the folder that holds cJSON\.c and cJSON\.h\.$/);
  });
});
