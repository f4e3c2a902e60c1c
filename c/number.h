/* Numbers as JavaScript prints them (ECMA-262, Number::toString, radix 10). */
#ifndef NUMBER_H
#define NUMBER_H

#include "buffer.h"

/* 2^53 - 1: a double holds each integer up to it, and no other number reads as the same one. */
#define NUMBER_LARGEST_INTEGER 9007199254740991.0

/* Appends `number` in the shortest digits that read back as the same double. */
void number_print(struct buffer *out, double number);

/* Appends `number` as JSON; null if it is not finite. */
void number_append(struct buffer *out, double number);

#endif
