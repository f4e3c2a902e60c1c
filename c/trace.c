/* Trace context (SEP-414; W3C Trace Context and W3C Baggage): what came in the request's `_meta`,
   for the tool to read, and passed along with what it asks and says. */
#include "limits.h"
#include "tool_call.h"

static const struct text names[] = {TEXT_INITIALIZER("traceparent"), TEXT_INITIALIZER("tracestate"),
                                    TEXT_INITIALIZER("baggage")};
enum { NAMES = sizeof names / sizeof *names };

/* The member `index` as it came; absent if it is not a string, or longer than anybody needs. */
static struct json_value find(const struct tool_call *call, size_t index) {
    struct json_value meta = jsonrpc_param(call->request, TEXT("_meta"));
    struct json_value value = json_object_member(meta, names[index]);
    if (value.kind == JSON_STRING && value.text.length <= LIMIT_TRACE_BYTES) return value;
    return (struct json_value){.kind = JSON_ABSENT};
}

struct trace_context tool_trace(const struct tool_call *call) {
    struct text read[NAMES] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    for (size_t i = 0; i < NAMES; i++) json_string(find(call, i), call->exchange->arena, &read[i]);
    return (struct trace_context){read[0], read[1], read[2]};
}

void tool_call_append_trace(const struct tool_call *call, struct buffer *out) {
    struct text before = TEXT("\"_meta\":{\"");
    for (size_t i = 0; i < NAMES; i++) {
        struct json_value value = find(call, i);
        if (value.kind == JSON_ABSENT) continue;
        BUFFER_APPEND(out, before, names[i], TEXT("\":"), value.text);
        before = TEXT(",\"");
    }
    if (before.length == 2) buffer_append(out, TEXT("},"));
}
