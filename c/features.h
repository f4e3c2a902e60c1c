/* The server's features: tools and, where they are declared, resources, prompts and skills. */
#ifndef FEATURES_H
#define FEATURES_H

#include "exchange.h"
#include "jsonrpc.h"

/* A method: appends the members of its result, or returns an error. */
typedef struct outcome feature_method(struct exchange *exchange,
                                      const struct jsonrpc_message *request, struct buffer *out);

/* In lists.c and calls.c. Those of other declarations are in resources.c, prompts.c and
   skills.c. */
feature_method tools_list, tools_call;

/* Appends how many `milliseconds` a client may keep a result, if the revision has that; `scope` is
   "public" if it is the same for everybody, else "private" (2026-07-28, Caching). */
void features_append_caching(const struct exchange *exchange, struct buffer *out,
                             struct text milliseconds, struct text scope);

/* Appends the capabilities object: what this build declares and this exchange can do. */
void features_append_capabilities(const struct exchange *exchange, struct buffer *out);

/* Fills `digests` with one per list, by enum tool_list, as the newest revision shows it. */
void features_digest_lists(uint8_t digests[SESSION_LISTS_BYTES], struct arena *arena);

/* The same, made once per instance: lists do not change while it lives. */
const uint8_t *features_lists(struct exchange *exchange);

/* True if a declaration completes anything; otherwise that method is unknown. */
bool features_offer_completion(void);

#endif
