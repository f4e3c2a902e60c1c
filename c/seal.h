/* What must outlive a request travels sealed: a short payload and its HMAC, in base64url. A seal
   says what kind of thing it is and whose; opened as another kind, or by another principal, it
   counts as forged. */
#ifndef SEAL_H
#define SEAL_H

#include "arena.h"
#include "auth.h"
#include "sha256.h"

/* The size of a key that this server makes for itself, in bytes: that of the digest. */
enum { SEAL_KEY_BYTES = 32 };

enum seal_kind {
    SEAL_SESSION = 's',       /* Mcp-Session-Id */
    SEAL_SSE_SESSION = 'e',   /* sessionId of the 2024-11-05 transport */
    SEAL_CURSOR = 'c',        /* where the next page of a list begins */
    SEAL_STREAM = 'v',        /* the first part of an event's id: which stream it belongs to */
    SEAL_REQUEST_STATE = 'r', /* what a request that waits for answers was told so far */
    SEAL_TASK = 't',          /* taskId */
    SEAL_TASK_WAKE = 'w',     /* what a mailbox posts to have a task run */
};

/* Seals `payload` under `key`; the text belongs to `arena`, and is empty if that is exhausted. */
struct text seal_close(const struct hmac_key *key, enum seal_kind kind,
                       const struct principal *principal, struct text payload, struct arena *arena);

/* Opens `sealed`: `*payload` belongs to `arena`. False unless it was sealed under this key, as this
   kind, for this principal. */
bool seal_open(const struct hmac_key *key, enum seal_kind kind, const struct principal *principal,
               struct text sealed, struct arena *arena, struct text *payload);

#endif
