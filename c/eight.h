/* Text, eight bytes at a time: for whoever looks for the few bytes that a JSON string cannot hold
   as they are. The same code on every machine, so what is tested natively is what is served. */
#ifndef EIGHT_H
#define EIGHT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { EIGHT = sizeof(uint64_t) };

#define EIGHT_TIMES(byte) (UINT64_C(0x0101010101010101) * (byte))
#define EIGHT_TOPS EIGHT_TIMES(0x80)

/* The eight bytes at `at`, the first of them the lowest. */
static inline uint64_t eight_load(const char *at) {
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

/* The top bits of those bytes of `eight` that a JSON string escapes: control characters, quotes and
   backslashes (RFC 8259, section 7). Exact up to the first; 0 where there is none. */
static inline uint64_t eight_escaped(uint64_t eight) {
    /* "a byte is 0", and "a byte is less", on eight at once: the borrow of the first that is goes
       on into those behind it */
    uint64_t quote = eight ^ EIGHT_TIMES('"'), slash = eight ^ EIGHT_TIMES('\\');
    uint64_t below =
        (quote - EIGHT_TIMES(1)) | (slash - EIGHT_TIMES(1)) | (eight - EIGHT_TIMES(0x20));
    return below & ~eight & EIGHT_TOPS;
}

/* The index of the first byte whose top bit is in `tops`, which is not 0. */
static inline size_t eight_first(uint64_t tops) {
    return (size_t)__builtin_ctzll(tops) / 8;
}

/* True for a byte that eight_escaped finds. */
static inline int eight_is_escaped(char byte) {
    return (unsigned char)byte < 0x20 || byte == '"' || byte == '\\';
}

/* The first byte at or behind `at` that a JSON string escapes, or `end`. */
static inline const char *eight_plain_end(const char *at, const char *end) {
    for (; end - at >= EIGHT; at += EIGHT) {
        uint64_t escaped = eight_escaped(eight_load(at));
        if (escaped != 0) return at + eight_first(escaped);
    }
    while (at < end && !eight_is_escaped(*at)) at++;
    return at;
}

/* Copies to `to` what comes before that byte; gives how many bytes. `to` has room for all up to
   `end`, and what lies behind the copy may be overwritten. */
static inline size_t eight_copy_plain(char *to, const char *at, const char *end) {
    const char *start = at;
    for (; end - at >= EIGHT; at += EIGHT, to += EIGHT) {
        uint64_t escaped = eight_escaped(eight_load(at));
        memcpy(to, at, EIGHT);
        if (escaped != 0) return (size_t)(at - start) + eight_first(escaped);
    }
    for (; at < end && !eight_is_escaped(*at); at++) *to++ = *at;
    return (size_t)(at - start);
}

#endif
