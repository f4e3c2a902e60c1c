/* Tools that differ in nothing but their scopes. */
#include "tool.h"

static void look(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_text(call, "Nothing is there.");
}

TOOL(look, .description = "Looks around.", .run = look);
TOOL(look_behind, .description = "Looks behind the door.", .scopes = "house:inside", .run = look);
