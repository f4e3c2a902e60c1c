import { Core, Kind } from "./core.js";
import { openStream } from "./stream.js";

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
  return core.exports.core_body_ended();
}

/**
 * Carries out the core's actions until one of them is the response.
 * @param {Core} core
 * @param {Request} request
 * @param {any} env
 * @returns {Promise<Response>}
 */
async function exchange(core, request, env) {
  let address = core.head(request);
  for (;;) {
    const action = core.action(address);
    const mailbox = () => env.MAILBOX.getByName(action.mailbox);
    switch (action.kind) {
      case Kind.RESPOND:
        return new Response(action.body, action.init);
      case Kind.STREAM:
        return openStream(action, mailbox(), request.signal);
      case Kind.READ_BODY:
        address = await passBody(core, request);
        break;
      case Kind.DELIVER:
        address = core.answered(await mailbox().deliver(action.topic, action.body));
        break;
      case Kind.FETCH_KEY:
        address = core.answered(await (keptKey ??= mailbox().key()));
        break;
    }
  }
}

export default {
  /** @param {Request} request @param {object} env */
  async fetch(request, env) {
    const core = Core.take(env);
    let trapped = true;
    try {
      const response = await exchange(core, request, env);
      trapped = false;
      return response;
    } catch (error) {
      trapped = error instanceof WebAssembly.RuntimeError;
      console.error(error);
      return Response.json({ error: "internal", error_description: "The server failed; try again." }, { status: 500 });
    } finally {
      if (!trapped) core.release();
    }
  },
};
