// Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are set, what fetches from outside goes by them.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { key, startPlain } from "./e2e/support/plain-server.mjs";
import { run } from "./e2e/support/program.mjs";

/** Behind the proxy: there is no other way to names of .example. It takes only keys: a login would have to be at an https URL. */
const outside = await startPlain((reply, { path }) => {
  if (path === "/file") return { ...reply, status: 200, body: "whole" };
  if (path.startsWith("/.well-known/")) return { ...reply, status: 404, body: {} };
  const challenge = reply.headers["www-authenticate"]?.replace(/resource_metadata="[^"]*"(?:, )?/, "").trim();
  return challenge === undefined ? reply : { ...reply, headers: { ...reply.headers, "www-authenticate": challenge } };
});
/** @type {string[]} where the proxy was asked to lead */
const asked = [];
const proxy = http.createServer();
proxy.on("connect", (/** @type {http.IncomingMessage} */ request, /** @type {net.Socket} */ client) => {
  asked.push(request.url ?? "");
  const server = net.connect(Number(new URL(outside.url).port), "127.0.0.1", () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    client.pipe(server).pipe(client);
  });
  for (const [one, other] of [[client, server], [server, client]]) one.on("error", () => other.destroy());
});
/** @type {Record<string, string | undefined>} of whoever runs the tests, nothing */
const env = { HTTPS_PROXY: undefined, https_proxy: undefined, http_proxy: undefined, NO_PROXY: undefined, no_proxy: undefined, NODE_USE_ENV_PROXY: undefined };

before(async () => {
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  env.HTTP_PROXY = `http://127.0.0.1:${/** @type {net.AddressInfo} */ (proxy.address()).port}`;
});
beforeEach(() => void (asked.length = 0));
after(async () => {
  proxy.close();
  proxy.closeAllConnections();
  await outside.stop();
});

const doctor = (/** @type {string} */ url, more = {}) => run("node", ["worker/commands/doctor.mjs", url, "--token", key, "--client", "vscode"], { env: { ...env, ...more } });

test("the doctor reaches a server that only the proxy can, and exits and prints as usual", async () => {
  const { code, log } = await doctor("http://mcp.example/mcp");
  assert.equal(code, 0, log);
  assert.deepEqual([...new Set(asked)], ["mcp.example:80"]);
  assert.doesNotMatch(log, /Warning/);
  assert.equal((await doctor("http://mcp.example/none")).code, 1);
});

test("the doctor asks no proxy for a server on this machine, nor for one in NO_PROXY", async () => {
  assert.equal((await doctor(outside.url)).code, 0);
  assert.match((await doctor("http://mcp.example/mcp", { NO_PROXY: "mcp.example" })).log, /nothing answers there/);
  assert.deepEqual(asked, []);
});

test("so does what builds and tests fetch", async () => {
  const program = `import { fromUpstream } from "./c/toolchain/pinned.mjs"; console.log(String(await fromUpstream(process.argv[1])));`;
  const fetched = (/** @type {string} */ url) => run("node", ["--input-type=module", "-e", program, url], { env });
  assert.match((await fetched("http://files.example/none")).log, /HTTP 404/);
  assert.equal((await fetched("http://files.example/file")).output, "whole\n");
  assert.deepEqual(asked, ["files.example:80", "files.example:80"]);
});
