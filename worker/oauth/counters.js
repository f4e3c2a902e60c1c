// How often something may be tried. All isolates count together, in a mailbox.

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/**
 * @typedef {object} Rule
 * @property {number} most tries in `milliseconds`; then one waits for the rest of that time
 * @property {number} milliseconds
 * @property {boolean} [doubles] one waits for `milliseconds`, then twice as long after each further try
 */

/** @type {Record<string, Rule>} what is counted for each address, for each site of IPv6, and for all together */
export const rules = {
  passphrase: { most: 5, milliseconds: 15 * MINUTE, doubles: true }, // a typing error or two, but no guessing
  "passphrase of a site": { most: 20, milliseconds: 15 * MINUTE, doubles: true }, // it may have 65,536 networks
  // What stops guessing is the limit of each address, and a passphrase of 12 characters or more. This one
  // only bounds the CPU time: were it low, a few addresses could keep the owner from logging in.
  "passphrase of all": { most: 1000, milliseconds: HOUR },
  login: { most: 20, milliseconds: 15 * MINUTE }, // upstream: each login that is begun is kept until it ends
  "login of a site": { most: 80, milliseconds: 15 * MINUTE },
  "login of all": { most: 1000, milliseconds: HOUR },
  registration: { most: 20, milliseconds: HOUR }, // some clients register at every start
  "registration of a site": { most: 80, milliseconds: HOUR },
  "registration of all": { most: 1000, milliseconds: HOUR }, // each is a record that is kept; were it low, a few addresses could keep every new client out
};

/**
 * What is counted, after one more try.
 * @param {{ count: number, since: number, until: number }} counted @param {Rule} rule @param {number} now
 */
export function oneMore({ count, since, until }, { most, milliseconds, doubles }, now) {
  const over = doubles && count >= most ? now - until >= DAY : now - since >= milliseconds;
  if (over) [count, since] = [0, now];
  count++;
  if (count < most) return { count, since, until: 0 };
  return { count, since, until: doubles ? now + Math.min(milliseconds * 2 ** (count - most), DAY) : since + milliseconds };
}

/** Whose tries are counted together: an address or, of IPv6, the first four groups, which are one subscriber's. @param {Request} request */
export function addressOf(request) {
  const address = request.headers.get("cf-connecting-ip") ?? "";
  if (!address.includes(":") || address.includes(".")) return address; // with dots: IPv4, written as IPv6
  const [before, after = []] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = Array(Math.max(0, 8 - before.length - after.length)).fill("0"); // what :: stands for
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}

/**
 * Counts one try before it is known what comes of it: trying many at once gains nothing.
 * @param {any} mailbox @param {string} kind a key of `rules` @param {string} address
 * @returns {Promise<number>} in how many seconds to try again; 0: now
 */
export async function countTry(mailbox, kind, address) {
  const site = /^(?:[^:]+:){3}/.exec(address)?.[0]; // the three groups that an IPv6 site has as its own
  return (await add(mailbox, kind, address)) || (site && (await add(mailbox, `${kind} of a site`, site))) || add(mailbox, `${kind} of all`, "");
}

/** Forgets an address's tries, after a right one. @param {any} mailbox @param {string} kind @param {string} address */
export const forgetTries = (mailbox, kind, address) => mailbox.collect({ topic: topicOf(kind, address) });

/** @param {string} kind @param {string} address */
const topicOf = (kind, address) => `tries ${kind} ${address}`;

/** @param {any} mailbox @param {string} kind @param {string} address */
async function add(mailbox, kind, address) {
  const topic = topicOf(kind, address);
  for (;;) {
    const now = Date.now(), kept = await mailbox.peek({ topic });
    const { version, ...counted } = kept.length ? JSON.parse(String(Buffer.from(kept))) : { version: 0, count: 0, since: now, until: 0 };
    if (counted.until > now) return Math.ceil((counted.until - now) / 1000);
    const next = { version: version + 1, ...oneMore(counted, rules[kind], now) };
    const body = new Uint8Array(Buffer.from(JSON.stringify(next)));
    const [taken] = await mailbox.keep({ topic, body, milliseconds: 2 * DAY, version: next.version });
    if (taken) return 0; // else somebody else counted at the same time
  }
}
