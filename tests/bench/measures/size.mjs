// What is uploaded, and how much JavaScript there is to read.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../c/toolchain/paths.mjs";
import { titles } from "../servers.mjs";
import { judge, table } from "../statistics.mjs";

/** @param {import("../servers.mjs").Bundle[]} bundles */
export function measureSize(bundles) {
  const rows = bundles.map(({ name, upload }) => [titles[name], upload]);
  table("Upload, gzipped, as wrangler reports it", ["", "size"], rows);
  const ours = bundles.find(({ name }) => name === "ours")?.upload ?? "";
  judge("upload, gzipped", Number.parseFloat(ours), ours, 64, { most: true });
  const folder = join(root, "worker");
  const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const lines = files.map((name) => readFileSync(join(folder, name), "utf8").split("\n").length - 1);
  const sum = lines.reduce((total, each) => total + each, 0);
  judge("lines of JavaScript in worker/, without the page", sum, String(sum), 350, { most: true });
}
