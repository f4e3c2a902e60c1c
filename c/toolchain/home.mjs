// The page that is served at / as a C array. A string literal would be shorter,
// but C promises room for 4095 characters only.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { write } from "./compile.mjs";
import { root } from "./paths.mjs";

const header = "build/generated/home.h";

/** Writes home.h; leaves it alone if it is as it should be. */
export async function generateHome() {
  const page = await readFile(join(root, "worker/home/index.html")).catch(() => Buffer.alloc(0));
  const lines = [];
  for (let i = 0; i < page.length; i += 32) lines.push(`    ${[...page.subarray(i, i + 32)].join(",")},`);
  const text = [
    "// Made from worker/home/index.html by the build.",
    "static const unsigned char home_html[] = {",
    ...lines,
    "    0, // so that it is a string too",
    "};",
    `enum { home_html_len = ${page.length} };`,
    "",
  ].join("\n");
  const had = await readFile(join(root, header), "utf8").catch(() => "");
  if (had !== text) await write(header, text);
}
