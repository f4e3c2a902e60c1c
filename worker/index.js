import { Core, waits } from "./core.js";
import { Reply, near } from "./reply.js";
export { Mailbox } from "./mailbox.js";
/** @import { Action } from "./types.js" */
const ONE_PIECE_BYTES = 65536; // a body that is no longer, and says so, is taken in one piece: streaming costs more
let keptKey; // the sealing key that a mailbox keeps, once it was asked for

/** Gives what an action comes to: most are a mailbox's. @param {Action} action @param {any} env @param {Reply} reply */
async function outcome(action, env, reply) {
  if (action.kind === "WAIT") return reply.wait(action);
  const push = action.kind === "DELIVER" && near.get(action.topic);
  if (push) return push(action.body), new Uint8Array([1]);
  const mailbox = env.MAILBOX.getByName(action.mailbox);
  if (action.kind === "STREAM") return reply.relay(action, mailbox);
  const ask = () => mailbox[action.kind.toLowerCase()]({ ...action, init: undefined });
  return action.kind === "FETCH_KEY" ? (keptKey ??= await ask()) : ((await ask()) ?? new Uint8Array());
}

/** Gives the core a body as it arrives. @param {Core} core @param {Request} request */
async function passBody(core, request) {
  for await (const piece of request.body ?? []) {
    if (!core.body(piece)) return core.exports.core_action();
  }
  return core.bodyEnded();
}

/** Carries out actions until one ends the exchange. @param {Request} request @param {any} env @param {any} [reply] a Reply, where a tool may wait */
async function exchange(request, env, reply) {
  const core = Core.take(env, reply && ((action) => outcome(action, env, reply)));
  try {
    let address = core.head(request);
    for (;;) {
      const action = core.action(address);
      if (action.kind === "RESPOND") return reply ? reply.give(action) : new Response(action.body, action.init);
      if (action.kind === "READ_BODY") {
        if (action.bodyBytes === 0 || action.bodyBytes > ONE_PIECE_BYTES) address = await passBody(core, request);
        else address = core.body(new Uint8Array(await request.arrayBuffer())) ? core.bodyEnded() : core.exports.core_action();
      } else {
        reply ??= new Reply(request);
        if (action.kind === "FINISH") return await reply.wait(action).then(() => reply.give(action));
        const answer = await outcome(action, env, reply);
        if (action.kind === "STREAM" && answer[0] === 1) return await reply.begun;
        address = core.pass(answer, core.answered);
      }
      if (waits) address = await address;
    }
  } catch (error) {
    console.error(error);
    core.trapped = error instanceof WebAssembly.RuntimeError;
    return (reply ?? new Reply(request)).fail();
  } finally {
    core.release();
  }
}

export default {
  /** @param {Request} request @param {object} env @param {ExecutionContext} context */
  fetch(request, env, context) {
    if (!waits) return exchange(request, env);
    const reply = new Reply(request);
    const done = exchange(request, env, reply);
    context.waitUntil(done); // a call goes on for a while when its client has left
    return Promise.race([reply.begun, done]);
  },
};
