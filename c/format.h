/* printf for what tools say, into a buffer and without the libc's. */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdarg.h>

#include "buffer.h"

/* Appends what printf makes of `format` and `values` (C17, 7.21.6.1, in the "C" locale), limited in
   length only by the arena. %s of NULL is "(null)", %p is hexadecimal with 0x. Not supported are
   %a, %A, the length L, and l of %c and %s: they take their value and append "?". %n takes its
   pointer and writes nothing. What is no conversion stays as it is. */
__attribute__((format(printf, 2, 0))) void format_append(struct buffer *out, const char *format,
                                                         va_list values);

#endif
