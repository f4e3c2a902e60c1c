/* Decimal digits and the doubles they stand for, converted exactly, without the libc: its printf
   and strtod are a sixth of the module. */
#ifndef DECIMAL_H
#define DECIMAL_H

#include "buffer.h"

/* The digits that decide which double is nearest: what lies halfway between two has at most 768. */
enum { DECIMAL_DIGITS = 800 };

/* A number of 0 or more: d.ddd times ten to the power of `exponent`. Neither the first digit nor
   the last is 0; the number 0 has no digits, and its `exponent` is 0. */
struct decimal {
    size_t count;
    int exponent;
    char digits[DECIMAL_DIGITS + 1];
};

/* Writes all digits of `number`, which is finite; its sign is left out. */
void decimal_of(double number, struct decimal *exact);

/* Keeps the first `count` digits, rounded half to even. Below 0: none. */
void decimal_round(struct decimal *decimal, int count);

/* Adds one to the digit at `count`, counted from 1, and drops those after it. A 0 before the first
   digit is at 0. */
void decimal_raise(struct decimal *decimal, size_t count);

/* Appends the digits from the place of 10^`from` down to that of 10^`to`, with a point after that
   of 10^`ones` if digits follow, or `pointed`. */
void decimal_append(struct buffer *out, const struct decimal *decimal, int from, int to, int ones,
                    bool pointed);

/* The double nearest to `decimal`, ties to even (IEEE 754, section 4.3.1): infinity for what is too
   large, 0 for what is too small. */
double decimal_nearest(const struct decimal *decimal);

/* Reads the number that `text` begins with into `*number`, rounded as by decimal_nearest. Returns
   its length: 0 if there is none. Takes any number of JSON (RFC 8259, section 6), and also a sign
   +, zeros in front, and a point with digits on one side only. */
size_t decimal_read(struct text text, double *number);

/* The same for a terminated string, with strtod's parameters: cJSON calls it. */
double decimal_strtod(const char *string, char **end);

#endif
