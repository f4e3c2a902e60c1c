/* 250 tools in no particular order: `echo`, and 249 whose names are t000 to t248. */
#include "tool.h"

struct echo_arguments {
    struct text text;
    double number;
    int64_t integer;
    bool boolean;
};

static const struct tool_field echo_fields[] = {
    TOOL_STRING(struct echo_arguments, text, "What to say"),
    TOOL_NUMBER(struct echo_arguments, number, "A number", .optional = true),
    TOOL_INTEGER(struct echo_arguments, integer, NULL, .optional = true),
    TOOL_BOOLEAN(struct echo_arguments, boolean, NULL, .optional = true),
};

static void echo(struct tool_call *call, const void *given) {
    const struct echo_arguments *arguments = given;
    reply_text(call, "%.*s", TOOL_FORMAT(arguments->text));
    reply_text(call, "%s %lld %d", tool_number(call, arguments->number),
               (long long)arguments->integer, arguments->boolean);
}

TOOL(echo, .description = "Says it again.", TOOL_FIELDS(echo_fields), .run = echo);

static void fail(struct tool_call *call, const void *given) {
    (void)given;
    reply_error(call, "This tool always fails: \"%s\"", "try\nanother");
}

/* One macro per line: clang-format has no stable layout for several. */
#define T(name) TOOL(name, .title = #name, .description = "One of many.", .run = fail);
#define FIVE(tens, a, b, c, d, e) T(tens##a) T(tens##b) T(tens##c) T(tens##d) T(tens##e)
#define TEN(tens) FIVE(tens, 9, 3, 0, 7, 1) FIVE(tens, 5, 8, 2, 6, 4)
#define FIFTY(h, a, b, c, d, e) TEN(h##a) TEN(h##b) TEN(h##c) TEN(h##d) TEN(h##e)
#define HUNDRED(hundreds) FIFTY(hundreds, 4, 9, 1, 0, 8) FIFTY(hundreds, 2, 7, 3, 6, 5)

HUNDRED(t1)
TEN(t22)
TEN(t20)
FIVE(t24, 8, 0, 7, 1, 3)
T(t242)
T(t246)
T(t244)
T(t245)
HUNDRED(t0)
TEN(t23)
TEN(t21)
