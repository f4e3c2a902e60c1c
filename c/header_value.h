/* Headers that repeat what the body says (2026-07-28, Streamable HTTP, "Value Encoding" and "Server
   Validation"). */
#ifndef HEADER_VALUE_H
#define HEADER_VALUE_H

#include "arena.h"
#include "errors.h"

/* True if `value` has only what a header may hold: visible ASCII, spaces and tabs. */
bool header_value_is_plain(struct text value);

/* What a header's value stands for: for "=?base64?...?=" what is in it, which belongs to `arena`;
   for any other, `value` itself. False if it is not base64, the value holds what no header may, or
   memory ran out. */
bool header_value_decode(struct text value, struct arena *arena, struct text *decoded);

/* What may be wrong with such a header. */
#define HEADER_VALUE_MISSING " is missing: it repeats what the body says."
#define HEADER_VALUE_UNREADABLE " is neither plain ASCII nor valid base64 between =?base64? and ?=."
#define HEADER_VALUE_DIFFERS " does not match what the body says."

/* The error for the header `name`; `problem` is one of those. */
struct outcome header_value_mismatch(struct arena *arena, struct text name, const char *problem);

#endif
