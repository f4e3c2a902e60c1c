#include "base64.h"

size_t base64url_decoded_size(size_t length) {
    return length % 4 == 1 ? SIZE_MAX : length / 4 * 3 + (length % 4 == 0 ? 0 : length % 4 - 1);
}

static int digit_value(char digit) {
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    return digit == '-' ? 62 : digit == '_' ? 63 : -1;
}

bool base64url_decode(struct text digits, uint8_t *bytes) {
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < digits.length; i++) {
        int value = digit_value(digits.bytes[i]);
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
