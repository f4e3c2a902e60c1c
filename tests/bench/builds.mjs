// Builds of this server with other tools than its own: each a Worker of its own, as the fixture is.
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { partsOf } from "../../c/toolchain/build.mjs";
import { compileModule } from "../../c/toolchain/compile.mjs";
import { root } from "../../c/toolchain/paths.mjs";

/** The product's tools, which every build has except the one with every feature. */
const productTools = "c/tools";

const echo = `#include "tool.h"

struct echo_arguments {
    struct text text;
};

static const struct tool_field fields[] = {
    TOOL_STRING(struct echo_arguments, text, "What to say"),
};

static void echo(struct tool_call *call, const void *given) {
    const struct echo_arguments *arguments = given;
    reply_text(call, "%.*s", TOOL_FORMAT(arguments->text));
}

TOOL(echo, .description = "Says what it is told.", TOOL_FIELDS(fields), .run = echo);
`;

/** The source of `count` tools. @param {number} count */
function manyTools(count) {
  const tools = Array.from({ length: count }, (_, i) => {
    const name = `tool_${String(i).padStart(4, "0")}`;
    return `TOOL(${name}, .title = "Tool ${i}", .description = "One of many: says which number it was given.",
     TOOL_FIELDS(fields), .read_only = HINT_YES, .run = say);`;
  });
  return `#include "tool.h"

struct numbers {
    double a;
    double b;
};

static const struct tool_field fields[] = {
    TOOL_NUMBER(struct numbers, a, "The first number"),
    TOOL_NUMBER(struct numbers, b, "The second number"),
};

static void say(struct tool_call *call, const void *given) {
    reply_text(call, "%s", tool_number(call, ((const struct numbers *)given)->a));
}

${tools.join("\n")}
`;
}

/** @param {string} kind @returns {Record<string, string>} sources by file name, in addition to the product's tools */
function sourcesOf(kind) {
  if (kind === "bare") return { "server.c": '#include "tool.h"\n\nSERVER_BARE();\n' };
  if (kind === "echo") return { "echo.c": echo };
  return { "many.c": manyTools(Number(kind) - readdirSync(join(root, productTools)).length) };
}

/** Writes the tools of a build to a folder of their own; returns its path. @param {string} kind */
export function writeTools(kind) {
  // the build names what it generates after the last part of this: build/bench-KIND/generated
  const folder = `build/bench/tools/bench-${kind}`;
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  for (const name of readdirSync(join(root, productTools))) copyFileSync(join(root, productTools, name), join(root, folder, name));
  for (const [name, text] of Object.entries(sourcesOf(kind))) writeFileSync(join(root, folder, name), text);
  return folder;
}

/**
 * Builds this server with other tools.
 * @param {string} kind "echo": the product's and one that repeats its argument; a number: so many tools in
 *   all; "bare": the product's, without the page and the tokens of others; "every": those of the conformance
 *   suite, which between them use every feature
 * @returns {Promise<string>} the main module's path
 */
export async function buildOurs(kind) {
  const folder = kind === "every" ? "tests/conformance/fixture" : writeTools(kind);
  const to = `build/bench/workers/${kind}`;
  cpSync(join(root, "worker"), join(root, to, "worker"), { recursive: true });
  await compileModule({ ...(await partsOf("wasm", folder)), output: `${to}/build/core.wasm` });
  return join(root, to, "worker/index.js");
}
