// A proxy in front of a server: passes everything on as it is, and checks each message that comes back.
import { once } from "node:events";
import http from "node:http";
import { MessageLog } from "./log.mjs";

export class Recorder {
  log = new MessageLog();
  /** How many streams that a client opened with GET are open. */
  openStreams = 0;

  /** @param {http.Server} server @param {string} target */
  constructor(server, target) {
    this.server = server;
    this.target = target;
    server.on("request", (request, response) => this.#pass(request, response));
  }

  /** @param {string} target the URL of the server */
  static async start(target) {
    const server = http.createServer();
    const recorder = new Recorder(server, target);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return recorder;
  }

  get url() {
    return `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (this.server.address()).port}`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async #pass(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const exchange = this.log.exchange(request.url ?? "", request.headers, body.toString());
    // what is to be read must not come compressed
    const headers = { ...request.headers, "accept-encoding": "identity" };
    const forward = http.request(this.target + request.url, { method: request.method, headers, agent: false });
    response.on("close", () => forward.destroy());
    forward.on("error", () => response.destroy());
    forward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
      response.flushHeaders();
      const decoder = new TextDecoder();
      exchange.begin(answer.headers);
      if (request.method === "GET" && exchange.isStream) {
        this.openStreams++;
        response.on("close", () => this.openStreams--);
      }
      answer.on("data", (piece) => {
        exchange.body(decoder.decode(piece, { stream: true }));
        response.write(piece);
      });
      answer.on("end", () => {
        exchange.end();
        response.end();
      });
      answer.on("error", () => response.destroy());
    });
    forward.end(body);
  }
}
