// What `npm run doctor` prints: never what is secret, and how to connect.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { clients } from "../../worker/commands/doctor/clients.mjs";
import { nameOf } from "../../worker/commands/doctor/configuration.mjs";
import { against, doctor, examine, stays } from "./support/doctor.mjs";
import { key } from "./support/plain-server.mjs";

/** @import { Fault } from "./support/plain-server.mjs" */

/** Repeats what it was sent, as a careless server does. @type {Fault} */
const echo = (reply, { headers, path }) => {
  if (reply.status !== 401 && path.startsWith("/mcp")) return { ...reply, status: 500, body: { error_description: `I got ${headers.authorization} at ${path} \u001b[31m` } };
};

describe("what is secret", () => {
  test("is never printed: neither the credential, nor what a server repeats of it, nor a URL's query", () =>
    against(echo, async (url) => {
      for (const more of [[], ["--json"]]) {
        const { output, log } = await doctor(`${url}?key=in-the-query`, "--token", key, ...more);
        for (const secret of [key, "in-the-query"]) assert.ok(!log.includes(secret), output);
        assert.ok(!output.includes("\u001b"));
        assert.match(output, /YOUR_KEY/);
      }
    }));

  for (const [query, secrets] of /** @type {[string, string[]][]} */ ([
    ["bare-secret", ["bare"]], ["short=abc", ["abc"]], ["key=a%2Fsecret%2fword", ["secret", "word"]], ["early-part&key=secret+words%20of+mine&late-part", ["early", "secret", "words", "mine", "late-part"]],
    ['key=a"quoted"secret', ["quoted", "secret"]], ["key=b%C3%A4r%ZZ", ["%C3", "b\u00e4r", "%ZZ"]],
  ])) {
    test(`is never printed where it is the query ?${query}, in whatever form a server says it back`, () =>
      against((reply, { path }) => {
        if (!path.startsWith("/mcp")) return;
        const said = path.slice(path.indexOf("?") + 1), value = said.replace(/^key=/, ""), plain = new URLSearchParams(`=${value}`).get("") ?? "";
        return { ...reply, status: 500, body: { error_description: `${"-".repeat(40)} ${path}, ${said}, ${value}, ${plain}, ${encodeURIComponent(plain)}` } };
      }, async (url) => {
        for (const more of [[], ["--json"]]) {
          const { output } = await doctor(`${url}?${query}`, "--client", "vscode,mcp-remote", ...more);
          for (const secret of secrets) assert.ok(!output.includes(secret), output);
          assert.ok(output.includes(`${url}?...`), output);
        }
      }));
  }

  test("is not even printed in part, where what a server says is cut short", () =>
    against((reply, { path }) => (path.startsWith("/mcp") ? { ...reply, status: 500, body: { error_description: `${"-".repeat(285)} ${path}` } } : undefined), async (url) => {
      assert.ok(!(await doctor(`${url}?bare-secret`, "--client", "vscode")).output.includes("bare"));
    }));

  test("goes only to the server itself, not to where its metadata leads", () =>
    against(undefined, async (url, asked) => {
      await doctor(url, "--token", key);
      const told = asked.filter(({ headers }) => headers.authorization === `Bearer ${key}`).map(({ path }) => path);
      assert.deepEqual([...new Set(told)], ["/mcp"]);
    }));

  test("is refused if no header can carry it, or if there is none", async () => {
    for (const [args, why] of /** @type {[string[], RegExp][]} */ ([
      [["--token", "kéy€"], /^The credential has a character that no header can carry/], [["--token", "two\nlines"], /^The credential has a character/],
      [["--header", "X-Api-Key: €"], /^The credential has a character/], [["--token", " "], /^The token is empty\.$/m],
    ])) {
      const { code, log } = await doctor("http://localhost:9/mcp", ...args);
      assert.equal(code, 1);
      assert.match(log, why);
      assert.doesNotMatch(log, /€|8364|two/);
    }
  });

  for (const redirects of [true, false]) {
    test(`does not follow the place for messages on a stream elsewhere, whichever header it is in, ${redirects ? "by a redirect" : "or by its URL"}`, () =>
      against(undefined, (elsewhere, got) =>
        against((reply, { method, path, headers }) => {
          if (path === "/message") return { status: 307, headers: { location: elsewhere } };
          if (path === "/mcp" && method === "POST") return { ...reply, status: 405 };
          if (path === "/mcp" && headers["x-own-key"]) return { status: 200, headers: { "content-type": "text/event-stream" }, body: stays(`event: endpoint\ndata: ${redirects ? "/message" : elsewhere}\n\n`) };
        }, async (url) => {
          const { clients: [judged] } = await examine(url, "--header", "X-Own-Key: some-key", "--client", "mcp-remote");
          assert.deepEqual(got, []);
          assert.match(judged.steps.find((/** @type {any} */ { title }) => title === "initialize").note, redirects ? /over HTTP\+SSE it gets a message is answered with 307/ : /the stream's endpoint has a different origin/);
        })));
  }

  test("is refused in the URL", async () => {
    const { code, log } = await doctor("https://user:password-in-url@example.com/mcp");
    assert.equal(code, 1);
    assert.match(log, /No client sends a credential that is in the URL/);
    assert.ok(!log.includes("password-in-url"));
  });
});

describe("the configuration that it prints", () => {
  /** @type {Map<string, { where: string, text: string }[]>} */
  const printed = new Map();
  before(() => against(undefined, async (url) => {
    const { clients: judged } = await examine(url, "--header", "X-Api-Key: a-secret-key");
    for (const { name, configuration } of judged) printed.set(name, configuration);
  }));
  const headings = (/** @type {string} */ name) => (printed.get(name) ?? []).map(({ where }) => where);
  const texts = (/** @type {string} */ name) => (printed.get(name) ?? []).map(({ text }) => text);

  test("is there for every client", () => assert.deepEqual([...printed.keys()], clients.map(({ name }) => name)));

  test("of mcp-remote has the header's value in env, inside the server's entry, and no space in args; on Windows through cmd", () => {
    const [posix, windows] = texts("mcp-remote").map((text) => Object.values(JSON.parse(text).mcpServers)[0]);
    assert.deepEqual([posix.command, windows.command, windows.args.slice(0, 2)], ["npx", "cmd", ["/c", "npx"]]);
    for (const { args, env } of [posix, windows]) {
      assert.ok(args.includes("X-Api-Key:${MCP_HEADER}"));
      assert.ok(args.every((/** @type {string} */ word) => !word.includes(" ")));
      assert.deepEqual(env, { MCP_HEADER: "YOUR_KEY" });
    }
  });

  test("of mcp-remote has its args on one line, and calls a server that has an address and no name, server", () => {
    for (const text of texts("mcp-remote")) {
      assert.match(text, /^ {6}"args": \[.*\],$/m);
      assert.deepEqual(Object.keys(JSON.parse(text).mcpServers), ["server"]);
    }
    const names = ["http://[::1]:8787/mcp", "http://localhost:8787/mcp", "https://tools.example.com/mcp"].map(nameOf);
    assert.deepEqual(names, ["server", "localhost", "tools"]);
  });

  test("of VS Code and Cursor is JSON, with a place for the key that is not a file in the project", () => {
    assert.deepEqual(Object.values(JSON.parse(texts("vscode")[0]).servers)[0].headers, { "X-Api-Key": "${input:mcp-key}" });
    assert.deepEqual(Object.values(JSON.parse(texts("cursor")[0]).mcpServers)[0].headers, { "X-Api-Key": "${env:MCP_KEY}" });
  });

  test("of Cursor and Codex names the environment variable that holds the key, if one is needed", () =>
    against(undefined, async (url) => {
      for (const name of ["cursor", "codex"]) assert.match(headings(name)[0], /, with the key in the environment variable MCP_KEY$/);
      const { clients: judged } = await examine(url, "--client", "cursor,codex"); // that log in
      assert.doesNotMatch(JSON.stringify(judged.map(({ configuration }) => configuration)), /MCP_KEY/);
    }));

  test("of Claude Code, Codex and the Inspector names the header", () => {
    assert.match(texts("claude-code")[0], /^claude mcp add --transport http \S+ http:\S+\/mcp --header "X-Api-Key: YOUR_KEY"$/);
    assert.match(texts("codex")[0], /env_http_headers = \{ "X-Api-Key" = "MCP_KEY" \}/);
    assert.match(texts("inspector")[0], /--header "X-Api-Key: YOUR_KEY"$/);
  });
});
