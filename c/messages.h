/* From a request's body to what answers it: one message, or a batch of them. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "exchange.h"

/* What became of a body. */
struct answer {
    /* 200: `json` is one response or a batch of them. 202: nothing in the body asked for a
       response. 400: the body is no message that this revision has; `json` is the error that says
       so. */
    uint32_t status;
    struct text json; /* belongs to the exchange's arena */
};

/* Carries out what exchange->body holds. May raise exchange->key_missing: then the answer is to be
   thrown away. */
struct answer messages_answer(struct exchange *exchange);

#endif
