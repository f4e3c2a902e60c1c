/* Asking a legacy client: a question becomes a request on a stream (2025-11-25, Elicitation,
   Sampling, Roots), and the call that asks waits in the session's mailbox until the response comes,
   to whichever machine it comes. */
#ifndef LEGACY_ASK_H
#define LEGACY_ASK_H

#include "asking.h"

/* True where it is known what the session's client offers, and what was agreed on with it: both are
   the exchange's then. False: exchange->kept.missing is raised. In a build that asks that is one
   call of a mailbox for each call on /sse. */
bool legacy_ask_knows_offer(struct exchange *exchange);

/* Makes the first of the call's questions exchange->asking. */
struct outcome legacy_ask(struct tool_call *call);

/* As struct asking says. */
void legacy_ask_keep(struct exchange *exchange);
bool legacy_ask_unwrap(struct exchange *exchange, struct json_document *body);
bool legacy_ask_is_answer(struct exchange *exchange, const struct jsonrpc_message *response);
bool legacy_ask_resume(struct exchange *exchange, struct text kept);
void legacy_ask_cancel(struct exchange *exchange, struct text id);

#endif
