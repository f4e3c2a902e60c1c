#include "date.h"

#include "check.h"

static const struct {
    const char *text;
    double milliseconds;
} seconds[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1999-12-31T23:59:59Z", 946684799000.0},
    {"2000-02-29T12:30:45Z", 951827445000.0},
    {"2026-11-24T11:19:30Z", 1795519170000.0},
    {"2100-03-01T00:00:00Z", 4107542400000.0},
    {"9999-12-31T23:59:59Z", 253402300799000.0},
};

static void reads_what_it_writes(void) {
    for (size_t i = 0; i < COUNT(seconds); i++) {
        struct buffer out = buffer_in(fresh_arena(), 0);
        double read;
        date_append(&out, seconds[i].milliseconds + 999, false);
        CHECK_TEXT(buffer_text(&out), text_of(seconds[i].text));
        CHECK_CASE(date_read(exact(text_of(seconds[i].text)), &read), seconds[i].text);
        CHECK_CASE(read == seconds[i].milliseconds, seconds[i].text);
    }
}

static void writes_every_day_as_it_reads_it(void) {
    for (double day = 0; day < 400 * 365.25; day++) {
        struct buffer out = buffer_in(fresh_arena(), 0);
        double read = -1;
        date_append(&out, day * 86400000, false);
        CHECK(date_read((struct text){out.bytes, 10}, &read) && read == day * 86400000);
    }
}

static void writes_what_is_before_1970(void) {
    static const struct {
        const char *text;
        double milliseconds;
    } cases[] = {
        {"1969-12-31T23:59:59.999Z", -1},
        {"1969-12-31T23:59:59.999Z", -0.5},
        {"1969-07-20T20:17:40.000Z", -14182940000.0},
        {"1900-02-28T23:59:59.999Z", -2203891200001.0},
        {"1600-02-29T00:00:00.000Z", -11670998400000.0},
        {"0001-01-01T00:00:00.001Z", -62135596799999.0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer out = buffer_in(fresh_arena(), 0);
        date_append(&out, cases[i].milliseconds, true);
        CHECK_TEXT(buffer_text(&out), text_of(cases[i].text));
    }
}

static void holds_what_no_date_can_say_at_its_ends(void) {
    struct buffer out = buffer_in(fresh_arena(), 0);
    date_append(&out, -1e300, false);
    date_append(&out, 1e300, false);
    date_append(&out, 0.0 / 0.0, true);
    CHECK_TEXT(buffer_text(&out),
               TEXT("0001-01-01T00:00:00Z9999-12-31T23:59:59Z0001-01-01T00:00:00.000Z"));
}

static void reads_days_and_seconds_only(void) {
    static const char *const none[] = {
        "",           "2027-01",     "2027-01-31T",          "2027-01-31T10:00:00", "2027-01-31Z",
        "2027-02-29", "2027-13-01",  "2027-01-31T24:00:00Z", "1969-12-31",          "2027-1-31",
        "2027-01-00", "2027-01-31 ", "2027-01-31T10:60:00Z", "2027-01-31t10:00:00z"};
    double read;
    CHECK(date_read(TEXT("2027-01-31"), &read) && read == 1801353600000.0);
    for (size_t i = 0; i < COUNT(none); i++) {
        CHECK_CASE(!date_read(exact(text_of(none[i])), &read), none[i]);
    }
}

static void knows_the_times_that_clients_take(void) {
    static const char *const times[] = {
        "2025-01-12T15:00:58Z",      "0000-02-29T00:00:00Z",
        "1969-07-20T20:17:40.5Z",    "2025-01-12T15:00:58.123456789Z",
        "2025-01-12T15:00:58+05:45", "2025-01-12T23:59:59.1-23:59"};
    static const char *const none[] = {"",
                                       "2025-01-12",
                                       "2025-01-12T15:00Z",
                                       "2025-01-12T15:00:58",
                                       "2025-01-12t15:00:58Z",
                                       "2025-01-12T15:00:58z",
                                       "2025-01-12 15:00:58Z",
                                       "2025-02-29T15:00:58Z",
                                       "2016-12-31T23:59:60Z",
                                       "2025-01-12T24:00:00Z",
                                       "2025-01-12T15:00:58.Z",
                                       "2025-01-12T15:00:58,1Z",
                                       "2025-01-12T15:00:58+0545",
                                       "2025-01-12T15:00:58+05:60",
                                       "2025-01-12T15:00:58+24:00",
                                       "2025-01-12T15:00:58+",
                                       "2025-01-12T15:00:58Z ",
                                       "2025-01-12T15:00:58+05:45Z",
                                       "2025-01-12T15:00:58+05-05:45"};
    for (size_t i = 0; i < COUNT(times); i++) {
        CHECK_CASE(date_is_time(exact(text_of(times[i]))), times[i]);
    }
    for (size_t i = 0; i < COUNT(none); i++) {
        CHECK_CASE(!date_is_time(exact(text_of(none[i]))), none[i]);
    }
}

static const struct test tests[] = {
    {"reads days and seconds, and nothing else", reads_days_and_seconds_only},
    {"knows the times that clients take", knows_the_times_that_clients_take},
    {"writes to the second, and reads that back", reads_what_it_writes},
    {"writes and reads every day of 400 years", writes_every_day_as_it_reads_it},
    {"writes what is before 1970", writes_what_is_before_1970},
    {"clamps what no date can express to the first or last date",
     holds_what_no_date_can_say_at_its_ends},
};
SUITE(date, tests);
