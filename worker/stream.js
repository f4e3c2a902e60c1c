/**
 * Answers with a stream that first carries the action's body, then what the mailbox relays, and a
 * keep-alive in between, until either side leaves. Nothing here reads what it carries.
 * @param {import("./core.js").Action} action
 * @param {any} mailbox the Durable Object
 * @param {AbortSignal} signal of the request: its client left
 * @returns {Promise<Response>}
 */
export async function openStream(action, mailbox, signal) {
  const { webSocket: socket } = await mailbox.fetch(`http://mailbox/${action.topic}`, {
    headers: { upgrade: "websocket" },
  });
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  let backlog = 0;

  const close = () => {
    clearInterval(timer);
    socket.close();
    writer.abort().catch(() => {});
  };
  /** @param {Uint8Array} bytes */
  const write = (bytes) => {
    backlog += bytes.length;
    if (backlog > action.backlogBytes) return close();
    writer.write(bytes).then(() => (backlog -= bytes.length), close);
  };
  const timer = setInterval(() => write(action.keepAlive), action.keepAliveSeconds * 1000);

  writer.closed.catch(close);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", (/** @type {any} */ event) => write(new Uint8Array(event.data)));
  socket.addEventListener("close", close);
  socket.addEventListener("error", close);
  socket.accept();
  signal.addEventListener("abort", close);
  if (signal.aborted) close();
  write(/** @type {Uint8Array} */ (action.body));
  return new Response(readable, action.init);
}
