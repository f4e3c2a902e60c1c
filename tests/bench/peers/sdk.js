// @ts-nocheck: what it imports is there only once the benchmark has installed it.
import { McpServer, createMcpHandler } from "@modelcontextprotocol/server";
import { z } from "zod";
import { description, echoes, more } from "./tools.js";

const add = { inputSchema: z.object({ a: z.number(), b: z.number() }) };
const echo = { inputSchema: z.object({ text: z.string() }) };

/** The official SDK makes a server for every request. */
function makeServer() {
  const server = new McpServer({ name: "sdk", version: "1.0.0" });
  server.registerTool("add", add, async ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }] }));
  server.registerTool("getToken", {}, async (context) => ({
    content: [{ type: "text", text: `User's token: ${context.http?.req?.headers.get("authorization")}` }],
  }));
  for (const name of more) server.registerTool(name, { description, ...add }, async ({ a }) => ({ content: [{ type: "text", text: String(a) }] }));
  if (echoes) server.registerTool("echo", echo, async ({ text }) => ({ content: [{ type: "text", text }] }));
  return server;
}

const handler = createMcpHandler(makeServer);

export default {
  fetch(request) {
    if (!request.headers.get("authorization")) return new Response("Unauthorized", { status: 401 });
    return handler.fetch(request);
  },
};
