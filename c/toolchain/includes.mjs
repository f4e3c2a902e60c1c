// Which headers a source reaches, so that after a change to a header only those that use it are compiled again.
import { posix } from "node:path";

/** What may stand before and within a directive. A byte order mark may, as a character or as its bytes. */
export const blank = String.raw`(?:[ \t\ufeff]|\u00ef\u00bb\u00bf|/\*.*?\*/)*`;
const includes = new RegExp(`^${blank}#${blank}(?:include(?:_next)?|import)\\b${blank}(?:"([^"\\n]+)"|<([^>\\n]+)>|(\\S))`, "gm");

/**
 * Where a name may be found: next to the file that includes it, and in the folders where includes are looked for.
 * @param {string} name @param {string} from @param {string[]} folders
 */
const candidates = (name, from, folders) => [posix.dirname(from), ...folders].map((folder) => posix.join(folder, name));

const isUsual = (/** @type {string} */ path) => /\.(c|h|inc|def)$/.test(path);

/**
 * The headers that a source may include, directly or through another, whatever is defined. A name of which there are
 * several means all of them, and a name that only the compiler knows (`#include NAME`) whatever ends as headers do.
 * @param {string[]} begin the source, and what is included before it @param {string[]} folders @param {Set<string>} headers all there are
 * @param {(path: string) => Promise<Buffer>} read a file
 * @returns {Promise<string[]>} in the order of their names
 */
export async function headersOf(begin, folders, headers, read) {
  const found = new Set(begin);
  for (const path of found) {
    for (const [, quoted, angled, other] of String(await read(path)).matchAll(includes)) {
      const meant = other ? [...headers].filter(isUsual) : candidates(quoted ?? angled, path, folders);
      for (const each of meant) if (headers.has(each)) found.add(each);
    }
  }
  return [...found].filter((path) => headers.has(path)).toSorted();
}
