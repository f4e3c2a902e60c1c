/* Streamable HTTP at /mcp (2025-11-25, Transports, "Streamable HTTP", and the two before it). */
#include "endpoints.h"
#include "messages.h"
#include "sse.h"

/* Reads the session id, if one came. False where the step is over: the key is missing, or an error
   is the action. */
static bool read_session(struct exchange *exchange) {
    if (!http_has(&exchange->request, HTTP_MCP_SESSION_ID)) return true;
    if (!exchange_has_key(exchange)) return false;
    exchange->in_session = session_open(
        exchange->request.headers[HTTP_MCP_SESSION_ID], exchange->config->seal_key, SEAL_SESSION,
        exchange_principal(exchange), exchange->arena, &exchange->session);
    if (!exchange->in_session) exchange_fail(exchange, HTTP_ERROR_SESSION_UNKNOWN);
    return exchange->in_session;
}

/* A stream for what the server says unasked. Outside a session there is nothing to say. */
static void open_stream(struct exchange *exchange) {
    if (!exchange->in_session) {
        exchange_fail(exchange, HTTP_ERROR_METHOD_NOT_ALLOWED);
    } else if (!http_accepts(&exchange->request, TEXT("text/event-stream"), false)) {
        exchange_fail(exchange, HTTP_ERROR_NOT_ACCEPTABLE);
    } else {
        exchange_stream(exchange, &exchange->session, sse_keep_alive);
    }
}

void streamable_head(struct exchange *exchange) {
    const struct http_request *request = &exchange->request;
    enum revision named;
    bool is_named = revision_find(request->headers[HTTP_MCP_PROTOCOL_VERSION], &named);
    /* a modern request belongs to no session: an id that came along is ignored (2026-07-28,
       Streamable HTTP, "Earlier Streamable HTTP Revisions") */
    if (!(is_named && revision_is_modern(named)) && !read_session(exchange)) return;
    if (exchange->in_session) exchange->revision = exchange->session.revision;
    if (is_named) exchange->revision = named;
    if (!text_equal(request->method, TEXT("POST"))) {
        open_stream(exchange);
    } else if (!http_accepts(request, TEXT("application/json"), false) &&
               !http_accepts(request, TEXT("text/event-stream"), false)) {
        exchange_fail(exchange, HTTP_ERROR_NOT_ACCEPTABLE);
    } else if (exchange_takes_message(exchange)) {
        exchange->action = (struct mcp_action){.kind = MCP_ACTION_READ_BODY};
    }
}

/* The response's body: JSON where the client takes it, else one event. */
static void respond(struct exchange *exchange, struct answer answer) {
    bool json =
        answer.status != 200 || http_accepts(&exchange->request, TEXT("application/json"), false);
    struct text type = json ? TEXT("application/json") : TEXT("text/event-stream");
    struct buffer head =
        exchange_head(exchange, answer.json.length > 0 ? type : (struct text){NULL, 0});
    if (!json) {
        struct buffer event = buffer_in(exchange->arena, answer.json.length + 64);
        http_add_header(&head, TEXT("cache-control"), TEXT("no-cache, no-transform"));
        sse_append(&event, TEXT("message"), answer.json);
        answer.json = buffer_text(&event);
    }
    if (exchange->initialized) {
        struct session session = session_new(&exchange->request, exchange->agreed);
        http_add_header(&head, TEXT("mcp-session-id"),
                        session_id(&session, exchange->config->seal_key, SEAL_SESSION,
                                   exchange_principal(exchange), exchange->arena));
    }
    exchange_respond(exchange, answer.status, &head, answer.json);
}

void streamable_body(struct exchange *exchange) {
    struct answer answer = messages_answer(exchange);
    if (exchange->initialized) exchange_has_key(exchange);
    if (!exchange->key_missing) respond(exchange, answer);
}
