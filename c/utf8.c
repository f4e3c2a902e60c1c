#include "utf8.h"

#include "scan.h"

size_t utf8_sequence(const char *at, size_t size) {
    const unsigned char *byte = (const unsigned char *)at;
    if (size == 0) return 0;
    if (byte[0] < 0x80) return 1;
    size_t length = byte[0] >= 0xc2 && byte[0] <= 0xdf   ? 2
                    : byte[0] >= 0xe0 && byte[0] <= 0xef ? 3
                    : byte[0] >= 0xf0 && byte[0] <= 0xf4 ? 4
                                                         : 0;
    if (length == 0 || length > size) return 0;
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80) return 0;
    }
    /* the second byte rules out overlong forms, surrogates, and anything above U+10FFFF */
    if (byte[0] == 0xe0 && byte[1] < 0xa0) return 0;
    if (byte[0] == 0xed && byte[1] > 0x9f) return 0;
    if (byte[0] == 0xf0 && byte[1] < 0x90) return 0;
    if (byte[0] == 0xf4 && byte[1] > 0x8f) return 0;
    return length;
}

size_t utf8_valid(struct text text) {
    const char *at = text.bytes, *end = at + text.length;
    while ((at = scan_ascii(at, end)) < end) {
        size_t length = utf8_sequence(at, (size_t)(end - at));
        if (length == 0) break;
        at += length;
    }
    return (size_t)(at - text.bytes);
}

size_t utf8_encode(uint32_t point, char *out) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(leads[length] | point);
    return length;
}
