#include "sse.h"

const struct text sse_cancelled = TEXT_INITIALIZER(": cancelled\n\n");
const struct text sse_keep_alive = TEXT_INITIALIZER(": keep-alive\n\n");

void sse_append(struct buffer *out, struct text event, struct text data) {
    BUFFER_APPEND(out, TEXT("event: "), event, TEXT("\ndata: "), data, TEXT("\n\n"));
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
