/* HTTP+SSE at /sse (2024-11-05, Transports, "HTTP with SSE"): a stream that the client opens, and
   messages that it posts elsewhere, to be answered on that stream. The two reach different
   machines; a mailbox connects them.

   202 says that a stream took the answer, not that anybody read it. A client that closes its
   connection properly cannot be told from one that merely has nothing more to say: TCP shows an end
   in both cases, and the latter still reads. Only writing shows that nobody does, so a message or
   two from a client that has left may be answered 202; after that they get 404. This transport has
   no way to come back to a stream: whatever was lost with it is asked for again on a new one. */
#include "asking.h"
#include "endpoints.h"
#include "extensions.h"
#include "list_changes.h"
#include "messages.h"
#include "sse.h"
#include "tool.h"

/* This session begins before the client says what it offers. If that is not known, the client is
   asked all the same, and can refuse; but not for what must be offered by name. */
enum {
    ASSUMED_CAPABILITIES =
        1 << CLIENT_ELICITATION | 1 << CLIENT_SAMPLING | 1 << CLIENT_ROOTS | SESSION_OFFERS_LATER
};

void http_sse_open(struct exchange *exchange) {
    if (!http_accepts(&exchange->request, TEXT("text/event-stream"), false)) {
        exchange_fail(exchange, HTTP_ERROR_NOT_ACCEPTABLE);
        return;
    }
    if (!exchange_has_key(exchange)) return;
    exchange->session = session_new(&exchange->request, REVISION_2024_11_05, ASSUMED_CAPABILITIES);
    struct buffer url = buffer_in(exchange->arena, 128), event = buffer_in(exchange->arena, 256);
    BUFFER_APPEND(&url, TEXT("/sse/message?sessionId="),
                  session_id(&exchange->session, &exchange->config->seal_key, SEAL_SSE_SESSION,
                             &exchange->principal, exchange->arena));
    sse_append(&event, TEXT("endpoint"), buffer_text(&url));
    if (mcp_server.lists_change != NULL) mcp_server.lists_change->subscribe(exchange);
    exchange_stream(exchange, exchange_topic(exchange), buffer_text(&event));
}

void http_sse_message_head(struct exchange *exchange) {
    struct text id;
    /* what `initialize` agreed on, if the client says it */
    if (!revision_find(exchange->request.headers[HTTP_MCP_PROTOCOL_VERSION], &exchange->revision) ||
        revision_is_modern(exchange->revision)) {
        exchange->revision = REVISION_2024_11_05;
    }
    if (!http_query_value(&exchange->request, TEXT("sessionId"), &id)) {
        exchange_fail(exchange, HTTP_ERROR_SESSION_MISSING);
    } else if (exchange_open_session(exchange, id, SEAL_SSE_SESSION)) {
        exchange_read_message(exchange);
    }
}

static void accept(struct exchange *exchange) {
    exchange_answer(exchange, 202, (struct text){NULL, 0});
}

/* Sends the events and then the answer to the message down the session's stream. */
static void deliver(struct exchange *exchange, struct answer answer) {
    sse_append(&exchange->events, TEXT("message"), answer.json);
    exchange_deliver(exchange, buffer_text(&exchange->events), MCP_DELIVERY_GOES_ON);
    messages_keep(exchange);
}

void http_sse_message_body(struct exchange *exchange) {
    exchange->takes_events = true;
    exchange->events = buffer_in(exchange->arena, 0);
    exchange->stream_topic = exchange_topic(exchange);
    struct answer answer = messages_answer(exchange);
    if (exchange->key_missing || exchange->kept.missing || answer.status == 0) return;
    if (answer.status == 200) deliver(exchange, answer);
    else exchange_answer(exchange, answer.status, answer.json);
}

void http_sse_message_answer(struct exchange *exchange, struct text answer) {
    if (exchange->action.kind == MCP_ACTION_COLLECT) {
        if (asking_linked && asking.resume(exchange, answer)) http_sse_message_body(exchange);
        else accept(exchange);
    } else if (text_equal(answer, TEXT("\1"))) {
        accept(exchange);
    } else {
        exchange_fail(exchange, HTTP_ERROR_STREAM_CLOSED);
    }
}
