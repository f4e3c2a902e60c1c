/* Regular expressions in time linear in the text: the part of ECMA-262's syntax that schemas use,
   read with the flag u and without captures.

   Literals, . ^ $ \b \B, classes, \d \w \s and their negations, the escapes \t \n \v \f \r \0 \cX
   \xHH \uHHHH \u{H} (no surrogates), groups (also (?: ) and (?<name> )), | and the quantifiers * +
   ? {m} {m,} {m,n}, lazy or not. Backreferences, lookaround and \p{...} are refused, and so is what
   ECMA-262 has only without the flag u: a brace that is no quantifier, an escaped character that
   needs no escape. Clients that compile the schemas they are shown read them with it.

   All states are followed at once (Thompson's construction), so no pattern makes a text costly. */
#ifndef PATTERN_H
#define PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "text.h"

/* A compiled pattern, and the memory to run it once at a time. Belongs to the arena. */
struct pattern;

/* Compiles `source`, which is valid UTF-8. If it is refused: NULL, and `*problem` says why ("must
   ..."); it lives forever. If the arena is exhausted: NULL, and `*problem` is NULL. */
struct pattern *pattern_compile(struct text source, struct arena *arena, const char **problem);

/* True if `pattern` matches some part of `subject`, which is valid UTF-8. Deducts the cost from
   `*steps`; if they do not suffice, `*steps` is 0 afterwards and the answer false. */
bool pattern_found(struct pattern *pattern, struct text subject, uint32_t *steps);

#endif
