/* Tools that use much of the stack, and a prompt that completes nothing, to be compiled into a
   module of the test's own. */
#include <stdio.h>

#include "tool.h"

struct depth {
    int64_t frames;
};

static const struct tool_field fields[] = {
    TOOL_INTEGER(struct depth, frames, "How many frames of about 200 bytes"),
};

/* Each frame leaves a mark behind. */
static int64_t go_down(int64_t frames) {
    char mark[200];
    snprintf(mark, sizeof mark, "St4ckMark %d of many", (int)frames);
    int64_t below = frames > 1 ? go_down(frames - 1) : 0;
    return below + mark[0];
}

static void deep(struct tool_call *call, const void *given) {
    const struct depth *arguments = given;
    char number[400];
    snprintf(number, sizeof number, "%f", 1e308);
    reply_text(call, "%d %.3s", (int)go_down(arguments->frames), number);
}

TOOL(deep, .description = "Goes down, and comes back.", TOOL_FIELDS(fields), .run = deep);

static void fit(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_text(call, "It fits.");
}

/* Four schemas inside each other for each object inside another. */
TOOL(nested, .description = "Takes objects in objects.",
     TOOL_SCHEMA(
         "{\"type\":\"object\",\"properties\":{\"a\":{\"anyOf\":[{\"allOf\":[{\"$ref\":\"#\"}]}"
         "]}}}"),
     .run = fit);

static void quiet(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_text(call, "Be quiet.");
}

PROMPT(quiet, .description = "Has no arguments.", .run = quiet);
