/* Streamable HTTP at /mcp (2025-11-25, Transports, "Streamable HTTP", and the two before it). */
#include <string.h>

#include "asking.h"
#include "endpoints.h"
#include "features.h"
#include "list_changes.h"
#include "messages.h"
#include "resumable.h"
#include "sse.h"
#include "waiting.h"

/* A session's own stream begins by saying which lists a deploy has changed, and hears of those that
   change later. */
APART static void add_list_changes(struct exchange *exchange) {
    struct buffer first = buffer_in(exchange->arena, 128);
    bool own = exchange->action.kind == MCP_ACTION_STREAM && exchange->asking.nonce.length == 0;
    if (!own) return;
    buffer_append(&first, exchange->action.body);
    list_changes_append(exchange, &first);
    exchange->action.body = buffer_text(&first);
    if (mcp_server.lists_change != NULL) mcp_server.lists_change->subscribe(exchange);
}

/* A stream for what the server says unasked; outside a session there is nothing to say. */
APART static void open_stream(struct exchange *exchange) {
    if (!exchange->in_session) {
        exchange_fail(exchange, HTTP_ERROR_METHOD_NOT_ALLOWED);
    } else if (!http_accepts(&exchange->request, TEXT("text/event-stream"), false)) {
        exchange_fail(exchange, HTTP_ERROR_NOT_ACCEPTABLE);
    } else {
        resumable_get(exchange);
        add_list_changes(exchange);
    }
}

void streamable_head(struct exchange *exchange) {
    const struct http_request *request = &exchange->request;
    enum revision named;
    bool is_named = revision_find(request->headers[HTTP_MCP_PROTOCOL_VERSION], &named);
    bool is_post = text_equal(request->method, TEXT("POST"));
    /* 2025-11-25, Transports, "Protocol Version Header"; a POST is refused later, by a message */
    if (!is_named && !is_post && http_has(request, HTTP_MCP_PROTOCOL_VERSION)) {
        exchange_fail(exchange, HTTP_ERROR_VERSION_UNKNOWN);
        return;
    }
    /* a modern request belongs to no session: an id that came along is ignored (2026-07-28,
       Streamable HTTP, "Earlier Streamable HTTP Revisions"); the same with a future revision */
    bool legacy =
        is_named ? !revision_is_modern(named) : !http_has(request, HTTP_MCP_PROTOCOL_VERSION);
    if (legacy && http_has(request, HTTP_MCP_SESSION_ID) &&
        !exchange_open_session(exchange, request->headers[HTTP_MCP_SESSION_ID], SEAL_SESSION)) {
        return;
    }
    if (exchange->in_session) exchange->revision = exchange->session.revision;
    if (is_named) exchange->revision = named;
    if (!is_post) {
        open_stream(exchange);
        return;
    }
    exchange->takes_json = http_accepts(request, TEXT("application/json"), false);
    exchange->takes_events = http_accepts(request, TEXT("text/event-stream"), true);
    if (exchange->takes_json || http_accepts(request, TEXT("text/event-stream"), false)) {
        exchange_read_message(exchange);
    } else {
        exchange_fail(exchange, HTTP_ERROR_NOT_ACCEPTABLE);
    }
}

/* The response opens a session. */
APART static void add_session(struct exchange *exchange) {
    struct session session = session_new(&exchange->request, exchange->agreed, exchange->offered);
    memcpy(session.lists, features_lists(exchange), SESSION_LISTS_BYTES);
    exchange->action.session_id = session_id(&session, &exchange->config->seal_key, SEAL_SESSION,
                                             &exchange->principal, exchange->arena);
}

/* Answers with the events that were raised, the response being the last of them. */
APART static void respond_with_events(struct exchange *exchange, struct answer answer) {
    struct buffer head = exchange_events_head(exchange);
    sse_append(&exchange->events, TEXT("message"), answer.json);
    exchange_respond(exchange, answer.status, &head, buffer_text(&exchange->events));
    if (waiting_began(exchange)) exchange->action.kind = MCP_ACTION_FINISH;
}

/* JSON if the client takes it and there is nothing but the response to say, else events. */
static void respond(struct exchange *exchange, struct answer answer) {
    bool must_be_event = waiting_began(exchange) || exchange->events.length > 0;
    if (waiting_began(exchange)) answer.status = 200; /* already sent */
    bool as_events = must_be_event || !exchange->takes_json;
    if (answer.status == 200 && as_events) respond_with_events(exchange, answer);
    else exchange_answer(exchange, answer.status, answer.json);
    if (exchange->initialized) add_session(exchange);
}

/* Sends the events that were raised, and the answer, which may be a question, down the call's
   stream. There is no answer if everything that asked for one was cancelled. */
static void deliver(struct exchange *exchange, struct answer answer) {
    bool asks = asking_asks(exchange);
    if (answer.status == 202) buffer_append(&exchange->events, sse_cancelled);
    else sse_append(&exchange->events, TEXT("message"), answer.json);
    messages_keep(exchange);
    exchange_deliver(exchange, buffer_text(&exchange->events),
                     asks ? MCP_DELIVERY_GOES_ON : MCP_DELIVERY_ENDS);
}

/* The response must await the client's answer: a stream carries the question, then the response. */
static void respond_with_question(struct exchange *exchange, struct answer answer) {
    resumable_use(exchange, exchange->asking.nonce);
    deliver(exchange, answer);
    exchange_before(exchange, &exchange->action);
    resumable_open(exchange, TEXT("0"));
}

/* The response is a stream that stays open (2026-07-28, Subscriptions). */
static void respond_with_subscription(struct exchange *exchange) {
    exchange_stream(exchange, exchange_topic(exchange), exchange->listens);
}

void streamable_body(struct exchange *exchange) {
    exchange->events = buffer_in(exchange->arena, 0);
    struct answer answer = messages_answer(exchange);
    if (exchange->initialized) exchange_has_key(exchange);
    if (exchange->key_missing || exchange->kept.missing || answer.status == 0) return;
    if (resumable_is_used(exchange)) {
        deliver(exchange, answer);
    } else if (asking_asks(exchange)) {
        respond_with_question(exchange, answer);
    } else {
        if (exchange->listens.length > 0) respond_with_subscription(exchange);
        else respond(exchange, answer);
        messages_keep(exchange);
    }
}

/* A call that waited goes on with the answer that came; its stream is elsewhere. */
static void resume(struct exchange *exchange) {
    resumable_use(exchange, exchange->asking.nonce);
    exchange->events = buffer_in(exchange->arena, 0);
    deliver(exchange, messages_answer(exchange));
}

/* What came after the client's last event is gone. A call's stream ends with that. The session's
   own goes on: clients that slept for a night come back to it with the same event for good, or
   never again, and would not hear of what changes from now on. */
static void stream_is_gone(struct exchange *exchange) {
    if (exchange->asking.nonce.length > 0) exchange_fail(exchange, HTTP_ERROR_EVENT_GONE);
    else exchange->action.after.length = 0;
}

void streamable_answer(struct exchange *exchange, struct text answer) {
    bool collected = exchange->action.kind == MCP_ACTION_COLLECT;
    if (exchange->action.kind == MCP_ACTION_STREAM) stream_is_gone(exchange);
    else if (collected && asking_linked && asking.resume(exchange, answer)) resume(exchange);
    else respond(exchange, (struct answer){202, {NULL, 0}});
}
