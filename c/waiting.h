/* Calls that wait, and what they say meanwhile: the response begins before it is whole. Not in a
   build none of whose functions waits or reports. */
#ifndef WAITING_H
#define WAITING_H

#include "exchange.h"
#include "linked.h"

/* Begins the response if there is something to say or, as a stream that the client can come back
   to, if nothing will have been said for too long: for `silent` milliseconds at the end of the
   wait. Says it, and waits. False if the client has left and cannot come back, or did not come back
   in time, or if memory ran out. */
bool waiting_for(struct exchange *exchange, uint32_t milliseconds, uint32_t silent);

/* Begins the response, says what there is to say, and closes the connection; the client is to come
   back in `milliseconds`. False if it could not. */
bool waiting_pause(struct exchange *exchange, uint32_t milliseconds);

/* True if the response has begun. */
static inline bool waiting_began(const struct exchange *exchange) {
    return waiting_linked && exchange->begun;
}

/* True if the client left while a call waited, and stayed away too long. */
static inline bool waiting_gave_up(const struct exchange *exchange) {
    return waiting_linked && exchange->given_up;
}

#endif
