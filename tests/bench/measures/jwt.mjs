// What mode `jwt` adds to a request whose token was verified before: CPU time compared with mode `any`.
import { HandmadeIssuer, newKey, signed } from "../../e2e/support/issuer.mjs";
import { Load } from "../load.mjs";
import { judge, median, table } from "../statistics.mjs";
import { Server, observed } from "../workerd.mjs";
import { add, isFive } from "../workloads.mjs";

const USERS = 16;
const GOAL = 15;

/** Tokens as long as those of large issuers: two audiences, a few scopes, RS256. @param {HandmadeIssuer} issuer @param {import("../../e2e/support/issuer.mjs").Key} key */
const tokensOf = (issuer, key) =>
  Array.from({ length: USERS }, (_, user) =>
    signed(key, issuer.claims({
      sub: `auth0|user-${user}`, aud: ["https://mcp.example/mcp", "https://issuer.example/userinfo"], jti: crypto.randomUUID(),
      scope: "openid profile email files:read files:write", exp: Math.floor(Date.now() / 1000) + 86_400,
    })));

/** @param {number[]} values the mean of the lowest quarter: without the heap's large collections */
function lowest(values) {
  const quarter = values.toSorted((a, b) => a - b).slice(0, Math.ceil(values.length / 4));
  return quarter.reduce((sum, value) => sum + value, 0) / quarter.length;
}

/** @typedef {import("./requests.mjs").Plan} Plan */

/**
 * What each costs in every round, in processes that are started for this.
 * @param {import("../servers.mjs").Bundle} bundle
 * @param {HandmadeIssuer} issuer
 * @param {string[]} tokens
 * @param {Plan} plan
 * @param {Map<string, number[]>} costs by name, to which it adds
 */
async function measure(bundle, issuer, tokens, { rounds, milliseconds, warmUp }, costs) {
  const jwtMode = { AUTH_MODE: "jwt", JWT_ISSUER: issuer.url, JWT_AUDIENCE: "https://mcp.example/mcp" };
  // mode any writes no audit lines: their cost is measured separately. Each has a process of its own, none with more to do than another.
  const modes = [{ AUTH_MODE: "any" }, { AUTH_MODE: "any" }, { ...jwtMode, AUDIT: "off" }, jwtMode];
  const servers = modes.map((variables) => new Server({ ...bundle, variables })), [brief, any, jwt, audited] = servers;
  const short = tokens.map((_, user) => `token-of-user-${user}`);
  const call = { title: "tools/call", method: "tools/call", params: add, check: isFive };
  for (const server of servers) await server.start();
  try {
    /** @type {[string, Load][]} */
    const loads = [
      ["any, a short token", new Load(brief, { ...call, tokens: short })],
      ["any, the same token", new Load(any, { ...call, tokens })],
      ["jwt, remembered", new Load(jwt, { ...call, tokens })],
      ["jwt, remembered, and its audit line", new Load(audited, { ...call, tokens })],
    ];
    for (const [, load] of loads) await load.prepare();
    for (const [, load] of loads) await load.round({ milliseconds: warmUp });
    for (let i = 0; i < rounds; i++) {
      for (const [name, load] of loads) costs.set(name, [...(costs.get(name) ?? []), (await load.round({ milliseconds })).cpu]);
    }
    for (const [, load] of loads) load.close();
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** @param {import("../servers.mjs").Bundle} bundle @param {Plan} plan */
export async function measureJwt(bundle, plan) {
  if (!observed) return;
  const key = newKey("RS256", "bench"), issuer = await new HandmadeIssuer().start();
  issuer.keys = [key.publicJwk];
  const tokens = tokensOf(issuer, key), costs = /** @type {Map<string, number[]>} */ (new Map());
  try {
    for (let process = 0; process < plan.processes; process++) await measure(bundle, issuer, tokens, plan, costs);
    report(costs, tokens[0].length, issuer.asked["/keys"]);
  } finally {
    await issuer.stop?.();
  }
}

/** @param {Map<string, number[]>} costs @param {number} bytes @param {number} asked */
function report(costs, bytes, asked) {
  const [, same, jwt] = [...costs.values()];
  const over = median(jwt.map((cpu, i) => cpu - same[i])), lowestOver = lowest(jwt) - lowest(same);
  const rows = [...costs].map(([name, each]) => [name, median(each).toFixed(1), lowest(each).toFixed(1)]);
  table(`tools/call with a token of ${bytes} bytes; the issuer was asked for its keys ${asked} times`, ["", "CPU us", "lowest quarter"], rows, { command: "npm run bench -- jwt" });
  judge("a remembered JWT over the same token in mode any, CPU us (lowest quarter)", over, `${over.toFixed(1)} (${lowestOver.toFixed(1)})`, GOAL, { most: true });
}
