#include "base64.h"

#include "buffer.h"
#include "check.h"

static void reads_what_it_writes(void) {
    uint8_t bytes[64], back[64];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 151 + 7);
    for (size_t size = 0; size <= sizeof bytes; size++) {
        struct buffer out = buffer_in(fresh_arena(), 0);
        buffer_append_base64url(&out, bytes, size);
        struct text digits = exact(buffer_text(&out));
        CHECK_EQUAL(base64url_decoded_size(digits.length), size);
        CHECK(base64url_decode(digits, back));
        CHECK_EQUAL(memcmp(bytes, back, size), 0);
    }
}

static void writes_the_vectors_of_rfc_4648(void) {
    static const char *const pairs[][2] = {{"f", "Zg"},          {"fo", "Zm8"},
                                           {"foo", "Zm9v"},      {"foob", "Zm9vYg"},
                                           {"fooba", "Zm9vYmE"}, {"\xfb\xff\xfe", "-__-"}};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct buffer out = buffer_in(fresh_arena(), 0);
        struct text text = text_of(pairs[i][0]);
        buffer_append_base64url(&out, (const uint8_t *)text.bytes, text.length);
        CHECK_TEXT(buffer_text(&out), text_of(pairs[i][1]));
    }
}

/* A value has only one spelling: otherwise a seal could be changed and stay valid. */
static void refuses_a_second_spelling(void) {
    static const char *const wrong[] = {"Zh", "Zm9", "Zg==", "Zm8=", "+/", "Z m8", "Zm8\n", "Zm.v"};
    uint8_t bytes[8];
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct text digits = exact(text_of(wrong[i]));
        bool sized = base64url_decoded_size(digits.length) != SIZE_MAX;
        CHECK_CASE(!sized || !base64url_decode(digits, bytes), wrong[i]);
    }
    CHECK_EQUAL(base64url_decoded_size(1), SIZE_MAX);
    CHECK_EQUAL(base64url_decoded_size(5), SIZE_MAX);
}

static void reads_padded_base64(void) {
    static const char *const pairs[][2] = {{"", ""},
                                           {"Zg==", "f"},
                                           {"Zm8=", "fo"},
                                           {"Zm9v", "foo"},
                                           {"Zm9vYg==", "foob"},
                                           {"+/+/", "\xfb\xff\xbf"},
                                           {"Zm9vYmE=", "fooba"}};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct text digits = exact(text_of(pairs[i][0]));
        uint8_t bytes[16];
        size_t size = 99;
        CHECK_CASE(base64_decode(digits, bytes, &size), pairs[i][0]);
        CHECK_TEXT(((struct text){(const char *)bytes, size}), text_of(pairs[i][1]));
    }
}

static void refuses_what_is_not_padded_base64(void) {
    static const char *const wrong[] = {
        "Zg",   "Zg=",  "Zh==", "Zm9=",     "Z===",   "====", "=",    "==",
        "Zm9-", "Zm9_", "Zm 9", "Zg==Zg==", "Zm9v\n", "=Zm9", "Z=g=", "Zm9vYg"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        uint8_t bytes[16];
        size_t size;
        CHECK_CASE(!base64_decode(exact(text_of(wrong[i])), bytes, &size), wrong[i]);
    }
}

static const struct test tests[] = {
    {"reads back what it writes, up to 64 bytes", reads_what_it_writes},
    {"writes the vectors of RFC 4648", writes_the_vectors_of_rfc_4648},
    {"refuses a second spelling of the same bytes", refuses_a_second_spelling},
    {"reads base64 with padding", reads_padded_base64},
    {"refuses what is not properly padded base64", refuses_what_is_not_padded_base64},
};
SUITE(base64, tests);
