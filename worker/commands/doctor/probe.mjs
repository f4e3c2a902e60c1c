// What the doctor asks a server, and what came back. The same question is asked only once.
import { hider } from "./secrets.mjs";

/** @typedef {{ name: string, value: string }} Header */
/**
 * @typedef {object} Question
 * @property {string} [method]
 * @property {string} [url] the server's own, if not given
 * @property {Record<string, string>} [headers]
 * @property {any} [body] becomes JSON; a string is sent as it is
 * @property {boolean} [credential] whether the credential goes along
 * @property {boolean} [head] whether only the head of the answer is of interest
 * @property {string} [again] asks again what was asked before
 */
/**
 * @typedef {object} Answer
 * @property {string} failed why there was no answer; else ""
 * @property {number} status
 * @property {Headers} headers
 * @property {string} text
 * @property {any} json of a stream, the first response in it; undefined if there is none
 * @property {boolean} stream
 */

/** How long every client waits at least. */
const PATIENCE_MS = 10_000;
/** No document and no answer to these questions comes near it. */
export const MOST_CHARACTERS = 4_000_000;

/** @param {string} text @returns {any} undefined if it is not JSON */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Takes a stream's text piece by piece; returns the events that a piece completes. @returns {(piece: string) => { event: string, data: string }[]} */
export function eventReader() {
  let rest = "";
  return (piece) => {
    const frames = `${rest}${piece}`.replaceAll("\r\n", "\n").split("\n\n");
    rest = frames.pop() ?? "";
    return frames.map((frame) => {
      const field = (/** @type {string} */ name) => [...frame.matchAll(new RegExp(`^${name}: ?(.*)$`, "gm"))].map(([, value]) => value).join("\n");
      return { event: field("event") || "message", data: field("data") };
    });
  };
}

/** Reads a body; that of a stream only until a response has come. @param {Response} response @param {boolean} stream @returns {Promise<{ text: string, json: any }>} */
async function readBody(response, stream) {
  const take = eventReader();
  let text = "", json;
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if (stream) json = take(piece).map(({ data }) => parse(data)).find((message) => message?.result !== undefined || message?.error !== undefined);
    if (text.length > MOST_CHARACTERS || json) break; // which cancels what is left
  }
  return { text, json: stream ? json : parse(text) };
}

/** Why a connection failed, for people. @param {any} error */
export function reason(error) {
  if (error?.name === "TimeoutError") return `no answer within ${PATIENCE_MS / 1000} seconds`;
  const { code, message } = error?.cause ?? error ?? {};
  return [code, message].filter(Boolean).join(": ") || String(error);
}

/** A neutral name, which nothing between client and server objects to. */
const USER_AGENT = "remote-mcp-doctor/1";

export class Probe {
  /** @type {Map<string, Promise<Answer>>} */
  #asked = new Map();
  /** @type {Map<string, any>} */
  #known = new Map();
  /** @type {AbortSignal | undefined} ends all that is being asked; what was cut off by it is asked again */
  limit;
  /** Whether the server has refused a question because there were too many. */
  tooMany = false;

  /** @param {string} url @param {Header} [credential] */
  constructor(url, credential) {
    this.url = url;
    this.credential = credential;
    /** Hides in a text for people what is secret: a server may say it back. */
    this.hide = hider(url, credential);
  }

  /** @param {Question} question @returns {Promise<Answer>} */
  ask(question = {}) {
    const key = JSON.stringify(question);
    return this.#once(this.#asked, key, () => this.#ask(question));
  }

  /** @param {Question} question @returns {Promise<Answer>} */
  async #ask({ method, url = this.url, headers = {}, body, credential = false, head = false }) {
    const all = { "user-agent": USER_AGENT, ...(credential && this.credential && { [this.credential.name]: this.credential.value }), ...headers };
    try {
      const response = await fetch(url, {
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: all,
        body: typeof body === "string" ? body : JSON.stringify(body),
        redirect: "manual", // a client that follows one loses its credential
        signal: this.patience(),
      });
      this.tooMany ||= response.status === 429;
      const stream = (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
      const { text, json } = head ? { text: "", json: undefined } : await readBody(response, stream);
      if (head) await response.body?.cancel();
      return { failed: "", status: response.status, headers: response.headers, text, stream, json };
    } catch (error) {
      return { failed: reason(error), status: 0, headers: new Headers(), text: "", stream: false, json: undefined };
    }
  }

  /**
   * Finds something out only once.
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} find
   * @returns {Promise<T>}
   */
  known(name, find) {
    return this.#once(this.#known, name, find);
  }

  /** What ends one request. @returns {AbortSignal} */
  patience() {
    return AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(this.limit ? [this.limit] : [])]);
  }

  /**
   * @template T
   * @param {Map<string, Promise<T>>} all
   * @param {string} key
   * @param {() => Promise<T>} find
   * @returns {Promise<T>}
   */
  #once(all, key, find) {
    const { limit } = this;
    const found = all.get(key) ?? find().finally(() => limit?.aborted && all.delete(key));
    all.set(key, found);
    return found;
  }
}
