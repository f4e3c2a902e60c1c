/**
 * The floor: checks that the header is there, parses the JSON, and answers with a fixed result, which is the
 * one that this server gave, for each page of a list its own; or, where there is none, with the argument, as the
 * tool `echo` does.
 */
export default {
  /** @param {Request} request @param {any} env */
  async fetch(request, env) {
    if (!request.headers.get("authorization")) return new Response("No credential.", { status: 401 });
    const message = /** @type {any} */ (await request.json());
    const result = env.RESULTS?.[message.params.cursor ?? ""] ?? { content: [{ type: "text", text: message.params.arguments.text }] };
    return Response.json({ jsonrpc: "2.0", id: message.id, result });
  },
};
