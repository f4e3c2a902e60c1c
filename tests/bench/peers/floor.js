import { results } from "./results.js";

/** The floor: checks that the header is there, parses the JSON, answers with a fixed result. */
export default {
  /** @param {Request} request */
  async fetch(request) {
    if (!request.headers.get("authorization")) return new Response("No credential.", { status: 401 });
    const message = /** @type {any} */ (await request.json());
    return Response.json({ jsonrpc: "2.0", id: message.id, result: results[message.method] });
  },
};
