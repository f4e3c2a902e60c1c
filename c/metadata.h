/* What declarations say besides their names, each member only in the revisions that have it. */
#ifndef METADATA_H
#define METADATA_H

#include "buffer.h"
#include "revision.h"
#include "tool.h"

/* True for a priority from 0 to 1 (2025-11-25, Annotations and ModelPreferences), and if there is
   none (NULL). */
bool metadata_fits_priority(const double *priority);

/* Each appends a comma and the member; nothing if it is not set, or not known in `revision`. */
void metadata_append_string(struct buffer *out, struct text name, const char *value);
void metadata_append_title(struct buffer *out, const char *title, enum revision revision);
void metadata_append_icons(struct buffer *out, const struct icons *icons, enum revision revision);
void metadata_append_annotations(struct buffer *out, const struct annotations *annotations,
                                 enum revision revision);
void metadata_append_hints(struct buffer *out, const struct tool *tool, enum revision revision);

/* The members that resources and links to them share, from `name` on. */
void metadata_append_resource(struct buffer *out, const struct resource *resource,
                              enum revision revision);

#endif
