/* Sessions, which exist only in their id: what the server has to know of a client is sealed in it
   (2025-11-25, Transports, "Session Management"). */
#ifndef SESSION_H
#define SESSION_H

#include "http.h"
#include "revision.h"
#include "seal.h"

enum {
    SESSION_RANDOM_BYTES = 12,
    SESSION_PLACE_BYTES = 4,
    SESSION_LIST_BYTES = 4,
    SESSION_LISTS_BYTES = 3 * SESSION_LIST_BYTES,
};

/* Among a session's capabilities: they are assumed, because it began before `initialize`. */
enum { SESSION_OFFERS_LATER = 0x40 };

struct session {
    uint8_t capabilities;   /* a bit for each enum client_capability that the client offers;
                               one for EXTENSIONS_VIEWS; SESSION_OFFERS_LATER */
    enum revision revision; /* what `initialize` agreed on */
    char place[SESSION_PLACE_BYTES];      /* where it began, padded with NUL */
    uint8_t random[SESSION_RANDOM_BYTES]; /* what tells it from all others */
    uint8_t lists[SESSION_LISTS_BYTES];   /* a digest of each list as it was then */
};

/* A new session, begun in the data centre that took `request`. */
struct session session_new(const struct http_request *request, enum revision revision,
                           uint8_t capabilities);

/* The id of `session`, sealed as `kind` for `principal`. Belongs to `arena`. */
struct text session_id(const struct session *session, const struct hmac_key *key,
                       enum seal_kind kind, const struct principal *principal, struct arena *arena);

/* Reads the session from `id`. False if it is forged, of another kind, or another principal's. */
bool session_open(struct text id, const struct hmac_key *key, enum seal_kind kind,
                  const struct principal *principal, struct arena *arena, struct session *session);

/* The name of the mailbox that holds this session's streams: a place has few, so that a mailbox is
   near its streams and an idle stream is one socket in a shared object. Belongs to `arena`. */
struct text session_mailbox(const struct session *session, struct arena *arena);

/* What this session's streams are filed under in its mailbox. Belongs to `arena`. */
struct text session_topic(const struct session *session, struct arena *arena);

#endif
