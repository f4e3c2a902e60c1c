#include "exchange.h"

#include "limits.h"
#include "sse.h"

struct buffer exchange_head(struct exchange *exchange, struct text content_type) {
    return http_response_head(&exchange->request, exchange->arena, content_type);
}

void exchange_respond(struct exchange *exchange, uint32_t status, const struct buffer *head,
                      struct text body) {
    exchange->action = (struct mcp_action){
        .kind = MCP_ACTION_RESPOND, .status = status, .headers = buffer_text(head), .body = body};
}

void exchange_fail(struct exchange *exchange, enum http_error error) {
    const struct http_error_text *text = http_error_text(error);
    struct buffer head = exchange_head(exchange, TEXT("application/json"));
    struct buffer body = buffer_in(exchange->arena, 0);
    struct text sentence = text->sentence;
    if (error == HTTP_ERROR_MISCONFIGURED) sentence = text_of(exchange->config->error);
    http_add_header(&head, TEXT("cache-control"), TEXT("no-store"));
    if (text->status == 401) {
        http_add_header(&head, TEXT("www-authenticate"), auth_challenge(error));
    }
    if (text->status == 405) http_add_header(&head, TEXT("allow"), exchange->endpoint->allow);
    if (text->status == 503) http_add_header(&head, TEXT("retry-after"), TEXT("1"));
    BUFFER_APPEND(&body, TEXT("{\"error\":\""), text->word, TEXT("\",\"error_description\":"));
    buffer_append_json_string(&body, sentence);
    buffer_append(&body, TEXT("}"));
    exchange_respond(exchange, text->status, &head, buffer_text(&body));
}

bool exchange_has_key(struct exchange *exchange) {
    if (exchange->config->seal_key.length == 0) exchange->key_missing = true;
    return !exchange->key_missing;
}

void exchange_stream(struct exchange *exchange, const struct session *session, struct text topic,
                     struct text first) {
    struct buffer head = exchange_head(exchange, TEXT("text/event-stream"));
    http_add_header(&head, TEXT("cache-control"), TEXT("no-cache, no-transform"));
    exchange->action = (struct mcp_action){.kind = MCP_ACTION_STREAM,
                                           .status = 200,
                                           .headers = buffer_text(&head),
                                           .body = first,
                                           .mailbox = session_mailbox(session, exchange->arena),
                                           .topic = topic,
                                           .keep_alive = sse_keep_alive,
                                           .keep_alive_seconds = LIMIT_KEEP_ALIVE_SECONDS,
                                           .backlog_bytes = LIMIT_BACKLOG_BYTES};
}

void exchange_before(struct exchange *exchange, const struct mcp_action *action) {
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

void exchange_keep(struct exchange *exchange, struct text topic, struct text body) {
    struct mcp_action keep = {.kind = MCP_ACTION_KEEP,
                              .milliseconds = LIMIT_KEPT_SECONDS * 1000,
                              .body = body,
                              .mailbox = session_mailbox(&exchange->session, exchange->arena),
                              .topic = topic};
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

struct text exchange_log_topic(struct exchange *exchange) {
    struct buffer topic = buffer_in(exchange->arena, 64);
    BUFFER_APPEND(&topic, session_topic(&exchange->session, exchange->arena), TEXT(".log"));
    return buffer_text(&topic);
}

void exchange_deliver(struct exchange *exchange, struct text body, bool last) {
    exchange->action =
        (struct mcp_action){.kind = MCP_ACTION_DELIVER,
                            .body = body,
                            .mailbox = session_mailbox(&exchange->session, exchange->arena),
                            .topic = exchange->stream_topic,
                            .last = last};
}

/* Says the events that were raised, by the action `wait` or, where they go elsewhere, before it. */
static void say_events(struct exchange *exchange, struct mcp_action *wait) {
    if (exchange->stream_topic.length > 0) {
        exchange_deliver(exchange, buffer_text(&exchange->events), false);
        host_perform(&exchange->action);
        return;
    }
    struct buffer head = exchange_head(exchange, TEXT("text/event-stream"));
    http_add_header(&head, TEXT("cache-control"), TEXT("no-cache, no-transform"));
    wait->status = 200;
    wait->headers = buffer_text(&head);
    wait->body = buffer_text(&exchange->events);
    exchange->begun = true;
}

bool exchange_wait(struct exchange *exchange, uint32_t milliseconds) {
    struct mcp_action wait = {.kind = MCP_ACTION_WAIT, .milliseconds = milliseconds};
    if (exchange->events.length > 0) say_events(exchange, &wait);
    struct text answer = host_perform(&wait);
    exchange->events.length = 0;
    return text_equal(answer, TEXT("\1"));
}

bool exchange_takes_message(struct exchange *exchange) {
    const struct http_request *request = &exchange->request;
    uint64_t length = 0;
    if (!http_content_is_json(request)) {
        exchange_fail(exchange, HTTP_ERROR_NOT_JSON);
        return false;
    }
    if (http_has(request, HTTP_CONTENT_LENGTH) &&
        (!text_to_number(request->headers[HTTP_CONTENT_LENGTH], &length) ||
         length > exchange->config->body_bytes)) {
        exchange_fail(exchange, HTTP_ERROR_BODY_TOO_LARGE);
        return false;
    }
    return true;
}
