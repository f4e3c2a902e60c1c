// The recipes in the README's "Who may connect", read from there: each deploys as it is written, and the
// local server starts with the same variables.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { join } from "node:path";
import { hashOf } from "../../worker/commands/passphrase.mjs";
import { Program, root, run } from "./support/program.mjs";
import { remove, startWorkerd, temporaryFolder } from "./support/server.mjs";

const [, section] = /^## Who may connect\n([^]*?)^## /m.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
const wranglerToml = readFileSync(join(root, "wrangler.toml"), "utf8");
const config = readFileSync(join(root, "c/config.c"), "utf8");
/** Why a mode cannot be tried yet. @param {string} mode */
const unbuilt = (mode) => mode.split(",").map((part) => (config.includes(`"${part}"`) && (part !== "oauth" || wranglerToml.includes("[env.oauth]")) ? "" : `this build has no mode ${part}`)).find(Boolean) || false;

/** @typedef {{ title: string, commands: string[][], variables: Record<string, string> }} Recipe */

/** The words of a line of shell: the recipes use double quotes at most. @param {string} line */
const words = (line) => [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);

/** @param {string} part from one heading to the next @returns {Recipe[]} one for each deploy */
function recipesIn(part) {
  const title = part.split("\n")[0];
  const commands = [...part.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, code]) => code.trim().split("\n").map(words));
  const deploys = commands.filter((command) => command.slice(0, 3).join(" ") === "npm run deploy");
  return deploys.map((command) => ({
    title, commands,
    variables: Object.fromEntries(command.flatMap((word, index) => (command[index - 1] === "--var" ? [/** @type {[string, string]} */ (word.split(/:(.*)/s, 2))] : []))),
  }));
}
const recipes = section.split(/^### /m).slice(1).flatMap(recipesIn);

test("there is a recipe for every mode, and for keys and a login at once", () => {
  assert.deepEqual(recipes.map(({ variables }) => variables.AUTH_MODE).toSorted(), ["any", "jwt", "none", "oauth", "oauth", "tokens", "tokens,oauth"]);
});

/** What the other commands of the recipe set: secrets, made up here. @param {Recipe} recipe */
function secrets({ commands, variables }) {
  const has = (/** @type {string} */ word) => commands.some((command) => command.includes(word));
  return {
    ...(has("add") && variables.AUTH_MODE.includes("tokens") && { TOKENS: `alice:${"0".repeat(64)}` }),
    ...(has("--passphrase") && { OWNER_PASSPHRASE: hashOf("four words of mine") }),
    ...(has("UPSTREAM_CLIENT_SECRET") && { UPSTREAM_CLIENT_SECRET: "secret" }),
  };
}

for (const recipe of recipes) {
  const { title, commands, variables } = recipe;
  const mode = variables.AUTH_MODE;
  describe(`${title} (AUTH_MODE=${mode})`, { skip: unbuilt(mode) }, () => {
    test("its deploy passes wrangler's --dry-run", async () => {
      const command = commands.find((all) => all.includes(`AUTH_MODE:${mode}`)) ?? [];
      const { code, log } = await run(command[0], [...command.slice(1), "--dry-run"]);
      assert.equal(code, 0, log);
      for (const name of Object.keys(variables)) assert.match(log, new RegExp(`env\\.${name} `));
      assert.match(log, /--dry-run: exiting now/);
    });

    test("the local server starts with its variables, and finds nothing wrong with them", async () => {
      const all = { ...variables, ...secrets(recipe) };
      const { url, stop } = mode.includes("oauth") ? await startOAuth(all) : await startWorkerd(all);
      try {
        const response = await fetch(`${url}/mcp`, { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
        assert.equal(response.status, mode === "none" ? 400 : 401, await response.text());
      } finally {
        await stop();
      }
    });
  });
}

/** The build with OAuth, under wrangler dev. @param {Record<string, string>} variables */
async function startOAuth(variables) {
  const folder = temporaryFolder();
  const given = Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const program = new Program("npm", ["start", "--", "--env=oauth", "--port=0", "--inspector-port=0", `--persist-to=${join(folder, "state")}`, "--env-file=/dev/null", ...given]);
  const stop = async () => {
    await program.stop();
    remove(folder);
  };
  try {
    const [, port] = await program.printed(/Ready on http:\/\/[^:\s]+:(\d+)/);
    return { url: `http://localhost:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

describe("every command in it", () => {
  const commands = [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, code]) => code.trim().split("\n").map(words));
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

  test("is a script of package.json, or wrangler's", () => {
    for (const [program, first, second] of commands) {
      if (program === "npx") assert.equal(first, "wrangler");
      else assert.ok(scripts[first === "run" ? second : first], `${program} ${first} ${second}`);
    }
  });

  test("about keys is accepted by `npm run keys` as it is written", async () => {
    const folder = temporaryFolder();
    try {
      const own = commands.filter((command) => command[2] === "keys" && !command.includes("--passphrase"));
      assert.ok(own.length >= 4);
      for (const command of own) {
        const args = command.slice(4).filter((word) => word !== "--remote") // what that does: keys.test.mjs
          .map((word) => word.replace(/^20\d\d-/, "2999-")); // a date that the README names will be past one day
        const { code, log } = await run("node", [join(root, "worker/commands/keys.mjs"), ...args], { cwd: folder });
        assert.ok(code === 0 || /ci has a key/.test(log), `${command.join(" ")}: ${log}`);
      }
    } finally {
      remove(folder);
    }
  });
});
