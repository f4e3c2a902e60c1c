const [FETCH_MS, FAILED_MS] = [5000, 5000]; // for how long a document is waited for, and one that could not be had is not asked for again
const documents = /** @type {Map<string, { at: number, bytes: Uint8Array }>} */ (new Map()); // the newest copy of each

/** What the platform does for the core, by enum mcp_action_kind: what each takes and gives is said there. @type {Record<string, (action: Action, env: any) => Promise<Uint8Array>>} */
export const services = {
  async FETCH({ topic, milliseconds, backlogBytes }) {
    const had = documents.get(topic), now = Date.now();
    if (had && now - had.at < (had.bytes.length ? milliseconds : Math.min(milliseconds, FAILED_MS))) return had.bytes;
    if (had) had.at = now; // others who come meanwhile make do with this one
    let bytes = new Uint8Array();
    const pieces = /** @type {Uint8Array[]} */ ([]), signal = AbortSignal.timeout(FETCH_MS);
    try {
      const { body, status } = await fetch(topic, { headers: { accept: "application/json" }, redirect: "manual", signal });
      if (status !== 200) throw new Error(`status ${status}`);
      for await (const piece of body ?? []) if (pieces.push(piece) && (backlogBytes -= piece.length) < 0) throw new Error("it is too large");
      bytes = new Uint8Array(Buffer.concat(pieces));
    } catch (error) {
      console.warn(`${topic} cannot be had: ${error}`);
    }
    return documents.set(topic, { at: now, bytes }), bytes;
  },

  async VERIFY({ topic, mark, after, body }) {
    const algorithm = JSON.parse(mark), key = await crypto.subtle.importKey("jwk", JSON.parse(topic), algorithm, false, ["verify"]);
    return new Uint8Array([(await crypto.subtle.verify(algorithm, key, body ?? new Uint8Array(), Buffer.from(after))) ? 1 : 0]);
  },

  INTROSPECT: async ({ topic }, env) => env.introspect(topic), // of the OAuth build
  LIMIT: async ({ topic }, env) => new Uint8Array([(await env.RATE_LIMITER.limit({ key: topic })).success ? 1 : 0]),
};
