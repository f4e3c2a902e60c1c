/* Numbers as JavaScript prints them (ECMA-262, Number::toString, radix 10). */
#ifndef NUMBER_H
#define NUMBER_H

#include "buffer.h"

enum { NUMBER_TEXT_BYTES = 32 };

/* Writes `number` and a NUL into `out`; returns the length without the NUL. The shortest digits
   that read back as the same double. */
size_t number_print(double number, char out[NUMBER_TEXT_BYTES]);

/* Appends `number` as JSON has it: null for what is not finite. */
void number_append(struct buffer *out, double number);

#endif
