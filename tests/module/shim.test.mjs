// The shim in this process: what becomes of an instance whose exchange failed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { coreModule } from "../support/builds.mjs";
import { importWorker } from "../support/worker.mjs";

let made = 0;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    made++;
    return Reflect.construct(target, args);
  },
});

// it was used again unless it trapped, though what is thrown into a call that waits leaves the stack where it was
test("an instance that anything was thrown out of serves nobody else", async () => {
  await coreModule();
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} }), env = { AUTH_MODE: "any" };
  const get = async (/** @type {string} */ path) => {
    const request = new Request(`http://localhost${path}`, { headers: { authorization: "Bearer x", accept: "text/event-stream" } });
    return (await worker.fetch(/** @type {any} */ (request), env, context)).status;
  };
  assert.deepEqual([await get("/healthz"), await get("/healthz"), made], [200, 200, 1]);
  assert.equal(await get("/sse"), 500); // there is no MAILBOX
  assert.deepEqual([await get("/healthz"), await get("/healthz"), made], [200, 200, 2]);
});

// memory grows for them, and what was looked at before is then nobody's
test("variables of half a megabyte are taken", async () => {
  await importWorker();
  const { Core } = await import("../../worker/core.js");
  assert.ok(new Core({ AUTH_MODE: "any", OTHER: "x".repeat(1 << 19) }).headerNames.includes("authorization"));
});
