import { response, take, waits } from "./core.js";
import { services } from "./services.js";
export { Mailbox } from "./mailbox.js";
const broken = new Uint8Array(1); // for a body that breaks off: with a NUL it is no JSON, whatever came before
const failed = { status: 500, headers: { "content-type": "application/json", "access-control-allow-origin": "*" } };
const near = /** @type {Map<string, (bytes: any) => void>} */ (new Map()); // streams held by this very isolate, unless their topic is kept

/** The response: given whole, or begun and then written to as fast as the client reads. A mailbox cannot be slowed down. */
class Reply {
  writer = /** @type {any} */ (undefined);
  begun = Promise.withResolvers(); // resolves to a response that begins before it is whole
  /** @param {Request} request its signal says when the client leaves */ constructor(request) { this.request = request; }
  /** @param {Action} action holds the whole response, unless one has begun @returns {any} */
  give(action) { return this.writer ? (this.writer.close().catch(() => {}), this.begun.promise) : response(action); }
  /** Says what the action holds, and waits; 0: the client has left. @param {Action} action */
  async wait(action) {
    if (action.body && !this.writer) {
      const { readable, writable } = new IdentityTransformStream();
      this.writer = writable.getWriter();
      this.begun.resolve(response(action, readable));
    }
    if (action.body) await this.writer.write(action.body).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, action.milliseconds));
    return new Uint8Array([this.request.signal.aborted ? 0 : 1]);
  }
  /** Carries the body, then what is said to the topic, until either side ends. @param {Action} opening @param {any} mailbox */
  async relay(opening, mailbox) {
    const { body, topic, mark, keepAlive, keepAliveSeconds, backlogBytes } = opening;
    const action = JSON.stringify({ ...opening, init: null, body: null, first: mark && String(Buffer.from(body ?? "")) });
    const { webSocket: socket } = await mailbox.fetch("https://mailbox/", { headers: { upgrade: "websocket", action } });
    if (!socket) return new Uint8Array([0]);
    // Other requests call what is in `near`: it touches nothing that belongs to this one, but the queue and a promise.
    let [queue, last] = [/** @type {any} */ (null), 10];
    const { promise: tooSlow, resolve: cut } = Promise.withResolvers();
    const source = { start: (controller) => (queue = controller), cancel: () => ((queue = null), stop()) };
    const readable = new ReadableStream(source, { highWaterMark: backlogBytes, size: ({ length }) => length });
    const push = (bytes, whole = last === 10) => ((last = bytes.at(-1)), queue) && (whole && queue.desiredSize < 0 ? cut(queue) : queue.enqueue(bytes));
    const timer = setInterval((beat) => last === 10 && push(beat), keepAliveSeconds * 1000, Buffer.from(keepAlive)); // between events
    const stop = () => {
      clearInterval(timer);
      if (near.get(topic) === push) near.delete(topic);
      socket.close();
      queue = queue?.close() ?? null;
    };
    tooSlow.then((old) => ((queue = null), stop(), old.error(new Error("Its reader is too far behind."))));
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", (event) => push(new Uint8Array(event.data)));
    for (const end of ["close", "error"]) socket.addEventListener(end, stop);
    socket.accept();
    this.give = () => this.begun.promise;
    if (!mark) { near.set(topic, push); push(body); }
    if (this.request.signal.aborted) stop(); // its client left while the mailbox was asked
    return this.begun.resolve(response(opening, readable)), new Uint8Array([1]);
  }
}

/** Carries out an action; most are methods of a mailbox. Gives, or promises, its answer. @param {Action} action @param {any} reply @returns {any} */
function outcome(action, env, reply) {
  const { kind, topic, mailbox, version } = action, push = kind === "DELIVER" && near.get(topic);
  if (push) return push(action.body), new Uint8Array([1]);
  if (kind === "WAIT") return reply.wait(action);
  if (kind in services) return services[kind](action, env);
  if (kind === "STREAM") return reply.relay(action, env.MAILBOX.getByName(mailbox));
  const call = () => env.MAILBOX.getByName(mailbox)[kind.toLowerCase()]({ ...action, init: undefined });
  const again = (error) => (error.retryable && !error.overloaded && !version && !/DELIVER|COLLECT/.test(kind) ? call() : Promise.reject(error));
  return call().catch(again).then((answer) => answer ?? new Uint8Array()); // a deploy resets mailboxes: what may be done twice, is
}

const pour = async (reader, core) => { while (core.body((await reader?.readAtLeast(4096, new Uint8Array(16384)))?.value)); }; // each costs 20 us

/** Carries out one action after the other. @param {Request} request @param {any} env @param {any} context @param {any} [reply] where a tool may wait */
async function exchange(request, env, context, reply) {
  const perform = reply && ((action) => outcome(action, env, reply));
  let /** @type {any} */ core, /** @type {any} */ asked, /** @type {any} */ body;
  try {
    let address = (core = take(env, perform)).head(request);
    for (;;) {
      const action = core.action(address);
      if (action.kind === "RESPOND") return reply ? reply.give(action) : response(action);
      if (action.kind === "READ_BODY") {
        if (!body && action.bodyBytes > 0) {
          const reader = core, aside = !asked && core.setAside(); // a request that only waits needs no instance
          if (aside) core = core.release(true);
          body = new Uint8Array(await request.arrayBuffer().catch(() => broken)); // whole if its length is known: streaming costs more
          if (aside) address = (core = take(env, perform, body.length)) === reader ? core.resume(aside) : core.head(request);
          continue;
        }
        if (body) body = void core.body(body); else await pour(request.body?.getReader({ mode: "byob" }), core).catch(() => core.body(broken));
        address = core.bodyEnded(); // or the action that refused a piece
      } else {
        if (action.kind === "STREAM") reply ??= new Reply(request);
        if (action.kind === "FINISH") return await reply.wait(action).then(() => reply.give(action));
        const answer = outcome(action, env, reply); // it goes on if the client leaves: nothing is half done
        if (answer.then && !asked) context.waitUntil(new Promise((resolve) => (asked = resolve)));
        if (action.kind === "STREAM" && (await answer)[0] === 1) return await reply.begun.promise;
        address = core.pass(await answer, core.answered);
      }
      if (waits) address = await address;
    }
  } catch (error) {
    if (core) core.release = () => {}; // its state is unknown: never use it again
    const last = core?.action(core.exports.core_last_words());
    console.error(`${last?.keepAlive || "Request"} failed:`, error);
    if (last?.kind === "DELIVER") await Promise.resolve().then(() => outcome(last, env, reply)).catch(() => {});
    if (last?.kind === "FINISH") return await reply.wait(last).then(() => reply.give(last));
    reply?.writer?.abort().catch(() => {});
    return last?.kind === "RESPOND" ? response(last) : new Response('{"error":"internal","error_description":"The server failed."}', failed);
  } finally {
    core?.release();
    asked?.();
  }
}

export default {
  /** @param {Request} request @param {object} env @param {ExecutionContext} context */
  fetch(request, env, context) {
    if (!waits) return exchange(request, env, context);
    const reply = new Reply(request), done = exchange(request, env, context, reply);
    return context.waitUntil(done), Promise.race([reply.begun.promise, done]); // a call goes on for a while after its client leaves
  },
};
