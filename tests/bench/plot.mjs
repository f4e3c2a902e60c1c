// The plot: one row per workload, one mark per server, on a logarithmic scale. An SVG with its own light
// and dark colours, because a page that embeds it as an image gives it none.
import { titles } from "./servers.mjs";

/** @typedef {import("./measures/requests.mjs").Figures} Figures */

const LEFT = 250;
const WIDTH = 900;
const RIGHT = 30;
const ROW = 44;
const TOP = 92;
const [LEAST, MOST] = [0.005, 5];

/** A server's mark and colours: shape tells servers apart as well as colour does.
 * @type {Record<string, { shape: string, light: string, dark: string }>}
 */
const marks = {
  ours: { shape: "M0-8 8 0 0 8-8 0Z", light: "#b3261e", dark: "#ff8a80" },
  floor: { shape: "M-1-11H1V11H-1Z", light: "#444444", dark: "#bbbbbb" },
  durable: { shape: "M-6-6H6V6H-6Z", light: "#6a4fb3", dark: "#b9a5f5" },
  sdk: { shape: "M0-7 7 6H-7Z", light: "#1565c0", dark: "#82b8f5" },
  lite: { shape: "M0 7 7-6H-7Z", light: "#2e7d32", dark: "#84cf88" },
  demo: { shape: "M-6-3H-3V-6H3V-3H6V3H3V6H-3V3H-6Z", light: "#b26a00", dark: "#f2b854" },
};

/** @param {number} value */
function x(value) {
  const part = Math.log(Math.min(MOST, Math.max(LEAST, value)) / LEAST) / Math.log(MOST / LEAST);
  return (LEFT + part * (WIDTH - LEFT - RIGHT)).toFixed(1);
}

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const colours = (/** @type {"light" | "dark"} */ scheme) =>
  Object.entries(marks).map(([name, mark]) => `.${name}{fill:${mark[scheme]};stroke:${mark[scheme]}}`).join("");

const style = `<style>
text{font:14px system-ui,sans-serif;fill:#1f1f1f}.small{font-size:12px}.title{font-weight:600}
.paper{fill:#ffffff}.grid{stroke:#d5d5d5}.spread{stroke-width:2;opacity:.45}${colours("light")}
@media(prefers-color-scheme:dark){text{fill:#e8e8e8}.paper{fill:#161b22}.grid{stroke:#3a414a}${colours("dark")}}
</style>`;

/** What the marks mean, in two rows. @param {string[]} servers */
function legend(servers) {
  return servers.map((name, i) => {
    const [at, y] = [28 + (i % 3) * 290, 46 + Math.floor(i / 3) * 22];
    return `<path class="${name}" transform="translate(${at} ${y})" d="${marks[name].shape}"/><text class="small" x="${at + 16}" y="${y + 4}">${escaped(titles[name])}</text>`;
  });
}

/** @param {number} height */
function grid(height) {
  return [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5].map((value) => {
    const at = x(value);
    return `<path class="grid" d="M${at} ${TOP}V${height - 34}"/><text class="small" x="${at}" y="${height - 16}" text-anchor="middle">${value}</text>`;
  });
}

/** @param {Figures} figures @param {number} i */
function row({ workload, rows }, i) {
  const y = TOP + ROW * i + ROW / 2;
  const shown = rows.filter(({ server }) => server in marks);
  const drawn = shown.map(({ server, ofCpu }) => {
    const label = server === "ours" ? `<text class="small" x="${x(ofCpu.middle)}" y="${y - 12}" text-anchor="middle">${ofCpu.middle.toFixed(2)}</text>` : "";
    return `<path class="spread ${server}" d="M${x(ofCpu.low)} ${y}H${x(ofCpu.high)}"/><path class="${server}" transform="translate(${x(ofCpu.middle)} ${y})" d="${marks[server].shape}"/>${label}`;
  });
  return `<text x="20" y="${y + 5}">${escaped(workload.title)}</text>${drawn.toReversed().join("")}`;
}

/**
 * @param {Figures[]} figures
 * @returns {string} an SVG document
 */
export function plot(figures) {
  const height = TOP + ROW * figures.length + 44;
  const servers = Object.keys(marks).filter((name) => figures.some(({ rows }) => rows.some(({ server }) => server === name)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">Requests for the same CPU time, of what a bare worker serves, by workload and server</title>',
    style,
    `<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`,
    '<text class="title" x="20" y="24">Requests for the same CPU time, of what a bare worker serves (logarithmic; more is better)</text>',
    ...legend(servers),
    ...grid(height),
    ...figures.map(row),
    "</svg>",
    "",
  ].join("\n");
}
