/* Checks values against a JSON Schema that somebody wrote. In a file of its own, so that only a
   build with such a schema carries the validator. */
#include "schema.h"
#include "tool.h"
#include "tree.h"

bool tool_schema_fits(int use, struct text schema, struct text json, struct buffer *problems) {
    struct arena *arena = problems->arena;
    const cJSON *tree = tree_parse(schema, arena), *given = tree_parse(json, arena);
    if (tree == NULL || given == NULL) return false; /* no memory: the build has read the schema */
    return schema_validate((enum schema_use)use, tree, given, problems);
}
