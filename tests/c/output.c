/* What tools return for programs: checked against what they declare, and shown as each revision can
   show it. The tools are those of shapes.c. */
#include <stdio.h>

#include "check.h"

/* What the tool `name` answers to these arguments. */
static struct text called(const char *revision, const char *name, const char *arguments) {
    char params[512];
    snprintf(params, sizeof params, "\"name\":\"%s\",\"arguments\":{%s}", name, arguments);
    return asked(revision, "tools/call", name, params, (struct text){NULL, 0});
}

static bool is_structured(struct text json) {
    return text_contains(json, TEXT("\"structuredContent\""));
}

static void writes_a_struct(void) {
    CHECK_SAYS(
        called("2025-06-18", "draw",
               "\"points\":[{\"x\":0.1},{\"x\":2,\"label\":\"\\u0061@b.example\"}],"
               "\"names\":[\"\\\"\",\"\"],\"integers\":[-7],\"flags\":[false],"
               "\"color\":\"blue\",\"tags\":[\"blue\",\"red\"],\"extra\":[ null ]"),
        "\"structuredContent\":{\"center\":{\"x\":0,\"y\":1},\"points\":[{\"x\":0.1,\"y\":1},"
        "{\"x\":2,\"y\":1,\"label\":\"a@b.example\"}],\"numbers\":[0.5,2],\"integers\":[-7],"
        "\"names\":[\"\\\"\",\"\"],\"flags\":[false],\"color\":\"blue\","
        "\"tags\":[\"red\",\"blue\"],\"extra\":[ null ]}");
    CHECK_SAYS(called("2025-06-18", "draw", "\"points\":[{\"x\":1}]"),
               "\"structuredContent\":{\"center\":{\"x\":0,\"y\":1},\"points\":[{\"x\":1,\"y\":1}],"
               "\"numbers\":[0.5,2],\"tags\":[],\"extra\":{\"a\":[]}}");
}

static void gives_what_fits(void) {
    for (int revision = 0; revision < REVISION_COUNT; revision++) {
        const char *name = revision_name((enum revision)revision).bytes;
        struct text json = called(name, "give", "\"json\":{\"x\":1}");
        CHECK_SAYS(json, "{\"type\":\"text\",\"text\":\"{\\\"x\\\":1}\"}]");
        CHECK_EQUAL_CASE(text_contains(json, TEXT(",\"structuredContent\":{\"x\":1}")),
                         revision >= REVISION_2025_06_18, name);
        json = called(name, "list", "\"json\":[1,2]");
        CHECK_SAYS(json, "{\"type\":\"text\",\"text\":\"[1,2]\"}]");
        CHECK_EQUAL_CASE(text_contains(json, TEXT(",\"structuredContent\":[1,2]")),
                         revision >= REVISION_2026_07_28, name);
    }
}

/* Nothing of such an output reaches a program. */
static void gives_an_error_for_what_does_not(void) {
    static const char *const cases[][3] = {
        {"give", "{\"x\":\"1\"}", "The output's 'x' must be a finite number."},
        {"give", "{\"x\":-1}", "The output's 'x' must be at least 0."},
        {"give", "{\"x\":1,\"z\":2}", "The output has no 'z'."},
        {"give", "{\"y\":1}", "The output's 'x' is missing."},
        {"give", "[]", "The output must be an object."},
        {"give", "0", "This tool gave no structured result, which it declares"},
        {"list", "{}", "The output must be an array."},
        {"list", "[1,\"\"]", "The output's '[1]' must be a whole number."},
        {"list", "0", "This tool gave no structured result, which it declares"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char arguments[64];
        snprintf(arguments, sizeof arguments, "\"json\":%s", cases[i][1]);
        struct text json = called("2026-07-28", cases[i][0], arguments);
        CHECK_CASE(text_contains(json, text_of(cases[i][2])), cases[i][2]);
        CHECK_CASE(text_contains(json, TEXT("],\"isError\":true")), cases[i][1]);
        CHECK_CASE(!is_structured(json), cases[i][1]);
    }
}

static void shows_the_schema(void) {
    for (int revision = 0; revision < REVISION_COUNT; revision++) {
        const char *name = revision_name((enum revision)revision).bytes;
        struct text json = asked(name, "tools/list", NULL, "\"x\":0", (struct text){NULL, 0});
        CHECK_EQUAL_CASE(
            text_contains(json,
                          TEXT(",\"outputSchema\":{\"type\":\"object\",\"properties\":{\"x\":{"
                               "\"type\":\"number\",")),
            revision >= REVISION_2025_06_18, name);
        CHECK_EQUAL_CASE(
            text_contains(json, TEXT(",\"outputSchema\":{\"type\":\"array\",\"items\":{"
                                     "\"type\":\"integer\"}}")),
            revision >= REVISION_2026_07_28, name);
    }
}

static void escapes_strings(void) {
    CHECK_SAYS(called("2025-11-25", "quote", ""),
               "\"structuredContent\":{\"said\":\"a\\\",\\\"b\\\":\\\"\\\\\"}");
}

static const struct test tests[] = {
    {"writes a struct by its fields, and leaves out what is not set", writes_a_struct},
    {"returns an output that fits, as each revision can show it", gives_what_fits},
    {"returns an error for an output that does not fit, and says why",
     gives_an_error_for_what_does_not},
    {"shows output schemas as far as each revision can", shows_the_schema},
    {"escapes strings", escapes_strings},
};
SUITE(output, tests);
