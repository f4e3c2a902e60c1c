/* HTTP+SSE at /sse (2024-11-05, Transports, "HTTP with SSE"): a stream that the client opens, and
   messages that it posts elsewhere, to be answered on that stream. The two reach different
   machines; a mailbox is between them. */
#include "endpoints.h"
#include "messages.h"
#include "sse.h"

void http_sse_open(struct exchange *exchange) {
    if (!http_accepts(&exchange->request, TEXT("text/event-stream"), false)) {
        exchange_fail(exchange, HTTP_ERROR_NOT_ACCEPTABLE);
        return;
    }
    if (!exchange_has_key(exchange)) return;
    struct session session = session_new(&exchange->request, REVISION_2024_11_05);
    struct buffer url = buffer_in(exchange->arena, 128), event = buffer_in(exchange->arena, 256);
    BUFFER_APPEND(&url, TEXT("/sse/message?sessionId="),
                  session_id(&session, exchange->config->seal_key, SEAL_SSE_SESSION,
                             exchange_principal(exchange), exchange->arena));
    sse_append(&event, TEXT("endpoint"), buffer_text(&url));
    exchange_stream(exchange, &session, buffer_text(&event));
}

void http_sse_message_head(struct exchange *exchange) {
    struct text id;
    exchange->revision = REVISION_2024_11_05;
    if (!http_query_value(&exchange->request, TEXT("sessionId"), &id)) {
        exchange_fail(exchange, HTTP_ERROR_SESSION_MISSING);
        return;
    }
    if (!exchange_has_key(exchange)) return;
    exchange->in_session =
        session_open(id, exchange->config->seal_key, SEAL_SSE_SESSION, exchange_principal(exchange),
                     exchange->arena, &exchange->session);
    if (!exchange->in_session) {
        exchange_fail(exchange, HTTP_ERROR_SESSION_UNKNOWN);
    } else if (exchange_takes_message(exchange)) {
        exchange->action = (struct mcp_action){.kind = MCP_ACTION_READ_BODY};
    }
}

static void accept(struct exchange *exchange) {
    struct buffer head = exchange_head(exchange, (struct text){NULL, 0});
    exchange_respond(exchange, 202, &head, (struct text){NULL, 0});
}

void http_sse_message_body(struct exchange *exchange) {
    struct answer answer = messages_answer(exchange);
    if (exchange->key_missing) return;
    if (answer.status == 202) {
        accept(exchange);
    } else if (answer.status != 200) {
        struct buffer head = exchange_head(exchange, TEXT("application/json"));
        exchange_respond(exchange, answer.status, &head, answer.json);
    } else {
        struct buffer event = buffer_in(exchange->arena, answer.json.length + 64);
        sse_append(&event, TEXT("message"), answer.json);
        exchange->action =
            (struct mcp_action){.kind = MCP_ACTION_DELIVER,
                                .body = buffer_text(&event),
                                .mailbox = session_mailbox(&exchange->session, exchange->arena),
                                .topic = session_topic(&exchange->session, exchange->arena)};
    }
}

void http_sse_message_delivered(struct exchange *exchange, struct text answer) {
    if (text_equal(answer, TEXT("\1"))) accept(exchange);
    else exchange_fail(exchange, HTTP_ERROR_STREAM_CLOSED);
}
