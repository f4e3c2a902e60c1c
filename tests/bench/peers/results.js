/**
 * What the floor answers, of the same size as what this server answers.
 * @type {Record<string, object>}
 */
export const results = {
  "tools/call": { content: [{ type: "text", text: "5" }] },
  "tools/list": {
    tools: [
      {
        name: "add",
        title: "Add",
        description: "Adds two numbers.",
        inputSchema: {
          type: "object",
          properties: {
            a: { type: "number", description: "The first number" },
            b: { type: "number", description: "The second number" },
          },
          required: ["a", "b"],
          additionalProperties: false,
        },
        annotations: { readOnlyHint: true },
      },
      {
        name: "getToken",
        title: "Get token",
        description: "Says which credential the request came with.",
        inputSchema: { type: "object", properties: {}, additionalProperties: false },
        annotations: { readOnlyHint: true },
      },
    ],
  },
  initialize: {
    protocolVersion: "2025-06-18",
    capabilities: { tools: {} },
    serverInfo: { name: "remote-mcp-server-c", title: "Remote MCP server in C", version: "0.1.0" },
  },
};
