/* Cancelling a call that waits (2025-11-25 and before, Cancellation). The call runs in another
   request, perhaps on another machine: the notification leaves a mark in the session's mailbox,
   which the call looks for while it waits, and before it asks its client something. A call that
   waits for its client's answer does not run: it is taken out of the mailbox (legacy_ask.h). A call
   that never waits is over before anybody could cancel it. In 2026-07-28 a client cancels by
   closing the response's stream. */
#ifndef CANCELLATION_H
#define CANCELLATION_H

#include "linked.h"
#include "tool_call.h"

/* The topic in the session's mailbox for something about the request `id`, as written; `kind` says
   what. */
struct text cancellation_topic(struct exchange *exchange, struct text kind, struct text id);

/* If `notification` is notifications/cancelled and names a request of this session, leaves the
   mark, and takes away the call that waits for an answer; may set exchange->kept.missing. Ignores
   everything else. Undefined in a build none of whose functions waits or asks. */
void cancellation_take(struct exchange *exchange, const struct jsonrpc_message *notification)
    __attribute__((weak));

/* True, with call->cancelled set, if the call's request was cancelled. Asks the session's
   mailbox. */
bool cancellation_look(struct tool_call *call);

/* The same, but asks at most every LIMIT_TASK_CHECK_MS, and only if the response goes through the
   mailbox. */
bool cancellation_came(struct tool_call *call);

#endif
