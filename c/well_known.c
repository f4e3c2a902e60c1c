/* Protected resource metadata (RFC 9728; 2026-07-28, Authorization Server Discovery): which
   authorization server issues tokens for which of the endpoints. */
#include "endpoints.h"
#include "scopes.h"

/* `resource` is the very URL that the client was given, and from which it derived the document's
   (RFC 9728, section 3.3): the document at the root is that of /mcp. */
static void append_resource(const struct exchange *exchange, struct buffer *out) {
    struct text path = text_from(exchange->request.path, sizeof WELL_KNOWN - 1);
    http_append_origin(&exchange->request, out);
    buffer_append(out, path.length > 0 ? path : TEXT("/mcp"));
    if (path.length > 0 && exchange->request.slash_ended) buffer_append(out, TEXT("/"));
}

/* Each is an issuer (RFC 8414, section 2); if there are both modes, the client chooses. */
static void append_authorization_servers(const struct exchange *exchange, struct buffer *out) {
    const struct config *config = exchange->config;
    if (config->auth_oauth) {
        buffer_append(out, TEXT("\""));
        http_append_origin(&exchange->request, out);
        buffer_append(out, TEXT("\""));
    }
    if (config->auth_oauth && config->auth_jwt) buffer_append(out, TEXT(","));
    if (config->auth_jwt) buffer_append_json_string(out, config->jwt_issuer);
}

/* All that tools declare: a client asks for these unless it knows better, and whoever logs in can
   take some back. */
static void append_scopes(struct exchange *exchange, struct buffer *out) {
    struct buffer scopes = buffer_in(exchange->arena, 0);
    scopes_append_all(&scopes);
    struct text rest = buffer_text(&scopes), scope, separator = TEXT(",\"scopes_supported\":[");
    if (rest.length == 0) return;
    for (; text_next_field(&rest, ' ', &scope); separator = TEXT(",")) {
        BUFFER_APPEND(out, separator, TEXT("\""), scope, TEXT("\""));
    }
    buffer_append(out, TEXT("]"));
}

static void answer(struct exchange *exchange) {
    struct buffer head = exchange_head(exchange, TEXT("application/json"));
    struct buffer body = buffer_in(exchange->arena, 512);
    buffer_append(&body, TEXT("{\"resource\":\""));
    append_resource(exchange, &body);
    buffer_append(&body, TEXT("\",\"authorization_servers\":["));
    append_authorization_servers(exchange, &body);
    buffer_append(&body, TEXT("],\"bearer_methods_supported\":[\"header\"]"));
    append_scopes(exchange, &body);
    buffer_append(&body, TEXT("}"));
    http_add_header(&head, TEXT("cache-control"), TEXT("no-store"));
    exchange_respond(exchange, 200, &head, buffer_text(&body));
}

const struct endpoint well_known_endpoints[WELL_KNOWN_ENDPOINTS] = {
    {TEXT_INITIALIZER(WELL_KNOWN), TEXT_INITIALIZER("GET, HEAD"), true, answer, NULL, NULL},
    {TEXT_INITIALIZER(WELL_KNOWN "/mcp"), TEXT_INITIALIZER("GET, HEAD"), true, answer, NULL, NULL},
    {TEXT_INITIALIZER(WELL_KNOWN "/sse"), TEXT_INITIALIZER("GET, HEAD"), true, answer, NULL, NULL},
};
