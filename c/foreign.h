/* Included before third-party sources' own headers: our limits, our strtod instead of the libc's,
   and memory from the request's arena (tree.c). */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stdio.h>
#include <stdlib.h>

#include "decimal.h"
#include "limits.h"

#define strtod decimal_strtod
#undef CJSON_NESTING_LIMIT /* tree.c has included cJSON.h before */
#define CJSON_NESTING_LIMIT LIMIT_JSON_DEPTH

void *tree_allocate(size_t size);
void tree_release(void *memory);
#define malloc tree_allocate
#define free tree_release
#define realloc NULL /* only printing would call it */

/* cJSON only reads here, so the linker leaves out what prints; but merely naming these functions
   would bring in the libc's files. Nobody defines the replacements: whoever calls cJSON_Print is
   told by the linker. */
#ifdef __wasm__
int cjson_is_for_reading_only(char *out, const char *format, ...);
int cjson_is_for_reading_only_too(const char *text, const char *format, ...);
#define sprintf cjson_is_for_reading_only
#define sscanf cjson_is_for_reading_only_too
#endif

#endif
