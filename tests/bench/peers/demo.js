// @ts-nocheck: what it imports is there only once the benchmark has installed it.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { McpAgent } from "agents/mcp";
import { z } from "zod";
import { description, echoes, more } from "./tools.js";

/** What Cloudflare's bearer-auth demo does, written on the same stack: agents, McpAgent, SDK v1. */
export class Demo extends McpAgent {
  server = new McpServer({ name: "Demo", version: "1.0.0" });

  async init() {
    this.server.registerTool("add", { inputSchema: { a: z.number(), b: z.number() } }, ({ a, b }) => ({
      content: [{ type: "text", text: String(a + b) }],
    }));
    this.server.registerTool("getToken", {}, () => ({
      content: [{ type: "text", text: `User's token: ${this.props?.bearerToken}` }],
    }));
    for (const name of more) {
      this.server.registerTool(name, { description, inputSchema: { a: z.number(), b: z.number() } }, ({ a }) => ({ content: [{ type: "text", text: String(a) }] }));
    }
    if (echoes) this.server.registerTool("echo", { inputSchema: { text: z.string() } }, ({ text }) => ({ content: [{ type: "text", text }] }));
  }
}

const sse = Demo.serveSSE("/sse", { binding: "DEMO" });
const mcp = Demo.serve("/mcp", { binding: "DEMO" });

export default {
  fetch(request, env, ctx) {
    const bearerToken = request.headers.get("authorization");
    if (!bearerToken) return new Response("Unauthorized", { status: 401 });
    ctx.props = { bearerToken };
    const { pathname } = new URL(request.url);
    if (pathname === "/sse" || pathname === "/sse/message") return sse.fetch(request, env, ctx);
    if (pathname === "/mcp") return mcp.fetch(request, env, ctx);
    return new Response("Not found", { status: 404 });
  },
};
