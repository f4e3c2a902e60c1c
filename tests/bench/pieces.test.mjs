// A body costs by its bytes, not by the pieces that it comes in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, requestBytes } from "./connection.mjs";
import { unguarded } from "./guard.mjs";
import { bundle } from "./servers.mjs";
import { median } from "./statistics.mjs";
import { Server } from "./workerd.mjs";

const BYTES = 20_000, ROUNDS = 5;

/** A ping of so many bytes, each of them a chunk. */
function inOneBytePieces() {
  const headers = { authorization: "Bearer a", "content-type": "application/json", accept: "application/json, text/event-stream", "transfer-encoding": "chunked" };
  const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping", params: { arguments: { text: "" } } }).padEnd(BYTES);
  const chunks = [...ping].map((byte) => `1\r\n${byte}\r\n`).join("");
  const head = requestBytes("POST", "/mcp", headers).toString().replace("content-length: 0\r\n", "");
  return Buffer.from(`${head}${chunks}0\r\n\r\n`);
}

/** The CPU time of such a request. @param {Server} server @param {Buffer} request */
async function cost(server, request) {
  const connection = new Connection(server.port), from = server.cpu();
  assert.equal((await connection.send(request)).status, 200);
  connection.close();
  return server.cpu() - from;
}

// once each piece went through JavaScript by itself: eight times what the platform's own request.json() takes,
// so that 100 KB took 2.3 s of CPU time
test("a body in pieces of one byte takes at most three times what a bare worker takes to read it", { skip: unguarded || false }, async () => {
  const servers = [new Server(await bundle("ours")), new Server({ ...(await bundle("floor")), values: {} })], request = inOneBytePieces();
  try {
    await Promise.all(servers.map((server) => server.start()));
    const ratios = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [ours, floor] = [await cost(servers[0], request), await cost(servers[1], request)];
      ratios.push(ours / floor);
    }
    assert.ok(median(ratios) < 3, `it takes ${ratios.map((ratio) => ratio.toFixed(1)).join(", ")} times as much`);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
});
