// What is set up, what a build takes and refuses, what is built again, and the cache of compiled objects when several run at once,
// as test files do.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { partsOf, refuseMisplaced, refuseOutsiders } from "../c/toolchain/build.mjs";
import { compileWasiProgram, objectsKept, prune, write as writeWhole } from "../c/toolchain/compile.mjs";
import { flagsIn } from "../c/toolchain/flags.mjs";
import { headersOf } from "../c/toolchain/includes.mjs";
import { root } from "../c/toolchain/paths.mjs";
import { nativeCompiler } from "../c/toolchain/toolchains.mjs";

const name = (/** @type {number} */ i) => String(i).padStart(4, "0");

// once a build failed because another one had just removed what it was looking at
test("builds at the same time can prune one cache, and what was used last stays", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "objects-"));
  t.after(() => rm(folder, { recursive: true }));
  for (let i = 0; i < 2 * objectsKept; i++) {
    await writeFile(join(folder, name(i)), "");
    await utimes(join(folder, name(i)), i + 1, i + 1);
  }
  await Promise.all(Array.from({ length: 8 }, async (_, i) => {
    for (let turn = 0; turn < i; turn++) await readdir(folder); // so that they do not run in step
    await prune(folder);
  }));
  assert.deepEqual((await readdir(folder)).toSorted(), Array.from({ length: objectsKept }, (_, i) => name(objectsKept + i)));
});

// on a full disk, each file that was saved under npm run dev took what little room was left
test("what could not be written leaves nothing behind", async (t) => {
  const there = "build/unwritable/output";
  t.after(() => rm(join(root, "build/unwritable"), { recursive: true }));
  await mkdir(join(root, there), { recursive: true });
  await assert.rejects(writeWhole(there, "text"), /EISDIR|ENOTEMPTY|EPERM/);
  assert.deepEqual(await readdir(join(root, "build/unwritable")), ["output"]);
});

// once wrangler dev ended itself when a file was saved during a build: node:20-slim, for one, has no ps
for (const [what, there, status] of /** @type {const} */ ([["makes one", false, 1], ["leaves it alone", true, null]])) {
  test(`where there is ${there ? "a" : "no"} ps, build.sh setup ${what}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "setup-")), PATH = join(folder, "path");
    t.after(() => rm(folder, { recursive: true }));
    for (const each of [PATH, join(folder, "node_modules/.bin")]) await mkdir(each, { recursive: true });
    for (const each of ["dirname", "chmod"]) await symlink(execFileSync("/bin/sh", ["-c", `command -v ${each}`], { encoding: "utf8" }).trim(), join(PATH, each));
    if (there) await symlink("chmod", join(PATH, "ps"));
    await writeFile(join(folder, "node_modules/.package-lock.json"), "");
    await copyFile(join(root, "build.sh"), join(folder, "build.sh"));
    const { status: code, stderr } = spawnSync("/bin/sh", ["build.sh", "setup"], { cwd: folder, env: { PATH }, encoding: "utf8" });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(spawnSync(join(folder, "node_modules/.bin/ps"), ["-o", "pid"]).status, status);
  });
}

// once an argument was empty, or the build ended with a stack trace
test("CC may have any blanks, or nothing else", (t) => {
  const given = process.env.CC;
  t.after(() => (given === undefined ? delete process.env.CC : (process.env.CC = given)));
  const cases = /** @type {[string, string[]][]} */ ([["  clang  -O1\t-g ", ["clang", "-O1", "-g"]], ["gcc", ["gcc"]], [" ", ["cc"]], ["", ["cc"]]]);
  for (const [value, words] of cases) {
    process.env.CC = value;
    assert.deepEqual(nativeCompiler(), words);
  }
});

/** Makes empty files. @param {string} folder @param {string[]} paths */
async function makeFiles(folder, ...paths) {
  for (const path of paths) {
    await mkdir(dirname(join(root, folder, path)), { recursive: true });
    await writeFile(join(root, folder, path), "");
  }
}

// once one that ended in .C was left out, and nothing said so
test("what looks like a tool and would not be built is refused", async () => {
  const folder = "build/tests/outsiders";
  for (const path of ["Tool.C", "tool.cpp", "tool.CC", "inner/tool.c"]) {
    await rm(join(root, folder), { recursive: true, force: true });
    await makeFiles(folder, "right.c", "right.h", "inner/right.h");
    await refuseOutsiders(folder);
    await makeFiles(folder, path);
    await assert.rejects(refuseOutsiders(folder), { message: `${folder}/${path}:1: would not be built. A tool is one .c file, directly in ${folder}; code that several tools use goes in c/vendor, in any folder there.` });
  }
});

// once `\r` was part of a flag, and a folder after it was none
test("the lines of compile_flags.txt may end as on Windows; its paths begin where it is, and the nearest one holds", async () => {
  const folder = "build/tests/flags";
  await makeFiles(folder, "compile_flags.txt", "inner/compile_flags.txt");
  await writeFile(join(root, folder, "compile_flags.txt"), "-DA=1\r\n  -Iprivate\r\n\r\n-I\r\n../other\r\n-include\r\nconfig.h");
  assert.deepEqual(await flagsIn(folder), [
    { folder: `${folder}/inner`, flags: [] },
    { folder, flags: ["-DA=1", "-isystem", `${folder}/private`, "-isystem", "build/tests/other", "-include", `${folder}/config.h`] },
  ]);
});

// once it was compiled as a part of the core, and left out because nothing there uses it
test("a tool among the core's sources is refused", async () => {
  const source = "build/tests/misplaced/greet.c", sources = ["c/text.c", source];
  await makeFiles(dirname(source), "greet.c");
  await refuseMisplaced(sources);
  await writeFile(join(root, source), '#include "tool.h"\n\nTOOL(greet, .run = greet);\n');
  await assert.rejects(refuseMisplaced(sources), { message: `${source}:3: would not be served. Move the file to c/tools.` });
});

// once the library's sources were compiled, and its headers not found
test("a library in vendor may be a link to its folder", async () => {
  const folder = "build/tests/linking";
  await makeFiles(folder, "elsewhere/include/library/library.h", "elsewhere/library.c", "vendor/other.c");
  await rm(join(root, folder, "vendor/library"), { force: true });
  await symlink(join(root, folder, "elsewhere"), join(root, folder, "vendor/library"), "junction");
  const { sources, includes } = await partsOf("wasm", folder);
  assert.ok(sources.includes(`${folder}/vendor/library/library.c`));
  assert.ok(includes.includes(`${folder}/vendor/library/include`));
});

describe("a build", () => {
  const folder = "build/tests/rebuilt", output = `${folder}/program.wasm`;
  const sources = ["main.c", "part.c"].map((each) => `${folder}/${each}`);
  const build = () => compileWasiProgram({ sources, includes: [folder], output });
  const write = (/** @type {string} */ file, /** @type {string} */ text) => writeFile(join(root, folder, file), text);
  const program = () => readFile(join(root, output));

  test("of an unchanged tree does nothing", async () => {
    await mkdir(join(root, folder), { recursive: true });
    await write("main.c", 'int part(void);\nint main(void) { return part(); }\n');
    await write("part.h", '#include "deep.h"\n');
    await write("deep.h", "enum { DEEP = 1 };\n");
    await write("part.c", '#include "part.h"\nint part(void);\nint part(void) { return DEEP; }\n');
    await build();
    const { mtimeMs } = await stat(join(root, output));
    assert.equal(await build(), false);
    assert.equal((await stat(join(root, output))).mtimeMs, mtimeMs);
  });

  test("notices a changed header, however deeply it is included", async () => {
    const before = await program();
    await write("deep.h", "enum { DEEP = 2 };\n");
    assert.equal(await build(), true);
    assert.notDeepEqual(await program(), before);
  });

  // wrangler dev ends a build when a file changes meanwhile; and two builds may end at the same time
  test("does not take what another build has made for its own", async () => {
    const before = await program(), stampFile = join(root, `build/stamps/${output.replaceAll("/", "_")}`), stamp = await readFile(stampFile);
    await write("deep.h", "enum { DEEP = 3 };\n");
    await build();
    await writeFile(stampFile, stamp); // as if that build had been ended before it said so
    await write("deep.h", "enum { DEEP = 2 };\n");
    assert.equal(await build(), true);
    assert.deepEqual(await program(), before);
  });

  // once such a header was not found, or with an installed compiler a change to it was not noticed
  test("knows headers whatever their names end in", async () => {
    await write("deep.h", '#include "table.inl"\n');
    await write("table.inl", "enum { DEEP = 3 };\n");
    assert.equal(await build(), true);
  });

  test("does nothing for a header that nobody includes", async () => {
    await write("other.h", "enum { OTHER };\n");
    assert.equal(await build(), false);
  });

  // once both had one object, and nothing was left of the first
  test("has all sources, also if only a slash in the path of one is an underscore in that of another", async () => {
    const path = (/** @type {string} */ each) => `${folder}/${each}`;
    await mkdir(join(root, folder, "same"), { recursive: true });
    await write("same/one.c", "int one(void);\nint one(void) { return 1; }\n");
    await write("same_one.c", "int other(void);\nint other(void) { return 2; }\n");
    await write("both.c", "int one(void);\nint other(void);\nint main(void) { return one() + other(); }\n");
    await compileWasiProgram({ sources: ["same/one.c", "same_one.c", "both.c"].map(path), output: path("both.wasm") });
  });
});

describe("the headers of a source", () => {
  const folder = "build/tests/included", headers = new Set(["a.h", "b.h", "inner/a.h", "c.inc", "größe.h", "part.c", "notes.md"].map((each) => `${folder}/${each}`));
  const of = async (/** @type {string} */ text) => {
    const source = `${folder}/source.c`, files = /** @type {Map<string, string>} */ (new Map());
    files.set(source, text).set(`${folder}/a.h`, '#include "b.h"').set(`${folder}/part.c`, "#include <b.h>");
    return (await headersOf([source], [folder, `${folder}/inner`], headers, async (path) => Buffer.from(files.get(path) ?? ""))).map((path) => path.slice(folder.length + 1));
  };

  for (const [what, text, found] of /** @type {const} */ ([
    ["are those that it includes, and those that they include", '# include "a.h"\n', ["a.h", "b.h", "inner/a.h"]],
    ["are found by <> in the folders where includes are looked for", "#include <b.h>\n#include <stdio.h>\n", ["b.h"]],
    ["are found next to it, and above", '#include "inner/../c.inc"\n', ["c.inc"]],
    ["may be any, if a macro names one", "#include NAME\n", ["a.h", "b.h", "c.inc", "größe.h", "inner/a.h", "part.c"]],
    ["may end in anything, if they are named", '#include "notes.md"\n', ["notes.md"]],
    ["are found after a comment, and by include_next", "/* first */ # /* then */ include_next <b.h>\n", ["b.h"]],
    ["have names in any script", '#include "größe.h"\n', ["größe.h"]],
    ["may be sources", '#include "part.c"\n', ["b.h", "part.c"]],
    ["are found behind a byte order mark, as editors on Windows write it", '\ufeff#include <b.h>\n', ["b.h"]],
    ["are none if it includes none", "// #including nothing\n", []],
  ])) {
    test(what, async () => assert.deepEqual(await of(text), found));
  }
});
