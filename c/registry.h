/* What this build declares, sorted by what clients ask for: names and URIs. */
#ifndef REGISTRY_H
#define REGISTRY_H

#include "tool.h"

enum registry {
    REGISTRY_TOOLS,     /* struct tool */
    REGISTRY_RESOURCES, /* struct resource */
    REGISTRY_TEMPLATES, /* struct resource_template */
    REGISTRY_PROMPTS,   /* struct prompt */
    REGISTRY_SKILLS,    /* struct skill */
    REGISTRY_FORMS,     /* struct form: for declarations.c alone */
    REGISTRY_COUNT,
};

/* Sorts all declarations; once per instance, before anything below. */
void registry_start(void);

/* How many declarations of all kinds there are; those above LIMIT_DECLARATIONS are in no registry,
   which declarations_check reports. */
size_t registry_declared(void);

/* How many there are. */
size_t registry_count(enum registry registry);

/* The declaration at `index`, in the order of their keys. Lives forever. */
const void *registry_at(enum registry registry, size_t index);

/* What clients ask for at `index`: the declaration's first member. Lives forever. */
struct text registry_key(enum registry registry, size_t index);

/* The index of the first whose key is not below `key`; the count if there is none. */
size_t registry_position(enum registry registry, struct text key);

/* The feature of these declarations (methods.h); NULL if there are none. Not for tools and
   forms. */
const struct feature *registry_feature(enum registry registry);

/* The declaration with that key, or NULL. */
const void *registry_find(enum registry registry, struct text key);

#endif
