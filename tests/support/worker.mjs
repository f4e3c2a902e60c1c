// The Worker in this very process, as wrangler would bundle it: for whatever needs its memory or its clock.
import { registerHooks } from "node:module";

/** A .wasm file is a compiled module, an .sql file its text, and there are no Durable Objects. */
function hookImports() {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== "cloudflare:workers") return next(specifier, context);
      return { url: "data:text/javascript,export class DurableObject {}; export class WorkerEntrypoint {}", shortCircuit: true };
    },
    load(url, context, next) {
      const bytes = `readFileSync(new URL(${JSON.stringify(url)}))`;
      const made = url.endsWith(".wasm") ? `new WebAssembly.Module(${bytes})` : url.endsWith(".sql") && `String(${bytes})`;
      if (!made) return next(url, context);
      const source = `import { readFileSync } from "node:fs"; export default ${made};`;
      return { format: "module", source, shortCircuit: true };
    },
  });
}

/** What workerd's readers have besides the standard's. */
function extendReaders() {
  const prototype = /** @type {any} */ (ReadableStreamBYOBReader.prototype);
  prototype.readAtLeast = function (/** @type {number} */ min, /** @type {Uint8Array} */ view) {
    return this.read(view, { min });
  };
}

/** Returns the Worker's default export; build/core.wasm must be there. Each `env` object has instances of its own. */
export async function importWorker() {
  hookImports();
  extendReaders();
  const { default: worker } = await import("../../worker/index.js");
  return worker;
}
