#include "number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

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

/* Prints the shortest digits of `number`, with the point where JavaScript places it: plain from
   1e-6 up to below 1e21, else scientific. */
APART static void print_shortest(struct buffer *out, double number) {
    struct decimal digits;
    shortest(number, &digits);
    int first = digits.exponent, last = first + 1 - (int)digits.count;
    if (first < -6 || first >= 21) {
        decimal_append(out, &digits, first, last, first, false);
        buffer_append(out, first < 0 ? TEXT("e") : TEXT("e+"));
        buffer_append_integer(out, first);
    } else {
        decimal_append(out, &digits, first > 0 ? first : 0, last < 0 ? last : 0, 0, false);
    }
}

void number_print(struct buffer *out, double number) {
    if (isnan(number)) {
        buffer_append(out, TEXT("NaN"));
        return;
    }
    if (number < 0) buffer_append(out, TEXT("-"));
    number = fabs(number);
    if (isinf(number)) {
        buffer_append(out, TEXT("Infinity"));
    } else if (number < 1e15 && number == (double)(int64_t)number) {
        /* most sums are small whole numbers, which need no search */
        buffer_append_integer(out, (int64_t)number);
    } else {
        print_shortest(out, number);
    }
}

void number_append(struct buffer *out, double number) {
    if (isfinite(number)) number_print(out, number);
    else buffer_append(out, TEXT("null"));
}
