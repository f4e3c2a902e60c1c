// The first call of an instance of build/core.wasm, for a Node.js that is told to say what V8 compiles.
import { coreModule } from "../support/builds.mjs";
import { Kind, WasmInstance } from "../support/instances.mjs";
import { clientHeaders, message } from "./load.mjs";

const instance = new WasmInstance(await coreModule());
await instance.start(Buffer.from("AUTH_MODE\0any\0"));
const headers = /** @type {Record<string, string>} */ ({ host: "localhost", ...clientHeaders(0) });
const head = ["POST", "http://localhost/mcp", "AMS", ...instance.headerNames.map((name) => headers[name] ?? "\0")];
await instance.send("head", Buffer.from(head.join("\n")));
await instance.send("body", Buffer.from(message(1, "tools/call", { name: "add", arguments: { a: 2, b: 3 } })));
const action = await instance.send("end");
if (action?.kind !== Kind.RESPOND || !action.body.includes('"text":"5"')) throw new Error(`${action?.status} ${action?.body}`);
