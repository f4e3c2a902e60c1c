/* The protocol's methods. */
#ifndef METHODS_H
#define METHODS_H

#include "exchange.h"
#include "jsonrpc.h"

/* Carries out `request`, which is a JSONRPC_REQUEST, and appends its response. `in_batch` says that
   it stands in a batch. May raise exchange->key_missing: then what was appended is to be thrown
   away. */
void methods_answer(struct exchange *exchange, const struct jsonrpc_message *request, bool in_batch,
                    struct buffer *out);

#endif
