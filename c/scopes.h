/* What a token may do (RFC 6749, section 3.3; 2026-07-28, Authorization, "Scope Challenge
   Handling"): a tool declares the scopes that it needs. */
#ifndef SCOPES_H
#define SCOPES_H

#include "exchange.h"
#include "tool.h"

/* True if `principal` may call `tool`. */
bool scopes_allow_tool(const struct principal *principal, const struct tool *tool);

/* True if the exchange's principal may call all the tools that `body` calls, a message or a batch
   of them. Otherwise exchange->scopes_needed has all the scopes that these calls need, and nothing
   may be run. */
bool scopes_allow_body(struct exchange *exchange, struct json_value body);

/* Appends each scope that any tool declares, once, space-separated. */
void scopes_append_all(struct buffer *out);

#endif
