#include "scan.h"

#include "check.h"

/* Every byte at each place of texts of each length up to two blocks of 16, by the definition. */
static void stops_where_it_should(void) {
    for (size_t length = 0; length <= 32; length++) {
        char bytes[32];
        memset(bytes, 'x', sizeof bytes);
        struct text text = exact((struct text){bytes, length});
        char *start = (char *)(uintptr_t)text.bytes;
        for (size_t place = 0; place < length; place++) {
            for (int byte = 0; byte < 256; byte++) {
                char copy[32] = {0};
                start[place] = (char)byte;
                bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
                size_t plain = escaped ? place : length, ascii = byte >= 0x80 ? place : length;
                const char *end = start + length;
                CHECK_EQUAL(scan_is_escaped((char)byte), escaped);
                CHECK_EQUAL(scan_plain(start, end) - start, plain);
                CHECK_EQUAL(scan_copy_plain(copy, start, end), plain);
                CHECK(memcmp(copy, start, plain) == 0);
                CHECK_EQUAL(scan_ascii(start, end) - start, ascii);
                CHECK_EQUAL(scan_byte(start, end, (char)byte) - start, byte == 'x' ? 0 : place);
            }
            start[place] = 'x';
        }
        CHECK_EQUAL(scan_plain(start, start + length) - start, length);
    }
}

/* Of several bytes that matter the first one counts, whatever their order in a machine word. */
static void finds_the_first_of_several(void) {
    for (size_t first = 0; first < 40; first++) {
        for (size_t second = first + 1; second < 40; second++) {
            char bytes[40];
            memset(bytes, 'x', sizeof bytes);
            bytes[first] = '"';
            bytes[second] = '\n';
            const char *start = exact((struct text){bytes, sizeof bytes}).bytes;
            CHECK_EQUAL(scan_plain(start, start + sizeof bytes) - start, first);
            CHECK_EQUAL(scan_byte(start, start + sizeof bytes, '\n') - start, second);
        }
    }
}

/* Texts of each length up to three words of 8 bytes, each with another byte at each place. */
static void tells_texts_apart(void) {
    for (size_t length = 0; length <= 24; length++) {
        char bytes[24];
        memset(bytes, 'x', sizeof bytes);
        struct text text = exact((struct text){bytes, length}),
                    other = exact((struct text){bytes, length});
        char *start = (char *)(uintptr_t)other.bytes;
        CHECK(scan_same(text.bytes, start, length));
        for (size_t place = 0; place < length; place++) {
            start[place] = 'y';
            CHECK(!scan_same(text.bytes, start, length));
            CHECK(scan_same(text.bytes, start, place));
            start[place] = 'x';
        }
    }
}

static const struct test tests[] = {
    {"stops at each byte that matters, wherever it is", stops_where_it_should},
    {"finds the first of several bytes that matter", finds_the_first_of_several},
    {"texts are the same only if each byte is", tells_texts_apart},
};
SUITE(scan, tests);
