/* What a tool can do that takes time. While it waits, the instance is its own: other requests run
   in others. */
#ifndef EDGE_H
#define EDGE_H

#include "tool.h"

/* Waits. What was reported so far goes to the client first; a long wait is broken up to keep the
   connection open, and where the client asked for progress, reported as such. False where the
   client has left: return, nobody is reading. */
bool edge_sleep(struct tool_call *call, uint32_t milliseconds);

#endif
