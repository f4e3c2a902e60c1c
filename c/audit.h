/* One line in the operator's log for each call of a tool: who, which tool, how long, with what
   outcome. Never arguments, never tokens. */
#ifndef AUDIT_H
#define AUDIT_H

#include "exchange.h"

/* Writes the line, if AUDIT is on: `tool` is the name of a declared tool; `outcome` "ok",
   "tool_error", "crashed", "given_up" (nobody waits for it any more), "asked" (it runs again with
   the answers, unless it was cancelled) or "insufficient_scope" (it did not run); `began` when the
   call did, in milliseconds since 1970. */
void audit_call(struct exchange *exchange, struct text tool, const char *outcome, double began);

/* Writes that a credential was refused with `error`, and why, which the response does not say; or
   that nobody gets in, because of which variable. With each request: whoever begins to read the log
   when a client fails comes later than the instance. */
void audit_refusal(struct exchange *exchange, enum http_error error);

#endif
