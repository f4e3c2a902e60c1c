#include "waiting.h"

#include "host.h"
#include "limits.h"
#include "resumable.h"

const bool waiting_linked = true;

/* Opens a stream that the client can come back to; from now on the events go there. */
static void begin_stream(struct exchange *exchange) {
    bool named = exchange->asking.nonce.length > 0;
    resumable_use(exchange, named ? exchange->asking.nonce : resumable_new(exchange));
    exchange_prepare_last_words(exchange);
    resumable_open(exchange, (struct text){NULL, 0});
    if (exchange->arena->exhausted) exchange->last_words.kind = 0; /* nothing was said before */
    exchange_perform(exchange, &exchange->action);
}

/* Sends the events that were raised: with the action `wait` or, if they go elsewhere, before it. */
static void say_events(struct exchange *exchange, struct mcp_action *wait) {
    struct text events = buffer_text(&exchange->events);
    if (exchange->stream_topic.length > 0) {
        while (events.length > 0) {
            struct mcp_action action = exchange_next_delivery(exchange, &events);
            exchange_perform(exchange, &action);
        }
        return;
    }
    struct buffer head = exchange_events_head(exchange);
    if (!exchange->begun) exchange_prepare_last_words(exchange);
    if (exchange->arena->exhausted) return;
    wait->status = 200;
    wait->headers = buffer_text(&head);
    wait->body = events;
    exchange->begun = true;
}

/* If the answer has a stream of its own, a client that left may come back to it, or was never gone:
   what ended is the request that brought the message. How long this machine may go on alone is up
   to the platform. */
static bool goes_on(struct exchange *exchange, bool here) {
    if (!here && exchange->alone_since == 0) exchange->alone_since = host_now();
    bool alone = exchange->alone_since > 0 &&
                 host_now() - exchange->alone_since >= LIMIT_ALONE_SECONDS * 1000.0;
    exchange->given_up = exchange->stream_topic.length > 0 ? alone : !here;
    return !exchange->given_up;
}

bool waiting_for(struct exchange *exchange, uint32_t milliseconds, uint32_t silent) {
    struct mcp_action wait = {.kind = MCP_ACTION_WAIT, .milliseconds = milliseconds};
    bool says = exchange->events.length > 0;
    if ((says || silent >= LIMIT_SILENT_MILLISECONDS) && resumable_can_begin(exchange)) {
        begin_stream(exchange);
    }
    if (exchange->arena->exhausted) return false;
    if (says) say_events(exchange, &wait);
    if (exchange->arena->exhausted) return false;
    exchange->events.length = 0;
    return goes_on(exchange, text_equal(exchange_perform(exchange, &wait), TEXT("\1")));
}

bool waiting_pause(struct exchange *exchange, uint32_t milliseconds) {
    /* before 2025-11-25 a stream should not be closed ahead of the response */
    if (exchange->revision < REVISION_2025_11_25) return false;
    if (resumable_can_begin(exchange)) begin_stream(exchange);
    if (exchange->stream_mark.length == 0 || exchange->arena->exhausted) return false;
    say_events(exchange, NULL);
    exchange->events.length = 0;
    struct text event = resumable_retry(exchange, milliseconds);
    struct mcp_action pause = exchange_next_delivery(exchange, &event);
    pause.delivery = MCP_DELIVERY_PAUSES;
    if (exchange->arena->exhausted) return false;
    exchange_perform(exchange, &pause);
    if (exchange->alone_since == 0) exchange->alone_since = host_now();
    return true;
}
