/* Tokens that others issue: the modes jwt and oauth. A build has them, with all that they need,
   unless its server is a SERVER_BARE: then no configuration with them takes effect. */
#ifndef ISSUED_TOKENS_H
#define ISSUED_TOKENS_H

#include "exchange.h"
#include "tool.h"

struct issued_tokens {
    /* What is wrong with the variables of these modes, a sentence; NULL: nothing. */
    const char *(*missing)(const struct config *config);
    /* Makes the table in which the instance remembers good tokens (remembered.h). */
    struct remembered *(*remembered_in)(struct arena *arena);
    /* As auth_begin and auth_answered, for a credential that is not in TOKENS. */
    enum http_error (*begin)(struct exchange *exchange);
    enum http_error (*answered)(struct exchange *exchange, struct text answer);
    /* Appends the location of the resource's metadata to a challenge (RFC 9728, section 5.1). */
    void (*append_metadata)(const struct exchange *exchange, struct buffer *out);
    const struct endpoint *metadata; /* where it is served: WELL_KNOWN_ENDPOINTS of them */
};

#endif
