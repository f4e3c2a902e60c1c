/* Parts of the core that are linked only if something needs them. Each has a constant, NAME_linked,
   that is true if it was linked: defined so beside the part itself, and as false in linked.c for
   all other builds. What a false constant guards is not in the build. */
#ifndef LINKED_H
#define LINKED_H

#include <stdbool.h>

#define LINKED_PARTS(PART)                                                                         \
    PART(asking)            /* functions ask their client: ask.c */                                \
    PART(cancellation)      /* they wait, or ask: cancellation.c */                                \
    PART(logging)           /* they log: logging.c */                                              \
    PART(parameter_headers) /* clients repeat arguments in headers: parameter_headers.c */         \
    PART(prompts)           /* prompts are declared: prompts.c */                                  \
    PART(resources)         /* resources or templates of them are: resources.c */                  \
    PART(skills)            /* skills are: skills.c */                                             \
    PART(tasks)             /* tools run as tasks: tasks.c */                                      \
    PART(waiting)           /* functions wait, or say something meanwhile: waiting.c */

#define LINKED_DECLARATION(part) extern const bool part##_linked;
LINKED_PARTS(LINKED_DECLARATION)
#undef LINKED_DECLARATION

#endif
