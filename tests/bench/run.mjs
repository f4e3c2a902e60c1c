// `npm run bench`: this server beside others, in one run. See README.md.
import { bundle, installPeers } from "./servers.mjs";
import { measureJwt } from "./measures/jwt.mjs";
import { measureMemory } from "./measures/memory.mjs";
import { measureRequests } from "./measures/requests.mjs";
import { measureSize } from "./measures/size.mjs";
import { measureSse } from "./measures/sse.mjs";
import { measureStart } from "./measures/start.mjs";
import { printVerdicts } from "./statistics.mjs";
import { observed, pinLoadGenerator, pinned } from "./workerd.mjs";

const plans = {
  full: {
    peers: ["floor", "durable", "sdk", "lite", "demo"],
    starts: 21,
    requests: { rounds: 11, milliseconds: 1200, warmUp: 3000 },
    jwt: { rounds: 41, milliseconds: 600, warmUp: 3000 },
    sse: { idle: 300, repeats: 3, rounds: 15, trips: 20 },
  },
  quick: {
    peers: ["floor", "demo"],
    starts: 7,
    requests: { rounds: 5, milliseconds: 900, warmUp: 2000 },
    jwt: { rounds: 15, milliseconds: 600, warmUp: 2000 },
    sse: { idle: 100, repeats: 1, rounds: 5, trips: 10 },
  },
};

/** @type {Record<string, string>} */
const parts = {
  size: "the upload and the lines of JavaScript",
  start: "process start to first answer",
  memory: "WebAssembly memory",
  requests: "requests to /mcp",
  jwt: "a remembered JWT beside mode any",
  sse: "sessions of HTTP+SSE",
};

const usage = `Usage: npm run bench [-- [--quick] [PART ...]]

  --quick  about a minute and a half, with fewer servers and wider spread
${Object.entries(parts).map(([name, what]) => `  ${name.padEnd(8)} ${what}`).join("\n")}
`;

/** @param {string[]} args */
function readArguments(args) {
  const wanted = args.filter((arg) => !arg.startsWith("-"));
  const options = args.filter((arg) => arg.startsWith("-"));
  const known = wanted.every((part) => part in parts) && options.every((option) => option === "--quick");
  if (!known) {
    console.log(usage);
    process.exit(options.includes("--help") ? 0 : 1);
  }
  const chosen = wanted.length > 0 ? wanted : Object.keys(parts);
  return { plan: options.includes("--quick") ? plans.quick : plans.full, has: (/** @type {string} */ part) => chosen.includes(part) };
}

async function main() {
  const { plan, has } = readArguments(process.argv.slice(2));
  installPeers();
  console.log(pinned ? "Servers on core 0, load generator on core 1." : "Not pinned to cores: there is no taskset, or one core only.");
  if (!observed) console.log("CPU time and memory of a process are read on Linux only: throughput is all that is compared.");
  const [ours, ...others] = ["ours", ...plan.peers].map(bundle);
  const bundles = [ours, ...others];
  const named = (/** @type {string[]} */ ...names) => bundles.filter(({ name }) => names.includes(name));
  if (has("memory")) await measureMemory();
  pinLoadGenerator();
  if (has("size")) measureSize(bundles);
  if (has("start")) await measureStart(named("ours", "floor"), plan.starts);
  if (has("requests")) await measureRequests(plan === plans.quick ? named("ours", "floor") : bundles, plan.requests);
  if (has("jwt")) await measureJwt(ours, plan.jwt);
  if (has("sse")) await measureSse(named("ours", "demo"), plan.sse);
  printVerdicts();
}

await main();
process.exit();
