/* Declarations with all metadata there can be. check.h has the number of tools. */
#include "tool.h"

static const struct icon icons[] = {
    {"https://example.com/i.png", "image/png", "48x48 96x96", ICON_DARK},
    {.src = "data:image/svg+xml,x"},
};

SERVER(.description = "A test.", .website_url = "https://example.com/", TOOL_ICONS(icons),
       .instructions = "Call \"rich\".", SERVER_LISTS_CHANGE);

static void read_rich(struct tool_call *call) {
    reply_text(call, "twelve bytes");
}

RESOURCE(rich, .uri = "rich://it", .name = "rich", .size = 12,
         .annotations = {AUDIENCE_USER | AUDIENCE_ASSISTANT, &(const double){0.5},
                         "2025-01-12T15:00:58Z"},
         TOOL_ICONS(icons), .read = read_rich);

static void read_one(struct tool_call *call, const struct text *variables) {
    reply_text(call, "%.*s", TOOL_FORMAT(variables[0]));
}

RESOURCE_TEMPLATE(rich, .uri_template = "rich://{one}", .name = "rich",
                  .annotations = {.audience = AUDIENCE_ASSISTANT}, TOOL_ICONS(icons),
                  .read = read_one);

static void rich(struct tool_call *call, const void *arguments) {
    const struct annotations mine = {AUDIENCE_USER, &(const double){1}, NULL};
    (void)arguments;
    list_changed(call, LIST_PROMPTS);
    reply_annotated(call, &mine);
    reply_text(call, "for you");
    reply_text(call, "plain");
    reply_link(call, &resource_rich);
}

TOOL(rich, .title = "Rich", .description = "Says all there is to say.", .read_only = HINT_NO,
     .destructive = HINT_NO, .idempotent = HINT_YES, .open_world = HINT_YES, TOOL_ICONS(icons),
     .run = rich);
PROMPT(rich, .description = "Has a picture.", TOOL_ICONS(icons), .run = rich);
