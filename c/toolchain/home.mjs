// The page that is served at / as a C array.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { array, writeIfChanged } from "./embed.mjs";
import { root } from "./paths.mjs";

/** Writes home.h; leaves it alone if it is as it should be. */
export async function generateHome() {
  const page = await readFile(join(root, "worker/home/index.html")).catch(() => Buffer.alloc(0));
  const text = `/* Made from worker/home/index.html by the build. */\n${array("home_html", page)}`;
  await writeIfChanged("build/generated/home.h", text);
}
