#include "tree.h"

#include "foreign.h" /* through which cJSON calls the two below */

/* cJSON's calls for memory carry no context, so the arena is kept here for as long as a parse
   takes. An instance runs one request at a time. */
static struct arena *parsing;

void *tree_allocate(size_t size) {
    return arena_allocate(parsing, size);
}

void tree_release(void *memory) {
    (void)memory; /* the arena takes everything back at once */
}

cJSON *tree_parse(struct text json, struct arena *arena) {
    parsing = arena;
    cJSON *tree = cJSON_ParseWithLength(json.bytes, json.length);
    parsing = NULL;
    return tree;
}
