/* The smallest server: tools, its own keys, and no page. */
#include "tool.h"

SERVER_BARE(.instructions = "Greet before all else.");

static void greet(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_text(call, "Good morning, %.*s!", TOOL_FORMAT(tool_caller(call)));
}

TOOL(greet, .description = "Greets whoever calls.", .run = greet);

/* For clients with views alone, though this build has no view: the list differs all the same. */
TOOL(press, .description = "For a button alone.", .run = greet, .visibility = VISIBLE_TO_APP);
