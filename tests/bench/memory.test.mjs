// WebAssembly memory is bounded by the requests that are under way, not by those that have come.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CONCURRENT, MIB, announceAtOnce, count, counting, serve, serveAtOnce } from "./measures/memory.mjs";
import { bundle } from "./servers.mjs";
import { Server } from "./workerd.mjs";

/** How many instances worker/core.js keeps for the next requests. */
const KEPT = 16;

describe("WebAssembly memory in workerd", () => {
  /** @type {Server} */
  let server;
  before(async () => {
    server = new Server(counting(await bundle("ours")), { pinned: false });
    await server.start();
  });
  after(() => server?.stop());

  test("requests one after another share one instance of at most 1 MiB", async () => {
    await serve(server, Array.from({ length: 100 }, () => 0));
    const { instances, newest } = await count(server);
    assert.equal(instances, 1);
    assert.ok(newest <= MIB, `it has ${newest} bytes`);
  });

  test("large requests share one more instance, which is dropped at the first small one", async () => {
    const grown = async () => (await count(server)).sizes.map((size) => size > 3 * MIB);
    await serve(server, Array.from({ length: 20 }, () => 3 * MIB));
    assert.deepEqual(await grown(), [true, false]);
    await serve(server, [0, 3 * MIB]);
    assert.deepEqual(await grown(), [true, true], "the first was used again after a small request");
    await serve(server, [0]);
    const { newest } = await count(server);
    assert.ok(newest <= MIB, `after that the next one has ${newest} bytes`);
  });

  test("a thousand requests share one instance, whether their bodies end or not", async () => {
    assert.equal((await serveAtOnce(server, "sent")).instances, 0);
    assert.equal((await serveAtOnce(server, "waiting")).instances, 0);
  });

  test("a thousand requests that announce a large body need no further instance while it has not come", async () => {
    assert.equal((await announceAtOnce(server)).instances, 0);
  });

  test("a thousand requests whose bodies are streamed without a length have at most an instance each, of which sixteen are kept", async () => {
    const first = await serveAtOnce(server, "streamed");
    assert.ok(first.instances <= CONCURRENT, `${first.instances} were made`);
    const second = await serveAtOnce(server, "streamed");
    assert.ok(second.instances <= CONCURRENT - KEPT, `${second.instances} were made though ${KEPT} were kept`);
    assert.ok((await count(server)).newest <= MIB);
  });

  test("an instance that has grown beyond 16 MiB is not kept", async () => {
    const roomy = new Server({ ...server.bundle, variables: { ...server.bundle.variables, MAX_BODY_BYTES: String(16 * MIB) } }, { pinned: false });
    try {
      await roomy.start();
      await serve(roomy, [16 * MIB - 1000, 16 * MIB - 1000]);
      assert.deepEqual((await count(roomy)).sizes.map((size) => size > 16 * MIB), [true, true]);
    } finally {
      await roomy.stop();
    }
  });
});
