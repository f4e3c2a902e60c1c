/* Asking a legacy client: a question becomes a request on a stream (2025-11-25, Elicitation,
   Sampling, Roots), and the asking call waits in the session's mailbox until the response comes, on
   whichever machine. */
#ifndef LEGACY_ASK_H
#define LEGACY_ASK_H

#include "asking.h"

/* True if it is known what the session's client offers, and what was agreed on with it: both are
   then the exchange's. Otherwise sets exchange->kept.missing. In a build that asks, this is one
   call of a mailbox for each call on /sse. */
bool legacy_ask_knows_offer(struct exchange *exchange);

/* Makes the first of the call's questions exchange->asking. outcome_cancelled if the client wants
   the call no longer; an error if there is no stream to ask on, the call has asked LIMIT_ROUNDS
   times, or is too large to be kept. */
struct outcome legacy_ask(struct tool_call *call);

/* As struct asking says. */
void legacy_ask_keep(struct exchange *exchange);
bool legacy_ask_unwrap(struct exchange *exchange, struct json_document *body);
bool legacy_ask_is_answer(struct exchange *exchange, const struct jsonrpc_message *response);
bool legacy_ask_resume(struct exchange *exchange, struct text kept);
void legacy_ask_cancel(struct exchange *exchange, struct text id);

#endif
