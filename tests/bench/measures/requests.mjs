// Requests to /mcp: how many a second, and what one costs, beside the floor.
import { Load, initializeParams } from "../load.mjs";
import { titles } from "../servers.mjs";
import { judge, median, printed, quantile, ratio, table } from "../statistics.mjs";
import { Server, observed } from "../workerd.mjs";

/** @typedef {import("../load.mjs").Round} Round */

const call = {
  method: "tools/call",
  params: { name: "add", arguments: { a: 2, b: 3 } },
  check: (/** @type {any} */ result) => result.content[0].text === "5",
};

/** @type {Record<string, { workload: import("../load.mjs").Workload, goal: number }>} */
const workloads = {
  "tools/call": { workload: call, goal: 0.85 },
  "tools/call in a session": { workload: { ...call, inSession: true }, goal: 0.85 },
  initialize: {
    workload: { method: "initialize", params: initializeParams, check: (result) => Boolean(result.protocolVersion) },
    goal: 0.85,
  },
  "tools/list": {
    workload: { method: "tools/list", params: {}, check: (result) => result.tools.length === 2 },
    goal: 0.85,
  },
};

/**
 * Rounds of every load in turn.
 * @param {Load[]} loads
 * @param {{ rounds: number, milliseconds: number, warmUp: number }} plan
 */
async function interleave(loads, { rounds, milliseconds, warmUp }) {
  /** @type {Map<string, Round[]>} */
  const results = new Map(loads.map(({ server }) => [server.name, []]));
  for (const load of loads) await load.round(warmUp);
  for (let i = 0; i < rounds; i++) {
    for (const load of loads) results.get(load.server.name)?.push(await load.round(milliseconds));
  }
  return results;
}

/** @param {string} name @param {Map<string, Round[]>} results */
function report(name, results) {
  const floor = results.get("floor") ?? [];
  const goal = workloads[name].goal;
  const rows = [...results].map(([server, rounds]) => {
    const latencies = rounds.flatMap((round) => round.latencies);
    const rate = ratio(rounds.map((round) => round.rate), floor.map((round) => round.rate));
    const cpu = ratio(floor.map((round) => round.cpu), rounds.map((round) => round.cpu));
    if (server === "ours") {
      const [figure, by] = observed ? [cpu, "CPU"] : [rate, "rate"];
      judge(`${name}, of the floor (by ${by})`, figure.middle, printed(figure), goal);
    }
    return [
      titles[server],
      median(rounds.map((round) => round.rate)).toFixed(0),
      quantile(latencies, 0.5).toFixed(2),
      quantile(latencies, 0.99).toFixed(2),
      observed ? median(rounds.map((round) => round.cpu)).toFixed(1) : "-",
      printed(rate),
      observed ? printed(cpu) : "-",
    ];
  });
  const heads = ["", "req/s", "p50 ms", "p99 ms", "CPU us", "of the floor, rate", "of the floor, CPU"];
  table(`${name} on /mcp`, heads, rows);
}

/**
 * @param {import("../servers.mjs").Bundle[]} bundles
 * @param {{ rounds: number, milliseconds: number, warmUp: number }} plan
 */
export async function measureRequests(bundles, plan) {
  const servers = bundles.map((bundle) => new Server(bundle));
  for (const server of servers) await server.start();
  try {
    for (const [name, { workload }] of Object.entries(workloads)) {
      const loads = servers.map((server) => new Load(server, workload));
      for (const load of loads) await load.prepare();
      report(name, await interleave(loads, plan));
      for (const load of loads) load.close();
    }
  } finally {
    for (const server of servers) await server.stop();
  }
}
