/* Fields of other types than their members: the compiler refuses each. */
#include "tool.h"

struct pair {
    int64_t a;
};

static const struct tool_field pair_fields[] = {TOOL_INTEGER(struct pair, a, NULL)};

struct mistyped {
    int number;
    struct text pair;
    double list;
    TOOL_ARRAY(float) floats;
    TOOL_ARRAY(struct text) pairs;
};

extern const struct tool_field mistyped_fields[];
const struct tool_field mistyped_fields[] = {
    TOOL_INTEGER(struct mistyped, number, NULL),
    TOOL_OBJECT(struct mistyped, pair, struct pair, pair_fields, NULL),
    TOOL_NUMBERS(struct mistyped, list, NULL),
    TOOL_NUMBERS(struct mistyped, floats, NULL),
    TOOL_OBJECTS(struct mistyped, pairs, struct pair, pair_fields, NULL),
};
