// The shim in this process: what happens to an instance whose exchange failed, and to what a mailbox
// failed at.
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

// the first answer of an isolate should not wait for code that copies
test("an isolate's first request keeps its instance while its body comes, and later ones let others have it", async () => {
  await coreModule();
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} }), env = { AUTH_MODE: "any", SEAL_KEY: "k".repeat(32) };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  const headers = { authorization: "Bearer x", accept: "application/json, text/event-stream", "content-type": "application/json", "content-length": String(body.length) };
  const ask = async (meanwhile = async () => {}) => {
    const pull = async (/** @type {any} */ controller) => (await meanwhile(), controller.enqueue(Buffer.from(body)), controller.close());
    const request = new Request("http://localhost/mcp", /** @type {any} */ ({ method: "POST", headers, duplex: "half", body: new ReadableStream({ pull }, { highWaterMark: 0 }) }));
    assert.equal((await worker.fetch(/** @type {any} */ (request), env, context)).status, 200);
  };
  await ask(ask);
  assert.equal(made, 2);
  await ask(() => ask(ask));
  assert.equal(made, 2);
});

// once it was used again unless it had trapped, although what is thrown into a waiting call leaves the
// stack where it was
test("an instance out of which anything was thrown serves nobody else", async () => {
  await coreModule();
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} }), env = { AUTH_MODE: "any" };
  const get = async (/** @type {string} */ path) => {
    const request = new Request(`http://localhost${path}`, { headers: { authorization: "Bearer x", accept: "text/event-stream" } });
    return (await worker.fetch(/** @type {any} */ (request), env, context)).status;
  };
  const before = made;
  assert.deepEqual([await get("/healthz"), await get("/healthz"), made - before], [200, 200, 1]);
  assert.equal(await get("/sse"), 500); // there is no MAILBOX
  assert.deepEqual([await get("/healthz"), await get("/healthz"), made - before], [200, 200, 2]);
});

test("a number or a list in wrangler.toml means what it would mean as a string, because one that is not seen restricts nobody", async () => {
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} });
  const headers = { authorization: "Bearer x", accept: "application/json, text/event-stream", "content-type": "application/json", origin: "https://other.example" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  const ask = async (/** @type {object} */ variables) => {
    const request = new Request("https://server.example/mcp", { method: "POST", headers, body });
    return (await worker.fetch(/** @type {any} */ (request), variables, context)).status;
  };
  const env = { AUTH_MODE: "any", SEAL_KEY: "k".repeat(32) };
  assert.equal(await ask(env), 200);
  assert.equal(await ask({ ...env, ALLOWED_ORIGINS: ["https://app.example", "https://also.example"] }), 403);
  assert.equal(await ask({ ...env, ALLOWED_ORIGINS: ["https://app.example", "https://other.example"] }), 200);
  assert.equal(await ask({ ...env, MAX_BODY_BYTES: 20 }), 413);
  assert.equal(await ask({ ...env, AUDIT: true }), 500);
  assert.equal(await ask({ ...env, MAILBOX: { toString: assert.fail } }), 200); // a binding says nothing
});

// memory grows for them, after which older views of it are empty
test("variables of half a megabyte are accepted", async () => {
  await importWorker();
  const { Core } = await import("../../worker/core.js");
  assert.ok(new Core({ AUTH_MODE: "any", OTHER: "x".repeat(1 << 19) }).headerNames.includes("authorization"));
});

/** A MAILBOX that notes what is asked of it. Its method `fails` throws `failure` once. */
class Mailbox {
  asked = /** @type {string[]} */ ([]);
  fails = "";
  failure = {};
  getByName = () => this;
  fetch = async () => ({ webSocket: { addEventListener() {}, accept() {}, close() {} } });
  keep = this.#method("keep", new Uint8Array([0]));
  peek = this.#method("peek", new Uint8Array(32));
  deliver = this.#method("deliver", new Uint8Array([1]));

  /** @param {string} name @param {Uint8Array} answer */
  #method(name, answer) {
    return async (/** @type {any} */ { body }) => {
      this.asked.push(name === "deliver" ? `deliver ${/"(result|error)"/.exec(new TextDecoder().decode(body))?.[1]}` : name);
      if (name !== this.fails) return answer;
      this.fails = "";
      throw Object.assign(new Error("The object was reset."), this.failure);
    };
  }
}

// each message at /sse made three of them: the delivery, which has no head, was taken for a new one, and
// then the answer was
test("a Response is made for each answer and for each new head of its status, and for nothing else", async (t) => {
  await coreModule();
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} }), env = { AUTH_MODE: "any", MAILBOX: new Mailbox() };
  let responses = 0;
  const { Response } = globalThis;
  t.after(() => void (globalThis.Response = Response));
  globalThis.Response = new Proxy(Response, { construct: (target, args) => (responses++, Reflect.construct(target, args)) });
  /** @param {string} path @param {string} [body] @returns {Promise<[number, number]>} the status, and how many were made */
  const ask = async (path, body) => {
    responses = 0;
    const headers = { authorization: "Bearer x", accept: "application/json, text/event-stream", "content-type": "application/json" };
    const { status } = await worker.fetch(/** @type {any} */ (new Request(`http://localhost${path}`, { headers, ...(body && { method: "POST", body }) })), env, context);
    return [status, responses];
  };
  const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}', message = '{"jsonrpc":"2.0","method":"notifications/initialized"}';
  await ask("/mcp", ping);
  await ask("/mcp", message);
  for (let i = 0; i < 2; i++) assert.deepEqual([await ask("/mcp", ping), await ask("/mcp", message)], [[200, 1], [202, 1]]);
  const stream = await worker.fetch(/** @type {any} */ (new Request("http://localhost/sse", { headers: { authorization: "Bearer x" } })), env, context);
  const reader = stream.body?.getReader(), [, endpoint] = /data: (.*)/.exec(new TextDecoder().decode((await reader?.read())?.value)) ?? [];
  await ask(endpoint, ping);
  assert.deepEqual(await ask(endpoint, ping), [202, 1]); // to this isolate's stream
  await reader?.cancel();
  assert.deepEqual(await ask(endpoint, ping), [202, 1]); // through the mailbox
});

// the platform says "retryable" whether or not the object had done what it was told
test("a mailbox that a deploy has reset is asked once more, unless the action must not be done twice or the mailbox is overloaded", async (t) => {
  await coreModule();
  t.mock.method(console, "error", () => {});
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} });
  let env = { AUTH_MODE: "any", MAILBOX: new Mailbox() };
  /** Opens a stream, or posts to its endpoint. @param {string} path @param {{ method: string, body: string }} [posted] */
  const ask = async (path, posted) => {
    const headers = { authorization: "Bearer x", accept: "text/event-stream", "content-type": "application/json" };
    const { status, body } = await worker.fetch(/** @type {any} */ (new Request(`http://localhost${path}`, { headers, ...posted })), env, context);
    const reader = body?.getReader(), first = new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel(); // otherwise the stream is in this isolate, and no mailbox is asked
    return { status, endpoint: /data: (.*)/.exec(first)?.[1] ?? "" };
  };
  /** Opens a stream while the sealing key is not known, and a step of getting it fails. @param {string} fails @param {object} failure */
  const open = async (fails, failure) => {
    env = { AUTH_MODE: "any", MAILBOX: Object.assign(new Mailbox(), { fails, failure }) };
    return ask("/sse");
  };
  for (const failure of [{}, { retryable: true, overloaded: true }]) {
    assert.equal((await open("peek", failure)).status, 500);
    assert.deepEqual(env.MAILBOX.asked, ["keep", "peek"]);
  }
  assert.equal((await open("keep", { retryable: true })).status, 500);
  assert.deepEqual(env.MAILBOX.asked, ["keep"]); // it names a version, and done twice it would say that somebody else was faster
  const { status, endpoint } = await open("peek", { retryable: true });
  assert.equal(status, 200);
  assert.deepEqual(env.MAILBOX.asked, ["keep", "peek", "peek"]);
  Object.assign(env.MAILBOX, { asked: [], fails: "deliver" });
  assert.equal((await ask(endpoint, { method: "POST", body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' })).status, 500);
  assert.deepEqual(env.MAILBOX.asked, ["deliver result", "deliver error"]); // which says that the request failed
});

// a piece over a megabyte comes from the mailbox in parts: once, what came between them was read as part
// of the event
test("no keep-alive comes between the parts of an event", async (t) => {
  await coreModule();
  t.mock.timers.enable({ apis: ["setInterval"] });
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} });
  const listeners = /** @type {Record<string, (event: any) => void>} */ ({});
  const webSocket = { addEventListener: (/** @type {string} */ name, /** @type {any} */ listener) => (listeners[name] = listener), accept() {}, close() {} };
  const env = { AUTH_MODE: "any", MAILBOX: Object.assign(new Mailbox(), { fetch: async () => ({ webSocket }) }) };
  const { body } = await worker.fetch(/** @type {any} */ (new Request("http://localhost/sse", { headers: { authorization: "Bearer x", accept: "text/event-stream" } })), env, context);
  const reader = /** @type {ReadableStreamDefaultReader<Uint8Array>} */ (body?.getReader()), read = async () => new TextDecoder().decode((await reader.read()).value);
  await read(); // the endpoint
  for (const part of ["event: message\ndata: first part,", " second\n\n"]) {
    listeners.message({ data: new TextEncoder().encode(part).buffer });
    t.mock.timers.tick(25_000);
  }
  assert.deepEqual([await read(), await read(), await read()], ["event: message\ndata: first part,", " second\n\n", ": keep-alive\n\n"]);
});

// its end was heard of before anything listened for it, and the socket stayed open for ever
test("a stream whose client left while the mailbox was asked is closed at once", async () => {
  await coreModule();
  const worker = await importWorker(), context = /** @type {any} */ ({ waitUntil() {} }), client = new AbortController();
  let closed = 0;
  const webSocket = { addEventListener() {}, accept() {}, close: () => closed++ };
  const leaves = async () => (client.abort(), { webSocket });
  const env = { AUTH_MODE: "any", MAILBOX: Object.assign(new Mailbox(), { fetch: leaves }) };
  const headers = { authorization: "Bearer x", accept: "text/event-stream" };
  const { body } = await worker.fetch(/** @type {any} */ (new Request("http://localhost/sse", { headers, signal: client.signal })), env, context);
  assert.equal(closed, 1);
  const reader = body?.getReader();
  assert.match(new TextDecoder().decode((await reader?.read())?.value), /endpoint/); // what was said before it ended
  assert.equal((await reader?.read())?.done, true);
});
