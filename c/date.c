#include "date.h"

/* Takes what `form` shows off the front of `*rest`: for each 0 a digit, which it appends to the
   number at `at`; for anything else that byte, with which the next number begins. */
static bool take(struct text *rest, const char *form, int *at) {
    for (; *form != '\0'; form++, *rest = text_from(*rest, 1)) {
        char byte = rest->length > 0 ? rest->bytes[0] : '\0';
        if (*form != '0') {
            if (byte != *form) return false;
            at++;
        } else {
            if (byte < '0' || byte > '9') return false;
            *at = *at * 10 + (byte - '0');
        }
    }
    return true;
}

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, NUMBERS };

bool date_is_day(int year, int month, int day) {
    static const char days[] = "\37\34\37\36\37\36\37\37\36\37\36\37";
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

static bool is_real(const int at[NUMBERS]) {
    return date_is_day(at[YEAR], at[MONTH], at[DAY]) && at[HOUR] <= 23 && at[MINUTE] <= 59 &&
           at[SECOND] <= 59;
}

enum { DAYS_TO_1970 = 719468 }; /* from 0000-03-01 */

/* Days from 1970-01-01 to a day of the Gregorian calendar, with years counted from March. */
static int64_t days_since_1970(int year, int month, int day) {
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - DAYS_TO_1970;
}

bool date_read(struct text value, double *milliseconds) {
    int at[NUMBERS] = {0};
    if (!take(&value, "0000-00-00", at)) return false;
    if (value.length > 0 && (!take(&value, "T00:00:00Z", at + DAY) || value.length > 0)) {
        return false;
    }
    if (at[YEAR] < 1970 || !is_real(at)) return false;
    *milliseconds = (((double)days_since_1970(at[YEAR], at[MONTH], at[DAY]) * 24 + at[HOUR]) * 60 +
                     at[MINUTE]) *
                        60000.0 +
                    at[SECOND] * 1000.0;
    return true;
}

bool date_is_time(struct text value) {
    int at[NUMBERS] = {0}, offset[] = {0, 0, 0};
    if (!take(&value, "0000-00-00T00:00:00", at) || !is_real(at)) return false;
    if (text_starts_with(value, TEXT("."))) {
        if (!take(&value, ".0", (int[2]){0})) return false;
        while (take(&value, "0", (int[1]){0})) continue;
    }
    if (text_equal(value, TEXT("Z"))) return true;
    const char *form = text_starts_with(value, TEXT("-")) ? "-00:00" : "+00:00";
    return take(&value, form, offset) && value.length == 0 && offset[1] <= 23 && offset[2] <= 59;
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
