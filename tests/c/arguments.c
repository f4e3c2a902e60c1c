#include "arguments.h"

#include "check.h"
#include "registry.h"

struct echo_arguments {
    struct text text;
    double number;
    int64_t integer;
    bool boolean;
};

static const struct tool_fields *fields_of_echo(void) {
    const struct tool *echo = registry_find(REGISTRY_TOOLS, TEXT("echo"));
    return &echo->fields;
}

/* Binds `json` for the tool echo; gives the sentence about what is wrong. */
static struct text bind(const char *json, struct echo_arguments *target) {
    struct arena *arena = fresh_arena();
    struct json_document document;
    struct buffer problems = buffer_in(arena, 0);
    struct echo_arguments memory = {.text = {NULL, 0}};
    CHECK_EQUAL(json_check(exact(text_of(json)), arena, &document), JSON_OK);
    bool bound =
        arguments_bind_as(SCHEMA_ARGUMENTS, fields_of_echo(), document.root, &memory, &problems);
    CHECK_EQUAL(bound, problems.length == 0);
    *target = memory;
    return buffer_text(&problems);
}

static void fills_the_struct(void) {
    struct echo_arguments given;
    CHECK_EQUAL(bind("{\"boolean\":true,\"integer\":-9007199254740991,\"number\":1.5e3,"
                     "\"text\":\"a\\u00e4\\ud83d\\ude00\"}",
                     &given)
                    .length,
                0);
    CHECK_TEXT(given.text, TEXT("a\xc3\xa4\xf0\x9f\x98\x80"));
    CHECK(given.number == 1500 && given.boolean);
    CHECK_EQUAL(given.integer, -9007199254740991);
}

static void leaves_what_is_not_given_at_zero(void) {
    struct echo_arguments given;
    CHECK_EQUAL(bind("{\"text\":\"\"}", &given).length, 0);
    CHECK(given.text.length == 0 && !(given.number < 0) && !(given.number > 0));
    CHECK(given.integer == 0 && !given.boolean);
}

static void names_what_is_wrong(void) {
    static const char *const cases[][2] = {
        {"{}", "The argument 'text' is missing."},
        {"{\"text\":1}", "The argument 'text' must be a string."},
        {"{\"text\":null}", "The argument 'text' must be a string."},
        {"{\"text\":\"\",\"number\":\"1\"}", "The argument 'number' must be a number."},
        {"{\"text\":\"\",\"number\":1e999}", "The argument 'number' must be a number."},
        {"{\"text\":\"\",\"integer\":1.5}", "The argument 'integer' must be a whole number."},
        {"{\"text\":\"\",\"integer\":9007199254740992}",
         "The argument 'integer' must be a whole number."},
        {"{\"text\":\"\",\"boolean\":0}", "The argument 'boolean' must be true or false."},
        {"{\"text\":\"\",\"boolean\":[]}", "The argument 'boolean' must be true or false."},
        {"{\"Text\":\"\",\"text\":\"\"}", "There is no argument 'Text'."},
        {"{\"x\":{\"text\":1}}", "There is no argument 'x'. The argument 'text' is missing."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct echo_arguments given;
        CHECK_TEXT(bind(cases[i][0], &given), text_of(cases[i][1]));
    }
}

static void writes_the_schema(void) {
    struct buffer out = buffer_in(fresh_arena(), 0);
    arguments_append_schema(&out, fields_of_echo(), true);
    CHECK_TEXT(buffer_text(&out),
               TEXT("{\"type\":\"object\",\"properties\":{"
                    "\"text\":{\"type\":\"string\",\"description\":\"What to say\"},"
                    "\"number\":{\"type\":\"number\",\"description\":\"A number\"},"
                    "\"integer\":{\"type\":\"integer\"},\"boolean\":{\"type\":\"boolean\"}},"
                    "\"required\":[\"text\"],\"additionalProperties\":false}"));
}

static const struct test tests[] = {
    {"fills the tool's struct", fills_the_struct},
    {"leaves what is not given at zero", leaves_what_is_not_given_at_zero},
    {"names the argument that is wrong, and how", names_what_is_wrong},
    {"writes the schema of the fields", writes_the_schema},
};
SUITE(arguments, tests);
