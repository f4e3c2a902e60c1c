#include "tool.h"

struct add_arguments {
    double a;
    double b;
};

static const struct tool_field fields[] = {
    TOOL_NUMBER(struct add_arguments, a, "The first number"),
    TOOL_NUMBER(struct add_arguments, b, "The second number"),
};

static void add(struct tool_call *call, const void *given) {
    const struct add_arguments *arguments = given;
    reply_text(call, "%s", tool_number(call, arguments->a + arguments->b));
}

TOOL(add, .title = "Add", .description = "Adds two numbers and gives their sum.",
     TOOL_FIELDS(fields), .read_only = HINT_YES, .run = add);
