// Servers side by side: each does a round in turn, A B A B.
import { Load } from "../load.mjs";
import { Server } from "../workerd.mjs";

/** @typedef {import("../load.mjs").Round} Round */
/** @typedef {import("../servers.mjs").Bundle} Bundle */
/** @typedef {import("../workloads.mjs").Workload} Workload */

/**
 * Starts the servers and prepares a load on each. Those that answer with what they are given, the floor and the
 * like, are given what the first one answers.
 * @param {Bundle[]} bundles this server first
 * @param {Workload} workload
 * @param {Server[]} servers to which those that were started are added, for the caller to stop
 */
async function prepare(bundles, workload, servers) {
  const loads = [];
  for (const bundle of bundles) {
    const values = workload.echoes || loads.length === 0 ? {} : { RESULTS: loads[0].results };
    const server = new Server({ ...bundle, values });
    servers.push(server);
    await server.start();
    const load = new Load(server, workload);
    await load.prepare();
    loads.push(load);
  }
  return loads;
}

/**
 * @typedef {object} Plan
 * @property {number} rounds at least
 * @property {number} [most] rounds at most, as long as there are not enough
 * @property {(results: Map<string, Round[]>) => boolean} [enough]
 * @property {{ milliseconds?: number, requests?: number }} round
 * @property {{ milliseconds?: number, requests?: number }} warmUp
 */

/**
 * Rounds of the workload on every server in turn, in processes that do nothing else.
 * @param {Bundle[]} bundles this server first
 * @param {Workload} workload
 * @param {Plan} plan
 * @returns {Promise<{ results: Map<string, Round[]>, answerBytes: Map<string, number> }>} by the servers' names
 */
export async function interleave(bundles, workload, { rounds, most = rounds, enough = () => true, round, warmUp }) {
  /** @type {Server[]} */
  const servers = [];
  try {
    const loads = await prepare(bundles, workload, servers);
    /** @type {Map<string, Round[]>} */
    const results = new Map(loads.map(({ server }) => [server.name, []]));
    for (const load of loads) await load.round(warmUp);
    for (let i = 0; i < rounds || (i < most && !enough(results)); i++) {
      for (const load of loads) results.get(load.server.name)?.push(await load.round(round));
    }
    for (const load of loads) load.close();
    return { results, answerBytes: new Map(loads.map((load) => [load.server.name, load.answerBytes])) };
  } finally {
    for (const server of servers) await server.stop();
  }
}
