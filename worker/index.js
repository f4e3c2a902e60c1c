import { Core, waits } from "./core.js";
import { Reply, near } from "./reply.js";
export { Mailbox } from "./mailbox.js";

/** @import { Action } from "./types.js" */
/** A body that is no longer than this, and says so, is taken in one piece: streaming costs more. */
const ONE_PIECE_BYTES = 65536;
/** @type {any} the sealing key that a mailbox keeps, once it was asked for */
let keptKey;

/** Gives the core a body as it arrives; gives, or promises, the next action's address. @param {Core} core @param {Request} request */
async function passBody(core, request) {
  for await (const piece of request.body ?? []) {
    if (!core.body(piece)) return core.exports.core_action();
  }
  return core.bodyEnded();
}

/** Gives what an action comes to: most are a mailbox's. @param {Action} action @param {any} env @param {Reply} reply */
async function outcome(action, env, reply) {
  if (action.kind === "WAIT") return reply.wait(action);
  const push = action.kind === "DELIVER" && near.get(action.topic);
  if (push) return push(action.body, action.last), new Uint8Array([1]);
  const { topic, body, last, milliseconds } = action;
  const ask = () => env.MAILBOX.getByName(action.mailbox)[action.kind.toLowerCase()]({ topic, body, last, milliseconds });
  return action.kind === "FETCH_KEY" ? (keptKey ??= await ask()) : ask();
}

/**
 * Carries out actions until one ends the exchange. While a small body comes no instance is held: one, whose
 * memory the processor has at hand, then serves all. The head is judged before, and passed again with the body.
 * @param {Request} request @param {any} env @param {Reply} reply @param {(action: Action) => Promise<Uint8Array>} perform
 */
async function exchange(request, env, reply, perform) {
  const length = request.headers.get("content-length");
  const small = length !== null && Number(length) <= ONE_PIECE_BYTES;
  let core = /** @type {any} */ (Core.take(env, perform));
  let body;
  try {
    for (let address = core.head(request); ; ) {
      const action = core.action(address);
      if (action.kind === "RESPOND") return reply.give(action);
      if (action.kind === "FINISH") return reply.finish(action);
      if (action.kind === "STREAM") return reply.relay(action, env.MAILBOX.getByName(action.mailbox));
      if (action.kind !== "READ_BODY") address = await core.answered(await perform(action));
      else if (body) address = core.body(body) ? await core.bodyEnded() : core.exports.core_action();
      else if (!small) address = await passBody(core, request);
      else {
        core = core.release();
        body = new Uint8Array(await request.arrayBuffer());
        core = Core.take(env, perform);
        address = core.head(request);
      }
    }
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) core = undefined; // trapped: dropped, not released
    console.error(error);
    return reply.fail();
  } finally {
    core?.release();
  }
}

export default {
  /** @param {Request} request @param {object} env */
  fetch(request, env) {
    const reply = new Reply(request);
    const done = exchange(request, env, reply, (action) => outcome(action, env, reply));
    return waits ? Promise.race([reply.begun, done]) : done;
  },
};
