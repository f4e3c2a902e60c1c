/* The revisions of the protocol, oldest first, and how they differ. */
#ifndef REVISION_H
#define REVISION_H

#include "buffer.h"

enum revision {
    REVISION_2024_11_05,
    REVISION_2025_03_26,
    REVISION_2025_06_18,
    REVISION_2025_11_25,
    REVISION_2026_07_28,
    REVISION_COUNT,
    REVISION_NEWEST_LEGACY = REVISION_2025_11_25,
    /* what a Streamable HTTP request without the header and without a session is assumed to speak
       (2025-06-18, Transports, "Protocol Version Header") */
    REVISION_UNSAID = REVISION_2025_03_26,
};

/* The revision's name, such as "2025-11-25". Lives forever. */
struct text revision_name(enum revision revision);

/* Appends the names of all that /mcp serves, the newest first, as a JSON array. */
void revision_append_all(struct buffer *out);

/* Finds the revision of that name; false if there is none. */
bool revision_find(struct text name, enum revision *revision);

/* True for a modern revision: no handshake and no session, each request says all about itself
   (2026-07-28, Versioning, "Terminology"). The others are legacy. */
bool revision_is_modern(enum revision revision);

/* True if a JSON-RPC batch may be sent: 2025-03-26 only. */
bool revision_has_batches(enum revision revision);

/* True if a title stands beside a name: from 2025-06-18 on. Structured results, links to resources
   and the `_meta` of declarations came with it. */
bool revision_has_titles(enum revision revision);

#endif
