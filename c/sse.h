/* Server-sent events (HTML Living Standard, section 9.2). */
#ifndef SSE_H
#define SSE_H

#include "buffer.h"

/* A comment frame, which keeps an idle stream open. Lives forever. */
extern const struct text sse_keep_alive;

/* The end of a stream whose request was cancelled: a comment, because nobody wants a response.
   Lives forever. */
extern const struct text sse_cancelled;

/* Appends `json` with a blank for each line end: a client or an author may have put some between
   its values, and a line end would end the data of an event. */
void sse_append_json(struct buffer *out, struct text json);

/* Appends an event named `event`; `data` is JSON, or has no line end. */
void sse_append(struct buffer *out, struct text event, struct text data);

/* Takes the first event off `*events`, with the empty line that ends it; all, if there is no such
   line. */
struct text sse_next(struct text *events);

#endif
