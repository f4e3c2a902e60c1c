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
    const mailbox = () => env.MAILBOX.getByName(action.mailbox);
    switch (action.kind) {
      case Kind.RESPOND:
        return reply.give(action);
      case Kind.FINISH:
        await reply.write(action.body, action.init);
        return reply.end();
      case Kind.STREAM:
        return reply.relay(action, mailbox());
      case Kind.READ_BODY:
        address = await passBody(core, request);
        break;
      case Kind.DELIVER:
        address = await core.answered(await mailbox().deliver(action.topic, action.body));
        break;
      case Kind.FETCH_KEY:
        address = await core.answered(await (keptKey ??= mailbox().key()));
        break;
    }
  }
}

/**
 * Carries out an action for which a tool waits.
 * @param {Reply} reply
 * @param {import("./core.js").Action} action
 */
async function perform(reply, action) {
  const here = action.init.status ? await reply.write(action.body, action.init) : !reply.signal.aborted;
  if (here) await new Promise((resolve) => setTimeout(resolve, action.milliseconds));
  return new Uint8Array([here && !reply.signal.aborted ? 1 : 0]);
}

/** @param {Request} request @param {object} env @param {Reply} reply */
async function serve(request, env, reply) {
  const core = Core.take(env);
  core.perform = (action) => perform(reply, action);
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
