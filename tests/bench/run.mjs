// `npm run bench`: this server compared with others, in one run. See README.md.
import { printCosts } from "./cost.mjs";
import { guard } from "./guard.mjs";
import { measureGrowth } from "./measures/growth.mjs";
import { measureJwt } from "./measures/jwt.mjs";
import { measureMemory } from "./measures/memory.mjs";
import { measureRequests } from "./measures/requests.mjs";
import { measureSize } from "./measures/size.mjs";
import { measureSse } from "./measures/sse.mjs";
import { measureStart } from "./measures/start.mjs";
import { writeReport } from "./report.mjs";
import { bundle, installPeers } from "./servers.mjs";
import { printVerdicts } from "./statistics.mjs";
import { observed, pinLoadGenerator, pinned } from "./workerd.mjs";
import { workloads } from "./workloads.mjs";

const plans = {
  full: {
    peers: ["floor", "durable", "sdk", "lite", "demo"],
    starts: 61,
    requests: { processes: 3, rounds: 30, most: 45, milliseconds: 70, warmUp: 1800 },
    jwt: { processes: 4, rounds: 8, milliseconds: 300, warmUp: 1500 },
    sse: { idle: 200, repeats: 4, rounds: 4, trips: 10, warmUp: 50 },
  },
  quick: {
    peers: ["floor", "demo"],
    starts: 7,
    requests: { processes: 1, rounds: 28, most: 45, milliseconds: 70, warmUp: 1000 },
    jwt: { processes: 1, rounds: 9, milliseconds: 400, warmUp: 1000 },
    sse: { idle: 100, repeats: 1, rounds: 5, trips: 10, warmUp: 30 },
  },
};

/** @type {Record<string, string>} */
const parts = {
  size: "the upload and the lines of JavaScript",
  start: "process start to first answer",
  memory: "WebAssembly memory",
  requests: "requests to /mcp, and what a million cost",
  jwt: "a remembered JWT, compared with mode any",
  sse: "sessions of HTTP+SSE",
};

const usage = `Usage: npm run bench [-- [--quick] [PART | WORKLOAD ...]]
       npm run bench -- --guard | --growth

  --quick   two minutes: fewer servers, wider spread
  --guard   one minute: this server and the floor; exits with 1 if a bound is missed
  --growth  how cost grows with sessions, tools, message size and subscribers

parts
${Object.entries(parts).map(([name, what]) => `  ${name.padEnd(10)} ${what}`).join("\n")}
workloads of the part requests
${Object.entries(workloads).map(([name, { title }]) => `  ${name.padEnd(10)} ${title}`).join("\n")}
`;

/** @param {string[]} args */
function readArguments(args) {
  const wanted = args.filter((arg) => !arg.startsWith("-"));
  const options = args.filter((arg) => arg.startsWith("-"));
  if (options.some((option) => ["--help", "-h"].includes(option))) {
    console.log(usage);
    process.exit();
  }
  const known = new Set(["--quick", "--guard", "--growth", ...Object.keys(parts), ...Object.keys(workloads)]);
  const unknown = args.find((arg) => !known.has(arg));
  if (unknown !== undefined) {
    console.error(`There is no ${unknown.startsWith("-") ? "option" : "part or workload"} ${unknown}.\n\n${usage}`);
    process.exit(1);
  }
  const only = wanted.filter((each) => each in workloads);
  const chosen = wanted.length === 0 ? Object.keys(parts) : [...wanted, ...(only.length > 0 ? ["requests"] : [])];
  return { options, only, has: (/** @type {string} */ part) => chosen.includes(part), all: wanted.length === 0 };
}

function sayHow() {
  console.log(pinned ? "Servers on core 0, load generator on core 1." : "Not pinned to cores: there is no taskset, or only one core.");
  if (!observed) console.log("Only throughput is compared, because a process's CPU time and memory can be read only on Linux.");
}

/** @param {ReturnType<typeof readArguments>} wanted */
async function compare({ options, only, has, all }) {
  const quick = options.includes("--quick");
  const plan = quick ? plans.quick : plans.full;
  installPeers();
  pinLoadGenerator();
  const names = ["ours", ...plan.peers];
  const bundles = [];
  for (const name of names) bundles.push(await bundle(name));
  const named = (/** @type {string[]} */ ...some) => bundles.filter(({ name }) => some.includes(name));
  if (has("size")) measureSize([...bundles, await bundle("bare", "bare"), await bundle("oauth", "oauth"), await bundle("every", "every")]);
  if (has("memory")) await measureMemory(bundles[0]);
  if (has("start")) await measureStart(named("ours", "floor"), plan.starts);
  const figures = has("requests") ? await measureRequests(names, only, plan.requests) : [];
  if (has("jwt")) await measureJwt(bundles[0], plan.jwt);
  const trips = has("sse") ? await measureSse(named("ours", "demo"), plan.sse) : new Map();
  if (figures.length > 0 && observed) printCosts(figures, trips);
  printVerdicts();
  writeReport(figures, { published: all && !quick });
}

async function main() {
  const wanted = readArguments(process.argv.slice(2));
  sayHow();
  if (wanted.options.includes("--guard")) {
    pinLoadGenerator();
    process.exitCode = (await guard()) ? 0 : 1;
  } else if (wanted.options.includes("--growth")) {
    pinLoadGenerator();
    await measureGrowth();
    const how = { published: true, name: "growth", command: "npm run bench -- --growth" };
    printVerdicts(how.command);
    writeReport([], how);
  } else {
    await compare(wanted);
  }
}

await main();
process.exit();
