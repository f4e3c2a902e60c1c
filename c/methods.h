/* The protocol's methods. */
#ifndef METHODS_H
#define METHODS_H

#include "exchange.h"
#include "jsonrpc.h"

/* Carries out `request`, which is a JSONRPC_REQUEST, and appends its response. Returns what became
   of it, for the HTTP status. May raise exchange->key_missing: then what was appended is to be
   thrown away. */
struct outcome methods_answer(struct exchange *exchange, const struct jsonrpc_message *request,
                              struct buffer *out);

#endif
