/* What every request passes before its endpoint sees it, in this order: host and origin, path,
   credential, rate, method. */
#ifndef GATES_H
#define GATES_H

#include "exchange.h"

/* Takes the request, whose head was read, through the gates. Sets an action if one refuses it,
   answers it itself, or needs something from outside; none if it has passed. */
void gates_begin(struct exchange *exchange);

/* Goes on with `answer`, the outcome of what a gate needed. Only while `exchange->gate` is neither
   GATE_NONE nor GATES_PASSED. */
void gates_answered(struct exchange *exchange, struct text answer);

#endif
