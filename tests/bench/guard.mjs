// The one-minute form: this server and the floor, with bounds below which something has become slower.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { interleave } from "./measures/interleave.mjs";
import { bundle } from "./servers.mjs";
import { printed, ratio, table } from "./statistics.mjs";
import { observed } from "./workerd.mjs";
import { workloads } from "./workloads.mjs";

/** @typedef {import("./servers.mjs").Bundle} Bundle */
/** @typedef {{ name: string, of: import("./statistics.mjs").Ratio, least: number, met: boolean }} Outcome */

/** The least part of the floor, by CPU, that each workload has to reach, and how many requests a round has. A bound
 * is a sixth below the last measurement, which is in the comment after it: on two otherwise idle cores and next to
 * four busy programs, the medians differed by a twentieth. Whoever makes something faster raises its bound.
 * @type {Record<string, { least: number, requests: number }>}
 */
export const bounds = {
  modern: { least: 0.67, requests: 400 }, // 0.81
  session: { least: 0.66, requests: 400 }, // 0.79
  initialize: { least: 0.61, requests: 400 }, // 0.73
  list: { least: 0.69, requests: 400 }, // 0.83
  meta: { least: 1.55, requests: 12 }, // 1.88
  echo: { least: 1.06, requests: 12 }, // 1.28
};

const ROUNDS = 9;

/** How often a measurement below its bound is made in all: what has become slower is slower each time, noise is not. */
const ATTEMPTS = 3;

/** Why nothing can be guarded here; "" if it can. */
export const unguarded = observed ? "" : "the CPU time of a process is read from /proc, which this system does not have";

/** Measures one workload until its bound is met, or has been missed each time.
 * @param {string} name
 * @param {(ours: Bundle) => Bundle} [change] what is measured instead of this server
 * @returns {Promise<Outcome>} the last measurement
 */
export async function check(name, change = (ours) => ours) {
  const { least, requests } = bounds[name];
  const workload = workloads[name];
  const bundles = [change(await bundle("ours", workload.kind)), await bundle("floor", workload.kind)];
  const plan = { rounds: ROUNDS, round: { requests }, warmUp: { requests: requests * 4 } };
  for (let attempt = 1; ; attempt++) {
    const { results } = await interleave(bundles, workload, plan);
    const costs = (/** @type {string} */ server) => (results.get(server) ?? []).map(({ cpu }) => cpu);
    const of = ratio(costs("floor"), costs("ours"));
    const met = of.middle >= least;
    if (met || attempt === ATTEMPTS) return { name, of, least, met };
  }
}

/**
 * This server with a loop before each request: what the guard has to notice.
 * @param {Bundle} ours
 * @param {number} times
 * @returns {Bundle}
 */
export function slowed(ours, times) {
  const [main] = ours.modules, slow = `slowed-${times}.js`;
  writeFileSync(join(ours.folder, slow), `import worker from "./${main}";
export * from "./${main}";
let sum = 0;
export default {
  fetch(request, env, context) {
    for (let i = 0; i < ${times}; i++) sum = (sum * 31 + i) | 0;
    return worker.fetch(request, env, context);
  },
};
`);
  return { ...ours, modules: [slow, ...ours.modules] };
}

/** How many times such a loop goes round in the CPU time of one request of this server, both as they are now: a
 * loaded machine slows a request more than it slows a loop.
 * @param {string} name of the workload
 */
export async function timesARequest(name) {
  const ours = await bundle("ours", workloads[name].kind), { requests } = bounds[name], times = 20_000;
  const plan = { rounds: ROUNDS, round: { requests }, warmUp: { requests: requests * 4 } };
  const { results } = await interleave([ours, { ...slowed(ours, times), name: "slowed" }], workloads[name], plan);
  const [usual, slow] = [...results.values()].map((rounds) => rounds.map(({ cpu }) => cpu));
  return times / (ratio(slow, usual).middle - 1);
}

/** Measures all workloads, prints the results, and says whether every bound is met. @returns {Promise<boolean>} */
export async function guard() {
  if (unguarded) {
    console.log(`Nothing is guarded: ${unguarded}.`);
    return true;
  }
  const outcomes = [];
  for (const name of Object.keys(bounds)) outcomes.push(await check(name));
  const rows = outcomes.map(({ name, of, least, met }) => [workloads[name].title, printed(of), `at least ${least}`, met ? "met" : "MISSED"]);
  table("Of the floor, by CPU", ["", "measured", "bound", ""], rows, { command: "npm run bench -- --guard" });
  return outcomes.every(({ met }) => met);
}
