/* The revisions of the protocol, oldest first, and how they differ. */
#ifndef REVISION_H
#define REVISION_H

#include "text.h"

enum revision {
    REVISION_2024_11_05,
    REVISION_2025_03_26,
    REVISION_2025_06_18,
    REVISION_2025_11_25,
    REVISION_COUNT,
    REVISION_NEWEST = REVISION_COUNT - 1,
    /* what a Streamable HTTP request without the header and without a session is taken to speak
       (2025-06-18, Transports, "Protocol Version Header") */
    REVISION_UNSAID = REVISION_2025_03_26,
};

/* The revision's name, such as "2025-11-25". Lives for ever. */
struct text revision_name(enum revision revision);

/* Finds the revision of that name; false where there is none. */
bool revision_find(struct text name, enum revision *revision);

/* True where a JSON-RPC batch may be sent: 2025-03-26 only. */
bool revision_has_batches(enum revision revision);

/* True where tools have a title of their own: from 2025-06-18 on. */
bool revision_has_titles(enum revision revision);

#endif
