#include "sse.h"

const struct text sse_cancelled = TEXT_INITIALIZER(": cancelled\n\n");
const struct text sse_keep_alive = TEXT_INITIALIZER(": keep-alive\n\n");

void sse_append_json(struct buffer *out, struct text json) {
    size_t start = out->length;
    buffer_append(out, json);
    for (size_t i = start; i < out->length; i++) {
        if (out->bytes[i] == '\n' || out->bytes[i] == '\r') out->bytes[i] = ' ';
    }
}

void sse_append(struct buffer *out, struct text event, struct text data) {
    BUFFER_APPEND(out, TEXT("event: "), event, TEXT("\ndata: "));
    sse_append_json(out, data);
    buffer_append(out, TEXT("\n\n"));
}

struct text sse_next(struct text *events) {
    struct text first = *events;
    for (size_t end = 2; end <= first.length; end++) {
        if (first.bytes[end - 1] != '\n' || first.bytes[end - 2] != '\n') continue;
        first.length = end;
        break;
    }
    *events = text_from(*events, first.length);
    return first;
}
