// @ts-nocheck: what it imports is there only once the benchmark has installed it.
import { McpServer, StreamableHttpTransport } from "mcp-lite";
import { description, echoes, more } from "./tools.js";

const server = new McpServer({ name: "lite", version: "1.0.0" });
const number = { type: "number" };

server.tool("add", {
  inputSchema: { type: "object", properties: { a: number, b: number }, required: ["a", "b"] },
  handler: ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }] }),
});
server.tool("getToken", {
  inputSchema: { type: "object", properties: {} },
  handler: (_, context) => ({ content: [{ type: "text", text: `User's token: ${context.authInfo?.token}` }] }),
});
for (const name of more) {
  server.tool(name, {
    description,
    inputSchema: { type: "object", properties: { a: number, b: number }, required: ["a", "b"] },
    handler: ({ a }) => ({ content: [{ type: "text", text: String(a) }] }),
  });
}
if (echoes) {
  server.tool("echo", {
    inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    handler: ({ text }) => ({ content: [{ type: "text", text }] }),
  });
}

const handler = new StreamableHttpTransport().bind(server);

export default {
  fetch(request) {
    const token = request.headers.get("authorization");
    if (!token) return new Response("Unauthorized", { status: 401 });
    return handler(request, { authInfo: { token, scopes: [] } });
  },
};
