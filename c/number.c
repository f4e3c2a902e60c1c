#include "number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds one to the last digit of "d.ddde+x". */
static void raise_last(char *scientific) {
    char *at = strchr(scientific, 'e');
    while (--at > scientific && (*at == '9' || *at == '.')) {
        if (*at == '9') *at = '0';
    }
    ++*at;
}

/* Writes the shortest digits of `number`, above 0, as "d.ddde+x". Any decimal of up to 15 digits
   survives a double, so 15 are tried first; below DBL_MIN a double holds fewer. The doubles above a
   power of two lie twice as far apart as those below: there the digits that read back may be the
   next above the nearest. */
static void shortest(double number, char out[NUMBER_TEXT_BYTES]) {
    int exponent;
    bool power_of_two = frexp(number, &exponent) <= 0.5;
    for (int digits = number < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        snprintf(out, NUMBER_TEXT_BYTES, "%.*e", digits - 1, number);
        if (strtod(out, NULL) == number) return;
        if (power_of_two) raise_last(out);
        if (power_of_two && strtod(out, NULL) == number) return;
    }
}

/* Takes "d.ddde+x" apart into its digits, without zeros at the end, and the exponent x. */
static size_t split(const char *scientific, char digits[NUMBER_TEXT_BYTES], int *exponent) {
    const char *mark = strchr(scientific, 'e');
    size_t count = 0;
    for (const char *at = scientific; at < mark; at++) {
        if (*at != '.') digits[count++] = *at;
    }
    while (count > 1 && digits[count - 1] == '0') count--;
    int magnitude = 0;
    for (const char *at = mark + 2; *at != '\0'; at++) magnitude = magnitude * 10 + (*at - '0');
    *exponent = mark[1] == '-' ? -magnitude : magnitude;
    return count;
}

static char *put(char *out, const char *bytes, size_t count) {
    memcpy(out, bytes, count);
    return out + count;
}

static char *put_zeros(char *out, int count) {
    for (; count > 0; count--) *out++ = '0';
    return out;
}

/* Places the point as JavaScript does: plain from 1e-7 up to 1e21, else scientific. */
static char *place(char *out, const char *digits, size_t count, int exponent) {
    int point = exponent + 1, length = (int)count;
    if (point > 21 || point <= -6) {
        *out++ = digits[0];
        if (count > 1) *out++ = '.';
        out = put(out, digits + 1, count - 1);
        return out + snprintf(out, 8, "e%+d", exponent);
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
    /* most sums are small whole numbers, which need no search */
    if (fabs(number) < 1e15 && number == (double)(long long)number) {
        return (size_t)snprintf(out, NUMBER_TEXT_BYTES, "%lld", (long long)number);
    }
    char scientific[NUMBER_TEXT_BYTES], digits[NUMBER_TEXT_BYTES], *at = out;
    int exponent;
    shortest(fabs(number), scientific);
    size_t count = split(scientific, digits, &exponent);
    if (number < 0) *at++ = '-';
    at = place(at, digits, count, exponent);
    *at = '\0';
    return (size_t)(at - out);
}

void number_append(struct buffer *out, double number) {
    char digits[NUMBER_TEXT_BYTES];
    size_t length = number_print(number, digits);
    buffer_append(out, isfinite(number) ? (struct text){digits, length} : TEXT("null"));
}
