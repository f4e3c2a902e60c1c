/* From a request's body to what answers it: one message, or a batch of them. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "exchange.h"

/* What became of a body. */
struct answer {
    /* 0: an action was set, and its outcome decides. 200: `json` is one response or a batch of
       them. 202: nothing in the body asked for a response. Else `json` is one error, and the
       revision asks for that status. */
    uint32_t status;
    struct text json; /* belongs to the exchange's arena */
};

/* Carries out what exchange->body holds. May raise exchange->key_missing: then the answer is to be
   thrown away. */
struct answer messages_answer(struct exchange *exchange);

/* Keeps what has to be kept of the message that was carried out: a call that waits, a log level.
   The action is then what it was. */
void messages_keep(struct exchange *exchange);

#endif
