// How cost grows: with sessions, tools, message size and subscribers, at four sizes each.
import { Connection, EventStream, requestBytes } from "../connection.mjs";
import { Load, clientHeaders, message } from "../load.mjs";
import { bundle } from "../servers.mjs";
import { judge, median, table } from "../statistics.mjs";
import { Server, observed } from "../workerd.mjs";
import { modernHeaders, modernMeta, workloads } from "../workloads.mjs";

/** @typedef {{ bytes: number, run: () => Promise<number> }} Prepared bytes of an answer; does some operations, and says how many */
/** @typedef {{ size: string, kind: string, prepare: (server: Server) => Promise<Prepared> }} Case */

const ROUNDS = 7;
/** The same number for each size in a round: a process that has answered more is compiled better, and has collected its heap more often. */
const REQUESTS = 600;
/** In each round, each session has its turn. */
const SESSIONS = 4096;
/** As many as take a second or two with a mebibyte. */
const ECHOES = 512;
/** By how much a line may seem to bend: measurements differ by a tenth. */
const LINEAR = 1.2;
const watched = "test://watched-resource";

/** @param {import("../workloads.mjs").Workload} workload @param {number} requests per round */
const load = (workload, requests) => async (/** @type {Server} */ server) => {
  const made = new Load(server, workload);
  await made.prepare();
  const run = async () => (await made.round({ requests })).latencies.length;
  return { bytes: made.answerBytes, run };
};

/** Gets the whole list, page after page. @param {Server} server @returns {Promise<Prepared>} */
async function wholeList(server) {
  const connection = new Connection(server.port);
  const headers = clientHeaders(0);
  /** @type {{ request: Buffer, answer: Buffer }[]} */
  const pages = [];
  let bytes = 0;
  for (let cursor; pages.length === 0 || cursor; ) {
    const request = requestBytes("POST", "/mcp", headers, message(1, "tools/list", cursor ? { cursor } : {}));
    const answer = await connection.send(request);
    pages.push({ request, answer: answer.bytes });
    bytes += answer.bytes.length;
    cursor = JSON.parse(answer.body).result.nextCursor;
  }
  const times = Math.ceil(REQUESTS / 4 / pages.length);
  const run = async () => {
    for (let i = 0; i < times; i++) {
      for (const { request, answer } of pages) {
        const { bytes: again } = await connection.send(request);
        if (!again.equals(answer)) throw new Error(`The list was answered otherwise the second time:\n${again}`);
      }
    }
    return times;
  };
  return { bytes, run };
}

/** Streams that listen for one resource, which changes: each has to hear of it. @param {number} count */
const subscribers = (count) => async (/** @type {Server} */ server) => {
  const streams = [];
  for (let i = 0; i < count; i++) {
    const params = { _meta: modernMeta, notifications: { resourceSubscriptions: [watched] } };
    const listen = { method: "subscriptions/listen", params };
    const headers = { ...clientHeaders(i), ...modernHeaders(/** @type {any} */ (listen)) };
    const stream = new EventStream(server.port, requestBytes("POST", "/mcp", headers, message(i, listen.method, params)));
    await stream.next(); // it listens
    streams.push(stream);
  }
  const connection = new Connection(server.port);
  const touch = requestBytes("POST", "/mcp", clientHeaders(0), message(1, "tools/call", { name: "test_touch_resource", arguments: {} }));
  const run = async () => {
    const changes = Math.max(4, Math.ceil(256 / count));
    for (let i = 0; i < changes; i++) {
      const [{ status }, ...heard] = await Promise.all([connection.send(touch), ...streams.map((stream) => stream.next())]);
      if (status !== 200 || heard.some(({ data }) => JSON.parse(data).params.uri !== watched)) throw new Error("A change was not heard of.");
    }
    return changes;
  };
  return { bytes: 0, run };
};

/** @param {number} size of the text that is echoed */
function echoOf(size) {
  const text = "The quick brown fox jumps over the lazy dog.\n".repeat(1 << 15).slice(0, size);
  const params = { name: "echo", arguments: { text } };
  return { ...workloads.echo, params, check: (/** @type {any} */ result) => result.content[0].text === text };
}

const kib = (/** @type {number} */ bytes) => `${bytes / 1024} KiB`;
const inSession = (/** @type {number} */ users) => ({ ...workloads.session, users });

/** @type {{ title: string, unit: string, per: string, cases: Case[], linear?: boolean }[]} linear: expected to be linear in the bytes that are sent, and judged by that */
const growths = [
  {
    title: "tools/call in a session, by sessions in turn",
    unit: "sessions",
    per: "call",
    cases: [16, 256, 1024, SESSIONS].map((size) => ({ size: String(size), kind: "2", prepare: load(inSession(size), SESSIONS) })),
  },
  {
    title: "tools/call, by tools registered",
    unit: "tools",
    per: "call",
    cases: ["2", "10", "100", "1000"].map((size) => ({ size, kind: size, prepare: load(workloads.many, REQUESTS) })),
  },
  {
    title: "tools/list, all pages, by tools registered",
    unit: "tools",
    per: "list",
    linear: true,
    cases: ["2", "10", "100", "1000"].map((size) => ({ size, kind: size, prepare: wholeList })),
  },
  {
    title: "an argument echoed, by its size",
    unit: "size",
    per: "call",
    cases: [1 << 10, 1 << 14, 1 << 17, 1 << 20].map((size) => ({ size: kib(size), kind: "echo", prepare: load(echoOf(size), ECHOES) })),
  },
  {
    title: "a resource that changes, by streams that listen for it",
    unit: "subscribers",
    per: "change",
    cases: [4, 32, 256, 1024].map((size) => ({ size: String(size), kind: "every", prepare: subscribers(size) })),
  },
];

/** The CPU time of an operation in each case, measured in turn. @param {Case[]} cases */
async function measureCases(cases) {
  /** @type {{ server: Server, prepared: Prepared, costs: number[] }[]} */
  const running = [];
  try {
    for (const { kind, prepare } of cases) {
      const server = new Server(await bundle(kind === "every" ? "every" : "ours", kind));
      running.push({ server, prepared: { bytes: 0, run: async () => 0 }, costs: [] });
      await server.start();
      const prepared = await prepare(server);
      for (let i = 0; i < 3; i++) await prepared.run();
      running[running.length - 1].prepared = prepared;
    }
    for (let i = 0; i < ROUNDS; i++) {
      for (const { server, prepared, costs } of running) {
        const before = server.cpu();
        const count = await prepared.run();
        costs.push((server.cpu() - before) / count);
      }
    }
    return running.map(({ prepared, costs }) => ({ bytes: prepared.bytes, costs }));
  } finally {
    for (const { server } of running) await server.stop();
  }
}

/** What a byte costs with the most tools, compared with one full page. @param {{ bytes: number, costs: number[] }[]} measured */
function bend(measured) {
  const [full, most] = measured.slice(-2).map(({ bytes, costs }) => median(costs) / bytes);
  return most / full;
}

export async function measureGrowth() {
  if (!observed) return console.log("Skipped: CPU time of a process is read on Linux only.");
  for (const { title, unit, per, cases, linear } of growths) {
    const measured = await measureCases(cases);
    const first = median(measured[0].costs);
    const rows = measured.map(({ bytes, costs }, i) => [
      cases[i].size,
      median(costs).toFixed(1),
      `${Math.min(...costs).toFixed(1)}..${Math.max(...costs).toFixed(1)}`,
      (median(costs) / first).toFixed(2),
      bytes > 0 ? String(bytes) : "-",
    ]);
    if (linear) judge(`${title}: a byte of ten pages, of a byte of one`, bend(measured), bend(measured).toFixed(2), LINEAR, { most: true });
    table(title, [unit, `CPU us a ${per}`, "least..greatest", "of the first", "answer bytes"], rows, { command: "npm run bench -- --growth" });
  }
}
