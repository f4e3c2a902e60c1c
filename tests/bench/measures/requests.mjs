// Requests to /mcp: how many per second, and what one costs, compared with the floor.
import { bundle, titles } from "../servers.mjs";
import { collections, hasCycle, judge, median, printed, quantile, table, together, wholeCycles } from "../statistics.mjs";
import { observed } from "../workerd.mjs";
import { unitOf, workloads } from "../workloads.mjs";
import { interleave } from "./interleave.mjs";

/** @typedef {import("../load.mjs").Round} Round */
/** @typedef {import("../statistics.mjs").Ratio} Ratio */
/** @typedef {import("../workloads.mjs").Workload} Workload */

/**
 * @typedef {object} Row what a server did with a workload
 * @property {string} server
 * @property {number} rate requests per second, or lists
 * @property {number} p50 milliseconds
 * @property {number} p99
 * @property {number} cpu microseconds of one
 * @property {Ratio} ofRate of the floor
 * @property {Ratio} ofCpu of the floor
 * @property {number} answerBytes
 */

/** @typedef {{ name: string, workload: Workload, rows: Row[] }} Figures */

const MB = 1e6;
const how = "Of the floor: the median of the processes, and the lowest and the highest; a peer has one.";

/** @typedef {Map<string, Round[][]>} Results of each server, the rounds of each of its processes */

/** @param {Round[]} rounds @param {Round[]} others */
function ratios(rounds, others) {
  const [one, another] = [together(wholeCycles(rounds)), together(wholeCycles(others))];
  return { rate: one.rate / another.rate, cpu: another.cpu / one.cpu };
}

/** What `server` does, compared with `other`, in the processes that both have: the median, the lowest and the
 * highest.
 * @param {Results} results
 * @param {string} server
 * @param {string} other
 */
function ratiosOf(results, server, other) {
  const [mine, theirs] = [results.get(server) ?? [], results.get(other) ?? []];
  const count = Math.min(mine.length, theirs.length);
  const each = mine.slice(0, count).map((rounds, i) => ratios(rounds, theirs[i]));
  const spread = (/** @type {"rate" | "cpu"} */ what) => {
    const values = each.map((ratio) => ratio[what]);
    return { middle: median(values), low: Math.min(...values), high: Math.max(...values) };
  };
  return { rate: spread("rate"), cpu: spread("cpu") };
}

/** @param {Results} results @param {Map<string, number>} answerBytes @returns {Row[]} */
function rowsOf(results, answerBytes) {
  return [...results].map(([server, processes]) => {
    const latencies = processes.flat().flatMap((round) => round.latencies);
    const { rate, cpu } = together(processes.flatMap(wholeCycles)), of = ratiosOf(results, server, "floor");
    return {
      server,
      rate,
      cpu,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      ofRate: of.rate,
      ofCpu: of.cpu,
      answerBytes: answerBytes.get(server) ?? 0,
    };
  });
}

/** Which rounds count. @param {Results} results */
function counted(results) {
  const each = [...results].map(([server, processes]) => `${titles[server]} ${processes.filter(hasCycle).length} of ${processes.length}`);
  return `Processes that count from one large collection of their heap to the last: ${each.join(", ")}. Of the others, where no two were seen, all rounds count.`;
}

/** @param {Figures} figures @param {Results} results */
function print({ name, workload, rows }, results) {
  const cells = rows.map((row) => [
    titles[row.server],
    workload.echoes ? ((row.rate * row.answerBytes) / MB).toFixed(0) : row.rate.toFixed(0),
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    observed ? row.cpu.toFixed(1) : "-",
    String(row.answerBytes),
    printed(row.ofRate),
    observed ? printed(row.ofCpu) : "-",
  ]);
  const missing = workload.servers ? " (who is not listed does not serve this revision)" : "";
  const heads = ["", unitOf(workload), "p50 ms", "p99 ms", "CPU us", "answer bytes", "of the floor, rate", "of the floor, CPU"];
  table(`${workload.title}${missing}`, heads, cells, { command: `npm run bench -- requests ${name}`, notes: [how, counted(results), ...(workload.note ? [workload.note] : [])] });
}

/** @param {Workload} workload @param {Results} results */
function judgeOurs({ title, goal, goalOf }, results) {
  if (!goal || !goalOf) return;
  const { rate, cpu } = ratiosOf(results, "ours", goalOf);
  const [figure, by] = observed ? [cpu, "CPU"] : [rate, "rate"];
  judge(`${title}, of ${goalOf === "floor" ? "the floor" : titles[goalOf]} (by ${by})`, figure.middle, printed(figure), goal);
}

/** Rounds in several processes, because one may cost a fifth more than the next: those that have a goal are started
 * anew each time, the peers only the first time.
 * @param {import("../servers.mjs").Bundle[]} bundles
 * @param {Workload} workload
 * @param {Plan} plan
 */
async function measure(bundles, workload, { processes, rounds, most, milliseconds, warmUp }) {
  const judged = bundles.filter(({ name }) => ["ours", "floor", workload.goalOf].includes(name));
  const enough = (/** @type {Map<string, Round[]>} */ made) => judged.every(({ name }) => collections(made.get(name) ?? []).length !== 1);
  const times = { rounds, most, enough, round: { milliseconds }, warmUp: { milliseconds: warmUp } };
  const results = /** @type {Results} */ (new Map(bundles.map(({ name }) => [name, []]))), answerBytes = new Map();
  for (let process = 0; process < processes; process++) {
    const made = await interleave(process === 0 ? bundles : judged, workload, times);
    for (const [name, more] of made.results) results.get(name)?.push(more);
    for (const [name, bytes] of made.answerBytes) answerBytes.set(name, bytes);
  }
  return { results, answerBytes };
}

/**
 * @typedef {object} Plan
 * @property {number} processes
 * @property {number} rounds in each process, at least
 * @property {number} [most] rounds at most, as long as one of those that have a goal was seen to have one large collection of its heap, and no second
 * @property {number} milliseconds per round
 * @property {number} warmUp milliseconds
 */

/**
 * @param {string[]} names of the servers, this one first
 * @param {string[]} only the workloads that are wanted; none: all
 * @param {Plan} plan
 * @returns {Promise<Figures[]>}
 */
export async function measureRequests(names, only, plan) {
  const all = [];
  for (const [name, workload] of Object.entries(workloads)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const { kind = "2", beside = [], servers = names } = workload;
    const bundles = [];
    for (const server of names.filter((each) => servers.includes(each))) bundles.push(await bundle(server, kind));
    for (const server of beside) bundles.push(await bundle(server));
    const { results, answerBytes } = await measure(bundles, workload, plan);
    const figures = { name, workload, rows: rowsOf(results, answerBytes) };
    print(figures, results);
    judgeOurs(workload, results);
    all.push(figures);
  }
  return all;
}
