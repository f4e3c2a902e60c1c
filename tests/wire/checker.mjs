// What a revision's schema.json says about a message that a server sent.
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** @import { Schema } from "./schemas.mjs" */

/** Extensions have schemas of their own, so only the envelope of their messages is known here. */
const extension = /^(notifications\/)?(tasks|ui)(\/|$)/;

/** The transports allow an error "that has no id"; up to 2025-06-18 the schema forgot to. */
const idOptional = { required: ["error", "jsonrpc"] };

export class Checker {
  /** @type {Map<string, string>} a request's or notification's method, and the definition of both */
  #definitions = new Map();
  /** @type {Map<number, string>} an error's code, and its definition */
  #errors = new Map();
  /** @type {any} */
  #named;

  /** @param {Schema} schema */
  constructor(schema) {
    const key = schema.$defs ? "$defs" : "definitions";
    this.#named = { ...schema[key] };
    const error = this.#named.JSONRPCErrorResponse ?? this.#named.JSONRPCError;
    this.#named.JSONRPCErrorResponse = { ...error, ...idOptional };
    const ajv = new (key === "$defs" ? Ajv2020 : Ajv)({ strict: false, allErrors: true });
    /** @type {any} */ (formats)(ajv);
    ajv.addSchema({ ...schema, [key]: this.#named, $id: "mcp" });
    this.validator = (/** @type {string} */ name) => /** @type {any} */ (ajv.getSchema(`mcp#/${key}/${name}`));
    for (const [name, { properties }] of Object.entries(this.#named)) {
      const code = properties?.error?.allOf?.[1]?.properties?.code?.const;
      if (code) this.#errors.set(code, name);
      if (properties?.method?.const && !name.startsWith("Client")) this.#definitions.set(properties.method.const, name);
    }
  }

  /**
   * What is wrong with a message that the server sent; nothing if it fits.
   * @param {any} message
   * @param {string} [method] of the request that it answers
   * @returns {string[]}
   */
  problems(message, method) {
    if ("error" in message) return this.#fits(message, ["JSONRPCErrorResponse", this.#errors.get(message.error?.code)]);
    if (!("method" in message)) return this.#resultProblems(message, method);
    const isRequest = "id" in message;
    const envelope = isRequest ? "JSONRPCRequest" : "JSONRPCNotification";
    const name = this.#definitions.get(message.method);
    if (!name && extension.test(message.method)) return this.#fits(message, [envelope]);
    const allowed = this.#named[isRequest ? "ServerRequest" : "ServerNotification"]?.anyOf ?? [];
    if (!name || !allowed.some(({ $ref }) => $ref.endsWith(`/${name}`))) return [`a server sends no ${message.method} in this revision`];
    return this.#fits(message, [envelope, name]);
  }

  /** @param {any} message @param {string} [method] */
  #resultProblems(message, method) {
    if (!method) return ["a response to no request"];
    const envelope = this.#named.JSONRPCResultResponse ? "JSONRPCResultResponse" : "JSONRPCResponse";
    const ownType = message.result?.resultType;
    const name = ownType === "input_required" ? "InputRequiredResult" : this.#resultName(method);
    const isExtension = extension.test(method) || ![undefined, "complete", "input_required"].includes(ownType);
    const problems = [...this.#fits(message, [envelope]), ...this.#fits(message.result, isExtension ? ["Result"] : ["ServerResult", name])];
    // the schema cannot say that the type, which it gives a default, is a MUST
    if (this.#named.DiscoverResult && !ownType) problems.push("a result without a resultType");
    return problems;
  }

  /** @param {string} method */
  #resultName(method) {
    const name = this.#definitions.get(method)?.replace(/Request$/, "Result") ?? "no such method";
    return this.#named[name] ? name : "EmptyResult";
  }

  /** @param {any} value @param {(string | undefined)[]} names */
  #fits(value, names) {
    return names.flatMap((name) => {
      if (!name) return [];
      const validate = this.validator(name);
      if (validate(value)) return [];
      return validate.errors.map(({ instancePath, message }) => `${name}: ${instancePath || "/"} ${message}`);
    });
  }
}
