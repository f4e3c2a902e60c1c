#include <string.h>

#include "date.h"
#include "schema_run.h"

#define DATE "(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"
#define HOUR_MINUTE "([01]\\d|2[0-3]):[0-5]\\d"
#define TIME HOUR_MINUTE ":([0-5]\\d|60)(\\.\\d+)?"
#define OCTET "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)"
#define IPV4 "(" OCTET "\\.){3}" OCTET
#define IPV6 "([\\da-fA-F:]*:" IPV4 "|[\\da-fA-F:]*:[\\da-fA-F:]*)"
#define WORD "[\\w!#$%&'*+/=?^`{|}~-]+"
#define LABEL "[\\da-zA-Z]([\\da-zA-Z-]*[\\da-zA-Z])?"
#define PCHAR(more) "([\\w.~!$&'()*+,;=" more "-]|%[\\da-fA-F]{2})"

/* RFC 3339, RFC 5321 and RFC 3986, as far as regular expressions go: an IPv6 address may have too
   many or too few groups. */
static const struct format {
    const char *name, *phrase, *pattern;
} formats[] = {
    {"date", "must be a date such as 2026-07-28", "^" DATE "$"},
    {"date-time", "must be a date and time such as 2026-07-28T12:00:00Z",
     "^" DATE "[Tt]" TIME "([Zz]|[+-]" HOUR_MINUTE ")$"},
    {"email", "must be an e-mail address",
     "^(" WORD "(\\." WORD ")*|\"([ !#-\\[\\]-~]|\\\\[ -~])*\")@(" LABEL "(\\." LABEL ")*|\\[(" IPV4
     "|[Ii][Pp][Vv]6:" IPV6 ")\\])$"},
    {"uri", "must be a URI with a scheme, such as https://example.com",
     "^[a-zA-Z][\\da-zA-Z+.-]*:(//(" PCHAR(
         ":") "*@)?(\\[" IPV6
              "\\]|" PCHAR("") "*)(:\\d*)?(/" PCHAR(":@/") "*)?|/?(" PCHAR(":@") "+(/" PCHAR(
                  ":@/") "*)?)?)(\\?" PCHAR(":@/?") "*)?(#" PCHAR(":@/?") "*)?$"},
};

static int two_digits(const char *at) {
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* Whether the day of a well-formed date is in its month. */
static bool is_day(const char *date) {
    int year = two_digits(date) * 100 + two_digits(date + 2);
    return date_is_day(year, two_digits(date + 5), two_digits(date + 8));
}

/* Whether a well-formed time has a 60th second only where one is inserted: before midnight UTC. */
static bool is_second(const char *time) {
    if (strlen(time) < 20 || two_digits(time + 17) < 60) return true;
    const char *zone = time + strlen(time) - 6;
    int minute = two_digits(time + 11) * 60 + two_digits(time + 14);
    int offset =
        *zone == '+' || *zone == '-' ? two_digits(zone + 1) * 60 + two_digits(zone + 4) : 0;
    return (minute + (*zone == '+' ? 1440 - offset : offset)) % 1440 == 1439;
}

bool schema_format(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                   const struct schema_keyword *keyword) {
    (void)keyword;
    const char *text = site->instance->valuestring;
    for (size_t i = 0; run->use >= SCHEMA_ANSWER && i < sizeof formats / sizeof *formats; i++) {
        const struct format *format = &formats[i];
        if (strcmp(format->name, value->valuestring) != 0) continue;
        bool fits = schema_pattern_found(run, format->pattern, text);
        if (fits && format->name[0] == 'd') fits = is_day(text) && is_second(text);
        return fits || schema_fail(run, format->phrase);
    }
    return true;
}
