#include "date.h"

/* Takes `count` digits and `behind` (NUL: nothing) off the front of `*rest`. */
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

/* Days from 1970-01-01 to a day of the Gregorian calendar, years counted from March on. */
static int64_t days_since_1970(int year, int month, int day) {
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
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

/* Appends `number` with as many digits as `digits`, zeros before it. */
static void append_digits(struct buffer *out, int64_t number, size_t digits) {
    char text[8];
    for (size_t i = digits; i > 0; i--, number /= 10) text[i - 1] = (char)('0' + number % 10);
    buffer_append(out, (struct text){text, digits});
}

/* The day that is `days` after 1970-01-01: the inverse of days_since_1970, of which it is known in
   which year it can be. */
static void append_day(struct buffer *out, int64_t days) {
    int year = (int)(1970 + days / 366), month = 12;
    while (days_since_1970(year + 1, 1, 1) <= days) year++;
    while (month > 1 && days_since_1970(year, month, 1) > days) month--;
    append_digits(out, year, 4);
    buffer_append(out, TEXT("-"));
    append_digits(out, month, 2);
    buffer_append(out, TEXT("-"));
    append_digits(out, days - days_since_1970(year, month, 1) + 1, 2);
}

void date_append(struct buffer *out, double milliseconds) {
    static const double latest = 253402300799999.0; /* the end of the year 9999 */
    if (!(milliseconds > 0)) milliseconds = 0;
    if (milliseconds > latest) milliseconds = latest;
    int64_t seconds = (int64_t)(milliseconds / 1000), of_day = seconds % 86400;
    const int64_t parts[] = {of_day / 3600, of_day / 60 % 60, of_day % 60};
    append_day(out, seconds / 86400);
    for (size_t i = 0; i < 3; i++) {
        buffer_append(out, i == 0 ? TEXT("T") : TEXT(":"));
        append_digits(out, parts[i], 2);
    }
    buffer_append(out, TEXT("Z"));
}
