#include "header_value.h"

#include "check.h"

static void decodes(void) {
    static const char *const cases[][2] = {
        {"plain", "plain"},
        {"", ""},
        {"=?base64?Zm9v?=", "foo"},
        {"=?base64?w6Q=?=", "\xc3\xa4"},
        {"=?base64?\?=", ""},
        {"=?base64?Zm9v", "=?base64?Zm9v"},
        {"=?base64?=", "=?base64?="},
        {"=?BASE64?Zm9v?=", "=?BASE64?Zm9v?="},
        {"x=?base64?Zm9v?=", "x=?base64?Zm9v?="},
        {"=?base64?PT9iYXNlNjQ/eD89?=", "=?base64?x?="},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct text decoded;
        CHECK_CASE(header_value_decode(exact(text_of(cases[i][0])), fresh_arena(), &decoded),
                   cases[i][0]);
        CHECK_TEXT(decoded, text_of(cases[i][1]));
    }
}

static void refuses(void) {
    static const char *const wrong[] = {
        "=?base64?Zg?=",        "=?base64?Zh==?=", "=?base64?Zm-v?=", "=?base64? ?=",
        "=?base64?Zm9v?Zm9v?=", "\xc3\xa4",        "a\x7f",           "a\nb"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct text decoded;
        CHECK_CASE(!header_value_decode(exact(text_of(wrong[i])), fresh_arena(), &decoded),
                   wrong[i]);
    }
}

static const struct test tests[] = {
    {"decodes only base64 between its markers", decodes},
    {"refuses bad base64 between them, and bytes that no header may hold", refuses},
};
SUITE(header_value, tests);
