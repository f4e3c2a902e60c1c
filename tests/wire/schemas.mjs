// The specification's own schema.json of each revision. None is committed: the conformance suite's
// package, which the lockfile pins, carries four of them, and the oldest is fetched once. Wherever it
// comes from, a schema is the right one if it has the checksum given here.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInNewContext } from "node:vm";
import { cachedFolder, fetchPinned, fromUpstream } from "../../c/toolchain/pinned.mjs";

/** SHA-256 of each as JSON.stringify writes it. 2026-07-28 is as the suite has it: upstream has since renamed one definition, and added another. */
const sums = {
  "2025-03-26": "35e76331022d571aa8953d1d57c2bb1440f5bdbe98096ea705a7232d6c65eed7",
  "2025-06-18": "ebfe1f0186fe0528776c385357ce44cd37df8e00cde8cfa912315a0497f4ceb6",
  "2025-11-25": "ee60934f30645952c1ce911f5ef8fe51977763371d143c65577aa9e864e62b73",
  "2026-07-28": "b759f2b40b2798616862d86b067428bf699bcb7fbd6494904a4c977e99f0e09e",
};

const oldest = "2024-11-05";
const oldestSum = "61cea2392d4f284092d09bc84b9ac488c0d5618ac2b38a56942fc5b99fd960ce";
const upstream = `https://raw.githubusercontent.com/modelcontextprotocol/modelcontextprotocol/dfc88487d491ae1f3e21963b55f56be073cc1859/schema/${oldest}/schema.json`;

/**
 * @typedef {{ definitions?: any, $defs?: any, $schema: string }} Schema
 * @returns {Promise<{ schemas: Record<string, Schema>, missing: string }>} `missing`: why the oldest is not among them
 */
export async function schemas() {
  const found = bundled();
  try {
    const folder = process.env.MCP_SCHEMA_2024_11_05 ?? (await fetched());
    found[oldest] = JSON.parse(await readFile(join(folder, "schema.json"), "utf8"));
    return { schemas: found, missing: "" };
  } catch (error) {
    const missing = `no schema.json of ${oldest} (${error.message}): download ${upstream}, and set MCP_SCHEMA_2024_11_05 to the folder that holds it`;
    return { schemas: found, missing };
  }
}

function fetched() {
  return cachedFolder(`mcp-schema-${oldest}`, async (work) => {
    await writeFile(join(work, "schema.json"), await fetchPinned(oldestSum, { upstream: () => fromUpstream(upstream) }));
    return work;
  });
}

/** Those in the suite's bundle, in which each is an object literal. @returns {Record<string, Schema>} */
function bundled() {
  const folder = dirname(createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/package.json"));
  const bundle = readFileSync(join(folder, "dist/index.js"), "utf8");
  const begin = /=(?=\{\$schema:`https?:\/\/json-schema\.org\/[^`]+`,(?:definitions|\$defs):)/g;
  const all = [...bundle.matchAll(begin)].map(({ index }) => mended(runInNewContext(`(${literal(bundle, index + 1)})`)));
  const bySum = new Map(all.map((schema) => [createHash("sha256").update(JSON.stringify(schema)).digest("hex"), schema]));
  return Object.fromEntries(Object.entries(sums).map(([revision, sum]) => {
    const schema = bySum.get(sum);
    if (!schema) throw new Error(`the referee's package has another schema for ${revision}: compare it with upstream, and change its checksum`);
    return [revision, schema];
  }));
}

/** Upstream has corrected what was wrongly generated in two of them: a number's bounds are numbers. @param {Schema} schema */
function mended(schema) {
  const number = (schema.$defs ?? schema.definitions).NumberSchema?.properties ?? {};
  for (const name of ["minimum", "maximum", "default"]) if (number[name]) number[name].type = "number";
  return JSON.parse(JSON.stringify(schema));
}

/** The object literal that begins at `start`. @param {string} text @param {number} start */
function literal(text, start) {
  const part = /`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}]/gs;
  part.lastIndex = start;
  let depth = 0;
  for (;;) {
    const found = /** @type {RegExpExecArray} */ (part.exec(text));
    if (found[0] === "{") depth++;
    if (found[0] === "}" && --depth === 0) return text.slice(start, part.lastIndex);
  }
}
