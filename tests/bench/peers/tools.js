// @ts-nocheck: what it imports is there only once the benchmark has installed it.
import { env } from "cloudflare:workers";

/** Whether the tool that repeats its argument is wanted. */
export const echoes = env.TOOLS === "echo";

/** The names of the tools that there are beside add and getToken. */
export const more = Array.from({ length: Math.max(0, (Number(env.TOOLS) || 0) - 2) }, (_, i) => `tool_${String(i).padStart(4, "0")}`);

/** What they say about themselves. */
export const description = "One of many: says which number it was given.";
