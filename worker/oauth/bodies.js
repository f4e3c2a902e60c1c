// What others post, within bounds: anybody may post it.

/** The body as a text; undefined if it has more than `most` characters. @param {Request} request @param {number} most */
export async function textOf(request, most) {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of /** @type {any} */ (request.body ?? [])) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > most) return undefined;
  }
  return text + decoder.decode();
}
