// What a run leaves behind: results.md, results.svg and, if it was a whole one, the table in the README.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { root } from "../../c/toolchain/paths.mjs";
import { plot } from "./plot.mjs";
import { titles } from "./servers.mjs";
import { printed, tables } from "./statistics.mjs";
import { unitOf } from "./workloads.mjs";

/** @typedef {import("./measures/requests.mjs").Figures} Figures */

const MB = 1e6;
const [BEGIN, END] = ["<!-- made by npm run bench -->", "<!-- end of what npm run bench made -->"];

/** @param {string[]} cells */
const line = (cells) => `| ${cells.join(" | ")} |`;

/** @param {string[]} heads @param {string[][]} rows */
function markdown(heads, rows) {
  return [line(heads), line(heads.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** The day, the machine and what ran on it. */
function circumstances() {
  const { version } = createRequire(import.meta.url)("workerd/package.json");
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, commit ${commit}, workerd ${version}, Node ${process.version}, ${cpus().length} cores of ${cpus()[0].model.trim()}.`;
}

/** How to read the figures of a report, by its name. @type {Record<string, string>} */
const readings = {
  results: "Requests: req/s and CPU are means of all requests that count, p50 and p99 of all latencies, ratios as said below each table.\nElsewhere medians, in brackets the middle half of the rounds, which ran side by side.",
  growth: "Medians of the rounds; beside them the least and the greatest. A round has as many requests of one size as of the other three;\nof changes it has fewer where more streams listen.",
};

/** The whole report, each table with the command that reproduces it. @param {string} name @param {string} by the command of all */
function wholeReport(name, by) {
  const parts = tables.map(({ title, heads, rows, command, notes }) =>
    [`## ${title}`, "", `\`${command}\``, "", markdown(heads, rows), ...(notes.length > 0 ? ["", notes.join("\n")] : [])].join("\n"),
  );
  const begin = `# ${name[0].toUpperCase()}${name.slice(1)}\n\nMade by \`${by}\`: ${circumstances()}\n${readings[name]}`;
  return `${[begin, ...parts].join("\n\n")}\n`;
}

/** The figures that have a goal: what, measured, goal, met or not. */
const goals = () => tables.filter(({ title }) => title === "Goals").flatMap(({ rows }) => rows);

/** What a workload's goal is, and whether it was met. @param {Figures} figures */
function verdict({ workload }) {
  const [, measured, goal, met] = goals().find(([what]) => what.startsWith(`${workload.title}, of `)) ?? [];
  if (!goal || !workload.goalOf) return "-";
  return `${workload.goalOf === "floor" ? "" : `${measured} of ${titles[workload.goalOf]}, `}${goal}: ${met.toLowerCase()}`;
}

/** The README's table: this server compared with the best of the peers. @param {Figures[]} figures */
function shortTable(figures) {
  const rows = figures.map((each) => {
    const { name, workload, rows: servers } = each, [ours] = servers;
    const peers = servers.filter(({ server }) => ["sdk", "lite", "demo"].includes(server)).toSorted((a, b) => a.cpu - b.cpu);
    const rate = `${(workload.echoes ? (ours.rate * ours.answerBytes) / MB : ours.rate).toFixed(0)} ${unitOf(workload)}`;
    const best = peers.length > 0 ? `${peers[0].ofCpu.middle.toFixed(2)} (${titles[peers[0].server]})` : "-";
    const figuresOf = [rate, ours.p50.toFixed(2), ours.p99.toFixed(2), ours.cpu.toFixed(0), printed(ours.ofCpu), verdict(each), best];
    return [workload.title, ...figuresOf, `\`npm run bench -- ${name}\``];
  });
  return markdown(["request", "throughput", "p50 ms", "p99 ms", "CPU us", "of the floor", "goal", "best peer, of the floor", "command"], rows);
}

/** What is not a request to /mcp: size, start, memory, streams. @param {Figures[]} figures */
function otherTable(figures) {
  const isRequest = (/** @type {string} */ what) => figures.some(({ workload }) => what.startsWith(workload.title));
  const rows = goals().filter(([what]) => !isRequest(what));
  return markdown(["", "measured", "goal", ""], rows.map(([what, measured, goal, met]) => [what, measured, goal, met.toLowerCase()]));
}

/** @param {Figures[]} figures */
function writeReadme(figures) {
  const path = join(root, "README.md");
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the results: lines "${BEGIN}" and "${END}".`);
  const made = [BEGIN, "", `Measured on ${circumstances()}`, "", shortTable(figures), "", "And beside requests (`npm run bench`):", "", otherTable(figures), "", ""].join("\n");
  writeFileSync(path, text.slice(0, from) + made + text.slice(to));
}

/**
 * Writes what was printed so far as Markdown, and the plot of the figures.
 * @param {Figures[]} figures of the workloads on /mcp
 * @param {{ published: boolean, name?: string, command?: string }} how published: to this folder and, with figures, the README; else to build/bench
 */
export function writeReport(figures, { published, name = "results", command = "npm run bench" }) {
  const folder = published ? import.meta.dirname : join(root, "build/bench");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), wholeReport(name, command));
  if (figures.length > 0) writeFileSync(join(folder, `${name}.svg`), plot(figures));
  if (published && figures.length > 0) writeReadme(figures);
  console.log(`\nWritten to ${folder.slice(root.length)}/${name}.md.`);
}
