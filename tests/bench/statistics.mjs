// Medians, ratios and how they are printed.

/** @param {number[]} values @param {number} part 0.5 for the median */
export function quantile(values, part) {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** The middle value, or the mean of the two middle ones. @param {number[]} values */
export function median(values) {
  const sorted = Float64Array.from(values).toSorted(), half = values.length >> 1;
  return values.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The mean of rounds, weighted by their requests: the heap's large collections fall into some rounds and not into
 * others, which a median would not show.
 * @param {import("./load.mjs").Round[]} rounds
 */
export function together(rounds) {
  const count = rounds.reduce((sum, { latencies }) => sum + latencies.length, 0);
  const mean = (/** @type {(round: import("./load.mjs").Round) => number} */ of) => rounds.reduce((sum, round) => sum + of(round) * round.latencies.length, 0) / count;
  return { rate: 1 / mean(({ rate }) => 1 / rate), cpu: mean(({ cpu }) => cpu) };
}

/** In which rounds the heap had a large collection: they used half as much again as the usual one, or more, and so did each
 * of their requests. If only the requests cost more, a collection begins, or the machine is shared; if there are only more
 * of them, other programs have left the machine.
 * @param {import("./load.mjs").Round[]} rounds of one process, each as long as the next
 */
export function collections(rounds) {
  const used = rounds.map(({ cpu, latencies }) => cpu * latencies.length);
  const [usual, usualCpu] = [median(used), median(rounds.map(({ cpu }) => cpu))];
  return [...rounds.keys()].filter((i) => used[i] > usual * 1.5 && rounds[i].cpu > usualCpu * 1.5);
}

/**
 * Whether there was a whole cycle: from one large collection to another.
 * @param {import("./load.mjs").Round[]} rounds
 */
export const hasCycle = (rounds) => collections(rounds).length > 1;

/**
 * The rounds between the first large collection of the heap and the last, so that what comes once in 10,000 requests
 * counts for so many. All rounds, if no two are seen.
 * @template {import("./load.mjs").Round} R
 * @param {R[]} rounds of one process
 */
export function wholeCycles(rounds) {
  const found = collections(rounds);
  return found.length > 1 ? rounds.slice(found[0] + 1, found[found.length - 1] + 1) : rounds;
}

/** @typedef {{ middle: number, low: number, high: number }} Ratio */

/** The ratios of what was measured side by side, as far as both go: their median, and the ends of their middle half.
 * @param {number[]} values
 * @param {number[]} others
 * @returns {Ratio}
 */
export function ratio(values, others) {
  const ratios = values.slice(0, others.length).map((value, i) => value / others[i]);
  return { middle: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}

/** Without an interval if there was only one ratio. @param {Ratio} of */
export const printed = (of) => (of.low === of.high ? of.middle.toFixed(2) : `${of.middle.toFixed(2)} (${of.low.toFixed(2)}..${of.high.toFixed(2)})`);

/** @typedef {{ what: string, value: number, text: string, goal: number, most: boolean }} Verdict */

/** @type {Verdict[]} */
const verdicts = [];

/**
 * Notes what is to be compared with its goal at the end: at least `goal`, or with `most` at most.
 * @param {string} what
 * @param {number} value
 * @param {string} text the value as printed
 * @param {number} goal
 * @param {{ most?: boolean }} [options]
 */
export function judge(what, value, text, goal, { most = false } = {}) {
  verdicts.push({ what, value, text, goal, most });
}

/** Prints every figure that has a goal beside it. @param {string} [command] that was run */
export function printVerdicts(command = "npm run bench") {
  const rows = verdicts.map(({ what, value, text, goal, most }) => {
    const met = most ? value <= goal : value >= goal;
    return [what, text, `${most ? "at most" : "at least"} ${goal}`, met ? "met" : "MISSED"];
  });
  table("Goals", ["figure", "measured", "goal", ""], rows, { command });
}

/** @typedef {{ title: string, heads: string[], rows: string[][], command: string, notes: string[] }} Table */

/** All that was printed, for the report. @type {Table[]} */
export const tables = [];

/**
 * @param {string} title
 * @param {string[]} heads
 * @param {string[][]} rows
 * @param {{ command: string, notes?: string[] }} more what reproduces these numbers, and sentences below them
 */
export function table(title, heads, rows, { command, notes = [] }) {
  tables.push({ title, heads, rows, command, notes });
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const line = (/** @type {string[]} */ cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ").trimEnd();
  console.log(`\n${title}`);
  for (const row of [heads, widths.map((width) => "-".repeat(width)), ...rows]) console.log(`  ${line(row)}`);
  for (const note of notes) console.log(`  ${note}`);
}
