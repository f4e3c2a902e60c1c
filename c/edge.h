/* What a tool can do that takes time. While it waits, the instance is its own: other requests run
   in others. */
#ifndef EDGE_H
#define EDGE_H

#include "tool.h"

/* Waits. What was reported so far goes to the client first; a long wait is broken up to keep the
   connection open, and where the client asked for progress, reported as such. False where the
   client has left, or cancelled the request or the task: return, nobody is reading.

   Before 2026-07-28 a client in a session can come back for what it missed, and on HTTP+SSE it
   reads the answer from another connection; so there the call goes on when that of its request
   ended: for LIMIT_ALONE_SECONDS, which is what the platform allows. Then this gives false, too,
   and a call that returns without a reply is answered with an error. */
bool edge_sleep(struct tool_call *call, uint32_t milliseconds);

/* Sends what was reported so far, then closes the client's connection, but not the call (SEP-1699):
   the client comes back after `milliseconds` and gets the rest, all that was said meanwhile. For a
   tool that knows that there is nothing to say for a while, so that no connection is held open. The
   call has LIMIT_ALONE_SECONDS from here on, whether the client is back or not: what takes longer
   should keep its connection.

   False, and nothing happens, where the client could not come back: outside a session, in a
   revision other than 2025-11-25, or where it does not take event streams. */
bool edge_close_connection(struct tool_call *call, uint32_t milliseconds);

#endif
