/* URI templates of level 1 (RFC 6570): literals and simple expressions, "note://{id}/text". */
#ifndef URI_TEMPLATE_H
#define URI_TEMPLATE_H

#include "arena.h"
#include "text.h"

/* Matches `uri` against `uri_template`; each expression matches one or more characters other than a
   slash, as few as fit. `variables` gets the value of each, percent-decoded: it belongs to `arena`
   if it had to be decoded, else to `uri`. False if it does not match, has more than `count`
   expressions, something decodes to what is not text, or memory ran out. */
bool uri_template_match(struct text uri_template, struct text uri, struct arena *arena,
                        struct text *variables, size_t count);

#endif
