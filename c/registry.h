/* The tools of this build, sorted by name. */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "tool.h"

/* Sorts the tools; once an instance, before anything below. */
void registry_start(void);

/* How many tools there are. */
size_t registry_count(void);

/* The tool at `index`, in the order of the names. Lives for ever. */
const struct tool *registry_at(size_t index);

/* The index of the first tool whose name is not below `name`; registry_count where there is none.
 */
size_t registry_position(struct text name);

/* The tool of that name, or NULL. */
const struct tool *registry_find(struct text name);

#endif
