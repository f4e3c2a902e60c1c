#include "logging.h"

#include <stdarg.h>

#include "format.h"
#include "host.h"
#include "limits.h"
#include "modern.h"

/* Where the session's level is kept. */
static struct text topic_of(struct exchange *exchange) {
    struct buffer topic = buffer_in(exchange->arena, 64);
    BUFFER_APPEND(&topic, exchange_topic(exchange), TEXT(".log"));
    return buffer_text(&topic);
}

/* The level that the session was set to; LOG_INFO if it was not. */
static enum log_level session_level(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    if (!exchange->has_log_level) {
        struct mcp_action peek = {.kind = MCP_ACTION_PEEK,
                                  .mailbox = exchange_mailbox(exchange),
                                  .topic = topic_of(exchange)};
        struct text kept =
            exchange->in_session ? exchange_perform(exchange, &peek) : (struct text){NULL, 0};
        exchange->log_level = kept.length == 1 ? (uint8_t)kept.bytes[0] : LOG_INFO;
        exchange->has_log_level = true;
    }
    return (enum log_level)exchange->log_level;
}

/* True if this client wants to see messages of `level`. */
static bool wants_log(struct tool_call *call, enum log_level level) {
    enum log_level lowest = LOG_DEBUG;
    if (!call->exchange->takes_events) return false;
    if (!revision_is_modern(call->exchange->revision)) return level >= session_level(call);
    /* 2026-07-28, Logging: nothing unless the request asks for it */
    return modern_log_level(call->request, &lowest) && level >= lowest;
}

/* Cuts `text` to the limit, not within a character: half of one is not UTF-8, and so not JSON. */
static void cut(struct buffer *text) {
    if (text->length <= LIMIT_LOG_BYTES) return;
    text->length = LIMIT_LOG_BYTES;
    while (text->length > 0 && (text->bytes[text->length] & 0xc0) == 0x80) text->length--;
}

void report_log(struct tool_call *call, enum log_level level, const char *format, ...) {
    va_list values;
    if (!wants_log(call, level)) return;
    struct buffer text = buffer_in(call->exchange->arena, LIMIT_LOG_BYTES);
    va_start(values, format);
    format_append(&text, format, values);
    va_end(values);
    cut(&text);
    struct buffer json = tool_call_begin_notification(call, TEXT("notifications/message"));
    BUFFER_APPEND(&json, TEXT("\"level\":\""), log_levels[level], TEXT("\",\"data\":"));
    buffer_append_json_string(&json, buffer_text(&text));
    tool_call_end_notification(call, &json);
}

/* The level belongs to the session, and is kept in its mailbox. */
static struct outcome set_level(struct exchange *exchange, const struct jsonrpc_message *request,
                                struct buffer *out) {
    enum log_level level;
    (void)out;
    if (!log_level_find(jsonrpc_param(request, TEXT("level")), &level)) {
        return outcome_invalid_params(TEXT("The parameter level is no log level."));
    }
    exchange->sets_log_level = exchange->has_log_level = true;
    exchange->log_level = (uint8_t)level;
    return outcome_ok;
}

static void keep(struct exchange *exchange) {
    if (!exchange->sets_log_level || !exchange->in_session) return;
    exchange_keep(exchange, topic_of(exchange),
                  (struct text){(const char *)&exchange->log_level, 1}, LIMIT_SESSION_SECONDS);
}

static const struct method rows[] = {
    {TEXT_INITIALIZER("logging/setLevel"), set_level, LEGACY},
};
const bool logging_linked = true;
const struct logging logging = {{rows, sizeof rows / sizeof *rows}, keep};
