#include "utf8.h"

#include "check.h"

/* By the definition, byte by byte: the length of the code point's sequence at `at`, or 0. */
static size_t by_definition(const unsigned char *at, size_t size) {
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80             ? 1
                    : (at[0] & 0xe0) == 0xc0 ? 2
                    : (at[0] & 0xf0) == 0xe0 ? 3
                    : (at[0] & 0xf8) == 0xf0 ? 4
                                             : 0;
    if (length < 2 || length > size) return length == 1 ? 1 : 0;
    uint32_t point = at[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) return 0;
        point = point << 6 | (at[i] & 0x3f);
    }
    bool surrogate = point >= 0xd800 && point <= 0xdfff;
    return point >= smallest[length] && point <= 0x10ffff && !surrogate ? length : 0;
}

/* Every lead and second byte, with the edges of what may follow. */
static void agrees_with_the_definition(void) {
    static const unsigned char edges[] = {0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xff};
    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            for (size_t i = 0; i < sizeof edges * sizeof edges; i++) {
                unsigned char bytes[] = {(unsigned char)first, (unsigned char)second,
                                         edges[i / sizeof edges], edges[i % sizeof edges]};
                for (size_t size = 1; size <= 4; size++) {
                    CHECK_EQUAL(utf8_sequence((const char *)bytes, size),
                                by_definition(bytes, size));
                }
            }
        }
    }
}

static void writes_what_it_reads(void) {
    for (uint32_t point = 0; point <= 0x10ffff; point++) {
        char bytes[4];
        if (point >= 0xd800 && point <= 0xdfff) continue;
        size_t length = utf8_encode(point, bytes);
        CHECK_EQUAL(utf8_sequence(bytes, length), length);
    }
}

static void reads_no_byte_too_many(void) {
    CHECK_EQUAL(utf8_sequence(exact(TEXT("\xe2\x82")).bytes, 2), 0);
    CHECK_EQUAL(utf8_sequence(exact(TEXT("\xf0")).bytes, 1), 0);
    CHECK_EQUAL(utf8_sequence("", 0), 0);
}

/* An invalid byte at each place, among ASCII and among other characters. */
static void says_how_much_of_a_text_is_valid(void) {
    char text[48];
    for (size_t place = 0; place < sizeof text; place++) {
        memset(text, 'x', sizeof text);
        CHECK_EQUAL(utf8_valid((struct text){text, place}), place);
        text[place] = '\x80';
        CHECK_EQUAL(utf8_valid((struct text){text, sizeof text}), place);
        for (size_t i = 0; i + 1 < place; i += 2) memcpy(text + i, "\xc3\xa4", 2);
        CHECK_EQUAL(utf8_valid((struct text){text, sizeof text}), place);
        text[place] = '\xe2';
        CHECK_EQUAL(utf8_valid(exact((struct text){text, place + 1})), place);
    }
}

static const struct test tests[] = {
    {"says how much of a text is valid", says_how_much_of_a_text_is_valid},
    {"agrees with the definition on every lead and second byte", agrees_with_the_definition},
    {"writes every code point as a sequence of the right length", writes_what_it_reads},
    {"reads no byte past the end", reads_no_byte_too_many},
};
SUITE(utf8, tests);
