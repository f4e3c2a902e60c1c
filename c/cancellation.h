/* Cancelling a call that waits (2025-11-25 and the revisions before it, Cancellation). The call
   runs in another request, perhaps on another machine: the notification leaves a mark in the
   session's mailbox, and the call looks for it while it waits, and before it asks its client
   something. One that waits for its client's answer does not run: it is taken out of the mailbox
   (legacy_ask.h). A call that never waits is over before anybody could cancel it. In 2026-07-28 a
   client cancels by closing the response's stream.
 */
#ifndef CANCELLATION_H
#define CANCELLATION_H

#include "linked.h"
#include "tool_call.h"

/* What is filed of the request `id`, as it was written, in the session's mailbox: `kind` says what.
 */
struct text cancellation_topic(struct exchange *exchange, struct text kind, struct text id);

/* Leaves the mark where `notification` is notifications/cancelled and names a request of this
   session, and takes away the call that waits for an answer; may raise exchange->kept.missing.
   Everything else is let go. Not there in a build none of whose functions waits or asks. */
void cancellation_take(struct exchange *exchange, const struct jsonrpc_message *notification)
    __attribute__((weak));

/* True, and call->cancelled is set, where the call's request was cancelled. Asks the mailbox, where
   the response goes through one. */
bool cancellation_look(struct tool_call *call);

/* The same, but asks every LIMIT_TASK_CHECK_MS at the most. */
bool cancellation_came(struct tool_call *call);

#endif
