#include "resumable.h"

#include <string.h>

#include "limits.h"
#include "tool_call.h"

enum { NAME_BYTES = NONCE_DIGITS / 4 * 3 };

struct text resumable_new(struct exchange *exchange) {
    uint8_t random[NAME_BYTES];
    struct buffer name = buffer_in(exchange->arena, 16);
    host_random(random, sizeof random);
    buffer_append_base64url(&name, random, sizeof random);
    return buffer_text(&name);
}

struct text resumable_topic(struct exchange *exchange, struct text name) {
    struct text own = exchange_topic(exchange);
    struct buffer topic = buffer_in(exchange->arena, 64);
    if (name.length == 0) return own;
    BUFFER_APPEND(&topic, own, TEXT("."), name);
    return buffer_text(&topic);
}

void resumable_use(struct exchange *exchange, struct text name) {
    const struct session *session = &exchange->session;
    struct buffer stream = buffer_in(exchange->arena, 32), mark = buffer_in(exchange->arena, 64);
    BUFFER_APPEND(&stream, (struct text){(const char *)session->random, SESSION_RANDOM_BYTES},
                  name);
    BUFFER_APPEND(&mark, TEXT("id: "),
                  seal_close(&exchange->config->seal_key, SEAL_STREAM, &exchange->principal,
                             buffer_text(&stream), exchange->arena),
                  TEXT("."));
    exchange->asking.nonce = name;
    exchange->stream_topic = resumable_topic(exchange, name);
    exchange->stream_mark = buffer_text(&mark);
}

bool resumable_can_begin(const struct exchange *exchange) {
    return exchange->in_session && exchange->takes_events && !exchange->begun &&
           exchange->stream_topic.length == 0 && !revision_is_modern(exchange->revision);
}

void resumable_mark(const struct exchange *exchange, struct mcp_action *action) {
    if (exchange->stream_mark.length == 0) return;
    action->mark = exchange->stream_mark;
    action->milliseconds = LIMIT_KEPT_SECONDS * 1000;
    action->backlog_bytes = LIMIT_BACKLOG_BYTES;
}

/* To a parser that follows the standard, an event without data says nothing. Before 2025-11-25 no
   client expects one whose data is empty: some would read that as JSON. */
struct text resumable_retry(struct exchange *exchange, uint32_t milliseconds) {
    struct buffer event = buffer_in(exchange->arena, 32);
    buffer_append(&event, TEXT("retry: "));
    buffer_append_integer(&event, milliseconds);
    buffer_append(&event,
                  exchange->revision < REVISION_2025_11_25 ? TEXT("\n\n") : TEXT("\ndata: \n\n"));
    return buffer_text(&event);
}

void resumable_open(struct exchange *exchange, struct text after) {
    exchange_stream(exchange, exchange->stream_topic,
                    resumable_retry(exchange, LIMIT_RETRY_MILLISECONDS));
    resumable_mark(exchange, &exchange->action);
    exchange->action.after = after;
}

/* Reads the id of an event of this session. False if it is none. */
static bool read_event_id(struct exchange *exchange, struct text id, struct text *name,
                          struct text *number) {
    struct text token, stream;
    uint64_t value;
    *number = id;
    /* the mailbox, which is JavaScript, counts exactly only this far */
    if (!text_next_field(number, '.', &token) || number->length > 15) return false;
    if (!text_to_number(*number, &value)) return false;
    if (!seal_open(&exchange->config->seal_key, SEAL_STREAM, &exchange->principal, token,
                   exchange->arena, &stream)) {
        return false;
    }
    *name = text_from(stream, SESSION_RANDOM_BYTES);
    return memcmp(stream.bytes, exchange->session.random, SESSION_RANDOM_BYTES) == 0;
}

void resumable_get(struct exchange *exchange) {
    struct text id = exchange->request.headers[HTTP_LAST_EVENT_ID];
    struct text name = {NULL, 0}, number = {NULL, 0};
    if (id.length > 0 && !read_event_id(exchange, id, &name, &number)) {
        exchange_fail(exchange, HTTP_ERROR_EVENT_UNKNOWN);
        return;
    }
    resumable_use(exchange, name);
    resumable_open(exchange, number);
}
