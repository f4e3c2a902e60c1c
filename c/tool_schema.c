/* Arguments against a JSON Schema that a tool's author wrote. Apart from the rest, so that only a
   build with such a tool carries the validator. */
#include "schema.h"
#include "tool_call.h"
#include "tree.h"

bool tool_arguments_fit(struct tool_call *call, const char *schema, struct text json) {
    struct arena *arena = call->exchange->arena;
    struct buffer problems = buffer_in(arena, 0);
    const cJSON *tree = tree_parse(text_of(schema), arena), *given = tree_parse(json, arena);
    if (tree == NULL || given == NULL)
        return false; /* no memory, or no JSON: a test reads them all */
    if (schema_validate_as(SCHEMA_ARGUMENTS, tree, given, &problems)) return true;
    tool_call_append_text(call, buffer_text(&problems));
    call->is_error = true;
    return false;
}
