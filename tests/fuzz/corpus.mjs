// The seeds: every request of the transcripts, in the form that fuzz.c reads, and
// every body as a JSON document. `node tests/fuzz/corpus.mjs FOLDER` writes them.
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { coreModule } from "../support/builds.mjs";
import { WasmInstance } from "../support/instances.mjs";
import { fill, parse } from "../transcripts/format.mjs";

/** @import { Block } from "../transcripts/format.mjs" */

const folder = new URL("../transcripts/", import.meta.url);
const inputBytes = 4096; // INPUT_BYTES of driver.c

/** Stands for whatever a transcript captures: a fuzzer has no use for the real value. */
class Anything extends Map {
  /** @param {string} name */
  get(name) {
    return super.get(name) ?? "AQMAQU1TAJziAYO1T2KlhopmPwat9tQYIPyV0Y5imaBPn3w";
  }
}

/** @param {Block} request @param {string[]} headerNames @returns {Buffer[]} */
function seeds(request, headerNames) {
  const [method, url] = request.first.split(" ");
  const sent = new Map(request.headers.map((line) => /** @type {[string, string]} */ (line.toLowerCase().split(/: ?(.*)/s, 2))));
  const values = headerNames.map((name) => sent.get(name)?.replace(/^bearer/, "Bearer") ?? "\0");
  const head = fill([method, url, "AMS", ...values].join("\n"), new Anything());
  const body = fill(request.body ?? "", new Anything());
  const exchange = Buffer.concat([Buffer.from([6, head.length % 256, head.length >> 8]), head, body]);
  const found = head.length < 65536 ? [exchange] : [];
  if (request.body) found.push(Buffer.concat([Buffer.from("J  "), body]));
  return found.filter(({ length }) => length <= inputBytes);
}

/** Writes the seeds; returns their paths. @param {string} output a folder, made anew */
export async function writeCorpus(output) {
  const instance = new WasmInstance(await coreModule());
  await instance.start(Buffer.alloc(0));
  /** @type {Set<string>} */
  const all = new Set();
  for (const name of (await readdir(folder)).filter((each) => each.endsWith(".md") && each !== "README.md").toSorted()) {
    const { sections } = parse(await readFile(new URL(name, folder), "utf8"));
    for (const block of sections.flatMap(({ blocks }) => blocks)) {
      if (block.kind !== "request") continue;
      for (const seed of seeds(block, instance.headerNames)) all.add(seed.toString("latin1"));
    }
  }
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const paths = [...all].map((_, i) => join(output, String(i).padStart(4, "0")));
  await Promise.all([...all].map((seed, i) => writeFile(paths[i], Buffer.from(seed, "latin1"))));
  return paths;
}

if (process.argv[1] === import.meta.filename) await writeCorpus(process.argv[2]);
