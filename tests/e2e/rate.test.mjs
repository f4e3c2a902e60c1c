// The rate limit per principal, on the platform's own binding as `wrangler dev` gives it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Raw, credential, message, post } from "./support/http.mjs";
import { remove, startServer, temporaryFolder } from "./support/server.mjs";
import { root } from "./support/program.mjs";

const ping = message("ping"), LIMIT = 40;
const folder = temporaryFolder();
const key = (/** @type {string} */ name) => `${name}:${createHash("sha256").update(name).digest("hex")}`;
/** @type {import("./support/server.mjs").Server} */
let server;

/** The project's own configuration, from another folder, with the rate limiter in its comment enabled. */
function withRateLimiter() {
  const toml = readFileSync(join(root, "wrangler.toml"), "utf8");
  const [commented] = /# \[\[ratelimits\]\]\n(?:# .*\n)+/.exec(toml) ?? assert.fail("wrangler.toml shows no [[ratelimits]]");
  const block = commented.replaceAll(/^# /gm, "").replace(/limit = \d+/, `limit = ${LIMIT}`);
  return toml.replace(commented, block)
    .replace('"worker/index.js"', JSON.stringify(join(root, "worker/index.js")))
    .replace('"./build.sh wasm"', JSON.stringify(`cd '${root}' && ./build.sh wasm`))
    .replace('["c", "worker"]', JSON.stringify([join(root, "worker")]));
}

before(async () => {
  const config = join(folder, "wrangler.toml");
  writeFileSync(config, withRateLimiter());
  server = await startServer({ AUTH_MODE: "tokens", TOKENS: ["alice", "bob", credential.replace("Bearer ", "")].map(key).join() }, { config });
});
after(async () => {
  await server?.stop();
  remove(folder);
});
const ask = (/** @type {string} */ name) => post(`${server.url}/mcp`, ping, { authorization: `Bearer ${name}` });

test("one principal over the limit gets 429 with Retry-After; another is not disturbed", async () => {
  const answers = [];
  // a period may end in between, but not twice
  for (let i = 0; i < 2 * LIMIT + 1; i++) answers.push(await ask("alice"));
  const statuses = answers.map(({ status }) => status), over = answers.filter(({ status }) => status === 429);
  assert.ok(statuses.slice(0, LIMIT).every((status) => status === 200), String(statuses));
  assert.ok(over.length > 0, String(statuses));
  for (const { headers, json } of over) assert.deepEqual([headers.get("retry-after"), json.error], ["60", "too_many_requests"]);
  assert.equal((await ask("bob")).status, 200);
});

// worker/index.js may pass a head to the core twice, but not one that has asked for something
test("as many requests as the limit allows are served, even if they all wait for their bodies at once", async () => {
  const body = JSON.stringify(ping), all = Array.from({ length: LIMIT }, () => new Raw(server.port));
  await Promise.all(all.map((raw) => raw.head(`Content-Length: ${body.length}`)));
  await Promise.all(all.map((raw) => raw.send(body.slice(0, 10))));
  assert.equal((await ask("bob")).status, 200);
  await Promise.all(all.map((raw) => raw.send(body.slice(10))));
  assert.deepEqual(new Set(await Promise.all(all.map((raw) => raw.status()))), new Set([200]));
  for (const raw of all) raw.leave();
});

test("requests that are not let in are not counted", async () => {
  for (let i = 0; i < 2 * LIMIT; i++) assert.equal((await ask("mallory")).status, 401);
});
