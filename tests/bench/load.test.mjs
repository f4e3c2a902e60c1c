// That nothing counts as an answer which is none.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { Load } from "./load.mjs";
import { workloads } from "./workloads.mjs";

// an empty body was taken for the one that was known, which nobody was yet
test("a server that answers one user and gives the others 500 without a body is found out", async () => {
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request.setEncoding("utf8")) text += piece;
    const { id } = JSON.parse(text);
    const result = { content: [{ type: "text", text: "5" }], resultType: "complete" };
    if (id === 1000) response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    else response.writeHead(500).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const running = /** @type {import("./workerd.mjs").Server} */ (/** @type {unknown} */ ({ port, name: "fake", log: "", cpu: () => 0 }));
  const load = new Load(running, workloads.modern);
  try {
    await load.prepare();
    await assert.rejects(load.round({ requests: 200 }), /fake answered tools\/call, 2026-07-28 with 500/);
  } finally {
    load.close();
    server.close();
    server.closeAllConnections();
  }
});
