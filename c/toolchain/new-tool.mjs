// `npm run new-tool NAME`: writes c/tools/NAME.c, a tool that works as it is.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, failed, isHidden, root } from "./paths.mjs";

const tools = join(root, "c/tools");

/** What a tool includes. */
const headers = () => ["tool.h", "tool_fields.h", "tool_asking.h"].map((name) => readFileSync(join(root, "c", name), "utf8")).join("");

/** Fills lines of 100 characters, as clang-format does. @param {string} indent @param {string[]} words */
function fill(indent, words) {
  const lines = [/** @type {string} */ (words.shift())];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= 100) lines[lines.length - 1] = longer;
    else lines.push(indent + word);
  }
  return lines.join("\n");
}

/** @param {string} name */
const template = (name) => `#include "tool.h"

struct ${name}_arguments {
    struct text name;
};

static const struct tool_field fields[] = {
    TOOL_STRING(struct ${name}_arguments, name, "Whom to greet"),
};

static void run(struct tool_call *call, const void *given) {
    const struct ${name}_arguments *arguments = given;
    reply_text(call, "Hello, %.*s!", TOOL_FORMAT(arguments->name));
}

${fill("     ", [`TOOL(${name},`, `.title = "${name}",`, '.description = "Greets somebody by name.",', "TOOL_FIELDS(fields),", ".run = run);"])}
`;

/** Fails if there can be no new tool of this name. @param {string} name */
function refuse(name) {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) {
    throw new Failure("Give the tool a name of 1 to 64 characters of A-Z a-z 0-9 _, a letter first: npm run new-tool NAME.");
  }
  if (new RegExp(`\\btool_${name}\\b`).test(headers())) {
    throw new Failure(`The name ${name} is taken by tool.h itself: choose another one.`);
  }
  const declared = new RegExp(`\\bTOOL\\(\\s*${name}\\b`);
  // Also if only the case differs: on some machines that is the same file.
  const files = readdirSync(tools).filter((each) => each.endsWith(".c") && !isHidden(each));
  const file = files.find((each) => each.toLowerCase() === `${name}.c`.toLowerCase() || declared.test(readFileSync(join(tools, each), "utf8")));
  if (file) throw new Failure(`The name ${name} is taken by c/tools/${file}: choose another one.`);
}

try {
  mkdirSync(tools, { recursive: true }); // without a tool, a clone has no such folder
  const name = process.argv.slice(2).join(" "); // more than one word is no name
  refuse(name);
  writeFileSync(join(tools, `${name}.c`), template(name), { flag: "wx" });
  console.log(`Wrote c/tools/${name}.c. npm run dev serves it, and every change you make to it.`);
} catch (error) {
  failed(error);
}
