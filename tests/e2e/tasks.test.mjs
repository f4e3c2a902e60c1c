// Tasks in workerd: the conformance fixture, reached by several callers, stopped and started again.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { credential, message, post } from "./support/http.mjs";
import { eventually, root } from "./support/program.mjs";
import { remove, startServer, temporaryFolder } from "./support/server.mjs";

const extension = { "io.modelcontextprotocol/tasks": {} };
const terminal = ["completed", "failed", "cancelled"];
const persist = temporaryFolder();
/** @type {import("./support/server.mjs").Server} */
let server;

const start = async () => (server = await startServer({ AUTH_MODE: "any" }, { cwd: join(root, "tests/conformance"), persist }));
before(start);
after(async () => {
  await server?.stop();
  remove(persist);
});

/** The message and headers of a 2026-07-28 request. @param {string} method @param {any} params @param {object} [capabilities] */
function modern(method, params, capabilities = { elicitation: {}, extensions: extension }) {
  const meta = { "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": capabilities };
  const name = params.name ?? params.taskId;
  const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": method, ...(name && { "mcp-name": name }) };
  return { body: message(method, { ...params, _meta: meta }), headers };
}

/** Sends one; returns the response's JSON. @param {string} method @param {any} params @param {string} [authorization] @param {object} [capabilities] */
async function ask(method, params, authorization = credential, capabilities = undefined) {
  const { body, headers } = modern(method, params, capabilities);
  return (await post(`${server.url}/mcp`, body, { ...headers, authorization })).json;
}

/** Calls a tool that becomes a task; returns the task's id. @param {string} name @param {object} [args] */
async function begin(name, args = {}) {
  const { result } = await ask("tools/call", { name, arguments: args });
  assert.equal(result.resultType, "task");
  return result.taskId;
}

/** @param {string} taskId */
const get = async (taskId) => (await ask("tasks/get", { taskId })).result;

/** The task once it has one of these statuses. @param {string} taskId @param {...string} statuses */
const reached = (taskId, ...statuses) =>
  eventually(async () => {
    const task = await get(taskId);
    return statuses.includes(task.status) && task;
  }, `${taskId} ${statuses}`);

/** @param {string} taskId @param {object} inputResponses */
const update = (taskId, inputResponses) => ask("tasks/update", { taskId, inputResponses });
const accept = (/** @type {object} */ content) => ({ action: "accept", content });

/** What comes on the stream of a subscription. @param {any} notifications */
async function* listen(notifications) {
  const { body, headers } = modern("subscriptions/listen", { notifications });
  const all = { ...headers, authorization: credential, "content-type": "application/json", accept: "application/json, text/event-stream" };
  const response = /** @type {any} */ (await fetch(`${server.url}/mcp`, { method: "POST", headers: all, body: JSON.stringify(body) }));
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end));
      if (data) yield JSON.parse(data[1]);
    }
  }
}

describe("tasks", () => {
  /** @type {string} begun first, because it takes longest: it traps, and each retry comes later */
  let trapping;
  before(async () => (trapping = await begin("trapping_job")));

  test("a task outlives the server's process: begun before, done after, without anybody asking it to go on", async () => {
    const asking = await begin("confirm_delete", { filename: "a.txt" });
    const done = await begin("slow_compute", { seconds: 0, label: "before" });
    await reached(done, "completed");
    await reached(asking, "input_required");
    const running = await begin("slow_compute", { seconds: 2, label: "across a restart" });
    await server.program.stop("SIGKILL"); // at once: on a busy machine two seconds are soon over
    await start();
    assert.equal((await get(done)).result.content[0].text, "Computed before.");
    const { inputRequests } = await get(asking);
    await update(asking, { [Object.keys(inputRequests)[0]]: accept({ confirm: true }) });
    assert.equal((await reached(asking, ...terminal)).result.content[0].text, "Deleted a.txt.");
    assert.equal((await reached(running, ...terminal)).result.content[0].text, "Computed across a restart.");
  });

  test("what a tool reports is the task's status message while it waits", async () => {
    const task = await begin("slow_compute", { seconds: 60 });
    await eventually(async () => (await get(task)).statusMessage === "Computing", "the message");
    await ask("tasks/cancel", { taskId: task });
  });

  test("a cancelled task stays cancelled; a completed one stays completed", async () => {
    const long = await begin("slow_compute", { seconds: 60 });
    const { result } = await ask("tasks/cancel", { taskId: long });
    assert.deepEqual(Object.keys(result), ["resultType", "_meta"]);
    assert.equal((await get(long)).status, "cancelled");
    const short = await begin("slow_compute", { seconds: 0, label: "x" });
    const end = await reached(short, ...terminal);
    await ask("tasks/cancel", { taskId: short });
    assert.deepEqual(await get(short), end);
    const asking = await begin("confirm_delete", { filename: "b.txt" });
    const { inputRequests } = await reached(asking, "input_required");
    await ask("tasks/cancel", { taskId: asking });
    await update(asking, { [Object.keys(inputRequests)[0]]: accept({ confirm: true }) });
    assert.equal((await get(asking)).status, "cancelled");
  });

  test("many changes of one task at once: it has one end, which does not change", async () => {
    const task = await begin("multi_input");
    const { inputRequests } = await reached(task, "input_required");
    const [name, confirm] = Object.keys(inputRequests);
    const answers = Array.from({ length: 12 }, (_, i) => update(task, { [i % 2 ? name : confirm]: accept(i % 2 ? { name: `n${i}` } : { confirm: true }) }));
    const acks = await Promise.all([...answers, ask("tasks/cancel", { taskId: task })]);
    for (const { result } of acks) assert.equal(result.resultType, "complete");
    const end = await reached(task, ...terminal);
    await Promise.all(Array.from({ length: 5 }, () => ask("tasks/cancel", { taskId: task })));
    assert.deepEqual(await get(task), end);
  });

  test("input: answers to no question are dropped, a partial answer waits for the rest, one that does not fit is asked for again", async () => {
    const task = await begin("multi_input");
    const { inputRequests } = await reached(task, "input_required");
    const [name, confirm] = Object.keys(inputRequests);
    assert.equal((await update(task, { nobody: accept({}) })).result.resultType, "complete");
    assert.deepEqual((await get(task)).inputRequests, inputRequests);
    assert.equal((await update(task, { [name]: "no object" })).error.code, -32602);
    await update(task, { [name]: accept({ name: "Ann" }) });
    assert.deepEqual((await get(task)).inputRequests, { [confirm]: inputRequests[confirm] });
    await update(task, { [confirm]: accept({ confirm: "perhaps" }) });
    const again = await eventually(async () => (await get(task)).inputRequests, "the question again");
    const [other] = Object.keys(again);
    assert.notEqual(other, confirm); // no key stands for two questions
    const { method, params } = inputRequests[confirm];
    assert.deepEqual(Object.values(again), [{ method, params: { ...params, message: "Go on? The answer's 'confirm' must be true or false." } }]);
    await update(task, { [confirm]: accept({ confirm: true }) });
    assert.equal((await get(task)).status, "input_required");
    await update(task, { [other]: accept({ confirm: true }) });
    assert.equal((await reached(task, ...terminal)).result.content[0].text, "Ann said yes.");
  });

  test("an unknown, changed or foreign id is refused the same way: -32602", async () => {
    const taskId = await begin("slow_compute", { seconds: 0 });
    const changed = taskId.slice(0, 9) + (taskId[9] === "A" ? "B" : "A") + taskId.slice(10);
    for (const method of ["tasks/get", "tasks/cancel", "tasks/update"]) {
      for (const [id, caller] of [["nothing", credential], [changed, credential], [taskId.slice(0, -1), credential], [taskId, "Bearer somebody-else"]]) {
        const { error } = await ask(method, { taskId: id, inputResponses: {} }, caller);
        assert.deepEqual([error.code, error.message], [-32602, "There is no such task, or it is not yours."], `${method} ${id}`);
      }
    }
    assert.equal((await get(taskId)).taskId, taskId);
  });

  test("only the mailbox can wake a task", async () => {
    const taskId = await begin("confirm_delete", { filename: "c.txt" });
    for (const body of ["", "x", taskId, "y".repeat(100)]) assert.equal((await post(`${server.url}/tasks/wake`, body)).status, 404, body);
    assert.equal((await fetch(`${server.url}/tasks/wake`)).status, 405);
  });

  test("a client that listens is told the state of a task, and each change of it", { timeout: 60_000 }, async () => {
    const [asking, foreign] = [await begin("confirm_delete", { filename: "d.txt" }), "nothing"];
    await reached(asking, "input_required");
    const heard = listen({ taskIds: [asking, foreign] });
    const next = async () => (await heard.next()).value;
    const { method, params } = await next();
    assert.equal(method, "notifications/subscriptions/acknowledged");
    assert.deepEqual(params.notifications, { taskIds: [asking] });
    const first = await next();
    assert.equal(first.method, "notifications/tasks");
    const task = first.params;
    const meta = { "io.modelcontextprotocol/subscriptionId": 1 };
    assert.deepEqual({ ...task, resultType: "complete" }, { ...(await get(asking)), _meta: meta });
    await update(asking, { [Object.keys(task.inputRequests)[0]]: accept({ confirm: false }) });
    assert.equal((await next()).params.status, "working");
    const last = (await next()).params;
    assert.equal(last.result.content[0].text, "Kept d.txt.");
    await heard.return(undefined);
  });

  test("a client that does not support tasks gets the result, or is told what it lacks", async () => {
    const { result } = await ask("tools/call", { name: "slow_compute", arguments: { seconds: 0, label: "x" } }, credential, {});
    assert.equal(result.content[0].text, "Computed x.");
    for (const [method, params] of /** @type {[string, any][]} */ ([
      ["tools/call", { name: "failing_job", arguments: {} }],
      ["tasks/get", { taskId: "x" }],
      ["subscriptions/listen", { notifications: { taskIds: ["x"] } }],
    ])) {
      const { error } = await ask(method, params, credential, {});
      assert.equal(error.code, -32021);
      assert.deepEqual(error.data, { requiredCapabilities: { extensions: extension } });
    }
  });

  test("a tool that traps fails its task, after a few tries", async () => {
    const { error, statusMessage } = await reached(trapping, ...terminal);
    assert.equal(error.code, -32603);
    assert.equal(error.message, statusMessage);
  });
});
