// What is uploaded, and how much JavaScript there is to read.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../c/toolchain/paths.mjs";
import { titles } from "../servers.mjs";
import { judge, table } from "../statistics.mjs";

const scope = "This server is what c/tools declares: two tools, and no code for what they do not use. Bare: the same as a \
SERVER_BARE, without the page and without the modes jwt and oauth. Mode oauth: the same two tools as \
`wrangler deploy --env oauth` uploads them, with @cloudflare/workers-oauth-provider. Every feature: the tools, resources, prompts, tasks, skills \
and views of the conformance suite, which count too.";

/** @param {import("../servers.mjs").Bundle[]} bundles */
export function measureSize(bundles) {
  const rows = bundles.map(({ name, upload }) => [titles[name], upload]);
  table("Upload, gzipped, as wrangler reports it", ["", "size"], rows, { command: "npm run bench -- size", notes: [scope] });
  for (const [name, what, goal] of /** @type {const} */ ([["every", "every feature", 64], ["ours", "two tools", 48], ["bare", "tools alone, a SERVER_BARE", 40]])) {
    const upload = bundles.find((bundle) => bundle.name === name)?.upload ?? "";
    judge(`upload with ${what}, gzipped`, Number.parseFloat(upload), upload, goal, { most: true });
  }
  const folder = join(root, "worker");
  const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const lines = files.map((name) => readFileSync(join(folder, name), "utf8").split("\n").length - 1);
  const sum = lines.reduce((total, each) => total + each, 0);
  judge("lines of the shim, worker/*.js, that every build carries", sum, String(sum), 350, { most: true });
}
