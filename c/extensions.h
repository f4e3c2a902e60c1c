/* Extensions to the protocol (SEP-2133): skills (SEP-2640), MCP Apps (SEP-1865) and tasks
   (SEP-2663). Which of them this build has, and which the client knows. */
#ifndef EXTENSIONS_H
#define EXTENSIONS_H

#include "exchange.h"
#include "jsonrpc.h"
#include "registry.h"

/* Appends a comma and the member `extensions` of the server's capabilities; nothing if this build
   has none. */
void extensions_append_capability(const struct exchange *exchange, struct buffer *out);

/* True if this build declares a view: the list of resources then differs from client to client. */
bool extensions_have_views(void);

/* Beside the bits of enum client_capability in struct session: the client shows views. */
enum { EXTENSIONS_VIEWS = 0x80 };

/* What the client's capabilities object `offered` says of extensions: EXTENSIONS_VIEWS, or 0. */
uint8_t extensions_offered(struct json_value offered);

/* True if the client shows views: it said so in `request`, or in its session's `initialize`. */
bool extensions_client_has_views(const struct exchange *exchange,
                                 const struct jsonrpc_message *request);

/* True if the client is shown the declaration: it is not only for views, or the client has them
   (MCP Apps, "Resource Discovery"). */
bool extensions_show(enum registry registry, const void *declaration, bool views);

/* Appends a comma and the member `_meta`: the declaration's own and, for a tool if the client has
   `views`, what MCP Apps says of it. Nothing if there is neither. */
void extensions_append_meta(struct buffer *out, enum registry registry, const void *declaration,
                            enum revision revision, bool views);

/* The same for a resource's contents: `meta` is its declaration's, or NULL. */
void extensions_append_contents_meta(struct buffer *out, const char *meta, enum revision revision,
                                     struct text uri);

#endif
