/** struct mcp_action of c/exchange.h, copied out of the instance. `init` is what a Response takes. */
export interface Action {
  kind: string;
  init: ResponseInit;
  body: Uint8Array<ArrayBuffer> | null;
  mailbox: string;
  topic: string;
  keepAlive: Uint8Array;
  keepAliveSeconds: number;
  milliseconds: number;
  last: boolean;
  backlogBytes: number;
  version: number;
}
