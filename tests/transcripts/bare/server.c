/* The smallest server: a tool, its own keys, and no page. */
#include "tool.h"

SERVER_BARE(.instructions = "Greet before all else.");

static void greet(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_text(call, "Good morning, %.*s!", TOOL_FORMAT(tool_caller(call)));
}

TOOL(greet, .description = "Greets whoever calls.", .run = greet);
