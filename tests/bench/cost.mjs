// What a million calls cost at the platform's published prices, by the CPU time that was measured.
import { titles } from "./servers.mjs";
import { median, table } from "./statistics.mjs";

/**
 * Workers Paid, as published on https://developers.cloudflare.com/workers/platform/pricing/ and
 * https://developers.cloudflare.com/durable-objects/platform/pricing/, read on 2026-11-24. In US dollars, for
 * what is above the monthly allowance: 10 million requests, 30 million CPU milliseconds, 1 million requests to
 * Durable Objects, 400,000 GB-s.
 */
const prices = {
  read: "2026-11-24",
  millionRequests: 0.3,
  millionCpuMilliseconds: 0.02,
  millionObjectRequests: 0.15,
  millionGigabyteSeconds: 12.5,
};

/** Whatever an object uses, it is billed for this. */
const objectGigabytes = 0.128;

/**
 * Requests to Durable Objects that one call makes, counted in the servers' sources: in the demo's (agents 0.32.0)
 * each message to /mcp calls two methods of the object and opens a WebSocket to it, one to /sse/message calls two.
 * This server's message on /sse calls one if another isolate holds the stream ("far").
 * @type {Record<string, { mcp: number, sse: number }>}
 */
const objectRequests = {
  ours: { mcp: 0, sse: 0 },
  far: { mcp: 0, sse: 1 },
  durable: { mcp: 1, sse: 1 },
  demo: { mcp: 3, sse: 2 },
};

const notes = [
  `In US dollars, above the allowance; prices as of ${prices.read}. All CPU time of the process is counted, also what`,
  "the platform does not bill: its own part of HTTP, and the collector's. A Durable Object is counted for as long as",
  "the call uses CPU, on the platform at least for as long as the call is under way. Storage is not counted.",
];

/** The cost of a million calls in US dollars. @param {number} cpu microseconds per call @param {number} toObjects requests to Durable Objects per call */
export function costOf(cpu, toObjects) {
  const seconds = cpu; // of a million calls
  const parts = {
    requests: prices.millionRequests,
    cpu: ((seconds * 1000) / 1e6) * prices.millionCpuMilliseconds,
    objectRequests: toObjects * prices.millionObjectRequests,
    duration: toObjects > 0 ? ((seconds * objectGigabytes) / 1e6) * prices.millionGigabyteSeconds : 0,
  };
  return { ...parts, sum: Object.values(parts).reduce((sum, each) => sum + each, 0) };
}

/** @param {string} what @param {string} server @param {number} cpu @param {"mcp" | "sse"} transport */
function rowOf(what, server, cpu, transport) {
  const toObjects = objectRequests[server]?.[transport] ?? 0;
  const cost = costOf(cpu, toObjects);
  const cells = [cost.requests, cost.cpu, cost.objectRequests, cost.duration, cost.sum].map((dollars) => dollars.toFixed(4));
  return [`${what}: ${titles[server]}`, cpu.toFixed(0), String(toObjects), ...cells];
}

/**
 * @param {import("./measures/requests.mjs").Figures[]} figures
 * @param {Map<string, number[]>} trips CPU microseconds of round trips on /sse
 */
export function printCosts(figures, trips) {
  const wanted = figures.filter(({ name }) => name === "modern" || name === "session");
  const rows = wanted.flatMap(({ workload, rows: servers }) => servers.map(({ server, cpu }) => rowOf(workload.title, server, cpu, "mcp")));
  for (const [server, cpu] of trips) rows.push(rowOf("round trip on /sse", server, median(cpu), "sse"));
  if (rows.length === 0) return;
  const heads = ["", "CPU us", "to objects", "requests", "CPU", "object requests", "object duration", "sum"];
  table("A million calls", heads, rows, { command: "npm run bench", notes });
}
