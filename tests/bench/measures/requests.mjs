// Requests to /mcp: how many a second, and what one costs, beside the floor.
import { bundle, titles } from "../servers.mjs";
import { judge, median, printed, quantile, ratio, table } from "../statistics.mjs";
import { observed } from "../workerd.mjs";
import { workloads } from "../workloads.mjs";
import { interleave } from "./interleave.mjs";

/** @typedef {import("../load.mjs").Round} Round */
/** @typedef {import("../statistics.mjs").Ratio} Ratio */
/** @typedef {import("../workloads.mjs").Workload} Workload */

/**
 * @typedef {object} Row what a server did with a workload
 * @property {string} server
 * @property {number} rate requests a second
 * @property {number} p50 milliseconds
 * @property {number} p99
 * @property {number} cpu microseconds a request
 * @property {Ratio} ofRate of the floor
 * @property {Ratio} ofCpu of the floor
 * @property {number} answerBytes
 */

/** @typedef {{ name: string, workload: Workload, rows: Row[] }} Figures */

const MB = 1e6;

/** @param {Map<string, Round[]>} results @param {string} other @param {string} server */
function ratiosOf(results, server, other) {
  const [mine, theirs] = [results.get(server) ?? [], results.get(other) ?? []];
  return {
    rate: ratio(mine.map((round) => round.rate), theirs.map((round) => round.rate)),
    cpu: ratio(theirs.map((round) => round.cpu), mine.map((round) => round.cpu)),
  };
}

/** @param {Map<string, Round[]>} results @param {Map<string, number>} answerBytes @returns {Row[]} */
function rowsOf(results, answerBytes) {
  return [...results].map(([server, rounds]) => {
    const latencies = rounds.flatMap((round) => round.latencies);
    const { rate, cpu } = ratiosOf(results, server, "floor");
    return {
      server,
      rate: median(rounds.map((round) => round.rate)),
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      cpu: median(rounds.map((round) => round.cpu)),
      ofRate: rate,
      ofCpu: cpu,
      answerBytes: answerBytes.get(server) ?? 0,
    };
  });
}

/** @param {Figures} figures */
function print({ name, workload, rows }) {
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
  const heads = ["", workload.echoes ? "MB/s" : "req/s", "p50 ms", "p99 ms", "CPU us", "answer bytes", "of the floor, rate", "of the floor, CPU"];
  table(`${workload.title}${missing}`, heads, cells, { command: `npm run bench -- requests ${name}` });
}

/** @param {Workload} workload @param {Map<string, Round[]>} results */
function judgeOurs({ title, goal, goalOf }, results) {
  if (!goal || !goalOf) return;
  const { rate, cpu } = ratiosOf(results, "ours", goalOf);
  const [figure, by] = observed ? [cpu, "CPU"] : [rate, "rate"];
  judge(`${title}, of ${goalOf === "floor" ? "the floor" : titles[goalOf]} (by ${by})`, figure.middle, printed(figure), goal);
}

/**
 * Rounds in processes that are started anew so many times, because one may be a fifth dearer than the next: those
 * that have a goal each time, the peers the first time.
 * @param {import("../servers.mjs").Bundle[]} bundles
 * @param {Workload} workload
 * @param {Plan} plan
 */
async function measure(bundles, workload, { processes, rounds, milliseconds, warmUp }) {
  const times = { rounds, round: { milliseconds }, warmUp: { milliseconds: warmUp } };
  const first = await interleave(bundles, workload, times);
  const judged = bundles.filter(({ name }) => ["ours", "floor", workload.goalOf].includes(name));
  for (let again = 1; again < processes; again++) {
    const { results } = await interleave(judged, workload, times);
    for (const [name, more] of results) first.results.get(name)?.push(...more);
  }
  return first;
}

/** @typedef {{ processes: number, rounds: number, milliseconds: number, warmUp: number }} Plan rounds, in each process; of so many milliseconds */

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
    print(figures);
    judgeOurs(workload, results);
    all.push(figures);
  }
  return all;
}
