/* Bytes written one after the other into a request's arena. Failure is the arena's `exhausted`:
   once that is set, appending does nothing, so a writer checks once, at its end. */
#ifndef BUFFER_H
#define BUFFER_H

#include "arena.h"
#include "text.h"

/* The bytes belong to the arena; they may move while the buffer still grows. */
struct buffer {
    struct arena *arena;
    char *bytes;
    size_t length;
    size_t capacity;
};

/* An empty buffer in `arena`, with room for `capacity` bytes (0: room is made when needed). */
struct buffer buffer_in(struct arena *arena, size_t capacity);

/* What has been written so far. Valid until the next append, and after the last one until the
   arena is reset. */
struct text buffer_text(const struct buffer *buffer);

/* Appends the bytes of `text`. */
void buffer_append(struct buffer *buffer, struct text text);

/* Appends `count` texts one after the other: BUFFER_APPEND(b, x, y). Unrolled, it needs no array,
   which made every upload larger (tests/bench/FINDINGS.md). */
static inline __attribute__((always_inline)) void
buffer_append_all(struct buffer *buffer, const struct text *texts, size_t count) {
#pragma GCC unroll 16
    for (size_t i = 0; i < count; i++) buffer_append(buffer, texts[i]);
}
#define BUFFER_APPEND(buffer, ...)                                                                 \
    buffer_append_all((buffer), (const struct text[]){__VA_ARGS__},                                \
                      sizeof((const struct text[]){__VA_ARGS__}) / sizeof(struct text))

/* Appends a comma, unless a JSON object or array was just opened. */
void buffer_separate(struct buffer *buffer);

/* Appends `value` in decimal. */
void buffer_append_integer(struct buffer *buffer, int64_t value);

/* Appends `text`, which is valid UTF-8, as a JSON string with its quotes (RFC 8259, section 7). */
void buffer_append_json_string(struct buffer *buffer, struct text text);

/* Appends `key`, valid UTF-8, as that of an object's next member: a comma unless it is the first,
   the key as a JSON string, and a colon. */
void buffer_append_key(struct buffer *buffer, struct text key);

/* Appends a member whose value is a string; `name` is all that precedes the value (",\"uri\":"). */
void buffer_append_member(struct buffer *buffer, struct text name, struct text value);

/* Appends `text` with & < > " ' as character references, for HTML text and attribute values. */
void buffer_append_html(struct buffer *buffer, struct text text);

/* Appends `size` bytes in base64url without padding (RFC 4648, section 5). */
void buffer_append_base64url(struct buffer *buffer, const uint8_t *bytes, size_t size);

/* Appends `size` bytes in base64 with padding (RFC 4648, section 4). */
void buffer_append_base64(struct buffer *buffer, const uint8_t *bytes, size_t size);

#endif
