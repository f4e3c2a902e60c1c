#include "exchange.h"

#include "audit.h"
#include "errors.h"
#include "host.h"
#include "jsonrpc.h"
#include "limits.h"
#include "resumable.h"
#include "sse.h"

struct buffer exchange_head(struct exchange *exchange, struct text content_type) {
    return http_response_head(&exchange->request, exchange->arena, content_type);
}

void exchange_respond(struct exchange *exchange, uint32_t status, const struct buffer *head,
                      struct text body) {
    exchange->action = (struct mcp_action){
        .kind = MCP_ACTION_RESPOND, .status = status, .headers = buffer_text(head), .body = body};
}

void exchange_answer(struct exchange *exchange, uint32_t status, struct text json) {
    struct text type = json.length > 0 ? TEXT("application/json") : (struct text){NULL, 0};
    struct buffer head = exchange_head(exchange, type);
    exchange_respond(exchange, status, &head, json);
}

void exchange_fail(struct exchange *exchange, enum http_error error) {
    const struct http_error_text *text = http_error_text(error);
    struct buffer head = exchange_head(exchange, TEXT("application/json"));
    struct buffer body = buffer_in(exchange->arena, 0);
    bool misconfigured = error == HTTP_ERROR_MISCONFIGURED;
    const char *sentence = misconfigured ? exchange->config->error : text->sentence;
    http_add_header(&head, TEXT("cache-control"), TEXT("no-store"));
    if (text->status == 401 || error == HTTP_ERROR_SCOPE_INSUFFICIENT) {
        struct buffer challenge = buffer_in(exchange->arena, 256);
        auth_append_challenge(exchange, error, &challenge);
        http_add_header(&head, TEXT("www-authenticate"), buffer_text(&challenge));
    }
    if (text->status == 405) http_add_header(&head, TEXT("allow"), exchange->endpoint->allow);
    if (text->status == 503) http_add_header(&head, TEXT("retry-after"), TEXT("1"));
    if (text->status == 429) http_add_header(&head, TEXT("retry-after"), TEXT("60"));
    BUFFER_APPEND(&body, TEXT("{\"error\":\""), text_of(text->word),
                  TEXT("\",\"error_description\":"));
    buffer_append_json_string(&body, text_of(sentence));
    buffer_append(&body, TEXT("}"));
    exchange_respond(exchange, text->status, &head, buffer_text(&body));
}

APART bool exchange_has_key(struct exchange *exchange) {
    if (!exchange->config->has_seal_key) exchange->key_missing = true;
    return !exchange->key_missing;
}

struct buffer exchange_events_head(struct exchange *exchange) {
    struct buffer head = exchange_head(exchange, TEXT("text/event-stream"));
    /* 2026-07-28, Streamable HTTP, "Receiving Messages" */
    buffer_append(&head, TEXT("cache-control: no-cache, no-transform\nx-accel-buffering: no\n"));
    return head;
}

bool exchange_open_session(struct exchange *exchange, struct text id, enum seal_kind kind) {
    if (!exchange_has_key(exchange)) return false;
    exchange->in_session = session_open(id, &exchange->config->seal_key, kind, &exchange->principal,
                                        exchange->arena, &exchange->session);
    if (!exchange->in_session) exchange_fail(exchange, HTTP_ERROR_SESSION_UNKNOWN);
    return exchange->in_session;
}

struct text exchange_mailbox(const struct exchange *exchange) {
    return session_mailbox(&exchange->session, exchange->arena);
}

struct text exchange_topic(const struct exchange *exchange) {
    return session_topic(&exchange->session, exchange->arena);
}

void exchange_stream(struct exchange *exchange, struct text topic, struct text first) {
    struct buffer head = exchange_events_head(exchange);
    exchange->action = (struct mcp_action){.kind = MCP_ACTION_STREAM,
                                           .status = 200,
                                           .headers = buffer_text(&head),
                                           .body = first,
                                           .mailbox = exchange_mailbox(exchange),
                                           .topic = topic,
                                           .keep_alive = sse_keep_alive,
                                           .keep_alive_seconds = LIMIT_KEEP_ALIVE_SECONDS,
                                           .backlog_bytes = LIMIT_BACKLOG_BYTES};
}

APART void exchange_before(struct exchange *exchange, const struct mcp_action *action) {
    if (exchange->before_count == exchange->before_capacity) {
        size_t capacity = exchange->before_capacity * 2 + 4, size = sizeof *exchange->before;
        struct mcp_action *grown = arena_grow(exchange->arena, exchange->before,
                                              exchange->before_capacity * size, capacity * size);
        if (grown == NULL) return;
        exchange->before = grown;
        exchange->before_capacity = capacity;
    }
    exchange->before[exchange->before_count++] = *action;
}

struct mcp_action exchange_keeping(const struct exchange *exchange, struct text topic,
                                   struct text body, uint32_t seconds) {
    return (struct mcp_action){.kind = MCP_ACTION_KEEP,
                               .milliseconds = seconds * 1000,
                               .body = body,
                               .mailbox = exchange_mailbox(exchange),
                               .topic = topic};
}

void exchange_keep(struct exchange *exchange, struct text topic, struct text body,
                   uint32_t seconds) {
    struct mcp_action keep = exchange_keeping(exchange, topic, body, seconds);
    exchange_before(exchange, &keep);
}

bool exchange_kept(struct exchange *exchange, struct text mailbox, struct text topic,
                   struct text *body) {
    exchange->kept.peek =
        (struct mcp_action){.kind = MCP_ACTION_PEEK, .mailbox = mailbox, .topic = topic};
    exchange->kept.missing = !exchange->kept.known;
    *body = exchange->kept.body;
    return exchange->kept.known;
}

void exchange_commit(struct exchange *exchange, const struct mcp_action *keep) {
    exchange_before(exchange, keep);
    exchange->action = (struct mcp_action){0};
}

struct text exchange_perform(struct exchange *exchange, const struct mcp_action *action) {
    return exchange->arena->exhausted ? (struct text){NULL, 0} : host_perform(action);
}

struct mcp_action exchange_next_delivery(struct exchange *exchange, struct text *events) {
    struct mcp_action action = {.kind = MCP_ACTION_DELIVER,
                                .body = *events,
                                .mailbox = exchange_mailbox(exchange),
                                .topic = exchange->stream_topic};
    if (resumable_is_used(exchange)) {
        action.body = sse_next(events);
        resumable_mark(exchange, &action);
    } else {
        events->length = 0;
    }
    return action;
}

void exchange_deliver(struct exchange *exchange, struct text events, enum mcp_delivery delivery) {
    while (events.length > 0) {
        struct mcp_action action = exchange_next_delivery(exchange, &events);
        if (events.length > 0) exchange_before(exchange, &action);
        else exchange->action = action;
    }
    exchange->action.delivery = delivery;
}

/* The error response to the request being carried out. */
static struct buffer failure(struct exchange *exchange, struct text sentence) {
    struct outcome outcome = outcome_error(JSONRPC_INTERNAL_ERROR, sentence);
    struct buffer json = buffer_in(exchange->arena, 256);
    jsonrpc_append_error(&json, exchange->request_id, &outcome);
    return json;
}

APART void exchange_prepare_last_words(struct exchange *exchange) {
    struct buffer event = buffer_in(exchange->arena, 320);
    struct buffer json =
        failure(exchange, TEXT("The server failed, or has no memory left for this."));
    sse_append(&event, TEXT("message"), buffer_text(&json));
    struct text events = buffer_text(&event);
    struct mcp_action finish = {.kind = MCP_ACTION_FINISH, .body = events};
    if (exchange->stream_topic.length > 0) {
        finish = exchange_next_delivery(exchange, &events);
        /* the call's own stream, not the session's */
        if (resumable_is_used(exchange)) finish.delivery = MCP_DELIVERY_ENDS;
    }
    finish.keep_alive = exchange->last_words.keep_alive;
    if (!exchange->arena->exhausted) exchange->last_words = finish;
}

void exchange_say_last_words(struct exchange *exchange) {
    struct mcp_action *words = &exchange->last_words;
    struct text tool = words->keep_alive;
    if (tool.length > 0) audit_call(exchange, tool, "crashed", exchange->call_began);
    if (words->kind != 0 || exchange->request_id.length == 0) return;
    struct buffer head = exchange_head(exchange, TEXT("application/json"));
    struct buffer json = failure(exchange, TEXT("This call crashed: see the server's log."));
    if (exchange->arena->exhausted) return;
    words->kind = MCP_ACTION_RESPOND;
    words->status = 500;
    words->headers = buffer_text(&head);
    words->body = buffer_text(&json);
}

/* What is wrong with the announced length, which must be digits (RFC 9110, section 8.6); `*length`
   is 0 if none is announced. */
static enum http_error read_length(const struct exchange *exchange, uint64_t *length) {
    struct text value = exchange->request.headers[HTTP_CONTENT_LENGTH];
    *length = 0;
    if (!http_has(&exchange->request, HTTP_CONTENT_LENGTH)) return HTTP_ERROR_NONE;
    if (!text_to_number(value, length)) return HTTP_ERROR_LENGTH_MALFORMED;
    return *length <= exchange->config->body_bytes ? HTTP_ERROR_NONE : HTTP_ERROR_BODY_TOO_LARGE;
}

void exchange_read_message(struct exchange *exchange) {
    uint64_t length;
    enum http_error error = read_length(exchange, &length);
    if (!http_content_is_json(&exchange->request)) error = HTTP_ERROR_NOT_JSON;
    if (error != HTTP_ERROR_NONE) {
        exchange_fail(exchange, error);
        return;
    }
    exchange->action.kind = MCP_ACTION_READ_BODY;
    exchange->action.body_bytes = (uint32_t)length;
}
