/* A tool of a name that wrong.c has, too. */
#include "tool.h"

static void run(struct tool_call *call, const void *arguments) {
    (void)call, (void)arguments;
}

TOOL(idle, .description = "Is there twice.", .run = run);
