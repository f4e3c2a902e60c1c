/* Every path of the server. */
#ifndef ENDPOINTS_H
#define ENDPOINTS_H

#include "exchange.h"

/* The endpoint at `path`, or NULL if this server, as configured, has none there. Lives forever. */
const struct endpoint *endpoint_find(const struct config *config, struct text path);

/* Answers a CORS preflight, whatever the path (Fetch standard, "CORS protocol"). */
void endpoint_answer_preflight(struct exchange *exchange);

/* /mcp: Streamable HTTP, in streamable.c. */
void streamable_head(struct exchange *exchange);
void streamable_body(struct exchange *exchange);
void streamable_answer(struct exchange *exchange, struct text answer);

/* /sse and /sse/message: HTTP+SSE of 2024-11-05, in http_sse.c. */
void http_sse_open(struct exchange *exchange);
void http_sse_message_head(struct exchange *exchange);
void http_sse_message_body(struct exchange *exchange);
void http_sse_message_answer(struct exchange *exchange, struct text answer);

/* The resource's metadata, in well_known.c, if there is an authorization server. */
#define WELL_KNOWN "/.well-known/oauth-protected-resource"
enum { WELL_KNOWN_ENDPOINTS = 3 };
extern const struct endpoint well_known_endpoints[WELL_KNOWN_ENDPOINTS];

#endif
