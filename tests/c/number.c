#include "number.h"

#include <stdio.h>

#include "check.h"

/* Prints the doubles whose bits come on stdin in hex; units.test.mjs compares them with
   JavaScript's. */
int print_numbers(void);
int print_numbers(void) {
    unsigned long long bits;
    while (scanf("%llx", &bits) == 1) {
        struct buffer out = buffer_in(fresh_arena(), 32);
        uint64_t exactly = bits;
        double number;
        memcpy(&number, &exactly, sizeof number);
        number_print(&out, number);
        printf("%.*s\n", (int)out.length, out.bytes);
    }
    return 0;
}

static void prints_as_javascript_does(void) {
    static const struct {
        double number;
        const char *printed;
    } cases[] = {
        {0.0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-1, "-1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {0.1, "0.1"},
        {-1.5, "-1.5"},
        {100, "100"},
        {123456789012345680000.0, "123456789012345680000"},
        {1e20, "100000000000000000000"},
        {999999999999999900000.0, "999999999999999900000"},
        {1e21, "1e+21"},
        {-1e21, "-1e+21"},
        {1.5e300, "1.5e+300"},
        {1e-6, "0.000001"},
        {1.5e-6, "0.0000015"},
        {1e-7, "1e-7"},
        {1.5e-7, "1.5e-7"},
        {-1.2345e-9, "-1.2345e-9"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {9007199254740991.0, "9007199254740991"},
        {9007199254740992.0, "9007199254740992"},
        {-9007199254740993.0, "-9007199254740992"},
        {4.35, "4.35"},
        {0.000001234, "0.000001234"},
        {1e15, "1000000000000000"},
        {1e15 + 0.5, "1000000000000000.5"},
        {1.0 / 3, "0.3333333333333333"},
        {(double)(1ull << 63), "9223372036854776000"},
        {1e308 * 10, "Infinity"},
        {-1e308 * 10, "-Infinity"},
        {1e308 * 10 - 1e308 * 10, "NaN"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer out = buffer_in(fresh_arena(), 0);
        number_print(&out, cases[i].number);
        CHECK_TEXT(buffer_text(&out), text_of(cases[i].printed));
    }
}

static const struct test tests[] = {
    {"prints as JavaScript does, also where its notation changes", prints_as_javascript_does},
};
SUITE(number, tests);
