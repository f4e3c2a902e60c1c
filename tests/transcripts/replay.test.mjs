// Every transcript, natively and through WebAssembly of each compiler, with bodies in pieces
// of several sizes: what it says must happen, and every run must say the very same.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { describe, test } from "node:test";
import { coreModule, fixture, noSanitizers, sanitizedNative } from "../support/builds.mjs";
import { NativeInstance, WasmInstance } from "../support/instances.mjs";
import { moduleOfWasiSdk, noWasiSdk } from "../support/wasi_sdk.mjs";
import { parse } from "./format.mjs";
import { Replay } from "./replay.mjs";
import { MessageLog, revisions, unchecked } from "../wire/log.mjs";

/** @import { Action } from "../support/instances.mjs" */

const pieceSizes = [0, 1, 2, 7, 64];
const folder = new URL(".", import.meta.url);
/** What is replayed on which build: the product, the conformance fixture, which has tools of every kind, and folders with sources of their own. */
const builds = {
  "": await built(),
  "fixture/": await built(fixture, "fixture"),
  "bare/": await built("tests/transcripts/bare", "bare"),
  "scoped/": await built("tests/transcripts/scoped", "scoped"),
};

/** @typedef {Awaited<ReturnType<typeof built>>} Build @param {string} [tools] their folder @param {string} [name] of what is made */
async function built(tools, name) {
  const output = name && `build/tests/${name}`, module = await coreModule(tools, output && `${output}.wasm`);
  const ofWasiSdk = noWasiSdk() ? null : await moduleOfWasiSdk(`build/tests/${name ?? "core"}.sdk.wasm`, tools);
  return { module, ofWasiSdk, native: noSanitizers() ? "" : await sanitizedNative(tools, output) };
}

/** @type {Action[][]} */
const said = [];
const messages = new MessageLog();

/** @param {string} under @returns {Promise<string[]>} */
async function transcriptsIn(under) {
  const names = await readdir(new URL(under, folder));
  return names.filter((name) => name.endsWith(".md") && name !== "README.md").toSorted();
}

/** @param {WebAssembly.Module} module */
async function wasmInstance(module) {
  const instance = new WasmInstance(module);
  await instance.start(Buffer.alloc(0));
  return instance;
}

/** @param {string} name @param {Build} build */
async function replayEverywhere(name, { module, ofWasiSdk, native }) {
  const transcript = parse(await readFile(new URL(name, folder), "utf8"));
  describe(`${name}: ${transcript.title}`, async () => {
    const { headerNames } = await wasmInstance(module);
    /** @type {Record<string, Action[]>} */
    const logs = {};
    for (const size of pieceSizes) {
      const bodies = size ? `bodies in pieces of ${size}` : "bodies whole";
      describe(`WebAssembly, ${bodies}`, async () => {
        const replay = new Replay(await wasmInstance(module), size, size === 0 ? messages : undefined);
        for (const section of transcript.sections) await test(section.title || "start", () => replay.run(section));
        if (size === 0) said.push(replay.log);
        logs[`WebAssembly, ${bodies}`] = replay.log;
      });
      test(`native with sanitizers, ${bodies}`, { skip: noSanitizers() || false }, async (t) => {
        const instance = new NativeInstance(native, headerNames);
        t.after(() => instance.program.kill());
        const replay = new Replay(instance, size);
        for (const section of transcript.sections) await replay.run(section);
        await instance.close();
        logs[`native, ${bodies}`] = replay.log;
      });
    }
    test("WebAssembly by the compiler of a wasi-sdk", { skip: noWasiSdk() || false }, async () => {
      const replay = new Replay(await wasmInstance(/** @type {WebAssembly.Module} */ (ofWasiSdk)), 0);
      for (const section of transcript.sections) await replay.run(section);
      logs["by the compiler of a wasi-sdk"] = replay.log;
    });
    test("every run says the same, byte by byte", () => {
      const [[first, log], ...rest] = Object.entries(logs);
      for (const [run, other] of rest) assert.deepEqual(comparable(other), comparable(log), `${run} against ${first}`);
    });
  });
}

for (const [under, build] of Object.entries(builds)) {
  for (const name of await transcriptsIn(under)) await replayEverywhere(`${under}${name}`, build);
}

/** A body that is refused ends there, so only how many pieces were left differs. @param {Action[]} log */
function comparable(log) {
  return log.map((action) => ({ ...action, body: action.body.toString("latin1") }));
}

describe("the transcripts together", () => {
  test("show every HTTP error of c/errors.h that a request can lead to", async () => {
    const header = await readFile(new URL("../../c/errors.h", import.meta.url), "utf8");
    const rows = [...header.matchAll(/\bERROR\([\s\\]*([A-Z_]+),[\s\\]*(\d+),[\s\\]*"(\w+)",[\s\\]*((?:"(?:[^"\\]|\\.)*"[\s\\]*)+)\)/g)];
    assert(rows.length > 15, "errors.h is not read as it is written");
    const missing = rows.filter(([, symbol, status, word, strings]) => {
      const sentence = [...strings.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part).join("");
      const body = symbol === "MISCONFIGURED" ? `{"error":"${word}"` : JSON.stringify({ error: word, error_description: sentence });
      return !said.flat().some((action) => action.status === Number(status) && action.body.toString().startsWith(body));
    });
    assert.deepEqual(missing.map(([, symbol]) => symbol), []);
  });

  for (const revision of revisions) {
    test(`hold no message that the schema.json of ${revision} does not allow`, { skip: unchecked(revision) }, () => {
      assert.ok(messages.checked[revision], "none was checked");
      assert.deepEqual(messages.problemsOf(revision), []);
    });
  }
});
