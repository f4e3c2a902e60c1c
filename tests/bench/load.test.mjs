// Nothing counts as an answer that is not one.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { Load } from "./load.mjs";
import { workloads } from "./workloads.mjs";

/** A load on a server of the test's own. @param {import("node:http").Server} server @param {import("./workloads.mjs").Workload} workload */
async function loadOn(server, workload) {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const running = /** @type {import("./workerd.mjs").Server} */ (/** @type {unknown} */ ({ port, name: "fake", log: "", cpu: () => 0 }));
  const load = new Load(running, workload);
  const close = () => {
    load.close();
    server.close();
    server.closeAllConnections();
  };
  return { load, close };
}

// once an empty body was taken for the known answer, while none was known yet
test("a server that answers one user and gives the others 500 without a body is noticed", async () => {
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request.setEncoding("utf8")) text += piece;
    const { id } = JSON.parse(text);
    const result = { content: [{ type: "text", text: "5" }], resultType: "complete" };
    if (id === 1000) response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, result }));
    else response.writeHead(500).end();
  });
  const { load, close } = await loadOn(server, workloads.modern);
  try {
    await load.prepare();
    await assert.rejects(load.round({ requests: 200 }), /fake answered tools\/call, 2026-07-28 with 500/);
  } finally {
    close();
  }
});

/** A server that returns a list of so many pages, and counts what it was asked. @param {number} pages @param {Map<string, number>} asked */
function paging(pages, asked) {
  return createServer(async (request, response) => {
    let text = "";
    for await (const piece of request.setEncoding("utf8")) text += piece;
    const { id, params } = JSON.parse(text), page = Number(params.cursor ?? 0);
    asked.set(params.cursor ?? "", (asked.get(params.cursor ?? "") ?? 0) + 1);
    const tools = Array.from({ length: 100 }, (_, i) => ({ name: `tool ${page * 100 + i}` }));
    const result = page + 1 < pages ? { tools, nextCursor: String(page + 1) } : { tools };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  });
}

test("a list is asked for page by page, and counts as one operation", async () => {
  const asked = new Map(), { load, close } = await loadOn(paging(10, asked), workloads.longList);
  try {
    await load.prepare();
    const { latencies } = await load.round({ requests: 20 });
    // those that were under way when the last one began end, too
    assert.ok(latencies.length >= 20 && latencies.length < 24, String(latencies.length));
    assert.deepEqual([...asked.keys()], ["", ...Array.from({ length: 9 }, (_, i) => String(i + 1))]);
    for (const times of asked.values()) assert.equal(times, latencies.length + 1);
  } finally {
    close();
  }
});

test("a list that lacks a page is noticed", async () => {
  const { load, close } = await loadOn(paging(9, new Map()), workloads.longList);
  try {
    await assert.rejects(load.prepare(), /fake: the pages of tools\/list, 1,000 tools, all pages are not the whole list/);
  } finally {
    close();
  }
});
