// A wrong declaration fails the build, with file and line, whatever is wrong with it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { join } from "node:path";
import { includes, prepare, sourcesIn } from "../../c/toolchain/build.mjs";
import { checkDeclarations } from "../../c/toolchain/declarations.mjs";
import { root } from "../support/builds.mjs";

const folder = "tests/declarations";

/** The sentence about the declaration that begins with `start`, said of the line on which it ends. @type {[start: string, sentence: string][]} */
const said = [
  ["TOOL(price$", "the tool 'price$' must be named with 1 to 128 of A-Z a-z 0-9 _ - ."],
  ["TOOL(undescribed", "the tool 'undescribed' has no description"],
  ["TOOL(greedy", `the tool 'greedy' has .scopes that are none: such as "files:read files:write"`],
  ["TOOL(idle", "the tool 'idle' has an empty title"],
  ["TOOL(idle", "the tool 'idle' has no .run"],
  ["TOOL(idle", "the tool 'idle' is declared in tests/declarations/wrong_again.c:8, too"],
  ["TOOL(latin", "the tool 'latin' has a description that is not UTF-8"],
  ['TOOL_NUMBER(struct everything, twice, "Again"', "the field 'twice' is there twice"],
  ["TOOL_INTEGER(struct everything, no_json", "the field 'no_json' has a .default_json that is not JSON at its byte 0"],
  ["TOOL_INTEGER(struct everything, no_fit", "the field 'no_fit' has a .default_json that does not fit: The argument 'no_fit' must be a whole number within ±(2^53 - 1)."],
  ["TOOL_INTEGER(struct everything, too_low", "the field 'too_low' has a .default_json that does not fit: The argument 'too_low' must be at least 2."],
  ["TOOL_INTEGER(struct everything, unchecked", "the field 'unchecked' has .also, which TOOL_ALSO has to make"],
  ["TOOL_INTEGER(struct everything, unknown_keyword", "the field 'unknown_keyword' has a TOOL_ALSO that is no JSON Schema: The schema's /minimun is a keyword that is not known here."],
  ["TOOL_INTEGER(struct everything, repeated", "the field 'repeated' has a member of its schema in TOOL_ALSO that it has anyway"],
  ["TOOL_INTEGER(struct everything, unclosed", "the field 'unclosed' has a TOOL_ALSO that is not the members of a JSON object"],
  ["TOOL_INTEGER(struct everything, bounded", "the field 'bounded' has .min_items or .max_items and is no array"],
  ["TOOL_NUMBER(struct size, width, \"Of", "the field 'width' is a member of struct size, but the table begins with one of struct everything"],
  ["TOOL_OBJECT(struct everything, other_table", "the field 'other_table' is a struct point, but its table describes a struct size"],
  ["TOOL_OBJECTS(struct everything, sizes", "the field 'sizes' has a .default_json that does not fit: The argument 'sizes[1].width' is missing."],
  ["TOOL_NUMBERS(struct everything, empty", "the field 'empty' has more .min_items than .max_items"],
  ["TOOL_CHOICE(struct everything, color", "the field 'color' has the choice 'blue' without a title, which others have or .choice_names needs"],
  ["TOOL_CHOICE(struct everything, color", "the field 'color' has the choice 'red' twice"],
  ["TOOL_CHOICE(struct everything, drink", "the field 'drink' has a choice or a TOOL_ALSO that is not UTF-8"],
  ["TOOL_STRING(struct everything, plain", "the field 'plain' has .header, which TOOL_HEADER has to make"],
  ["TOOL_STRING(struct everything, spaced", "the field 'spaced' has a TOOL_HEADER that is no part of a header's name"],
  ["TOOL_STRING(struct everything, second", "the field 'second' has the same TOOL_HEADER as another field of the tool"],
  ["TOOL_NUMBER(struct everything, number", "the field 'number' has a TOOL_HEADER, which only a string, an integer, a boolean or a choice has, and nothing in an array"],
  ["TOOL_STRINGS(struct everything, list", "the field 'list' has a TOOL_HEADER, which only a string, an integer, a boolean or a choice has, and nothing in an array"],
  ["TOOL(referring", "the tool 'referring' has a TOOL_ALSO that is wrong in its place: The schema's /properties/id/$ref must lead to a schema within this one, and not back to itself."],
  ["TOOL(torn", "the tool 'torn' has a TOOL_SCHEMA that is not JSON at its byte 16"],
  // once it was said of these two that they are not JSON
  ["TOOL(repeating", "the tool 'repeating' has a TOOL_SCHEMA that has the same key twice in one object at its byte 32"],
  ["TOOL(buried", "the tool 'buried' has a TOOL_SCHEMA that lies deeper than LIMIT_JSON_DEPTH says at its byte 75"],
  // once it was not checked, and nothing said so
  ["TOOL(endless", "the tool 'endless' is too large to be checked"],
  ["TOOL(anything", "the tool 'anything' has a TOOL_SCHEMA without \"type\":\"object\""],
  ["TOOL(misspelt", "the tool 'misspelt' has a TOOL_SCHEMA that is no JSON Schema: The schema's /requierd is a keyword that is not known here."],
  ["TOOL(routed", "the tool 'routed' has a TOOL_SCHEMA with x-mcp-header, which only fields can have"],
  ["TOOL(doubled", "the tool 'doubled' has a TOOL_OUTPUT_SCHEMA that is no JSON Schema: The schema's /type must be one of array, boolean, integer, null, number, object and string, or an array of some, each once."],
  ["TOOL(doubled", "the tool 'doubled' has both TOOL_OUTPUT and TOOL_OUTPUT_SCHEMA"],
  ["RESOURCE(bare", "the resource 'no scheme' has no valid .uri: SCHEME:REST"],
  ["RESOURCE(nameless", "the resource 'test://nameless' has a .mime_type that is none, such as text/plain"],
  ["RESOURCE(nameless", "the resource 'test://nameless' has no name"],
  ["RESOURCE(deaf", "the resource 'test://deaf' has no .read"],
  ["RESOURCE(deaf", "the resource 'test://deaf' is declared in tests/declarations/wrong.c:{RESOURCE(echo}, too"],
  ["RESOURCE(marked", "the resource 'test://marked' has a .meta that is not JSON at its byte 5"],
  ["SKILL(listed", "the skill 'skill://listed/SKILL.md' has a .frontmatter that is no object"],
  ["SKILL(bare", "the skill 'nowhere' has no valid .uri: skill://NAME/SKILL.md"],
  ["SKILL(bare", "the skill 'nowhere' has no .frontmatter"],
  ["TOOL(pictured", "the tool 'pictured' has an icon whose .src is no https: or data: URL"],
  ["TOOL(pictured", `the tool 'pictured' has an icon whose .sizes are none: such as "48x48 96x96" or "any"`],
  ["TOOL(pictured", "the tool 'pictured' has a .mime_type that is none, such as text/plain"],
  ["TOOL(watched", "the tool 'watched' has a .visibility that is none: VISIBLE_TO_MODEL | VISIBLE_TO_APP"],
  ["TOOL(watched", "the tool 'watched' has a .view at which there is no resource"],
  ["TOOL(watched", `the tool 'watched' has a .meta with "ui", which .view and .visibility make`],
  ["TOOL(late", "the tool 'late' has .task_required or .task_later without TOOL_TASK_OPTIONAL or TOOL_TASK_REQUIRED"],
  ["RESOURCE(rated", "the resource 'test://rated' has an .audience that is none: AUDIENCE_USER | AUDIENCE_ASSISTANT"],
  ["RESOURCE(rated", "the resource 'test://rated' has a .priority that is not from 0 to 1"],
  ["RESOURCE(rated", "the resource 'test://rated' has a .last_modified that is none, such as 2025-01-12T15:00:58Z"],
  // RFC 3339 allows small letters, the official SDK's client does not
  ["RESOURCE(dated", "the resource 'test://dated' has a .last_modified that is none, such as 2025-01-12T15:00:58Z"],
  ["SKILL(misnamed", `the skill 'skill://misnamed/SKILL.md' must be at skill://NAME/SKILL.md, or deeper: NAME is the "name" in its .frontmatter`],
  ["SKILL(misnamed", `the skill 'skill://misnamed/SKILL.md' has a .frontmatter without a "description"`],
  ["SKILL(homeless", `the skill 'https://example.com/homeless/SKILL.md' must be at skill://NAME/SKILL.md, or deeper: NAME is the "name" in its .frontmatter`],
  ["SKILL(unread", "the skill 'skill://unread/SKILL.md' has no RESOURCE at its .uri, which clients read"],
  ["RESOURCE_TEMPLATE(fixed", "the resource template 'test://fixed' has no expression {name}: declare it with RESOURCE"],
  ["RESOURCE_TEMPLATE(greedy", "the resource template 'test://{+path}' has no valid .uri_template: SCHEME:REST with expressions {name}"],
  ["RESOURCE_TEMPLATE(open", "the resource template 'test://{id' has no valid .uri_template: SCHEME:REST with expressions {name}"],
  ["RESOURCE_TEMPLATE(same", "the resource template 'test://{id}/{id}' has an expression twice"],
  // once it took one byte for the first, and cut a character in two
  ["RESOURCE_TEMPLATE(beside", "the resource template 'test://{a}{b}' has two expressions side by side: nothing says where the first ends"],
  ["TOOL_INTEGER(struct words, count", "the field 'count' must be a string, as all arguments of prompts"],
  ["PROMPT(silent", "the prompt 'silent' has no .run"],
  ["SERVER(", "the SERVER has an empty description"],
  ["SERVER(", "the SERVER has a text in .instructions that is not UTF-8"],
  ["SERVER(", "the SERVER has no valid .website_url: SCHEME:REST"],
  ["SERVER(", "the SERVER has an icon whose .src is no https: or data: URL"],
  ["SERVER(", `the SERVER has an icon whose .sizes are none: such as "48x48 96x96" or "any"`],
  ["LEVEL(level1, level0", "the field 'in' lies too deep: objects may have objects, but not more often than LIMIT_FIELDS_DEPTH says"],
  ["TOOL_OBJECT(struct boxed, box", "the field 'box' is nothing that a form can ask for: no object, no array but CHOICES"],
];

/** The errors in these files of the folder. @param {string[]} names */
async function errors(...names) {
  const sources = [...(await sourcesIn("c", ["native.c"])), ...names.map((name) => `${folder}/${name}`), ...(await prepare())];
  const job = { sources, includes, output: `build/tests/${names[0].replace(/c$/, "wasm")}` };
  return checkDeclarations(job).then(() => [], (error) => /** @type {Error} */ (error).message.split("\n"));
}

/** The line on which the macro that begins with `start` ends. @param {string} text @param {string} start */
function lineOf(text, start) {
  const at = text.indexOf(start);
  assert.notEqual(at, -1, start);
  const end = start.startsWith("TOOL_") ? "),\n" : ");\n";
  return text.slice(0, text.indexOf(end, at)).split("\n").length;
}

describe("a wrong declaration", () => {
  test("is reported with file, line, and what is wrong with it", async () => {
    const text = readFileSync(join(root, folder, "wrong.c"), "utf8");
    const wanted = said.map(([start, sentence]) => {
      const other = sentence.replace(/\{(RESOURCE.*?)\}/, (_, begin) => String(lineOf(text, begin)));
      return `${folder}/wrong.c:${lineOf(text, start)}: error: ${other}`;
    });
    assert.deepEqual((await errors("wrong.c", "wrong_again.c")).toSorted(), wanted.toSorted());
  });

  test("is reported again by the next build, and no longer once it is fixed", async () => {
    assert.equal((await errors("wrong.c")).length, said.length - 1);
    assert.deepEqual(await errors("right.c"), []);
  });

  // once the rest was silently left out
  test("that is one too many for LIMIT_DECLARATIONS fails the build, with the number of all", async () => {
    assert.deepEqual(await errors("many.c"), ["error: there are 4097 declarations, a resource for each file of a skill among them: LIMIT_DECLARATIONS says how many there may be"]);
  });

  test("of a field with another type than the struct's member does not compile", async () => {
    const found = (await errors("mistyped.c")).filter((line) => line.includes("error:")).map((line) => line.replace(/:\d+: error.*/, ""));
    const text = readFileSync(join(root, folder, "mistyped.c"), "utf8").split("\n");
    const wanted = text.flatMap((line, i) => (line.includes("struct mistyped, ") ? [`${folder}/mistyped.c:${i + 1}`] : []));
    assert.deepEqual([...new Set(found)], wanted);
  });
});
