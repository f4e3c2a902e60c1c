/* What a call says before it is done: progress, log messages, and waiting in between. */
#include <math.h>
#include <stdarg.h>

#include "cancellation.h"
#include "edge.h"
#include "format.h"
#include "limits.h"
#include "modern.h"
#include "number.h"
#include "resumable.h"
#include "sse.h"
#include "task.h"

struct buffer tool_call_begin_notification(struct tool_call *call, struct text method) {
    struct buffer json = buffer_in(call->exchange->arena, 256);
    BUFFER_APPEND(&json, TEXT("{\"jsonrpc\":\"2.0\",\"method\":\""), method,
                  TEXT("\",\"params\":{"));
    tool_call_append_trace(call, &json);
    return json;
}

void tool_call_end_notification(struct tool_call *call, struct buffer *json) {
    buffer_append(json, TEXT("}}"));
    sse_append(&call->exchange->events, TEXT("message"), buffer_text(json));
}

/* The token with which the client asked for progress; absent where it did not, or takes no events.
 */
static struct json_value progress_token(const struct tool_call *call) {
    struct json_value meta = jsonrpc_param(call->request, TEXT("_meta"));
    struct json_value token = json_object_member(meta, TEXT("progressToken"));
    bool is_token = token.kind == JSON_STRING || token.kind == JSON_NUMBER;
    return is_token && call->exchange->takes_events ? token
                                                    : (struct json_value){.kind = JSON_ABSENT};
}

void report_progress(struct tool_call *call, double progress, double total, const char *message) {
    if (call->exchange->task != NULL) {
        task_says(call->exchange->task, message);
        return;
    }
    struct json_value token = progress_token(call);
    /* Progress, "Behavior Requirements": it MUST increase */
    if (token.kind == JSON_ABSENT || !isfinite(progress)) return;
    if (call->progressed && !(progress > call->progress)) return;
    call->progressed = true;
    call->progress = progress;
    call->total = total;
    call->silent_milliseconds = 0;
    struct buffer json = tool_call_begin_notification(call, TEXT("notifications/progress"));
    BUFFER_APPEND(&json, TEXT("\"progressToken\":"), token.text, TEXT(",\"progress\":"));
    number_append(&json, progress);
    if (total > 0 && isfinite(total)) {
        buffer_append(&json, TEXT(",\"total\":"));
        number_append(&json, total);
    }
    if (message != NULL && call->exchange->revision > REVISION_2024_11_05) {
        buffer_append(&json, TEXT(",\"message\":"));
        buffer_append_json_string(&json, text_of(message));
    }
    tool_call_end_notification(call, &json);
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
    va_list values;
    if (!wants_log(call, level)) return;
    struct buffer text = buffer_in(call->exchange->arena, LIMIT_LOG_BYTES);
    va_start(values, format);
    format_append(&text, format, values);
    va_end(values);
    if (text.length >= LIMIT_LOG_BYTES) text.length = LIMIT_LOG_BYTES - 1;
    struct buffer json = tool_call_begin_notification(call, TEXT("notifications/message"));
    BUFFER_APPEND(&json, TEXT("\"level\":\""), levels[level], TEXT("\",\"data\":"));
    buffer_append_json_string(&json, buffer_text(&text));
    tool_call_end_notification(call, &json);
}

/* Shows that the call is alive. Where the client counts progress, by progress, which many take for
   a reason to wait longer: so little more than the last that what the author reports next is still
   above it. Else by a comment. */
static void show_life(struct tool_call *call) {
    const double little = 1e-6;
    double size = fabs(call->progress) > 1 ? fabs(call->progress) : 1;
    call->silent_milliseconds = 0;
    if (call->exchange->task != NULL) return; /* it is asked for, and so seen to live */
    if (progress_token(call).kind == JSON_ABSENT) {
        /* where the stream is a mailbox's, who relays it keeps it alive */
        bool own = call->exchange->takes_events && call->exchange->stream_topic.length == 0;
        if (own) buffer_append(&call->exchange->events, sse_keep_alive);
        return;
    }
    double progress = call->progress + size * little;
    report_progress(call, progress, progress <= call->total ? call->total : 0, NULL);
}

/* Milliseconds after which a call that waits looks around: whether its task was cancelled, or its
   connection closed. */
static uint32_t look_after(const struct exchange *exchange) {
    bool kept = exchange->stream_mark.length > 0 || resumable_can_begin(exchange);
    if (exchange->task != NULL) return LIMIT_TASK_CHECK_MS;
    return kept ? LIMIT_LOOK_SECONDS * 1000u : LIMIT_KEEP_ALIVE_SECONDS * 1000u;
}

bool edge_sleep(struct tool_call *call, uint32_t milliseconds) {
    struct exchange *exchange = call->exchange;
    const uint32_t patience = LIMIT_KEEP_ALIVE_SECONDS * 1000u;
    for (;;) {
        uint32_t left = patience - call->silent_milliseconds, look = look_after(exchange);
        uint32_t now = milliseconds < left ? milliseconds : left;
        if (now > look) now = look;
        bool wanted = exchange->while_waiting == NULL || exchange->while_waiting(exchange);
        if (!wanted || !exchange_wait(exchange, now) || cancellation_came(call)) break;
        milliseconds -= now;
        call->silent_milliseconds += now;
        if (call->silent_milliseconds >= patience) show_life(call);
        if (milliseconds == 0) return true;
    }
    if (exchange->task != NULL) exchange->task->interrupted = true;
    return false;
}

bool edge_close_connection(struct tool_call *call, uint32_t milliseconds) {
    return exchange_pause(call->exchange, milliseconds);
}
