// The mailbox by itself: what it does with what it is told to keep, on workerd, with nothing of MCP before it.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "./support/program.mjs";
import { remove, startServer, temporaryFolder } from "./support/server.mjs";

const HOUR = 3_600_000;
const folder = temporaryFolder();

/** @type {import("./support/server.mjs").Server} */
let server;

// a Worker that does for the mailbox `object` what a request says: [object, method, action]
const worker = `export { Mailbox } from ${JSON.stringify(join(root, "worker/mailbox.js"))};
export default {
  async fetch(request, env) {
    const [object, method, action] = await request.json();
    const answer = await env.MAILBOX.getByName(object)[method]({ ...action, body: new TextEncoder().encode(action.body ?? "") });
    return new Response(answer);
  },
};
`;

before(async () => {
  writeFileSync(join(folder, "worker.mjs"), worker);
  writeFileSync(join(folder, "wrangler.toml"), `name = "mailbox"
main = "worker.mjs"
compatibility_date = "2026-10-30"
durable_objects.bindings = [{ name = "MAILBOX", class_name = "Mailbox" }]
migrations = [{ tag = "v1", new_sqlite_classes = ["Mailbox"] }]
`);
  server = await startServer({}, { cwd: folder, config: join(folder, "wrangler.toml") });
});
after(async () => {
  await server?.stop();
  remove(folder);
});

/** @param {string} object @param {string} method @param {Record<string, unknown>} action @returns {Promise<string>} */
async function act(object, method, action) {
  const response = await fetch(server.url, { method: "POST", body: JSON.stringify([object, method, action]) });
  assert.equal(response.status, 200);
  return response.text();
}

// each change was sent to every stream of the last day that had listened for it, most of which had ended
test("what is kept for a stream goes with the first change that finds nobody there, unless it is new or a session's", async () => {
  const lines = { over: 22 * HOUR, opening: 24 * HOUR, session: 47 * HOUR };
  for (const [name, milliseconds] of Object.entries(lines)) await act("updates", "keep", { topic: `subject place/${name}`, milliseconds, body: name });
  await act("updates", "publish", { topic: "subject", milliseconds: 23 * HOUR });
  const left = await Promise.all(Object.keys(lines).map((name) => act("updates", "peek", { topic: `subject place/${name}` })));
  assert.deepEqual(left, ["", "opening", "session"]);
});

test("what is kept for a stream that is there, or that is itself kept, stays", async () => {
  await act("updates", "keep", { topic: "other place/kept", milliseconds: HOUR, body: "line" });
  await act("place", "deliver", { topic: "kept", mark: "id: 1-", milliseconds: HOUR, backlogBytes: 1000, body: "opened" });
  await act("updates", "publish", { topic: "other", milliseconds: 23 * HOUR });
  assert.equal(await act("updates", "peek", { topic: "other place/kept" }), "line");
});
