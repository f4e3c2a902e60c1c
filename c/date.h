/* Dates in UTC (RFC 3339), as milliseconds since 1970. */
#ifndef DATE_H
#define DATE_H

#include "buffer.h"

/* Reads a day, "2027-01-31", as its first moment, or a second, "2027-01-31T10:00:00Z". False if
   `value` is neither, is no real date, or is before 1970. */
bool date_read(struct text value, double *milliseconds);

/* True if `month`, from 1, has such a day in that year. */
bool date_is_day(int year, int month, int day);

/* True for a day and a time of it, to the second or finer, with its offset from UTC: what JSON
   Schema's "date-time" (RFC 3339) and clients alike take, so no leap second and no small letters.
 */
bool date_is_time(struct text value);

/* Appends the time `milliseconds`, cut to the second, "2027-01-31T10:00:00Z", or `exactly`,
   "2027-01-31T10:00:00.123Z"; what is before the year 1, or NaN, is its start, and what is after
   9999 its end. */
void date_append(struct buffer *out, double milliseconds, bool exactly);

#endif
