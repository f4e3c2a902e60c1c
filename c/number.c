#include "number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "decimal.h"

/* Writes the shortest digits of `number`, which is above 0. Any decimal of up to 15 digits survives
   in a double, so 15 are tried first; below DBL_MIN a double holds fewer. The doubles above a power
   of two lie twice as far apart as those below it: there, the digits that read back may be the next
   ones above the nearest. */
static void shortest(double number, struct decimal *out) {
    int exponent;
    struct decimal exact;
    bool power_of_two = frexp(number, &exponent) <= 0.5;
    decimal_of(number, &exact);
    for (int digits = number < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        *out = exact;
        decimal_round(out, digits);
        if (decimal_nearest(out) == number) return;
        if (power_of_two) decimal_raise(out, (size_t)digits);
        if (power_of_two && decimal_nearest(out) == number) return;
    }
}

static char *put(char *out, const char *bytes, size_t count) {
    memcpy(out, bytes, count);
    return out + count;
}

static char *put_zeros(char *out, int count) {
    for (; count > 0; count--) *out++ = '0';
    return out;
}

static char *put_integer(char *out, uint64_t value) {
    char digits[20], *end = digits + sizeof digits, *first = text_digits(value, 10, end);
    return put(out, first, (size_t)(end - first));
}

static char *put_exponent(char *out, int exponent) {
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    return put_integer(out, (uint64_t)(exponent < 0 ? -exponent : exponent));
}

/* Places the point as JavaScript does: plain from 1e-6 up to below 1e21, else scientific. */
static char *place(char *out, const char *digits, size_t count, int exponent) {
    int point = exponent + 1, length = (int)count;
    if (point > 21 || point <= -6) {
        *out++ = digits[0];
        if (count > 1) *out++ = '.';
        out = put(out, digits + 1, count - 1);
        return put_exponent(out, exponent);
    }
    if (point <= 0) {
        out = put_zeros(put(out, "0.", 2), -point);
        return put(out, digits, count);
    }
    if (point >= length) return put_zeros(put(out, digits, count), point - length);
    out = put(out, digits, (size_t)point);
    *out++ = '.';
    return put(out, digits + point, count - (size_t)point);
}

static size_t print_word(const char *word, char out[NUMBER_TEXT_BYTES]) {
    size_t length = strlen(word);
    memcpy(out, word, length + 1);
    return length;
}

size_t number_print(double number, char out[NUMBER_TEXT_BYTES]) {
    if (isnan(number)) return print_word("NaN", out);
    if (isinf(number)) return print_word(number < 0 ? "-Infinity" : "Infinity", out);
    if (number == 0) return print_word("0", out);
    char *at = out;
    if (number < 0) *at++ = '-';
    number = fabs(number);
    if (number < 1e15 && number == (double)(uint64_t)number) {
        /* most sums are small whole numbers, which need no search */
        at = put_integer(at, (uint64_t)number);
    } else {
        struct decimal decimal;
        shortest(number, &decimal);
        at = place(at, decimal.digits, decimal.count, decimal.exponent);
    }
    *at = '\0';
    return (size_t)(at - out);
}

void number_append(struct buffer *out, double number) {
    char digits[NUMBER_TEXT_BYTES];
    size_t length = number_print(number, digits);
    buffer_append(out, isfinite(number) ? (struct text){digits, length} : TEXT("null"));
}
