const FETCH_MS = 5000, COLD_FETCHES = 8; // how long to wait for a document, and not ask again; how many may ask for a new one at once
const documents = /** @type {Map<string, { at: number, asked: number, asking: number, failed: boolean, bytes: Uint8Array }>} */ (new Map());

/** What the platform does for the core: enum mcp_action_kind. @type {Record<string, (action: Action, env: any) => Promise<Uint8Array>>} */
export const services = {
  async FETCH({ topic, milliseconds, backlogBytes }) {
    const now = Date.now(), none = new Uint8Array(), had = documents.get(topic) ?? { at: 0, asked: 0, asking: 0, failed: false, bytes: none };
    if (now - had.at < milliseconds) return had.bytes;
    if (now - had.asked < FETCH_MS && (had.at || had.failed || had.asking >= COLD_FETCHES)) return had.failed ? none : had.bytes; // others ask
    documents.set(topic, Object.assign(had, { asked: now, asking: had.asking + 1 }));
    const pieces = /** @type {Uint8Array[]} */ ([]), signal = AbortSignal.timeout(FETCH_MS);
    try {
      const { body, status } = await fetch(topic, { headers: { accept: "application/json" }, redirect: "manual", signal });
      if (status !== 200 || !body) throw new Error(`status ${status}`);
      for await (const piece of body) if (pieces.push(piece) && (backlogBytes -= piece.length) < 0) throw new Error("it is too large");
      return Object.assign(had, { at: now, asking: 0, failed: false, bytes: new Uint8Array(Buffer.concat(pieces)) }).bytes;
    } catch (error) {
      return console.warn(`${topic} cannot be had: ${error}`), Object.assign(had, { asking: 0, failed: true }), none;
    }
  },
  async VERIFY({ topic, mark, after, body }) {
    const algorithm = JSON.parse(mark), key = crypto.subtle.importKey("jwk", JSON.parse(topic), algorithm, false, ["verify"]);
    const verified = key.then((imported) => crypto.subtle.verify(algorithm, imported, body ?? new Uint8Array(), Buffer.from(after)));
    return new Uint8Array([(await verified.catch(() => false)) ? 1 : 0]); // an unusable key verifies nothing
  },
  INTROSPECT: async ({ topic }, env) => env.introspect(topic), // of the OAuth build
  LIMIT: async ({ topic }, env) => new Uint8Array([(await env.RATE_LIMITER.limit({ key: topic })).success ? 1 : 0]),
};
