#include "buffer.h"

#include "check.h"

static void keeps_what_was_written_while_it_grows(void) {
    struct arena *arena = fresh_arena();
    struct buffer a = buffer_in(arena, 1), b = buffer_in(arena, 0);
    for (int i = 0; i < 5000; i++) {
        buffer_append(&a, TEXT("a"));
        buffer_append_integer(&b, i % 10);
    }
    CHECK_EQUAL(a.length, 5000);
    CHECK_EQUAL(b.length, 5000);
    for (size_t i = 0; i < 5000; i++)
        CHECK(a.bytes[i] == 'a' && b.bytes[i] == (char)('0' + i % 10));
}

static void writes_integers(void) {
    struct buffer out = buffer_in(fresh_arena(), 0);
    buffer_append_integer(&out, 0);
    buffer_append_integer(&out, -1);
    buffer_append_integer(&out, INT64_MIN);
    buffer_append_integer(&out, INT64_MAX);
    CHECK_TEXT(buffer_text(&out), TEXT("0-1-92233720368547758089223372036854775807"));
}

static void escapes_json_and_html(void) {
    struct buffer out = buffer_in(fresh_arena(), 0);
    buffer_append_json_string(&out, exact(TEXT("a\"\\/\b\f\n\r\t\x01\x1f\x7f\0\xc3\xa4")));
    CHECK_TEXT(buffer_text(&out),
               TEXT("\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000\xc3\xa4\""));
    out.length = 0;
    buffer_append_html(&out, exact(TEXT("<a href=\"x\">'&amp;</a>")));
    CHECK_TEXT(buffer_text(&out), TEXT("&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&lt;/a&gt;"));
}

/* Each ASCII byte, at each place of two blocks of 16. */
static void escapes_each_byte_wherever_it_stands(void) {
    for (int byte = 0; byte < 0x80; byte++) {
        for (size_t place = 0; place < 32; place++) {
            char text[32];
            memset(text, 'x', sizeof text);
            text[place] = (char)byte;
            struct arena *arena = fresh_arena();
            struct buffer out = buffer_in(arena, 0);
            buffer_append_json_string(&out, exact((struct text){text, sizeof text}));
            struct text string = buffer_text(&out), characters;
            bool escaped = byte < 0x20 || byte == '"' || byte == '\\';
            CHECK_EQUAL(memchr(string.bytes + 1, '\\', string.length) != NULL, escaped);
            if (byte == 0) continue; /* which no message may hold */
            struct json_value value = {JSON_STRING, string, NULL};
            CHECK(json_string(value, arena, &characters));
            CHECK_TEXT(characters, ((struct text){text, sizeof text}));
        }
    }
}

static void stays_empty_handed_once_memory_ran_out(void) {
    struct arena *arena = fresh_arena();
    struct buffer out = buffer_in(arena, 16);
    buffer_append(&out, TEXT("kept"));
    failing = commits + 1;
    buffer_append(&out, repeated("", 100, "x", ""));
    CHECK(arena->exhausted);
    buffer_append(&out, TEXT("x"));
    buffer_append_base64url(&out, (const uint8_t *)"abc", 3);
    buffer_append_json_string(&out, TEXT("x"));
    CHECK_TEXT(buffer_text(&out), TEXT("kept"));
}

static const struct test tests[] = {
    {"keeps what was written while it grows", keeps_what_was_written_while_it_grows},
    {"writes integers, down to the smallest and up to the largest", writes_integers},
    {"escapes for JSON and for HTML", escapes_json_and_html},
    {"escapes each byte that needs it, wherever it is", escapes_each_byte_wherever_it_stands},
    {"takes nothing more once memory has run out", stays_empty_handed_once_memory_ran_out},
};
SUITE(buffer, tests);
