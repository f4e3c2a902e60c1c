// The time from when the process is there to its first answer.
import { join } from "node:path";
import { clientHeaders, message } from "../load.mjs";
import { requestBytes } from "../connection.mjs";
import { titles } from "../servers.mjs";
import { judge, median, printed, ratio, table } from "../statistics.mjs";
import { Server } from "../workerd.mjs";

const params = { name: "add", arguments: { a: 2, b: 3 } };
const RESULT = { content: [{ type: "text", text: "5" }] };
const request = requestBytes("POST", "/mcp", clientHeaders(0), message(1, "tools/call", params));

/** What else is started. The very first start makes a database, in which the platform notes its objects' alarms, and waits
 * for the disk seven times. Node.js's timers are loaded at each start of a Worker with today's date, unless it says that it
 * needs none, as this server does.
 * @type {Record<string, Partial<import("../servers.mjs").Bundle>[]>}
 */
const beside = {
  ours: [{ name: "first", storage: undefined }],
  floor: [{ name: "floorLess", compatibilityFlags: ["no_nodejs_global_timers"] }],
};

/** The bundle, and what its first start leaves behind. @param {import("../servers.mjs").Bundle} bundle */
async function startedBefore(bundle) {
  if (Object.keys(bundle.durableObjects).length === 0) return bundle;
  const server = new Server(bundle), storage = join(bundle.folder, "storage");
  await server.start();
  await server.stop({ storage });
  return { ...bundle, storage };
}

/** @param {import("../servers.mjs").Bundle} bundle @returns {Promise<number>} milliseconds */
async function start(bundle) {
  const server = new Server(bundle.name.startsWith("floor") ? { ...bundle, values: { RESULTS: { "": RESULT } } } : bundle);
  await server.spawn();
  const began = performance.now(); // spawning a process takes this one 2 ms, and 17 if it has compiled something before
  try {
    const { status, body } = await server.firstAnswer(request);
    if (status !== 200 || !body.includes(JSON.stringify(RESULT).slice(1, -1))) throw new Error(`${bundle.name} answered ${status} ${body}`);
    return performance.now() - began;
  } finally {
    await server.stop();
  }
}

/**
 * @param {import("../servers.mjs").Bundle[]} bundles
 * @param {number} starts
 */
export async function measureStart(bundles, starts) {
  const before = await Promise.all(bundles.map(startedBefore));
  const all = before.flatMap((bundle) => [bundle].concat((beside[bundle.name] ?? []).map((change) => Object.assign({}, bundle, change))));
  /** @type {Map<string, number[]>} */
  const times = new Map(all.map(({ name }) => [name, []]));
  for (let i = 0; i < starts; i++) {
    for (const bundle of all) times.get(bundle.name)?.push(await start(bundle));
  }
  const floor = times.get("floor") ?? [];
  const rows = [...times].map(([name, each]) => {
    const of = ratio(each, floor);
    if (name === "ours") judge("process start to first answer, of the floor", of.middle, printed(of), 1.1, { most: true });
    return [titles[name], median(each).toFixed(0), printed(of)];
  });
  table("Process start to first answer", ["", "ms", "of the floor"], rows, { command: "npm run bench -- start" });
}
