/* From a request's body, one message or a batch of them, to its answer. */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "exchange.h"

/* The answer to a body. */
struct answer {
    /* 0: the exchange's action is set: an error, or one whose outcome decides. 200: `json` is one
       response or a batch of them. 202: nothing in the body asked for a response. Otherwise `json`
       is one error, and the revision wants that status. */
    uint32_t status;
    struct text json; /* belongs to the exchange's arena */
};

/* Carries out what exchange->body holds. May set exchange->key_missing or exchange->kept.missing:
   the answer must then be thrown away. */
struct answer messages_answer(struct exchange *exchange);

/* Queues keeping what must be kept of the message carried out: a call that waits, a log level.
   Leaves the action as it was. */
void messages_keep(struct exchange *exchange);

#endif
