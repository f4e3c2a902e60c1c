/* Dates in UTC (RFC 3339), as milliseconds since 1970. */
#ifndef DATE_H
#define DATE_H

#include "buffer.h"

/* Reads a day, "2027-01-31", as its first moment, or a second, "2027-01-31T10:00:00Z". False where
   `value` is neither, or no such day is. From 1970 on. */
bool date_read(struct text value, double *milliseconds);

/* Appends the second in which `milliseconds` lies, "2027-01-31T10:00:00Z", or exactly that,
   "2027-01-31T10:00:00.123Z"; 1970 for what is before, the end of 9999 for what is after. */
void date_append(struct buffer *out, double milliseconds, bool exactly);

#endif
