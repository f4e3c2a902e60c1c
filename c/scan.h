/* Skipping text, sixteen bytes at a time, up to one of the few bytes that matter. In GNU C's
   vectors: SIMD128 in the module, SSE2 or NEON natively. The same code on every machine, so what is
   tested is what is served. */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A comparison of these marks a byte by setting all its bits. */
typedef uint8_t scan_bytes __attribute__((vector_size(16)));

enum { SCAN_BYTES = sizeof(scan_bytes) };

static inline scan_bytes scan_load(const char *at) {
    scan_bytes bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

/* The index of the first marked byte; SCAN_BYTES if there is none. */
static inline size_t scan_first(scan_bytes marks) {
#ifdef __wasm_simd128__ /* has an instruction for it */
    typedef signed char lanes __attribute__((vector_size(16)));
    uint32_t bits = __builtin_wasm_bitmask_i8x16((lanes)marks);
    return bits == 0 ? SCAN_BYTES : (size_t)__builtin_ctz(bits);
#else
    uint64_t halves[2];
    memcpy(halves, &marks, sizeof marks);
    if ((halves[0] | halves[1]) == 0) return SCAN_BYTES;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    halves[0] = __builtin_bswap64(halves[0]);
    halves[1] = __builtin_bswap64(halves[1]);
#endif
    if (halves[0] != 0) return (size_t)__builtin_ctzll(halves[0]) / 8;
    return 8 + (size_t)__builtin_ctzll(halves[1]) / 8;
#endif
}

static inline scan_bytes scan_equal(scan_bytes bytes, char byte) {
    return (scan_bytes)(bytes == (scan_bytes){0} + (uint8_t)byte);
}

/* Marks the bytes that a JSON string escapes: control characters, quotes and backslashes (RFC 8259,
   section 7). */
static inline scan_bytes scan_escaped(scan_bytes bytes) {
    scan_bytes control = (scan_bytes)(bytes < (scan_bytes){0} + 0x20);
    return control | scan_equal(bytes, '"') | scan_equal(bytes, '\\');
}

/* True for one of those. */
static inline bool scan_is_escaped(char byte) {
    return (unsigned char)byte < 0x20 || byte == '"' || byte == '\\';
}

/* The first byte at or after `at` that a JSON string escapes, or `end`. */
static inline const char *scan_plain(const char *at, const char *end) {
    for (; end - at >= SCAN_BYTES; at += SCAN_BYTES) {
        size_t plain = scan_first(scan_escaped(scan_load(at)));
        if (plain < SCAN_BYTES) return at + plain;
    }
    while (at < end && !scan_is_escaped(*at)) at++;
    return at;
}

/* Copies to `to` what precedes that byte; returns how many bytes. `to` has room for all up to
   `end`, and what follows the copy may be overwritten. */
static inline size_t scan_copy_plain(char *to, const char *at, const char *end) {
    const char *start = at;
    for (; end - at >= SCAN_BYTES; at += SCAN_BYTES, to += SCAN_BYTES) {
        scan_bytes bytes = scan_load(at);
        memcpy(to, &bytes, sizeof bytes);
        size_t plain = scan_first(scan_escaped(bytes));
        if (plain < SCAN_BYTES) return (size_t)(at - start) + plain;
    }
    for (; at < end && !scan_is_escaped(*at); at++) *to++ = *at;
    return (size_t)(at - start);
}

/* The first byte at or after `at` that is not ASCII, or `end`. */
static inline const char *scan_ascii(const char *at, const char *end) {
    for (; end - at >= SCAN_BYTES; at += SCAN_BYTES) {
        size_t ascii = scan_first(scan_load(at) & ((scan_bytes){0} + 0x80));
        if (ascii < SCAN_BYTES) return at + ascii;
    }
    while (at < end && (unsigned char)*at < 0x80) at++;
    return at;
}

/* The first `byte` at or after `at`, or `end`. */
static inline const char *scan_byte(const char *at, const char *end, char byte) {
    for (; end - at >= SCAN_BYTES; at += SCAN_BYTES) {
        size_t others = scan_first(scan_equal(scan_load(at), byte));
        if (others < SCAN_BYTES) return at + others;
    }
    while (at < end && *at != byte) at++;
    return at;
}

/* True if the `count` bytes at `left` and at `right` are the same: eight at a time, where the
   libc's memcmp on WebAssembly compares one. */
static inline bool scan_same(const char *left, const char *right, size_t count) {
    uint64_t a, b;
    if (count < sizeof a) {
        while (count > 0 && *left == *right) left++, right++, count--;
        return count == 0;
    }
    for (size_t at = 0;; at += sizeof a) {
        if (at > count - sizeof a) at = count - sizeof a; /* the last eight, some of them again */
        memcpy(&a, left + at, sizeof a);
        memcpy(&b, right + at, sizeof b);
        if (a != b || at == count - sizeof a) return a == b;
    }
}

#endif
