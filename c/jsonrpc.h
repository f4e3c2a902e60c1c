/* JSON-RPC 2.0 messages: what came, and the envelope of what goes back. */
#ifndef JSONRPC_H
#define JSONRPC_H

#include "buffer.h"
#include "errors.h"
#include "json.h"

enum jsonrpc_kind {
    JSONRPC_INVALID,
    JSONRPC_REQUEST,
    JSONRPC_NOTIFICATION,
    JSONRPC_RESPONSE,
};

/* One message. Views of the input, which must outlive it. */
struct jsonrpc_message {
    enum jsonrpc_kind kind;
    struct text id;                /* as written, with its quotes; empty if there is none */
    struct json_value method;      /* a string; of a request or a notification */
    struct json_value params;      /* an object, or absent */
    struct json_document document; /* the whole message, for its parameters */
    struct outcome invalid;        /* for JSONRPC_INVALID: why */
};

/* True for strings and integers of up to LIMIT_ID_BYTES, as written (MCP schema, RequestId and
   ProgressToken); not for null, fractions, exponents or booleans. */
bool jsonrpc_is_id(struct json_value id);

/* Reads one message from `document`, which was checked. */
struct jsonrpc_message jsonrpc_read(const struct json_document *document);

/* The parameter `name`; absent if there is none. */
struct json_value jsonrpc_param(const struct jsonrpc_message *message, struct text name);

/* Appends the start of a response, up to the result's members; end it with jsonrpc_end_result. */
void jsonrpc_begin_result(struct buffer *out, struct text id);
void jsonrpc_end_result(struct buffer *out);

/* Appends the error object of `outcome`, which is not outcome_ok. */
void jsonrpc_append_error_object(struct buffer *out, const struct outcome *outcome);

/* Appends a whole error response for `outcome`, which is not outcome_ok; without an id if `id` is
   empty. */
void jsonrpc_append_error(struct buffer *out, struct text id, const struct outcome *outcome);

#endif
