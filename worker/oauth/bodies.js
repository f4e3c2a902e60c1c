// What others post, within bounds: anybody may post it.

/**
 * The body as a text: undefined if it has more than `most` characters, empty if it breaks off.
 * @param {Request} request @param {number} most
 */
export async function textOf(request, most) {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const piece of /** @type {any} */ (request.body ?? [])) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > most) return undefined;
    }
  } catch {
    return ""; // its client left, or sent a malformed chunk
  }
  return text + decoder.decode();
}
