#include "uri_template.h"

#include "check.h"

/* The variables, each followed by a semicolon; "no" if the URI does not match. */
static struct text match(const char *template, const char *uri) {
    struct arena *arena = fresh_arena();
    struct buffer out = buffer_in(arena, 64);
    struct text variables[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    if (!uri_template_match(text_of(template), exact(text_of(uri)), arena, variables, 3)) {
        return TEXT("no");
    }
    for (size_t i = 0; i < 3 && variables[i].bytes != NULL; i++) {
        BUFFER_APPEND(&out, variables[i], TEXT(";"));
    }
    return buffer_text(&out);
}

static void matches(void) {
    static const char *const cases[][3] = {
        {"a://b", "a://b", ""},
        {"a://b", "a://bc", "no"},
        {"a://b", "a://", "no"},
        {"n://{id}", "n://1", "1;"},
        {"n://{id}", "n://", "no"},
        {"n://{id}", "n://1/2", "no"},
        {"n://{id}", "m://1", "no"},
        {"n://{id}/text", "n://1/text", "1;"},
        {"n://{id}/text", "n:///text", "no"},
        {"n://{id}/text", "n://1/text/", "no"},
        {"n://{id}/text", "n://1/tex", "no"},
        {"n://{a}/{b}", "n://1/2", "1;2;"},
        {"n://{a}/{b}", "n://1/", "no"},
        {"n://{a}-{b}", "n://1-2-3", "1;2-3;"},
        {"n://{a}-{b}", "n://--2", "-;2;"},
        {"{a}", "x", "x;"},
        {"n://{a}/{b}/{c}", "n://1/2/3", "1;2;3;"},
        {"n://{a}/{b}/{c}/{d}", "n://1/2/3/4", "no"},
        {"n://{id}.txt", "n://a.txt", "a;"},
        {"n://{id}.txt", "n://a.txt.txt", "a.txt;"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct text found = match(cases[i][0], cases[i][1]);
        CHECK_CASE(text_equal(found, text_of(cases[i][2])), cases[i][1]);
    }
}

static void decodes(void) {
    static const char *const cases[][2] = {
        {"n://a%20b", "a b;"}, {"n://%c3%A4", "\xc3\xa4;"},
        {"n://a%2Fb", "a/b;"}, {"n://%25", "%;"},
        {"n://%00", "no"},     {"n://%ff", "no"},
        {"n://%c3", "no"},     {"n://%", "no"},
        {"n://%2", "no"},      {"n://%2g", "no"},
        {"n://%%20", "no"},    {"n://%ed%a0%80", "no"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_CASE(text_equal(match("n://{id}", cases[i][0]), text_of(cases[i][1])), cases[i][0]);
    }
}

static const struct test tests[] = {
    {"matches literals and expressions", matches},
    {"decodes what matches an expression, if that makes valid text", decodes},
};
SUITE(uri_template, tests);
