/* Requests of a modern revision: what each says about itself, in its `_meta` and again in headers
   (2026-07-28, Overview, "_meta", and Streamable HTTP, "Request Metadata"). */
#ifndef MODERN_H
#define MODERN_H

#include "exchange.h"
#include "jsonrpc.h"
#include "tool_call.h"

/* True if `message` is to be read by a modern revision: it, or the request's header, names a
   version that is not a legacy one. */
bool modern_is(const struct exchange *exchange, const struct jsonrpc_message *message);

/* Checks that the header MCP-Protocol-Version, if sent, names a revision: for messages that are no
   requests, and so have no metadata of their own. JSONRPC_UNSUPPORTED_PROTOCOL_VERSION if not. */
struct outcome modern_check_version(struct exchange *exchange);

/* Checks a modern request's metadata, and sets exchange->revision. JSONRPC_INVALID_PARAMS if
   something is missing or wrong in itself, JSONRPC_HEADER_MISMATCH if the headers say something
   else, JSONRPC_UNSUPPORTED_PROTOCOL_VERSION if there is no such revision. */
struct outcome modern_check(struct exchange *exchange, const struct jsonrpc_message *request);

/* The revision of a request that was checked before, as it was kept; false if this build has no
   such one. */
bool modern_revision(const struct jsonrpc_message *request, enum revision *revision);

/* What the client says it can do: an object, or absent. */
struct json_value modern_client_capabilities(const struct jsonrpc_message *request);

/* The lowest level of log messages that the request asks for; false if it asks for none. */
bool modern_log_level(const struct jsonrpc_message *request, enum log_level *level);

/* Appends the members that end every modern result, `resultType` and the server's identity, after a
   comma if the result has others. If `in_full`, with all that the server says about itself. */
void modern_end_result(const struct exchange *exchange, struct buffer *out, bool in_full);

#endif
