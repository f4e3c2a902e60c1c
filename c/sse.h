/* Server-sent events (HTML Living Standard, section 9.2). */
#ifndef SSE_H
#define SSE_H

#include "buffer.h"

/* A comment frame, which keeps an idle stream open. Lives for ever. */
extern const struct text sse_keep_alive;

/* What a stream ends with whose request was cancelled: a comment, because a response nobody wants.
   Lives for ever. */
extern const struct text sse_cancelled;

/* Appends `json` with a blank for each line end: a client or an author may have put some between
   its values, and within an event a line end would end the data. */
void sse_append_json(struct buffer *out, struct text json);

/* Appends an event named `event`; `data` is JSON, or holds no line end. */
void sse_append(struct buffer *out, struct text event, struct text data);

/* Takes the first event off `*events`, with the empty line that ends it; all, where none is there.
 */
struct text sse_next(struct text *events);

#endif
