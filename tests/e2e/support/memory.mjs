// What a process costs, as the kernel counts it.
import { readFileSync } from "node:fs";

/** @param {number} pid @returns {number} bytes of memory that it holds */
export function residentBytes(pid) {
  const [, kilobytes] = /** @type {RegExpExecArray} */ (/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")));
  return Number(kilobytes) * 1024;
}
