/* The lists that clients keep and that can change: by a deploy, which a legacy session is told of,
   and, in a build whose SERVER says so, while the server runs (subscriptions.h). */
#ifndef LIST_CHANGES_H
#define LIST_CHANGES_H

#include "features.h"
#include "methods.h"

/* By enum tool_list. */
enum { LISTS = 3 };
extern const struct changing_list {
    struct text name;
    const bool *offered; /* this build has such a list */
} changing_lists[LISTS];

/* Only in a build whose lists change while it runs, reached through its SERVER. */
struct list_changes {
    struct method_table methods;
    /* Subscribes the stream of exchange->session, which is legacy and being opened, to them. */
    void (*subscribe)(struct exchange *exchange);
};

/* Appends an event for each list that has changed, by a deploy, since exchange->session began. */
void list_changes_append(struct exchange *exchange, struct buffer *events);

#endif
