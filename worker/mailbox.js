import { DurableObject } from "cloudflare:workers";

/**
 * Where a stream meets what was sent elsewhere: relays opaque bytes to whoever has a topic open. It
 * knows nothing of MCP, and sleeps while nobody speaks; the sockets stay open meanwhile.
 */
export class Mailbox extends DurableObject {
  /**
   * Opens the topic that the URL's path names.
   * @param {Request} request
   */
  fetch(request) {
    const { 0: near, 1: far } = new WebSocketPair();
    this.ctx.acceptWebSocket(far, [new URL(request.url).pathname.slice(1)]);
    return new Response(null, { status: 101, webSocket: near });
  }

  /**
   * Relays `bytes`; says with a byte whether anybody has the topic open (1).
   * @param {string} topic
   * @param {Uint8Array} bytes
   */
  deliver(topic, bytes) {
    const open = this.ctx.getWebSockets(topic).filter((socket) => socket.readyState === WebSocket.OPEN);
    for (const socket of open) socket.send(bytes);
    return new Uint8Array([open.length > 0 ? 1 : 0]);
  }

  /** 32 random bytes, made when first asked for and the same ever after. */
  async key() {
    let key = await this.ctx.storage.get("key");
    if (!key) {
      key = crypto.getRandomValues(new Uint8Array(32));
      await this.ctx.storage.put("key", key);
    }
    return key;
  }

  /** @param {WebSocket} socket */
  webSocketClose(socket) {
    socket.close();
  }
}
