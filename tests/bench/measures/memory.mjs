// WebAssembly memory: of a fresh instance, while it serves a large request, and of the next request's.
import { registerHooks } from "node:module";
import { clientHeaders, message } from "../load.mjs";
import { judge, table } from "../statistics.mjs";

const MIB = 1 << 20;

/** @param {number} value */
const mib = (value) => `${value.toFixed(2)} MiB`;

/** Lets this process import the Worker as wrangler does: a .wasm file is a compiled module. */
function hookImports() {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== "cloudflare:workers") return next(specifier, context);
      return { url: "data:text/javascript,export class DurableObject {}", shortCircuit: true };
    },
    load(url, context, next) {
      if (!url.endsWith(".wasm")) return next(url, context);
      const source = `import { readFileSync } from "node:fs";
        export default new WebAssembly.Module(readFileSync(new URL(${JSON.stringify(url)})));`;
      return { format: "module", source, shortCircuit: true };
    },
  });
}

/** Notes every instance that is made from now on. */
function watchInstances() {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      const instance = Reflect.construct(target, args);
      memories.push(instance.exports.memory);
      return instance;
    },
  });
  return memories;
}

/** A request whose body has `size` bytes of filler. @param {number} size */
function requestOf(size) {
  const params = { name: "add", arguments: { a: 2, b: 3 }, _meta: { filler: "x".repeat(size) } };
  const body = message(1, "tools/call", params);
  const headers = { ...clientHeaders(0), "content-length": String(body.length) };
  return new Request("http://localhost/mcp", { method: "POST", headers, body });
}

export async function measureMemory() {
  hookImports();
  const memories = watchInstances();
  const { default: worker } = await import("../../../worker/index.js");
  const serve = async (/** @type {number} */ size) => {
    const response = await worker.fetch(requestOf(size), { AUTH_MODE: "any" }, /** @type {any} */ ({}));
    if (response.status !== 200) throw new Error(`A request of ${size} bytes was answered ${response.status}`);
    return memories[memories.length - 1].buffer.byteLength / MIB;
  };
  const [fresh, large, next] = [await serve(0), await serve(3 * MIB), await serve(0)];
  table("WebAssembly memory of an instance", ["", "memory"], [
    ["fresh", mib(fresh)],
    ["serving a request of 3 MiB", mib(large)],
    ["serving the next request", mib(next)],
  ], { command: "npm run bench -- memory" });
  judge("memory of a fresh instance, MiB", fresh, mib(fresh), 1, { most: true });
  judge("memory after a 3 MiB request, MiB", next, mib(next), 1, { most: true });
}
