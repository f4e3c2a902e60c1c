import { Core, waits } from "./core.js";
import { Reply, near } from "./reply.js";
export { Mailbox } from "./mailbox.js";
/** @import { Action } from "./types.js" */
/** A body that is no longer than this, and says so, is taken in one piece: streaming costs more. */
const ONE_PIECE_BYTES = 65536;
/** @type {any} the sealing key that a mailbox keeps, once it was asked for */
let keptKey;

/** Gives the core the body as it arrives. @param {Core} core @param {Request} request @returns {Promise<number>} */
async function passBody(core, request) {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) <= ONE_PIECE_BYTES) {
    return core.body(new Uint8Array(await request.arrayBuffer())) ? core.bodyEnded() : core.exports.core_action();
  }
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
  const { topic, body, last, milliseconds, version } = action;
  const ask = () => env.MAILBOX.getByName(action.mailbox)[action.kind.toLowerCase()]({ topic, body, last, milliseconds, version });
  return action.kind === "FETCH_KEY" ? (keptKey ??= await ask()) : ask();
}

/** Carries out actions until one ends the exchange. @param {Core} core @param {Request} request @param {any} env @param {Reply} reply */
async function exchange(core, request, env, reply) {
  let address = core.head(request);
  for (;;) {
    const action = core.action(address);
    if (action.kind === "RESPOND") return reply.give(action);
    if (action.kind === "FINISH") return reply.finish(action);
    if (action.kind === "STREAM") return reply.relay(action, env.MAILBOX.getByName(action.mailbox));
    if (action.kind === "READ_BODY") address = await passBody(core, request);
    else address = await core.answered(await outcome(action, env, reply));
  }
}

export default {
  /** @param {Request} request @param {object} env */
  fetch(request, env) {
    const reply = new Reply(request);
    const core = Core.take(env);
    core.perform = (action) => outcome(action, env, reply);
    const failed = (error) => {
      console.error(error);
      if (!(error instanceof WebAssembly.RuntimeError)) core.release();
      return reply.fail();
    };
    const done = exchange(core, request, env, reply).then((response) => (core.release(), response), failed);
    return waits ? Promise.race([reply.begun, done]) : done;
  },
};
