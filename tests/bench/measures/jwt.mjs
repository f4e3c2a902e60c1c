// What mode `jwt` adds to a request whose token was verified before: CPU beside mode `any`.
import { HandmadeIssuer, newKey, signed } from "../../e2e/support/issuer.mjs";
import { Load } from "../load.mjs";
import { judge, median, table } from "../statistics.mjs";
import { Server, observed } from "../workerd.mjs";

const USERS = 16;
const GOAL = 15;

/** As long as those of large issuers: two audiences, a few scopes, RS256. @param {HandmadeIssuer} issuer @param {import("../../e2e/support/issuer.mjs").Key} key */
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

/**
 * @param {import("../servers.mjs").Bundle} bundle
 * @param {{ rounds: number, milliseconds: number, warmUp: number }} plan
 */
export async function measureJwt(bundle, { rounds, milliseconds, warmUp }) {
  if (!observed) return;
  const key = newKey("RS256", "bench"), issuer = await new HandmadeIssuer().start();
  issuer.keys = [key.publicJwk];
  const modes = { any: { AUTH_MODE: "any" }, jwt: { AUTH_MODE: "jwt", JWT_ISSUER: issuer.url, JWT_AUDIENCE: "https://mcp.example/mcp" } };
  const [any, jwt] = Object.values(modes).map((variables) => new Server({ ...bundle, variables }));
  const tokens = tokensOf(issuer, key), short = tokens.map((_, user) => `token-of-user-${user}`);
  const call = { method: "tools/call", params: { name: "add", arguments: { a: 2, b: 3 } }, check: (/** @type {any} */ result) => result.content[0].text === "5" };
  for (const server of [any, jwt]) await server.start();
  try {
    /** @type {[string, Load][]} */
    const loads = [
      ["any, a short token", new Load(any, { ...call, tokens: short })],
      ["any, the same token", new Load(any, { ...call, tokens })],
      ["jwt, remembered", new Load(jwt, { ...call, tokens })],
    ];
    /** @type {Map<string, number[]>} */
    const costs = new Map(loads.map(([name]) => [name, []]));
    for (const [, load] of loads) await load.prepare();
    for (const [, load] of loads) await load.round(warmUp);
    for (let i = 0; i < rounds; i++) {
      for (const [name, load] of loads) costs.get(name)?.push((await load.round(milliseconds)).cpu);
    }
    for (const [, load] of loads) load.close();
    report(costs, tokens[0].length, issuer.asked["/keys"]);
  } finally {
    await Promise.all([any.stop(), jwt.stop(), issuer.stop?.()]);
  }
}

/** @param {Map<string, number[]>} costs @param {number} bytes @param {number} asked */
function report(costs, bytes, asked) {
  const [short, same, jwt] = [...costs.values()];
  const over = (/** @type {number[]} */ others) => median(jwt.map((cpu, i) => cpu - others[i]));
  const rows = [...costs].map(([name, each]) => [name, median(each).toFixed(1), lowest(each).toFixed(1)]);
  table(`tools/call with a token of ${bytes} bytes; the issuer was asked for its keys ${asked} times`, ["", "CPU us", "lowest quarter"], rows);
  for (const [name, others] of /** @type {const} */ ([["the same token", same], ["a short token", short]])) {
    const text = `${over(others).toFixed(1)} (${(lowest(jwt) - lowest(others)).toFixed(1)})`;
    judge(`remembered JWT over mode any with ${name}, CPU us (by the lowest quarter)`, over(others), text, GOAL, { most: true });
  }
}
