/* Compared with this machine's libc when run natively, and with musl as a WASI program. */
#include "decimal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "random.h"

/* True if both are the same double; the two zeros differ. */
static bool same(double left, double right) {
    return memcmp(&left, &right, sizeof left) == 0;
}

static void check_read(struct text text) {
    double number = 0.5;
    char *copy = malloc(text.length + 1), *end;
    if (copy == NULL) abort();
    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    double wanted = strtod(copy, &end);
    CHECK_EQUAL_CASE(decimal_read(text, &number), end - copy, copy);
    if (end > copy) CHECK_CASE(same(number, wanted), copy);
    free(copy);
}

static const char *const texts[] = {
    "0", "-0", "0.0", "-0e9", "0e999999999999", "1", "-1", "+1", "1.", ".5", "007", "1e23",
    "8.5e22", "9007199254740993", "9007199254740992.5", "9007199254740993.000000000000000001",
    "0.30000000000000004", "123456789012345678", "1e22", "1e-22", "123456789012345e22",
    "123456789012345e23", "1e15", "4.35", "0.000001", "1E5", "1e+5", "1e-5", "1e", "1e+", "1ex",
    "1.5.5", "12x", "--1", "", "-", ".", "e5", "-.e1", "1e308", "1.7976931348623157e308",
    "1.7976931348623158e308", "1.7976931348623159e308", "1e309", "-1e400", "1e99999999999",
    "1e-99999999999", "5e-324", "4.9406564584124654e-324", "2.4703282292062327e-324",
    "2.4703282292062328e-324", "2.4e-324", "1e-400", "2.2250738585072011e-308",
    "2.2250738585072014e-308", "2.2250738585072012e-308", "2.225073858507201136e-308",
    /* halfway between two doubles, and cases where a digit far to the right decides */
    "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124",
    "1.00000000000000011102230246251565404236316680908203126",
    "1.00000000000000033306690738754696212708950042724609375",
    "179769313486231580793728971405303415"
    "0799341327100378269361737789804449682927647509466490179775872070963302864166928879109465555478"
    "51"
    "9404026306574886715058206819089020007083836762738548458177115317644757302700698555713669596228"
    "42"
    "914819860834936475292719074168444365510704342711559699508093042880",
    "1797693134862315807937289714053034150799341327100378269361737789804449682927647509466490179775"
    "87"
    "2070963302864166928879109465555478519404026306574886715058206819089020007083836762738548458177"
    "11"
    "5317644757302700698555713669596228429148198608349364752927190741684443655107043427115596995080"
    "93"
    "042879.99999999999999999999999999999"};

static void reads_what_strtod_reads(void) {
    for (size_t i = 0; i < COUNT(texts); i++) check_read(exact(text_of(texts[i])));
}

static void reads_thousands_of_digits(void) {
    static const char half[] = "1.00000000000000011102230246251565404236316680908203125";
    check_read(repeated(half, 5000, "0", ""));
    check_read(repeated(half, 5000, "0", "1"));
    check_read(repeated("0.", 5000, "0", "1e5000"));
    check_read(repeated("", 400, "123456789", "e-3500"));
    check_read(repeated("1", 5000, "0", "e-5000"));
    check_read(repeated("9007199254740993", 900, "0", "e-900"));
    check_read(repeated("9007199254740993", 900, "0", "1e-901"));
    check_read(repeated("", 1100, "9", "e-1400"));
    check_read(repeated("", 2000, "0", "1"));
    check_read(repeated("0.", 340, "0", "1"));
    check_read(repeated("", 100000, "7", "e-99999"));
}

static void reads_random_decimals(void) {
    uint64_t state = 1;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        uint64_t kind = random_bits(&state);
        int exponent = (int)(random_bits(&state) % 700) - 360;
        uint64_t digits = random_bits(&state) >> kind % 64;
        if (kind & 64) exponent /= 16;
        snprintf(text, sizeof text, kind & 128 ? "%llu.%llue%d" : "%llu%llue%d",
                 (unsigned long long)digits, (unsigned long long)(random_bits(&state) >> kind % 64),
                 exponent);
        check_read(text_of(text));
    }
}

enum { PLACES = 1075, PRINTED_BYTES = 309 + 1 + PLACES + 2 };

/* Adds the digits of two numbers below 1e309, each printed with PLACES places. */
static size_t add(char sum[PRINTED_BYTES], double left, double right) {
    char other[PRINTED_BYTES];
    int length = snprintf(sum, PRINTED_BYTES, "%0*.*f", PRINTED_BYTES - 1, PLACES, left), carry = 0;
    snprintf(other, sizeof other, "%0*.*f", PRINTED_BYTES - 1, PLACES, right);
    for (int i = length; i-- > 0;) {
        if (sum[i] == '.') continue;
        carry += sum[i] - '0' + other[i] - '0';
        sum[i] = (char)('0' + carry % 10);
        carry /= 10;
    }
    return (size_t)length;
}

/* Reads what is halfway between `number` and the next double, and a little to either side. */
static void check_halfway(double number) {
    char text[PRINTED_BYTES];
    double half = (nextafter(number, INFINITY) - number) / 2;
    size_t length = add(text, number, half);
    check_read((struct text){text, length});
    text[length - 1]++; /* it was 0 or 5 */
    check_read((struct text){text, length});
    add(text, number, nextafter(half, 0));
    check_read((struct text){text, length});
}

static void reads_what_is_halfway_between_two(void) {
    uint64_t state = 2;
    for (int i = 0; i < 2000; i++) {
        double number = fabs(random_double(&state));
        if (number > 4 * DBL_MIN && number < DBL_MAX) check_halfway(number);
    }
}

static void check_digits(double number, int count) {
    char wanted[1100], written[1100];
    struct decimal decimal;
    decimal_of(number, &decimal);
    decimal_round(&decimal, count);
    snprintf(wanted, sizeof wanted, "%.*e", count - 1, number);
    int length = 0;
    for (int i = 0; i < count; i++) {
        if (i == 1) written[length++] = '.';
        written[length++] = (size_t)i < decimal.count ? decimal.digits[i] : '0';
    }
    snprintf(written + length, 8, "e%+03d", decimal.exponent);
    CHECK_TEXT(text_of(written), text_of(wanted));
}

static const double numbers[] = {0.1,
                                 0.1 + 0.2,
                                 0.5,
                                 1.5,
                                 2.5,
                                 0.125,
                                 0.375,
                                 1e22,
                                 1e23,
                                 9.5,
                                 99.5,
                                 999999.5,
                                 9007199254740991.0,
                                 9007199254740992.0,
                                 9007199254740994.0,
                                 123456789012345678.0,
                                 5e-324,
                                 1e-323,
                                 2.2250738585072011e-308,
                                 DBL_MIN,
                                 DBL_MAX,
                                 1e300,
                                 4.35};

static void writes_digits_as_printf_does(void) {
    uint64_t state = 3;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        for (int count = 1; count < 60; count++) check_digits(numbers[i], count);
        for (int count = 740; count < 800; count += 3) check_digits(numbers[i], count);
    }
    for (int i = 0; i < 200000; i++) {
        double number = fabs(random_double(&state));
        check_digits(number, 1 + i % 25);
    }
}

static void has_no_digits_of_nothing(void) {
    struct decimal decimal;
    decimal_of(-0.0, &decimal);
    CHECK_EQUAL(decimal.count, 0);
    CHECK_EQUAL(decimal.exponent, 0);
    CHECK(same(decimal_nearest(&decimal), 0));
    decimal_of(0.5, &decimal);
    decimal_round(&decimal, 0); /* a half is rounded to the even 0 */
    CHECK_EQUAL(decimal.count, 0);
    decimal_of(0.75, &decimal);
    decimal_round(&decimal, -1);
    CHECK_EQUAL(decimal.count, 0);
    decimal_of(0.75, &decimal);
    decimal_round(&decimal, 0);
    CHECK_TEXT(((struct text){decimal.digits, decimal.count}), TEXT("1"));
    CHECK_EQUAL(decimal.exponent, 0);
}

static void digits_read_back_as_the_same_double(void) {
    uint64_t state = 4;
    for (int i = 0; i < 100000; i++) {
        double number = fabs(random_double(&state));
        struct decimal decimal;
        decimal_of(number, &decimal);
        CHECK(same(decimal_nearest(&decimal), number));
        decimal_round(&decimal, 17);
        CHECK(same(decimal_nearest(&decimal), number));
    }
}

static void stands_in_for_strtod(void) {
    static const char text[] = "12.5,";
    char *end = NULL;
    CHECK(same(decimal_strtod(text, &end), 12.5));
    CHECK(end == text + 4);
    CHECK(same(decimal_strtod(text, NULL), 12.5));
    CHECK(same(decimal_strtod("x", &end), 0));
    CHECK_EQUAL(*end, 'x');
}

static const struct test tests[] = {
    {"reads what strtod reads, to the same double", reads_what_strtod_reads},
    {"reads thousands of digits, any of which may decide", reads_thousands_of_digits},
    {"reads 200000 random decimals as strtod does", reads_random_decimals},
    {"reads what is halfway between two doubles as the even one",
     reads_what_is_halfway_between_two},
    {"writes the digits of 200000 doubles as printf does", writes_digits_as_printf_does},
    {"has no digits for 0 and for what is rounded to 0", has_no_digits_of_nothing},
    {"reads the digits of 100000 doubles back as the same doubles",
     digits_read_back_as_the_same_double},
    {"can take the place of strtod", stands_in_for_strtod},
};
SUITE(decimal, tests);
