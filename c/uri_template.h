/* URI templates of level 1 (RFC 6570): literals and simple expressions, "note://{id}/text". */
#ifndef URI_TEMPLATE_H
#define URI_TEMPLATE_H

#include "arena.h"
#include "text.h"

/* Matches `uri` against `uri_template`; each expression stands for one or more characters, no
   slash among them, the fewest that fit. `variables` gets what stands for each, percent-decoded;
   they belong to `arena` where they had to be decoded, else to `uri`. False where it does not
   match, has more than `count` expressions, or something decodes to what is not text. */
bool uri_template_match(struct text uri_template, struct text uri, struct arena *arena,
                        struct text *variables, size_t count);

#endif
