/* URIs and URI templates, as their authors write them (RFC 3986; RFC 6570, level 1). */
#ifndef URI_H
#define URI_H

#include "text.h"

/* True for a URI or, if `variables` is given, for a URI template, whose expressions are counted
   there. NULL is none. */
bool uri_is_valid(const char *uri, size_t *variables);

/* True if a template has the same expression twice: it would have two meanings. */
bool uri_template_repeats(const char *uri_template);

#endif
