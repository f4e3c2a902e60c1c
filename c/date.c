#include "date.h"

/* Takes `count` digits and then `behind` (NUL: nothing) off the front of `*rest`. */
static bool take_digits(struct text *rest, size_t count, char behind, int *number) {
    size_t length = count + (behind != '\0');
    *number = 0;
    if (rest->length < length) return false;
    for (size_t i = 0; i < count; i++) {
        if (rest->bytes[i] < '0' || rest->bytes[i] > '9') return false;
        *number = *number * 10 + (rest->bytes[i] - '0');
    }
    bool follows = behind == '\0' || rest->bytes[count] == behind;
    *rest = text_from(*rest, length);
    return follows;
}

enum { DAYS_TO_1970 = 719468 }; /* from 0000-03-01 */

/* Days from 1970-01-01 to a day of the Gregorian calendar, with years counted from March. */
static int64_t days_since_1970(int year, int month, int day) {
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - DAYS_TO_1970;
}

bool date_read(struct text value, double *milliseconds) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day, hour = 0, minute = 0, second = 0;
    if (!take_digits(&value, 4, '-', &year) || !take_digits(&value, 2, '-', &month) ||
        !take_digits(&value, 2, value.length > 2 ? 'T' : '\0', &day)) {
        return false;
    }
    if (value.length > 0 &&
        (!take_digits(&value, 2, ':', &hour) || !take_digits(&value, 2, ':', &minute) ||
         !take_digits(&value, 2, 'Z', &second) || value.length > 0)) {
        return false;
    }
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > days[month - 1] + (month == 2 && leap) || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    *milliseconds =
        (((double)days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60000.0 +
        second * 1000.0;
    return true;
}

static void append_digits(struct buffer *out, int64_t value, size_t count) {
    char digits[4];
    for (size_t i = count; i > 0; i--, value /= 10) digits[i - 1] = (char)('0' + value % 10);
    buffer_append(out, (struct text){digits, count});
}

/* Appends the day that is `day` days after 0000-03-01. Here, too, years begin in March; they are
   counted in eras of 400. */
static void append_day(struct buffer *out, int64_t day) {
    int64_t era = day / 146097, of_era = day % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    append_digits(out, era * 400 + year + (month >= 10), 4);
    buffer_append(out, TEXT("-"));
    append_digits(out, month < 10 ? month + 3 : month - 9, 2);
    buffer_append(out, TEXT("-"));
    append_digits(out, of_year - (153 * month + 2) / 5 + 1, 2);
}

void date_append(struct buffer *out, double milliseconds, bool exactly) {
    static const double earliest = -62135596800000.0; /* the start of the year 1 */
    static const double latest = 253402300799999.0;   /* the end of the year 9999 */
    if (!(milliseconds > earliest)) milliseconds = earliest;
    if (milliseconds > latest) milliseconds = latest;
    int64_t whole = (int64_t)(milliseconds + (double)DAYS_TO_1970 * 86400000);
    int64_t within = whole % 86400000;
    append_day(out, whole / 86400000);
    buffer_append(out, TEXT("T"));
    append_digits(out, within / 3600000, 2);
    buffer_append(out, TEXT(":"));
    append_digits(out, within / 60000 % 60, 2);
    buffer_append(out, TEXT(":"));
    append_digits(out, within / 1000 % 60, 2);
    if (exactly) {
        buffer_append(out, TEXT("."));
        append_digits(out, within % 1000, 3);
    }
    buffer_append(out, TEXT("Z"));
}
