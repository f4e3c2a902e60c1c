// JSON from others' servers: bounded in size and in time.

const [ANSWER_MS, ANSWER_BYTES] = [5000, 256 * 1024];

/** What another server did wrong. The message is for the log. */
export class UpstreamError extends Error {}

/**
 * @param {string} url @param {RequestInit} [init]
 * @returns {Promise<any>} an object or an array
 */
export async function json(url, init = {}) {
  const headers = { accept: "application/json", "user-agent": "remote-mcp-server-c", ...init.headers };
  const pieces = /** @type {Uint8Array[]} */ ([]);
  let bytes = 0;
  try {
    const response = await fetch(url, { ...init, headers, redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });
    for await (const piece of /** @type {any} */ (response.body ?? [])) {
      if ((bytes += piece.length) > ANSWER_BYTES) throw new Error("the answer is too long");
      pieces.push(piece);
    }
    const text = Buffer.concat(pieces).toString("utf8");
    if (response.status !== 200) throw new Error(`the answer has status ${response.status}, ${errorIn(text)}`);
    const value = JSON.parse(text);
    if (typeof value !== "object" || value === null) throw new Error("the answer is not a JSON object");
    return value;
  } catch (error) {
    throw new UpstreamError(`${new URL(url).origin}${new URL(url).pathname}: ${/** @type {Error} */ (error).message}`);
  }
}

/** RFC 6749, section 5.2; nothing else of an error goes into the log. @param {string} text */
function errorIn(text) {
  const [, code] = /"error"\s*:\s*"([a-z_]{1,40})"/.exec(text) ?? [];
  return code ?? "without saying why";
}
