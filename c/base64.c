#include "base64.h"

size_t base64url_decoded_size(size_t length) {
    return length % 4 == 1 ? SIZE_MAX : length / 4 * 3 + (length % 4 == 0 ? 0 : length % 4 - 1);
}

/* -1 if it is none. Without a branch: random digits would have it guessed wrong at every other. */
static int digit_value(char digit, const char *last_two) {
    unsigned upper = (unsigned)digit - 'A', lower = (unsigned)digit - 'a',
             number = (unsigned)digit - '0';
    unsigned above = (upper < 26) * (upper + 1) + (lower < 26) * (lower + 27) +
                     (number < 10) * (number + 53) + (digit == last_two[0]) * 63u +
                     (digit == last_two[1]) * 64u;
    return (int)above - 1;
}

/* Decodes digits without padding; 62 and 63 are written as `last_two`. */
static bool decode(struct text digits, const char *last_two, uint8_t *bytes) {
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < digits.length; i++) {
        int value = digit_value(digits.bytes[i], last_two);
        if (value < 0) return false;
        bits = bits << 6 | (uint32_t)value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            *bytes++ = (uint8_t)(bits >> count);
            bits &= (1u << count) - 1;
        }
    }
    return count < 6 && bits == 0;
}

bool base64url_decode(struct text digits, uint8_t *bytes) {
    return decode(digits, "-_", bytes);
}

bool base64_decode(struct text digits, uint8_t *bytes, size_t *size) {
    if (digits.length % 4 != 0) return false;
    for (int padding = 0; padding < 2 && digits.length > 0; padding++) {
        if (digits.bytes[digits.length - 1] == '=') digits.length--;
    }
    *size = base64url_decoded_size(digits.length);
    return *size != SIZE_MAX && decode(digits, "+/", bytes);
}
