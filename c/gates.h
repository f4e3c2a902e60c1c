/* What every request passes before its endpoint sees it, in this order: host and origin, path,
   credential, rate, method. */
#ifndef GATES_H
#define GATES_H

#include "exchange.h"

/* Takes the request, whose head is read, through the gates. Leaves an action where one refuses it,
   answers it itself, or asks for something from outside; none where it has passed. */
void gates_begin(struct exchange *exchange);

/* The same for what a gate asked for, which came to `answer`. Only while `exchange->gate` is
   neither GATE_NONE nor GATES_PASSED. */
void gates_answered(struct exchange *exchange, struct text answer);

#endif
