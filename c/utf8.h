/* UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above U+10FFFF. */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* The length, 1 to 4, of the valid sequence at `at`, of which `size` bytes may be read; 0 if it is
   not valid. */
size_t utf8_sequence(const char *at, size_t size);

/* The length of what is valid at the start of `text`: all of it, or up to the first sequence that
   is not. */
size_t utf8_valid(struct text text);

/* Writes the code point `point`, no surrogate and at most U+10FFFF, into `out` (4 bytes); returns
   how many bytes it took. */
size_t utf8_encode(uint32_t point, char *out);

#endif
