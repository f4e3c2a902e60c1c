/* Schemas and values from stdin, verdicts to stdout, one line each. A line is a letter, a blank and
   the rest:

     s JSON   the schema for what follows; says whether schema_check accepts it
     u N      what values are for, an enum schema_use
     v JSON   a value; says whether it fits
     m N      bytes of memory that the next line may use; 0 for as many as there are

   A verdict is "yes" or "no", then the sentences as a JSON string; "unreadable" for what json_check
   refuses; "exhausted" where the memory did not suffice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "limits.h"
#include "schema.h"
#include "tree.h"

static struct arena arena;
static const cJSON *schema;
static size_t behind_schema; /* bytes of the arena in use when it had been read */
static enum schema_use use;
static size_t bytes; /* that the next line may use, 0 for all */

static bool no_more(struct arena *full, size_t wanted) {
    (void)full, (void)wanted;
    return false;
}

static void print(const char *verdict, struct text sentences) {
    arena.limit = arena.committed;
    struct buffer out = buffer_in(&arena, sentences.length + 16);
    arena.exhausted = false;
    buffer_append_json_string(&out, sentences);
    printf("%s %.*s\n", verdict, (int)out.length, out.bytes);
}

static cJSON *read_tree(struct text json) {
    struct json_document document;
    if (json_check(json, &arena, &document) != JSON_OK) return NULL;
    return tree_parse(json, &arena);
}

static void run(char command, struct text json) {
    arena_reset(&arena, command == 's' ? 0 : behind_schema);
    arena.limit = bytes > 0 ? arena.used + bytes : arena.committed;
    bytes = 0;
    cJSON *tree = read_tree(json);
    struct buffer problems = buffer_in(&arena, 0);
    if (command == 's') {
        schema = tree;
        behind_schema = arena.used;
    }
    if (tree == NULL || (command == 'v' && schema == NULL)) {
        puts(arena.exhausted ? "exhausted" : "unreadable");
        return;
    }
    bool yes = command == 's' ? schema_check(tree, &problems)
                              : schema_validate(use, schema, tree, &problems);
    if (!arena.exhausted) print(yes ? "yes" : "no", buffer_text(&problems));
    else puts(yes ? "exhausted, but yes" : "exhausted");
}

/* All of stdin, with a NUL behind it. */
static char *read_all(void) {
    size_t size = 0, room = 1 << 16;
    char *all = malloc(room);
    while (all != NULL) {
        size_t got = fread(all + size, 1, room - size - 1, stdin);
        size += got;
        if (got == 0) break;
        if (room - size < 2) all = realloc(all, room *= 2);
    }
    if (all != NULL) all[size] = '\0';
    return all;
}

/* Runs one line; the copy of just its size lets a sanitizer see what reads behind it. */
static bool take(char command, struct text rest) {
    char *copy = malloc(rest.length + 1);
    if (copy == NULL) return false;
    memcpy(copy, rest.bytes, rest.length);
    copy = realloc(copy, rest.length > 0 ? rest.length : 1);
    if (command == 's' || command == 'v') run(command, (struct text){copy, rest.length});
    free(copy);
    return true;
}

int main(void) {
    char *line = read_all(), *base = malloc(LIMIT_ARENA_BYTES + 16);
    if (line == NULL || base == NULL) return 1;
    arena.base = base + (16 - (uintptr_t)base % 16);
    arena.committed = arena.limit = LIMIT_ARENA_BYTES;
    arena.commit = no_more;
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        if (line[0] == 'u') use = (enum schema_use)strtol(line + 1, NULL, 10);
        if (line[0] == 'm') bytes = (size_t)strtol(line + 1, NULL, 10);
        if (!take(line[0], (struct text){line + 2, (size_t)(end - line) - 2})) return 1;
    }
    return 0;
}
