/* Compared with this machine's libc when run natively, and with musl as a WASI program. */
#include "format.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>

#include "check.h"
#include "random.h"

__attribute__((format(printf, 2, 3))) static struct text made(struct arena *arena,
                                                              const char *format, ...) {
    struct buffer out = buffer_in(arena, 0);
    va_list values;
    va_start(values, format);
    format_append(&out, format, values);
    va_end(values);
    return arena->exhausted ? (struct text){NULL, 0} : buffer_text(&out);
}

/* Formats the same values with ours and with the libc's; a macro, so that the compiler checks both.
 */
#define COMPARE(...)                                                                               \
    do {                                                                                           \
        char wanted[2000];                                                                         \
        snprintf(wanted, sizeof wanted, __VA_ARGS__);                                              \
        check_text(made(fresh_arena(), __VA_ARGS__), text_of(wanted), __FILE__, __LINE__,          \
                   #__VA_ARGS__);                                                                  \
    } while (false)

/* The formats in this file's tables are not literals that the compiler could check. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

static void formats_texts(void) {
    COMPARE("plain");
    COMPARE("%s", "a text");
    COMPARE("[%s] [%5s] [%-5s] [%.2s] [%5.2s] [%-5.2s] [%.0s]", "abc", "abc", "abc", "abc", "abc",
            "abc", "abc");
    COMPARE("[%*s] [%-*s] [%.*s] [%*.*s]", 6, "abc", 6, "abc", 2, "abc", 6, 1, "abc");
    COMPARE("[%*s] [%.*s]", -6, "abc", -1, "abc");
    COMPARE("[%c] [%3c] [%-3c]|", 'a', 'b', 'c');
    COMPARE("100 %%, %d %%", 5);
    COMPARE("%s%s%s", "", "x", "");
    COMPARE("%s", (char[]){'\303', '\244', '\0'});
}

static void reads_no_further_than_the_precision(void) {
    struct text three = exact(TEXT("abc")); /* with no NUL after it */
    COMPARE("%.*s|%.3s", (int)three.length, three.bytes, three.bytes);
    COMPARE("%.*s|", 0, three.bytes);
}

/* Compares every combination of flags, widths and precisions before `letters`. */
static void each_form(const char *letters, void (*compare)(const char *format)) {
    static const char *const sizes[] = {"",   "1",  "12",  "40",   ".",     ".0",
                                        ".1", ".3", ".17", "12.4", "30.17", "2.12"};
    for (unsigned flags = 0; flags < 32; flags++) {
        for (size_t i = 0; i < COUNT(sizes); i++) {
            char format[32], *at = format;
            *at++ = '%';
            for (unsigned flag = 0; flag < 5; flag++) {
                if (flags >> flag & 1) *at++ = "-+ #0"[flag];
            }
            strcpy(at, sizes[i]);
            strcat(at, letters);
            compare(format);
        }
    }
}

#define COMPARE_AS(format, value)                                                                  \
    do {                                                                                           \
        char wanted[2000];                                                                         \
        snprintf(wanted, sizeof wanted, (format), (value));                                        \
        check_text(made(fresh_arena(), (format), (value)), text_of(wanted), __FILE__, __LINE__,    \
                   (format));                                                                      \
    } while (false)

static void compare_integers(const char *format) {
    static const int values[] = {0, 1, -1, 7, 8, 42, -42, 123456, INT_MAX, INT_MIN};
    for (size_t i = 0; i < COUNT(values); i++) COMPARE_AS(format, values[i]);
}

static void compare_long_integers(const char *format) {
    static const long long values[] = {0,         1,        -1, 8, 1234567890123, -1234567890123,
                                       LLONG_MAX, LLONG_MIN};
    for (size_t i = 0; i < COUNT(values); i++) COMPARE_AS(format, values[i]);
}

static void formats_integers(void) {
    static const char *const letters[] = {"d", "i", "u", "o", "x", "X"};
    for (size_t i = 0; i < COUNT(letters); i++) {
        char with_length[8];
        each_form(letters[i], compare_integers);
        snprintf(with_length, sizeof with_length, "ll%s", letters[i]);
        each_form(with_length, compare_long_integers);
    }
}

static void takes_each_length(void) {
    static const char *const narrow[] = {"%hhd", "%hhi", "%hhu", "%hho", "%hhx",
                                         "%hd",  "%hi",  "%hu",  "%ho",  "%hX"};
    static const int wide[] = {0, 200, 300, -1, 128, -128, 40000, 70000, 65536, 32768};
    for (size_t i = 0; i < COUNT(narrow); i++) {
        for (size_t j = 0; j < COUNT(wide); j++) COMPARE_AS(narrow[i], wide[j]);
    }
    COMPARE("%ld %lu %lx", LONG_MIN, ULONG_MAX, 255ul);
    COMPARE("%lld %llu", LLONG_MIN, ULLONG_MAX);
    COMPARE("%zu %zd", (size_t)-1, (size_t)5);
    COMPARE("%td", (ptrdiff_t)-5);
    COMPARE("%jd %ju", INTMAX_MIN, UINTMAX_MAX);
    COMPARE("%d %s %lld %c %f %s", 1, "two", 3ll, '4', 5.0, "six");
}

static const double doubles[] = {0.0,       -0.0,
                                 1,         -1,
                                 0.5,       1.5,
                                 2.5,       -2.5,
                                 0.125,     0.05,
                                 9.5,       9.95,
                                 99.5,      999999.5,
                                 999999.4,  0.0001,
                                 0.00001,   0.000099999999,
                                 100000,    1000000,
                                 123456789, 123456789012345678.0,
                                 0.1,       0.1 + 0.2,
                                 1.0 / 3,   1e22,
                                 1e23,      9007199254740993.0,
                                 5e-324,    2.2250738585072011e-308,
                                 DBL_MIN,   DBL_MAX,
                                 -DBL_MAX,  INFINITY,
                                 -INFINITY, NAN};

static void compare_doubles(const char *format) {
#ifdef __GLIBC__
    /* up to version 2.36 at least, glibc drops zeros that %#g should keep where rounding adds a
       digit; these are compared with musl's */
    if (strchr(format, '#') != NULL && strpbrk(format, "gG") != NULL) return;
#endif
    for (size_t i = 0; i < COUNT(doubles); i++) COMPARE_AS(format, doubles[i]);
}

static void formats_doubles(void) {
    static const char *const letters[] = {"f", "F", "e", "E", "g", "G", "lf", "lg"};
    for (size_t i = 0; i < COUNT(letters); i++) each_form(letters[i], compare_doubles);
    COMPARE("%.1074f", 5e-324);
    COMPARE("%.1200f", 5e-324);
    COMPARE("%.800e", 2.2250738585072011e-308);
    COMPARE("%.900g", DBL_MIN);
    COMPARE("%1500f", DBL_MAX);
    CHECK_TEXT(made(fresh_arena(), "%#g %#g", 999999.5, 0.0), TEXT("1.00000e+06 0.00000"));
}

static void formats_random_doubles(void) {
    static const char *const formats[] = {"%.17g", "%g", "%.3f", "%e",   "%.0e",
                                          "%.15g", "%f", "%.1f", "%#.5g"};
    uint64_t state = 5;
    for (int i = 0; i < 200000; i++) {
        /* every other one of an everyday size */
        double number = random_double(&state);
        if (i % 2 == 0) number = (double)(int64_t)random_bits(&state) / 1048576 / 1000000;
        COMPARE_AS(formats[i % (int)COUNT(formats)], number);
    }
}

static void has_no_limit_of_its_own(void) {
    struct text million = made(fresh_arena(), "%1000000d", 7);
    CHECK_EQUAL(million.length, 1000000);
    CHECK_EQUAL(million.bytes[999999], '7');
    million = made(fresh_arena(), "%-1000000d|", 7);
    CHECK_EQUAL(million.length, 1000001);
    million = made(fresh_arena(), "%.1000000f", 0.5);
    CHECK_EQUAL(million.length, 1000002);
    CHECK_EQUAL(million.bytes[2], '5');
}

static void ends_where_memory_ends(void) {
    struct arena *arena = fresh_arena();
    CHECK_EQUAL(made(arena, "%*d|%.*d", INT_MAX, 1, INT_MAX, 2).length, 0);
    CHECK(arena->exhausted);
    arena = fresh_arena();
    CHECK_EQUAL(made(arena, "%0*d", INT_MIN, 1).length, 0);
    arena = fresh_arena();
    CHECK_EQUAL(made(arena, "%99999999999999999999s", "").length, 0);
    arena = fresh_arena();
    CHECK_EQUAL(
        made(arena, "%.*f%.*e%.*g%#.*g", INT_MAX, 1.0, INT_MAX, 1.0, INT_MAX, 1.0, INT_MAX, 1e300)
            .length,
        0);
}

/* In variables, because the compiler would warn of most of them. */
static void is_harmless_with_what_it_does_not_know(void) {
    static const char *volatile unsupported[][2] = {
        {"%n<%d>", "<7>"}, {"%s", "(null)"}, {"%5lc|", NULL}};
    int kept = 42;
    struct arena *arena = fresh_arena();
    CHECK_TEXT(made(arena, unsupported[0][0], &kept, 7), text_of(unsupported[0][1]));
    CHECK_EQUAL(kept, 42);
    CHECK_TEXT(made(arena, unsupported[1][0], (char *)NULL), text_of(unsupported[1][1]));
    CHECK_TEXT(made(arena, unsupported[2][0], 0x20ac), TEXT("    ?|"));
    const char *volatile format = "%Lf %ls %a %d";
    CHECK_TEXT(made(arena, format, (long double)1, L"wide", 1.0, 7), TEXT("? ? ? 7"));
    format = "100%";
    CHECK_TEXT(made(arena, format), TEXT("100%"));
    format = "%y %5";
    CHECK_TEXT(made(arena, format), TEXT("%y %5"));
    format = "%2$s %1$s";
    CHECK_TEXT(made(arena, format, "a", "b"), TEXT("%2$s %1$s"));
    format = "%p %p";
    CHECK_TEXT(made(arena, format, (void *)NULL, (void *)(uintptr_t)0xab12), TEXT("0x0 0xab12"));
}

static const struct test tests[] = {
    {"formats texts as printf does", formats_texts},
    {"reads no text beyond its precision", reads_no_further_than_the_precision},
    {"formats integers with all flags as printf does", formats_integers},
    {"takes each length modifier as printf does", takes_each_length},
    {"formats doubles with all flags as printf does", formats_doubles},
    {"formats 200000 random doubles as printf does", formats_random_doubles},
    {"has no length limit of its own", has_no_limit_of_its_own},
    {"gives up when memory runs out", ends_where_memory_ends},
    {"is harmless with conversions that it does not know", is_harmless_with_what_it_does_not_know},
};
SUITE(format, tests);
