/* What the lists are made of, for everything that lists something. */
#ifndef LISTS_H
#define LISTS_H

#include "exchange.h"
#include "jsonrpc.h"
#include "registry.h"

/* Appends `{"key":"value"`. */
void lists_begin_entry(struct buffer *out, struct text key, const char *value);

/* Appends the entry of `declaration` as its list shows it; `views`: to a client that shows
   views. */
void lists_append_entry(struct buffer *out, enum registry registry, const void *declaration,
                        enum revision revision, bool views);

/* Appends the members of a list's result: a page of declarations, as the member `name`, and the
   cursor of the next. May set exchange->key_missing. */
struct outcome lists_append_page(struct exchange *exchange, const struct jsonrpc_message *request,
                                 enum registry registry, struct text name, struct buffer *out);

/* Reads the request's cursor, which lists_append_cursor made for `list`: `*key` is where the page
   begins; empty for the first. JSONRPC_INVALID_PARAMS if the cursor is none of that list. Sets
   exchange->key_missing if the sealing key is unknown. */
struct outcome lists_read_cursor(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct text list, struct text *key);

/* Appends the member `nextCursor`, for a page of `list` that begins with `key`. May set
   exchange->key_missing. */
void lists_append_cursor(struct exchange *exchange, struct text list, struct text key,
                         struct buffer *out);

#endif
