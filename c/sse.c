#include "sse.h"

const struct text sse_keep_alive = TEXT_INITIALIZER(": keep-alive\n\n");

void sse_append(struct buffer *out, struct text event, struct text data) {
    BUFFER_APPEND(out, TEXT("event: "), event, TEXT("\ndata: "), data, TEXT("\n\n"));
}
