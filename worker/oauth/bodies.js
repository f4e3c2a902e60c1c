// What others post, within bounds: anybody may post it.

/**
 * The body as a text: undefined if it has more than `most` bytes, empty if it breaks off.
 * @param {Request} request @param {number} most
 */
export async function textOf(request, most) {
  const reader = /** @type {any} */ (request.body)?.getReader({ mode: "byob" });
  try {
    const piece = await reader?.readAtLeast(most + 1, new Uint8Array(most + 1)); // at once: chunks may be of one byte, and each would go through JavaScript
    return piece?.value?.length > most ? undefined : new TextDecoder().decode(piece?.value);
  } catch {
    return ""; // its client left, or sent a malformed chunk
  }
}
