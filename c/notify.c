/* What a call says before it is done: progress, and signs of life while it waits. */
#include <math.h>

#include "cancellation.h"
#include "edge.h"
#include "host.h"
#include "limits.h"
#include "number.h"
#include "sse.h"
#include "task.h"
#include "utf8.h"
#include "waiting.h"

struct buffer tool_call_begin_notification(struct tool_call *call, struct text method) {
    struct buffer json = buffer_in(call->exchange->arena, 256);
    BUFFER_APPEND(&json, TEXT("{\"jsonrpc\":\"2.0\",\"method\":\""), method,
                  TEXT("\",\"params\":{"));
    tool_call_append_trace(call, &json);
    return json;
}

void tool_call_end_notification(struct tool_call *call, struct buffer *json) {
    buffer_append(json, TEXT("}}"));
    struct text said = buffer_text(json);
    if (said.length > 0 && utf8_valid(said) < said.length) { /* and so not JSON */
        host_log(TEXT("A report is not UTF-8, and was not sent: its author has to mend it."));
    } else {
        sse_append(&call->exchange->events, TEXT("message"), said);
    }
}

/* The token with which the client asked for progress; absent if it did not, or takes no events. */
static struct json_value progress_token(const struct tool_call *call) {
    struct json_value meta = jsonrpc_param(call->request, TEXT("_meta"));
    struct json_value token = json_object_member(meta, TEXT("progressToken"));
    bool is_token = jsonrpc_is_id(token) && call->exchange->takes_events;
    return is_token ? token : (struct json_value){.kind = JSON_ABSENT};
}

void report_progress(struct tool_call *call, double progress, double total, const char *message) {
    if (call->exchange->task != NULL) {
        task_says(call->exchange->task, message);
        return;
    }
    struct json_value token = progress_token(call);
    /* 2025-11-25, Progress, "Behavior Requirements": it MUST increase */
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
        buffer_append_member(&json, TEXT(",\"message\":"), text_of(message));
    }
    tool_call_end_notification(call, &json);
}

/* Shows that the call is alive. If the client asked for progress it gets some, which many take as a
   reason to wait longer: so little that whatever the author reports next is still above it.
   Otherwise, a comment. */
static void show_life(struct tool_call *call) {
    const double little = 1e-6;
    double size = fabs(call->progress) > 1 ? fabs(call->progress) : 1;
    call->silent_milliseconds = 0;
    if (call->exchange->task != NULL) return; /* it is asked for, and so seen to be alive */
    if (progress_token(call).kind == JSON_ABSENT) {
        /* if the stream is a mailbox's, whoever relays it keeps it alive */
        bool own = call->exchange->takes_events && call->exchange->stream_topic.length == 0;
        if (own) buffer_append(&call->exchange->events, sse_keep_alive);
        return;
    }
    double progress = call->progress + size * little;
    report_progress(call, progress, progress <= call->total ? call->total : 0, NULL);
}

/* After how many milliseconds a call that waits looks around: whether its task was cancelled, or
   its connection closed. */
static uint32_t look_after(const struct exchange *exchange) {
    return exchange->task != NULL ? LIMIT_TASK_CHECK_MS : LIMIT_LOOK_SECONDS * 1000u;
}

bool edge_sleep(struct tool_call *call, uint32_t milliseconds) {
    struct exchange *exchange = call->exchange;
    const uint32_t patience = LIMIT_KEEP_ALIVE_SECONDS * 1000u;
    for (;;) {
        uint32_t left = patience - call->silent_milliseconds, look = look_after(exchange);
        uint32_t now = milliseconds < left ? milliseconds : left;
        if (now > look) now = look;
        bool wanted = exchange->while_waiting == NULL || exchange->while_waiting(exchange);
        if (!wanted || !waiting_for(exchange, now, call->silent_milliseconds + now) ||
            cancellation_came(call)) {
            break;
        }
        milliseconds -= now;
        call->silent_milliseconds += now;
        if (call->silent_milliseconds >= patience) show_life(call);
        if (milliseconds == 0) return true;
    }
    if (exchange->task != NULL) exchange->task->interrupted = true;
    return false;
}

bool edge_close_connection(struct tool_call *call, uint32_t milliseconds) {
    return waiting_pause(call->exchange, milliseconds);
}
