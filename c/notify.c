/* What a call says before it is done: progress, log messages, and waiting in between. */
#include <stdarg.h>
#include <stdio.h>

#include "edge.h"
#include "limits.h"
#include "modern.h"
#include "number.h"
#include "resumable.h"
#include "sse.h"
#include "task.h"

/* Appends the notification `method` up to its parameters' members; end it with end_notification. */
static struct buffer begin_notification(struct tool_call *call, struct text method) {
    struct buffer json = buffer_in(call->exchange->arena, 256);
    BUFFER_APPEND(&json, TEXT("{\"jsonrpc\":\"2.0\",\"method\":\""), method,
                  TEXT("\",\"params\":{"));
    return json;
}

static void end_notification(struct tool_call *call, struct buffer *json) {
    buffer_append(json, TEXT("}}"));
    sse_append(&call->exchange->events, TEXT("message"), buffer_text(json));
}

static void append_number(struct buffer *out, double number) {
    char digits[NUMBER_TEXT_BYTES];
    buffer_append(out, (struct text){digits, number_print(number, digits)});
}

void report_progress(struct tool_call *call, double progress, double total, const char *message) {
    if (call->exchange->task != NULL) {
        task_says(call->exchange->task, message);
        return;
    }
    struct json_value meta = jsonrpc_param(call->request, TEXT("_meta"));
    struct json_value token = json_object_member(meta, TEXT("progressToken"));
    /* Progress, "Behavior Requirements": it MUST increase */
    if (token.kind != JSON_STRING && token.kind != JSON_NUMBER) return;
    if (!call->exchange->takes_events || (call->progressed && !(progress > call->progress))) return;
    call->progressed = true;
    call->progress = progress;
    struct buffer json = begin_notification(call, TEXT("notifications/progress"));
    BUFFER_APPEND(&json, TEXT("\"progressToken\":"), token.text, TEXT(",\"progress\":"));
    append_number(&json, progress);
    if (total > 0) {
        buffer_append(&json, TEXT(",\"total\":"));
        append_number(&json, total);
    }
    if (message != NULL && call->exchange->revision > REVISION_2024_11_05) {
        buffer_append(&json, TEXT(",\"message\":"));
        buffer_append_json_string(&json, text_of(message));
    }
    end_notification(call, &json);
}

static const struct text levels[] = {
    [LOG_DEBUG] = TEXT_INITIALIZER("debug"),   [LOG_INFO] = TEXT_INITIALIZER("info"),
    [LOG_NOTICE] = TEXT_INITIALIZER("notice"), [LOG_WARNING] = TEXT_INITIALIZER("warning"),
    [LOG_ERROR] = TEXT_INITIALIZER("error"),   [LOG_CRITICAL] = TEXT_INITIALIZER("critical"),
    [LOG_ALERT] = TEXT_INITIALIZER("alert"),   [LOG_EMERGENCY] = TEXT_INITIALIZER("emergency"),
};

bool log_level_find(struct json_value name, enum log_level *level) {
    if (name.kind != JSON_STRING) return false;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct text inside = {name.text.bytes + 1, name.text.length - 2};
        if (!json_string_says(inside, levels[i])) continue;
        *level = (enum log_level)i;
        return true;
    }
    return false;
}

/* The level that the session was set to; information where it was not. */
static enum log_level session_level(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    if (!exchange->has_log_level) {
        struct mcp_action peek = {.kind = MCP_ACTION_PEEK,
                                  .mailbox = session_mailbox(&exchange->session, exchange->arena),
                                  .topic = exchange_log_topic(exchange)};
        struct text kept = exchange->in_session ? host_perform(&peek) : (struct text){NULL, 0};
        exchange->log_level = kept.length == 1 ? (uint8_t)kept.bytes[0] : LOG_INFO;
        exchange->has_log_level = true;
    }
    return (enum log_level)exchange->log_level;
}

/* True where this client wants to see messages of `level`. */
static bool wants_log(struct tool_call *call, enum log_level level) {
    enum log_level lowest = LOG_DEBUG;
    if (!call->exchange->takes_events) return false;
    if (!revision_is_modern(call->exchange->revision)) return level >= session_level(call);
    /* 2026-07-28, Logging: nothing unless the request asks for it */
    return modern_log_level(call->request, &lowest) && level >= lowest;
}

void report_log(struct tool_call *call, enum log_level level, const char *format, ...) {
    char text[LIMIT_LOG_BYTES];
    va_list values;
    if (!wants_log(call, level)) return;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    struct buffer json = begin_notification(call, TEXT("notifications/message"));
    BUFFER_APPEND(&json, TEXT("\"level\":\""), levels[level], TEXT("\",\"data\":"));
    buffer_append_json_string(&json, text_of(text));
    end_notification(call, &json);
}

bool edge_sleep(struct tool_call *call, uint32_t milliseconds) {
    struct exchange *exchange = call->exchange;
    bool here = true;
    do {
        bool kept = exchange->stream_mark.length > 0 || resumable_can_begin(exchange);
        uint32_t piece = (kept ? LIMIT_LOOK_SECONDS : LIMIT_KEEP_ALIVE_SECONDS) * 1000u;
        if (exchange->task != NULL) piece = LIMIT_TASK_CHECK_MS;
        uint32_t now = milliseconds < piece ? milliseconds : piece;
        bool wanted = exchange->while_waiting == NULL || exchange->while_waiting(exchange);
        here = wanted && exchange_wait(exchange, now);
        milliseconds -= now;
        /* where the stream is a mailbox's, who relays it keeps it alive */
        if (milliseconds > 0 && exchange->takes_events && exchange->stream_topic.length == 0) {
            buffer_append(&exchange->events, sse_keep_alive);
        }
    } while (here && milliseconds > 0);
    if (!here && exchange->task != NULL) exchange->task->interrupted = true;
    return here;
}

bool edge_close_connection(struct tool_call *call, uint32_t milliseconds) {
    return exchange_pause(call->exchange, milliseconds);
}
