// What the benchmark makes of its numbers: medians, prices, the plot.
import assert from "node:assert/strict";
import { test } from "node:test";
import { costOf } from "./cost.mjs";
import { plot } from "./plot.mjs";
import { collections, hasCycle, median, quantile, ratio, together, wholeCycles } from "./statistics.mjs";
import { workloads } from "./workloads.mjs";

test("a ratio is computed from rounds that ran side by side, not from medians", () => {
  assert.deepEqual(ratio([10, 20, 90], [10, 10, 30]), { middle: 2, low: 1, high: 3 });
  assert.deepEqual(ratio([1, 2, 3, 4, 100], [1, 1, 1, 1, 1]), { middle: 3, low: 2, high: 4 }, "a round in which memory was collected does not count for more");
  assert.deepEqual(ratio([1, 2, 3, 4, 100], [2, 2, 2]), { middle: 1, low: 0.5, high: 1.5 }, "a server with fewer rounds is compared only with those");
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 8]), 3, "of two in the middle, it is their mean");
  assert.equal(quantile(Array.from({ length: 100 }, (_, i) => i), 0.99), 99);
});

/** @param {number} count @param {number} rate @param {number} cpu */
const round = (count, rate, cpu) => ({ rate, cpu, latencies: Array.from({ length: count }, () => 1) });

test("rounds are weighted by their number of requests", () => {
  // 300 requests in a second, then 100 in another, in which the heap was collected
  assert.deepEqual(together([round(300, 300, 10), round(100, 100, 50)]), { rate: 200, cpu: 20 });
});

test("what happens once in many rounds is counted over whole cycles, from the first time to the last", () => {
  const usual = round(100, 1000, 80), collected = round(100, 400, 200);
  const rounds = [usual, collected, usual, usual, collected, usual, usual, collected, usual, usual, usual];
  assert.deepEqual(wholeCycles(rounds), rounds.slice(2, 8));
  assert.equal(together(wholeCycles(rounds)).cpu, 120);
  assert.deepEqual(wholeCycles(rounds.slice(0, 4)), rounds.slice(0, 4), "once is not a cycle");
  assert.deepEqual([hasCycle(rounds), hasCycle(rounds.slice(0, 4))], [true, false]);
});

test("a machine that becomes faster or slower is not taken for a collection of the heap", () => {
  const usual = round(100, 1000, 80), alone = round(200, 2000, 80), shared = round(30, 300, 160);
  assert.deepEqual(collections([usual, alone, usual, shared, usual, alone, usual]), []);
});

test("a million calls of 7 ms cost what the platform's own example says", () => {
  const { requests, cpu, sum } = costOf(7000, 0);
  // pricing, example 4: 90 million requests are USD 27.00; 700 million CPU ms, 30 of them included, are 13.40
  assert.equal((requests * 90).toFixed(2), "27.00");
  assert.equal((cpu * 100 - 30 * 0.02).toFixed(2), "13.40");
  assert.equal(sum, requests + cpu);
});

test("Durable Objects are billed by the request and by the time that they run", () => {
  const { objectRequests, duration } = costOf(1000, 2);
  assert.equal(objectRequests, 0.3);
  assert.equal(duration.toFixed(6), ((1000 * 0.128 * 12.5) / 1e6).toFixed(6));
});

/** @param {number} middle */
const of = (middle) => ({ middle, low: middle * 0.9, high: middle * 1.1 });

/** @param {string} server @param {number} value of the floor */
const row = (server, value) => ({ server, rate: 1, p50: 1, p99: 1, cpu: 1, ofRate: of(value), ofCpu: of(value), answerBytes: 1 });

test("the plot shows each server of each workload, and has colours for light and dark pages", () => {
  const svg = plot([
    { name: "modern", workload: workloads.modern, rows: [row("ours", 0.9), row("floor", 1), row("sdk", 0.2)] },
    { name: "meta", workload: { ...workloads.meta, title: "less < more & _meta" }, rows: [row("ours", 1.2), row("floor", 1)] },
  ]);
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+" role="img"/);
  assert.match(svg, /@media\(prefers-color-scheme:dark\)/);
  assert.match(svg, />less &lt; more &amp; _meta</);
  // a mark and its spread each, and the legend
  const count = (/** @type {string} */ name) => svg.match(new RegExp(`class="(spread )?${name}"`, "g"))?.length;
  assert.deepEqual(["ours", "floor", "sdk"].map(count), [5, 5, 3]);
  assert.match(svg, />0\.90</);
  // more of the floor is further to the right
  const [first, second] = [...svg.matchAll(/class="ours" transform="translate\(([\d.]+) (?!46)/g)].map(([, x]) => Number(x));
  assert.ok(first < second, `${first} is not left of ${second}`);
});
