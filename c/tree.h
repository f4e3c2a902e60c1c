/* cJSON, fed from a request's arena: for the numbers among tools' arguments, and for those that
   a JSON Schema describes. */
#ifndef TREE_H
#define TREE_H

#include <cJSON.h>

#include "arena.h"
#include "text.h"

/* Parses `json`, which json_check accepted. The tree belongs to `arena` and is never deleted; NULL
   if the arena is exhausted. */
cJSON *tree_parse(struct text json, struct arena *arena);

#endif
