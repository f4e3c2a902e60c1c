#include "text.h"

#include <string.h>

#include "scan.h"

struct text text_of(const char *string) {
    return (struct text){string, string == NULL ? 0 : strlen(string)};
}

bool text_equal(struct text left, struct text right) {
    return left.length == right.length && scan_same(left.bytes, right.bytes, left.length);
}

static char lower(char byte) {
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

bool text_equal_ignoring_case(struct text left, struct text right) {
    if (left.length != right.length) return false;
    if (scan_same(left.bytes, right.bytes, left.length)) return true; /* as nearly always */
    for (size_t i = 0; i < left.length; i++) {
        char a = left.bytes[i], b = right.bytes[i];
        if (a != b && lower(a) != lower(b)) return false;
    }
    return true;
}

bool text_equal_secret(const uint8_t *left, const uint8_t *right, size_t length) {
    /* volatile keeps the compiler from leaving the loop early */
    volatile uint8_t difference = 0;
    for (size_t i = 0; i < length; i++) difference = (uint8_t)(difference | (left[i] ^ right[i]));
    return difference == 0;
}

bool text_starts_with(struct text whole, struct text prefix) {
    return whole.length >= prefix.length && scan_same(whole.bytes, prefix.bytes, prefix.length);
}

bool text_take(struct text *rest, struct text prefix) {
    if (!text_starts_with(*rest, prefix)) return false;
    *rest = text_from(*rest, prefix.length);
    return true;
}

struct text text_of_most(const char *string, int most) {
    if (most < 0) return text_of(string);
#ifdef __wasm__
    /* up to SCAN_BYTES at a time: c/wasm.c hands out no memory without that many more after it */
    return (struct text){string, text_find((struct text){string, (size_t)most}, '\0')};
#else
    const char *end =
        memchr(string, '\0', (size_t)most); /* which looks no further than it has to */
    return (struct text){string, end == NULL ? (size_t)most : (size_t)(end - string)};
#endif
}

size_t text_find(struct text whole, char byte) {
    if (whole.length == 0) return 0;
    return (size_t)(scan_byte(whole.bytes, whole.bytes + whole.length, byte) - whole.bytes);
}

bool text_has(struct text bytes, char byte) {
    return text_find(bytes, byte) < bytes.length;
}

bool text_is_visible(struct text text, struct text excluded) {
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.bytes[i];
        if (byte <= ' ' || byte > '~' || text_has(excluded, byte)) return false;
    }
    return true;
}

struct text text_from(struct text whole, size_t start) {
    if (start >= whole.length) return (struct text){NULL, 0};
    return (struct text){whole.bytes + start, whole.length - start};
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct text text_trim(struct text whole) {
    while (whole.length > 0 && is_blank(whole.bytes[0])) {
        whole.bytes++;
        whole.length--;
    }
    while (whole.length > 0 && is_blank(whole.bytes[whole.length - 1])) whole.length--;
    return whole;
}

bool text_next_field(struct text *rest, char separator, struct text *field) {
    if (rest->bytes == NULL) return false;
    /* inline, not by text_find: each line of a head comes through here */
    const char *all = rest->bytes + rest->length;
    size_t end = (size_t)(scan_byte(rest->bytes, all, separator) - rest->bytes);
    *field = (struct text){rest->bytes, end};
    /* NULL marks that the last field was taken: an empty rest is still an (empty) field */
    if (end == rest->length) *rest = (struct text){NULL, 0};
    else *rest = (struct text){rest->bytes + end + 1, rest->length - end - 1};
    return true;
}

bool text_has_field(struct text list, char separator, struct text wanted) {
    struct text field;
    while (text_next_field(&list, separator, &field)) {
        if (text_equal(text_trim(field), wanted)) return true;
    }
    return false;
}

bool text_is_alphanumeric(char byte) {
    char lower = (char)(byte | 0x20);
    return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9');
}

int text_hex_digit(char byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    char letter = (char)(byte | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

char *text_digits(uint64_t value, unsigned base, char *end) {
    do {
        *--end = "0123456789abcdef"[value % base];
        value /= base;
    } while (value > 0);
    return end;
}

bool text_to_number(struct text digits, uint64_t *value) {
    uint64_t sum = 0;
    for (size_t i = 0; i < digits.length; i++) {
        if (digits.bytes[i] < '0' || digits.bytes[i] > '9') return false;
        if (sum < TEXT_NUMBER_HIGH) sum = sum * 10 + (uint64_t)(digits.bytes[i] - '0');
    }
    *value = sum;
    return digits.length > 0;
}

int text_compare(struct text left, struct text right) {
    size_t shorter = left.length < right.length ? left.length : right.length;
    int order = shorter == 0 ? 0 : memcmp(left.bytes, right.bytes, shorter);
    return order != 0 ? order : (left.length > right.length) - (left.length < right.length);
}
