/* Carrying out tools/call. */
#ifndef TOOL_CALL_H
#define TOOL_CALL_H

#include "exchange.h"
#include "json.h"
#include "tool.h"

/* Runs `tool` with `given` (an object, or absent) and appends the members of its CallToolResult to
   `out`. */
void tool_call_run(struct exchange *exchange, const struct tool *tool, struct json_value given,
                   struct buffer *out);

#endif
