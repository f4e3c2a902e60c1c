/* What a tool can do that takes time. While it waits, it has the instance to itself: other requests
   run in other instances. */
#ifndef EDGE_H
#define EDGE_H

#include "tool.h"

/* Waits. What was reported so far is sent first. A long wait is broken up to keep the connection
   open, and reported as progress if the client asked for that. False if the client has left, or
   cancelled the request or the task: return, nobody is reading.

   Before 2026-07-28 a client in a session can come back for what it missed, and on HTTP+SSE it
   reads the answer from another connection. So there the call goes on when its request's connection
   has ended, for LIMIT_ALONE_SECONDS, which the platform allows. After that this returns false too,
   and a call that returns without a reply is answered with an error. */
bool edge_sleep(struct tool_call *call, uint32_t milliseconds);

/* Sends what was reported so far, then closes the client's connection, but not the call (SEP-1699):
   the client comes back after `milliseconds` and gets all that was said meanwhile. For a tool that
   knows it has nothing to say for a while, so that no connection is held open. From here on the
   call has LIMIT_ALONE_SECONDS, whether or not the client is back: what takes longer should keep
   its connection.

   False, and nothing happens, if the client could not come back: outside a session, in a revision
   other than 2025-11-25, or if it does not take event streams. */
bool edge_close_connection(struct tool_call *call, uint32_t milliseconds);

#endif
