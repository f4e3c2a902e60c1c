/** struct mcp_action of c/exchange.h, copied out of the instance. `init` has the status and the headers, except for Mcp-Session-Id. */
interface Action {
  kind: string;
  status: number;
  init: ResponseInit;
  sessionId: string;
  body: Uint8Array<ArrayBuffer> | null;
  mailbox: string;
  topic: string;
  keepAlive: string;
  keepAliveSeconds: number;
  milliseconds: number;
  delivery: number;
  backlogBytes: number;
  mark: string;
  after: string;
  bodyBytes: number;
  version: number;
}

declare module "*.sql" {
  const text: string;
  export default text;
}
