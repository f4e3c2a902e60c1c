#include "tree.h"

/* cJSON's hooks carry no context, so the arena stands here for as long as a parse takes. An
   instance runs one request at a time. */
static struct arena *parsing;

static void *allocate(size_t size) {
    return arena_allocate(parsing, size);
}

static void release(void *memory) {
    (void)memory; /* the arena takes everything back at once */
}

cJSON *tree_parse(struct text json, struct arena *arena) {
    cJSON_Hooks hooks = {allocate, release};
    parsing = arena;
    cJSON_InitHooks(&hooks);
    cJSON *tree = cJSON_ParseWithLength(json.bytes, json.length);
    parsing = NULL;
    return tree;
}
