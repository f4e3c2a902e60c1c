#include "buffer.h"

#include <string.h>

#include "scan.h"

struct buffer buffer_in(struct arena *arena, size_t capacity) {
    struct buffer buffer = {arena, NULL, 0, 0};
    if (capacity > 0) {
        buffer.bytes = arena_allocate(arena, capacity);
        if (buffer.bytes != NULL) buffer.capacity = capacity;
    }
    return buffer;
}

struct text buffer_text(const struct buffer *buffer) {
    return (struct text){buffer->bytes, buffer->length};
}

/* Room for `size` more bytes, or NULL; the caller writes them and adds to `length`. */
static char *reserve(struct buffer *buffer, size_t size) {
    if (buffer->arena->exhausted) return NULL;
    if (size > buffer->capacity - buffer->length) {
        size_t wanted = buffer->capacity < 128 ? 256 : buffer->capacity * 2;
        if (size > buffer->arena->limit) size = buffer->arena->limit;
        if (wanted - buffer->length < size) wanted = buffer->length + size;
        char *grown = arena_grow(buffer->arena, buffer->bytes, buffer->capacity, wanted);
        if (grown == NULL) return NULL;
        buffer->bytes = grown;
        buffer->capacity = wanted;
    }
    return buffer->bytes + buffer->length;
}

void buffer_append(struct buffer *buffer, struct text text) {
    if (text.length == 0) return;
    char *room = reserve(buffer, text.length);
    if (room == NULL) return;
    memcpy(room, text.bytes, text.length);
    buffer->length += text.length;
}

void buffer_separate(struct buffer *buffer) {
    char last = buffer->length > 0 ? buffer->bytes[buffer->length - 1] : '{';
    if (last != '{' && last != '[') buffer_append(buffer, TEXT(","));
}

void buffer_append_integer(struct buffer *buffer, int64_t value) {
    char digits[24], *end = digits + sizeof digits;
    char *at = text_digits(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, end);
    if (value < 0) *--at = '-';
    buffer_append(buffer, (struct text){at, (size_t)(end - at)});
}

enum { ESCAPE_BYTES = sizeof "\\u001f" - 1 };

/* Writes the escape of a byte that a JSON string escapes. `out` has room for ESCAPE_BYTES; returns
   how many the escape takes. */
static size_t write_escape(char *out, unsigned char byte) {
    static const char hex[] = "0123456789abcdef";
    static const char kinds[0x20 + 1] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";
    char kind = byte < 0x20 ? kinds[byte] : (char)byte;
    const char escape[ESCAPE_BYTES] = {'\\', kind, '0', '0', hex[byte >> 4], hex[byte & 15]};
    memcpy(out, escape, ESCAPE_BYTES); /* with a constant size this is no call */
    return kind == 'u' ? ESCAPE_BYTES : 2;
}

void buffer_append_json_string(struct buffer *buffer, struct text text) {
    buffer_append(buffer, TEXT("\""));
    while (text.length > 0) {
        /* most text has few escapes, so the buffer grows once */
        char *room = reserve(buffer, text.length + text.length / 8 + ESCAPE_BYTES);
        if (room == NULL) return;
        size_t taken = scan_copy_plain(room, text.bytes, text.bytes + text.length);
        buffer->length += taken;
        if (taken < text.length) {
            buffer->length += write_escape(room + taken, (unsigned char)text.bytes[taken]);
            taken++;
        }
        text = text_from(text, taken);
    }
    buffer_append(buffer, TEXT("\""));
}

void buffer_append_key(struct buffer *buffer, struct text key) {
    buffer_separate(buffer);
    buffer_append_json_string(buffer, key);
    buffer_append(buffer, TEXT(":"));
}

void buffer_append_member(struct buffer *buffer, struct text name, struct text value) {
    buffer_append(buffer, name);
    buffer_append_json_string(buffer, value);
}

void buffer_append_html(struct buffer *buffer, struct text text) {
    static const struct {
        char byte;
        struct text reference;
    } references[] = {{'&', TEXT_INITIALIZER("&amp;")},
                      {'<', TEXT_INITIALIZER("&lt;")},
                      {'>', TEXT_INITIALIZER("&gt;")},
                      {'"', TEXT_INITIALIZER("&quot;")},
                      {'\'', TEXT_INITIALIZER("&#39;")}};
    for (size_t i = 0; i < text.length; i++) {
        struct text one = {text.bytes + i, 1};
        for (size_t row = 0; row < sizeof references / sizeof *references; row++) {
            if (references[row].byte == text.bytes[i]) one = references[row].reference;
        }
        buffer_append(buffer, one);
    }
}

/* The alphabet's letters and digits: smaller than a table of them. Without a branch: random
   bytes would have it guessed wrong at every other digit. */
static char digit_of(uint32_t value) {
    const uint32_t to_small = 'a' - 26 - 'A', to_digits = 'a' - 26 - '0' + 52;
    return (char)('A' + value + (value >= 26) * to_small - (value >= 52) * to_digits);
}

/* Appends digits without padding; the alphabet ends in `last_two`. */
static void append_digits(struct buffer *buffer, const uint8_t *bytes, size_t size,
                          const char *last_two) {
    if (size > SIZE_MAX / 4) size = SIZE_MAX / 4; /* more than any arena has: reserve refuses it */
    char *room = reserve(buffer, (size / 3 + 1) * 4);
    if (room == NULL) return;
    char *out = room;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i < 3 ? size - i : 3;
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (left > 1) group |= (uint32_t)bytes[i + 1] << 8;
        if (left > 2) group |= bytes[i + 2];
        for (size_t digit = 0; digit <= left; digit++) {
            uint32_t value = group >> (18 - 6 * digit) & 63;
            *out++ = value < 62 ? digit_of(value) : last_two[value - 62];
        }
    }
    buffer->length += (size_t)(out - room);
}

void buffer_append_base64url(struct buffer *buffer, const uint8_t *bytes, size_t size) {
    append_digits(buffer, bytes, size, "-_");
}

void buffer_append_base64(struct buffer *buffer, const uint8_t *bytes, size_t size) {
    append_digits(buffer, bytes, size, "+/");
    if (size % 3 != 0) buffer_append(buffer, size % 3 == 1 ? TEXT("==") : TEXT("="));
}
