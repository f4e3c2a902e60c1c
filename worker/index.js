import { Core, Kind } from "./core.js";
import { Reply } from "./reply.js";

export { Mailbox } from "./mailbox.js";

/** A body that is no longer than this, and says so, is taken in one piece: streaming costs more. */
const ONE_PIECE_BYTES = 65536;

/** @type {any} the sealing key that a mailbox keeps, once it was asked for */
let keptKey;

/**
 * Gives the core the body as it arrives; gives the address of the next action.
 * @param {Core} core
 * @param {Request} request
 * @returns {Promise<number>}
 */
async function passBody(core, request) {
  const length = request.headers.get("content-length");
  if (length !== null && Number(length) <= ONE_PIECE_BYTES) {
    if (!core.body(new Uint8Array(await request.arrayBuffer()))) return core.exports.core_action();
  } else if (request.body) {
    for await (const piece of request.body) {
      if (!core.body(piece)) return core.exports.core_action();
    }
  }
  return core.bodyEnded();
}

/**
 * Carries out an action that has an outcome, and gives that.
 * @param {import("./core.js").Action} action
 * @param {any} env
 * @param {Reply} reply
 * @returns {Promise<Uint8Array>}
 */
async function outcome(action, env, reply) {
  const mailbox = () => env.MAILBOX.getByName(action.mailbox);
  switch (action.kind) {
    case Kind.DELIVER:
      return mailbox().deliver(action.topic, action.body, action.last);
    case Kind.FETCH_KEY:
      return (keptKey ??= mailbox().key());
    case Kind.KEEP:
      return mailbox().keep(action.topic, action.body);
    case Kind.PEEK:
      return mailbox().peek(action.topic);
    case Kind.COLLECT:
      return mailbox().collect(action.topic);
    default:
      return reply.wait(action);
  }
}

/**
 * Carries out the core's actions until one of them ends the exchange.
 * @param {Core} core
 * @param {Request} request
 * @param {any} env
 * @param {Reply} reply
 */
async function exchange(core, request, env, reply) {
  let address = core.head(request);
  for (;;) {
    const action = core.action(address);
    switch (action.kind) {
      case Kind.RESPOND:
        return reply.give(action);
      case Kind.FINISH:
        return reply.finish(action);
      case Kind.STREAM:
        return reply.relay(action, env.MAILBOX.getByName(action.mailbox));
      case Kind.READ_BODY:
        address = await passBody(core, request);
        break;
      default:
        address = await core.answered(await outcome(action, env, reply));
    }
  }
}

/** @param {Request} request @param {object} env @param {Reply} reply */
async function serve(request, env, reply) {
  const core = Core.take(env);
  core.perform = (action) => outcome(action, env, reply);
  let trapped = true;
  try {
    await exchange(core, request, env, reply);
    trapped = false;
  } catch (error) {
    trapped = error instanceof WebAssembly.RuntimeError;
    console.error(error);
    const body = JSON.stringify({ error: "internal", error_description: "The server failed; try again." });
    reply.give(/** @type {any} */ ({ body, init: { status: 500, headers: { "content-type": "application/json" } } }));
  } finally {
    if (!trapped) core.release();
  }
}

export default {
  /** @param {Request} request @param {object} env */
  fetch(request, env) {
    const reply = new Reply(request.signal);
    serve(request, env, reply);
    return reply.response;
  },
};
