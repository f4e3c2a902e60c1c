// Several servers read a body to its end before they checked it: a gigabyte in chunks, or a length that
// lies, used up their memory.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Raw, message, post } from "../e2e/support/http.mjs";
import { residentBytes } from "../e2e/support/memory.mjs";
import { serving } from "./support.mjs";

const MIB = 1 << 20;
const cap = 4 * MIB; // LIMIT_BODY_BYTES
const atOnce = 16;
const ping = JSON.stringify(message("ping"));

/** The most memory that the process ever held. @param {number} pid */
const peakBytes = (pid) => Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;

describe("body DoS", () => {
  const server = serving({ AUTH_MODE: "any" });
  const connect = () => new Raw(server().port);
  const noise = Buffer.alloc(MIB / 4, '{"');
  const chunk = Buffer.concat([Buffer.from(`${noise.length.toString(16)}\r\n`), noise, Buffer.from("\r\n")]);

  /** Sends up to a gigabyte; returns how much was sent before an answer came. @param {Raw} raw @param {Uint8Array} piece */
  async function sendGigabyte(raw, piece) {
    let sent = 0;
    const before = raw.received;
    while (raw.received === before && sent < 1024 * MIB && (await raw.send(piece))) sent += noise.length;
    return sent;
  }

  /** How much memory `attack` adds to the process at its peak. @param {() => Promise<unknown>} attack */
  async function peakOf(attack) {
    await Promise.all(Array.from({ length: atOnce }, () => post(`${server().url}/mcp`, ping)));
    const start = residentBytes(server().program.pid);
    await attack();
    return peakBytes(server().program.pid) - start;
  }

  test("a gigabyte in chunks, on many connections at once: 413 at the cap, and no more memory than bodies at the cap take", async () => {
    /** @type {Set<number>} */
    const statuses = new Set();
    const peak = await peakOf(() => Promise.all(Array.from({ length: atOnce }, async () => {
      const raw = connect();
      await raw.head("Transfer-Encoding: chunked");
      const sent = await sendGigabyte(raw, chunk);
      statuses.add(await raw.status());
      assert.ok(sent > 3 * MIB && sent < 64 * MIB, `${sent / MIB} MiB were sent`);
      raw.leave();
    })));
    // not 400: it is not JSON, but nobody looked; 0 if the end of the connection overtook the answer
    assert.ok(statuses.has(413) && [...statuses].every((status) => [0, 413].includes(status)), String([...statuses]));
    // each body is in memory once as it arrives, and once in its instance, where it grows by doubling
    assert.ok(peak < atOnce * cap * 4, `${Math.round(peak / MIB)} MiB more`);
  });

  test("a length over the cap: 413 before a byte of the body is sent", async () => {
    for (const length of [cap + 1, 1024 * MIB, Number.MAX_SAFE_INTEGER]) {
      const raw = connect();
      await raw.head(`Content-Length: ${length}`);
      assert.equal(await raw.status(), 413);
      raw.leave();
    }
  });

  test("a length that is too small: what follows is neither part of the message nor a message of its own", async () => {
    const raw = connect();
    await raw.head(`Content-Length: ${ping.length}`);
    await raw.send(ping);
    assert.equal(await raw.status(), 200);
    const sent = sendGigabyte(raw, noise);
    assert.match(await raw.answer(/"result":\{\}/), /"result":\{\}/);
    assert.ok((await sent) < 64 * MIB);
    await raw.closed;
    assert.equal(raw.received.match(/"result"/g)?.length, 1);
    assert.doesNotMatch(raw.received, /HTTP\/1\.1 200[^]*HTTP\/1\.1 2/);
  });

  test("a length that is too large: memory is taken for what arrives, not for what is announced", async () => {
    const raws = Array.from({ length: 100 }, connect);
    const peak = await peakOf(async () => {
      await Promise.all(raws.map((raw) => raw.head(`Content-Length: ${cap}`)));
      await Promise.all(raws.map((raw) => raw.send(ping)));
      assert.equal((await post(`${server().url}/mcp`, ping)).status, 200);
    });
    for (const raw of raws) raw.leave();
    const before = atOnce * cap * 4; // from the first test: the peak of a process never falls
    assert.ok(peak < Math.max(before, 100 * cap / 4), `${Math.round(peak / MIB)} MiB more`);
  });

  test("two lengths, or one that is not a plain number: refused, and what follows never becomes a second request", async () => {
    for (const lengths of [["Content-Length: 0", "Content-Length: 70"], ["Content-Length: +1"], ["Content-Length: 1e9"], ["Content-Length: 0x7fffffff"], ["Content-Length: 18446744073709551617"]]) {
      const raw = connect();
      await raw.head(...lengths, "Connection: close");
      await raw.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      const status = await raw.status();
      assert.ok(status === 0 || (status >= 400 && status < 600), `${lengths}: ${status}`);
      assert.doesNotMatch(raw.received, /"status":"ok"/);
      raw.leave();
    }
  });
});
