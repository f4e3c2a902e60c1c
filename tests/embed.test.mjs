// What the build makes of skills/ and views/: resources, or a sentence with the file and the line.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { readSkills } from "../c/toolchain/skills.mjs";
import { readViews } from "../c/toolchain/views.mjs";

const folders = [""];
folders.pop();
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A folder with these files. @param {Record<string, string | Buffer>} files */
function folderOf(files) {
  const folder = mkdtempSync(join(tmpdir(), "embed-"));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** @param {string} frontmatter @param {string} [name] */
const skillOf = (frontmatter, name = "a") => ({ [`${name}/SKILL.md`]: `---\n${frontmatter}\n---\n\nBody.\n` });
const good = "name: a\ndescription: A skill.";

/**
 * @param {(folder: string) => Promise<any>} read
 * @param {Record<string, string | Buffer>} files
 * @param {string} message without the folder's name
 */
async function refused(read, files, message) {
  const folder = folderOf(files);
  await assert.rejects(read(folder), (/** @type {Error} */ error) => {
    assert.equal(error.message.replaceAll(`${folder}/`, ""), message);
    return true;
  });
}

describe("skills", () => {
  test("every file of the folder is a resource, with its digest and size in the skill's entry", async () => {
    const { skills, files } = await readSkills(folderOf({ ...skillOf(good), "a/b c/ü.txt": "text", "a/x.bin": Buffer.from([255, 0]), "a/.hidden": "" }));
    assert.deepEqual(files.map(({ uri, name, description, mimeType }) => [uri, name, description, mimeType]), [
      ["skill://a/SKILL.md", "a", "A skill.", "text/markdown"],
      ["skill://a/b%20c/%C3%BC.txt", "ü.txt", undefined, "text/plain"],
      ["skill://a/x.bin", "x.bin", undefined, "application/octet-stream"],
    ]);
    const digest = `sha256:${createHash("sha256").update("text").digest("hex")}`;
    assert.deepEqual(JSON.parse(skills[0].resources)[1], { uri: "skill://a/b%20c/%C3%BC.txt", digest, size: 4 });
  });

  test("the frontmatter is passed on as it is, with unknown fields", async () => {
    const { skills } = await readSkills(folderOf(skillOf(`${good}\nmetadata:\n  version: "1"\nnew-field: [1, { x: null }]`, "a")));
    assert.deepEqual(JSON.parse(skills[0].frontmatter), { name: "a", description: "A skill.", metadata: { version: "1" }, "new-field": [1, { x: null }] });
  });

  // once only the second might
  test("the lines around the frontmatter may have blanks at their ends", async () => {
    const { skills } = await readSkills(folderOf({ "a/SKILL.md": `--- \n${good}\n---\t\r\n# A` }));
    assert.deepEqual(JSON.parse(skills[0].frontmatter), { name: "a", description: "A skill." });
  });

  test("nested skills are skills of their own, and files of the outer one", async () => {
    const { skills } = await readSkills(folderOf({ ...skillOf(good.replace(" a", " b"), "x/b"), ...skillOf(good.replace(" a", " c"), "x/b/c"), "x/b/c/1.md": "" }));
    assert.deepEqual(skills.map(({ uri, resources }) => [uri, JSON.parse(resources).length]), [["skill://x/b/SKILL.md", 3], ["skill://x/b/c/SKILL.md", 2]]);
  });

  test("without the folder there are no skills", async () => {
    assert.deepEqual(await readSkills(join(folderOf({}), "skills")), { skills: [], files: [] });
  });

  /** @type {[string, Record<string, string | Buffer>, string][]} */
  const wrong = [
    ["no frontmatter", { "a/SKILL.md": "# A\n---\n---\n" }, "a/SKILL.md:1: must begin with frontmatter, between two lines of three hyphens."],
    ["frontmatter without an end", { "a/SKILL.md": `---\n${good}\n` }, "a/SKILL.md:1: must begin with frontmatter, between two lines of three hyphens."],
    ["a byte order mark", { "a/SKILL.md": `\ufeff---\n${good}\n---\n` }, "a/SKILL.md:1: begins with a byte order mark, which clients may not know. Save it as UTF-8 without one."],
    ["not UTF-8", { "a/SKILL.md": Buffer.from([255]) }, "a/SKILL.md:1: is not valid UTF-8."],
    ["frontmatter that is not an object", skillOf("just text"), "a/SKILL.md:2: expected an object here: lines of 'name: value'"],
    ["no description", skillOf("name: a"), "a/SKILL.md:2: description is missing"],
    ["an empty description", skillOf('name: a\ndescription: " "'), "a/SKILL.md:3: description must have 1 to 1024 characters"],
    ["a long description", skillOf(`name: a\ndescription: ${"x".repeat(1025)}`), "a/SKILL.md:3: description must have 1 to 1024 characters"],
    ["another name than the folder's", skillOf("description: A\nname: b"), "a/SKILL.md:3: name must be the name of the folder, a"],
    ["a name against the rules", skillOf("description: A\nname: a--b", "a--b"), "a--b/SKILL.md:3: name must have 1 to 64 characters: a-z, 0-9, and single hyphens between them"],
    ["a key twice", skillOf(`${good}\nname: a`), "a/SKILL.md:4: Map keys must be unique"],
    ["broken YAML", skillOf(`${good}\nlicense: "MIT`), 'a/SKILL.md:5: Missing closing "quote'],
    ["metadata that is not a string", skillOf(`${good}\nmetadata:\n  a: "1"\n  version: 1.0`), "a/SKILL.md:6: metadata.version must be a string: put quotes around it"],
    ["a reserved key", skillOf(`${good}\nmetadata:\n  io.modelcontextprotocol/x: "1"`), "a/SKILL.md:5: metadata.io.modelcontextprotocol/x is reserved for extensions of MCP"],
    ["a value that JSON cannot express", skillOf(`${good}\nnew: [.inf]`), "a/SKILL.md:4: new.0 cannot be written as JSON"],
    // once the build ended with a stack trace
    ["a text that YAML takes for an alias", skillOf(`${good}\ncompatibility: *any`), "a/SKILL.md:4: *any stands for another value in YAML: put quotes around it, or write that value here"],
    ["an alias", skillOf(`${good}\nnew: &new\n  old: *new`), "a/SKILL.md:5: *new stands for another value in YAML: put quotes around it, or write that value here"],
    ["a file of no skill", { ...skillOf(good), "b/x.md": "" }, "b/x.md: belongs to no skill, because no folder above it has a SKILL.md. Add one, or move the file."],
  ];
  for (const [what, files, message] of wrong) test(`${what} fails the build, with file and line`, () => refused(readSkills, files, message));

  test("a skill may have 512 files, not 513", async () => {
    const files = Object.fromEntries(Array.from({ length: 511 }, (_, i) => [`a/${i}`, ""]));
    assert.equal((await readSkills(folderOf({ ...skillOf(good), ...files }))).files.length, 512);
    await assert.rejects(readSkills(folderOf({ ...skillOf(good), ...files, "a/more": "" })), /a\/: 513 files/);
  });
});

const page = "<!doctype html>\n<title>A &amp; B</title>\n";

describe("views", () => {
  test("NAME.html is ui://NAME, and NAME.json its metadata", async () => {
    const ui = { csp: { resourceDomains: ["https://*.example.com"] }, permissions: { camera: {} }, prefersBorder: false };
    const html = `${page}<img src="https://a.example.com/x.png"><script>const x = '<img src="relative">';</script>`;
    const [view] = await readViews(folderOf({ "chart.html": html, "chart.json": JSON.stringify(ui) }));
    assert.deepEqual({ ...view, bytes: String(view.bytes) }, {
      uri: "ui://chart", name: "chart", title: "A & B", mimeType: "text/html;profile=mcp-app", meta: `"ui":${JSON.stringify(ui)}`, bytes: html,
    });
  });

  // once it had no title
  test("the title may have attributes", async () => {
    const [view] = await readViews(folderOf({ "a.html": '<!doctype html><title lang="en">A &#39;B&#39;</title>' }));
    assert.equal(view.title, "A 'B'");
  });

  /** @type {[string, Record<string, string>, string][]} */
  const wrong = [
    ["no document type", { "a.html": "<title>A</title>" }, "a.html:1: must begin with <!doctype html>."],
    ["no title", { "a.html": "<!doctype html>" }, "a.html:1: has no <title>."],
    // once people were shown it as it is written
    ["a character in the title that is written by its name", { "a.html": "<!doctype html>\n<title>A &amp; B &mdash; C</title>" }, "a.html:1: has &mdash; in its <title>: write the character itself."],
    ["a script of its own", { "a.html": `${page}<script type="module" src="a.js"></script>` }, "a.html:3: <script> needs a.js, which clients do not load: put it into the page."],
    ["a style from elsewhere", { "a.html": `${page}\n<link rel="stylesheet" href="https://x.example/a.css">` }, "a.html:4: <link> needs https://x.example/a.css, which clients do not load: put it into the page, or add https://x.example to csp.resourceDomains in a.json."],
    ["metadata without a view", { "a.json": "{}" }, "a.json: there is no a.html that it could belong to."],
    ["unknown metadata", { "a.html": page, "a.json": '{\n  "csp": {\n    "connect": []\n  }\n}' }, "a.json:3: csp.connect is unknown: the members here are connectDomains, resourceDomains, frameDomains, baseUriDomains"],
    ["wrong metadata", { "a.html": page, "a.json": '{ "prefersBorder": 1 }' }, "a.json:1: prefersBorder must be true or false"],
    ["a name that is not a C identifier", { "a-b.html": page }, "a-b.html: a view is one file NAME.html, with a NAME that is an identifier in C. Its scripts, styles and images go into that file."],
    ["another file", { "a.html": page, "a.js": "" }, "a.js: a view is one file NAME.html, with a NAME that is an identifier in C. Its scripts, styles and images go into that file."],
  ];
  for (const [what, files, message] of wrong) test(`${what} fails the build, with file and line`, () => refused(readViews, files, message));
});
