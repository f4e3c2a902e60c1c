// Replays a transcript on one instance and demands what it says.
import assert from "node:assert/strict";
import { Kind } from "../support/instances.mjs";
import { fill, match } from "./format.mjs";

/**
 * @import { Action, Instance } from "../support/instances.mjs"
 * @import { Block, Captures, Section, Transcript } from "./format.mjs"
 * @import { MessageLog } from "../wire/log.mjs"
 */

const names = Object.fromEntries(Object.entries(Kind).map(([name, kind]) => [kind, name]));

/** The block that each action is compared with. */
const expected = {
  [Kind.RESPOND]: "response", [Kind.STREAM]: "stream", [Kind.DELIVER]: "deliver",
  [Kind.KEEP]: "keep", [Kind.COLLECT]: "collect", [Kind.PEEK]: "peek", [Kind.PUBLISH]: "publish", [Kind.WAIT]: "wait",
  [Kind.FINISH]: "finish", [Kind.FETCH]: "fetch", [Kind.VERIFY]: "verify", [Kind.INTROSPECT]: "introspect", [Kind.LIMIT]: "limit",
};

/** Sections that set no variables of their own run on the instance of the section before. */
export class Replay {
  /** @type {Action[]} what the instance said, to be compared with another run */
  log = [];
  /** @type {Captures} */
  #captures = new Map();

  /**
   * @param {Instance} instance
   * @param {number} pieceBytes in how large pieces a body is sent; 0: whole
   * @param {MessageLog} [messages] checks what is said against the revision's schema
   */
  constructor(instance, pieceBytes, messages) {
    this.instance = instance;
    this.pieceBytes = pieceBytes;
    this.messages = messages;
  }

  /** @param {Section} section */
  async run(section) {
    const blocks = section.blocks.values();
    for (const block of blocks) {
      if (block.kind === "variables") await this.#start(block);
      else if (block.kind === "request") await this.#exchange(block, blocks);
      else assert.fail(`line ${block.line}: a ${block.kind} that nothing led to`);
    }
  }

  /** @param {Block} block lines NAME=VALUE */
  async #start({ text }) {
    const lines = text.split("\n").filter(Boolean).map((line) => fill(line, this.#captures).toString());
    const pairs = lines.map((line) => line.split(/=(.*)/s, 2).join("\0"));
    await this.instance.start(Buffer.from(pairs.map((pair) => `${pair}\0`).join("")));
  }

  /** @param {Block} request @param {Iterator<Block>} blocks what follows it */
  async #exchange(request, blocks) {
    const body = fill(request.body ?? "", this.#captures);
    const { url, headers, head } = this.#head(request);
    const said = this.messages?.exchange(url, headers, body.toString());
    let action = this.#note(await this.instance.send("head", head));
    let read = false;
    this.instance.perform = (performed) => this.#perform(this.#note(performed), request, blocks);
    for (;;) {
      if (action.kind === Kind.READ_BODY) {
        assert(!read, `line ${request.line}: the body was asked for twice`);
        read = true;
        action = this.#note(await this.#passBody(body));
        continue;
      }
      const block = blocks.next().value;
      assert(block, `line ${request.line}: the transcript ends before the exchange does`);
      this.#compare(action, block);
      if (action.status) said?.begin(Object.fromEntries(action.headers.split("\n").map(nameAndValue)));
      if (action.kind === Kind.DELIVER) said?.events(action.body.toString());
      else if (action.status) said?.body(action.body.toString());
      if (block.unread) assert(!read, `line ${block.line}: the body was read before this was said`);
      if ([Kind.RESPOND, Kind.FINISH].includes(action.kind) || (action.kind === Kind.STREAM && !block.refused)) break;
      const answer = blocks.next().value;
      assert.equal(answer?.kind, "answer", `line ${block.line}: what did this come to?`);
      action = this.#note(await this.instance.send("answer", fill(answer.text, this.#captures)));
    }
    said?.end();
    await this.instance.send("reset");
  }

  /** What is carried out while a call waits. @param {Action} action @param {Block} request @param {Iterator<Block>} blocks */
  #perform(action, request, blocks) {
    const block = blocks.next().value, answer = blocks.next().value;
    assert(block && answer?.kind === "answer", `line ${request.line}: ${names[action.kind]} needs its block, and an answer`);
    this.#compare(action, block);
    return fill(answer.text, this.#captures);
  }

  /** @param {Action | null} action */
  #note(action) {
    assert(action, "the core gave no action");
    this.log.push(action);
    return action;
  }

  /** The head as worker/core.js passes it. @param {Block} request */
  #head({ first, headers, line }) {
    const [, method, url, place = ""] = /^(\S+) (\S+)(?: from (\S+))?$/.exec(fill(first, this.#captures).toString()) ?? assert.fail(`line ${line}: METHOD URL`);
    /** @type {Map<string, string>} */
    const values = new Map();
    for (const header of headers) {
      const [, name, value] = /^([^:]+):\s*(.*)$/.exec(header) ?? assert.fail(`line ${line}: ${header}`);
      const before = values.get(name.toLowerCase());
      // what Headers.get() of the Fetch standard does with several
      values.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
    }
    const lines = [method, url, place, ...this.instance.headerNames.map((name) => values.get(name) ?? "\0")];
    const filled = [...values].map(([name, value]) => [name, fill(value, this.#captures).toString()]);
    return { url, headers: Object.fromEntries(filled), head: fill(lines.join("\n"), this.#captures) };
  }

  /** @param {Buffer} body @returns {Promise<Action | null>} */
  async #passBody(body) {
    const size = this.pieceBytes || body.length || 1;
    // sent whole, an empty body is one empty piece; in pieces it is none
    for (let at = 0; at < body.length || (at === 0 && this.pieceBytes === 0); at += size) {
      const refused = await this.instance.send("body", body.subarray(at, at + size));
      if (refused) return refused;
    }
    return this.instance.send("end");
  }

  /** @param {Action} action @param {Block} block */
  #compare(action, block) {
    const where = `line ${block.line}`;
    const seen = `${names[action.kind]} ${action.status}\n${action.headers}\n${action.body}`;
    assert.equal(expected[action.kind], block.kind, `${where}: the core said ${seen}`);
    if (action.status) assert.equal(String(action.status), block.first, `${where}: the core said ${seen}`);
    const lines = action.headers.split("\n").slice(0, -1);
    for (const line of lines) assert.match(line, /^[a-z-]+: [\x20-\x7e]+$/, `${where}: a header that is none`);
    const headers = new Map(lines.map(nameAndValue));
    assert.equal(headers.size, lines.length, `${where}: a header stands twice`);
    for (const [name, value] of Object.entries({ mailbox: action.mailbox, topic: action.topic })) headers.set(name, value);
    headers.set("keep-alive", JSON.stringify(action.keepAlive));
    headers.set("keep-alive-seconds", String(action.keepAliveSeconds));
    headers.set("milliseconds", String(action.milliseconds));
    headers.set("delivery", String(action.delivery));
    headers.set("version", String(action.version));
    for (const [name, value] of Object.entries({ mark: action.mark, after: action.after })) headers.set(name, value);
    const asked = action.status ? block.headers : block.text.split("\n\n", 1)[0].split("\n");
    for (const line of asked) this.#compareHeader(headers, line, where);
    match(action.body.toString(), block.body ?? "", this.#captures, `${where}: the body`);
  }

  /** @param {Map<string, string>} headers @param {string} line "name: value", or "!name" @param {string} where */
  #compareHeader(headers, line, where) {
    if (line.startsWith("!")) return assert(!headers.has(line.slice(1)), `${where}: there is a header ${line.slice(1)}`);
    const [name, value] = nameAndValue(line);
    assert(headers.has(name), `${where}: there is no header ${name}, only\n${[...headers.keys()].join("\n")}`);
    match(headers.get(name) ?? "", value, this.#captures, `${where}: the header ${name}`);
  }
}

/** @param {string} line "name: value" @returns {[string, string]} */
function nameAndValue(line) {
  const colon = line.indexOf(": ");
  return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 2)];
}
