#include "arguments.h"

#include "check.h"
#include "registry.h"
#include "shapes.h"

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

/* Binds `json` for the tool echo; returns the sentences about what is wrong. */
static struct text bind(const char *json, struct echo_arguments *target) {
    struct arena *arena = fresh_arena();
    struct json_document document;
    struct buffer problems = buffer_in(arena, 0);
    struct echo_arguments memory = {.text = {NULL, 0}};
    CHECK_EQUAL(json_check(exact(text_of(json)), arena, &document), JSON_OK);
    bool bound =
        arguments_bind(SCHEMA_ARGUMENTS, fields_of_echo(), document.root, &memory, &problems);
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
        {"{\"text\":\"\",\"number\":\"1\"}", "The argument 'number' must be a finite number."},
        {"{\"text\":\"\",\"number\":1e999}", "The argument 'number' must be a finite number."},
        {"{\"text\":\"\",\"integer\":1.5}",
         "The argument 'integer' must be a whole number within ±(2^53 - 1)."},
        {"{\"text\":\"\",\"integer\":9007199254740992}",
         "The argument 'integer' must be a whole number within ±(2^53 - 1)."},
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

/* Binds `json` to the struct of the tool draw; returns the sentences about what is wrong. */
static struct text bind_drawing_as(enum schema_use use, struct text json, struct drawing *drawing) {
    struct arena *arena = fresh_arena();
    struct json_document document;
    struct buffer problems = buffer_in(arena, 0);
    memset(drawing, 0, sizeof *drawing);
    CHECK_EQUAL(json_check(exact(json), arena, &document), JSON_OK);
    bool bound = arguments_bind(use, &drawing_fields, document.root, drawing, &problems);
    CHECK_EQUAL(bound, problems.length == 0);
    return buffer_text(&problems);
}

static struct text bind_drawing(struct text json, struct drawing *drawing) {
    return bind_drawing_as(SCHEMA_ARGUMENTS, json, drawing);
}

static void fills_arrays_and_objects(void) {
    struct drawing given;
    CHECK_TEXT(bind_drawing(TEXT("{\"center\":{\"y\":-2,\"x\":1},\"points\":[{\"x\":3},{\"x\":4,"
                                 "\"y\":5,\"label\":\"a@b.example\"}],\"numbers\":[],"
                                 "\"integers\":[1,-9007199254740991],\"names\":[\"\\u00e4\",\"\"],"
                                 "\"flags\":[true,false,true],\"backwards\":[\"x\"],"
                                 "\"extra\":[ 1 ]}"),
                            &given),
               TEXT(""));
    CHECK(given.center.x == 1 && given.center.y == -2);
    CHECK_EQUAL(given.points.count, 2);
    CHECK(given.points.items[0].x == 3 && given.points.items[0].y == 1);
    CHECK(given.points.items[1].x == 4 && given.points.items[1].y == 5);
    CHECK_TEXT(given.points.items[1].label, TEXT("a@b.example"));
    CHECK_EQUAL(given.numbers.count, 0);
    CHECK(given.integers.count == 2 && given.integers.items[1] == -9007199254740991);
    CHECK_EQUAL(given.names.count, 2);
    CHECK_TEXT(given.names.items[0], TEXT("\xc3\xa4"));
    CHECK(given.flags.count == 3 && given.flags.items[0] && !given.flags.items[1]);
    CHECK_EQUAL(given.backwards.count, 1);
    CHECK_TEXT(given.backwards.items[0], TEXT("x"));
    CHECK_TEXT(given.extra, TEXT("[ 1 ]"));
}

static void takes_defaults_at_every_level(void) {
    struct drawing given;
    CHECK_TEXT(bind_drawing(TEXT("{\"points\":[{\"x\":3}]}"), &given), TEXT(""));
    CHECK(given.center.x == 0 && given.center.y == 1);
    CHECK(given.points.items[0].y == 1);
    CHECK(given.numbers.count == 2 && given.numbers.items[0] == 0.5 && given.numbers.items[1] == 2);
    CHECK(given.names.count == 0 && given.color == -1);
    CHECK_TEXT(given.extra, TEXT("{\"a\":[]}"));
}

static void names_the_way_to_what_is_wrong(void) {
    static const char *const cases[][2] = {
        {"{\"points\":{}}", "The argument 'points' must be an array."},
        {"{\"points\":[]}", "The argument 'points' must have at least 1 item."},
        {"{\"points\":[{\"x\":1},{\"x\":1},{\"x\":1},{\"x\":\"\"}]}",
         "The argument 'points' must have at most 3 items."},
        {"{\"points\":[{\"x\":1},{\"x\":1},{\"x\":\"1\"}]}",
         "The argument 'points[2].x' must be a finite number."},
        {"{\"points\":[{\"x\":1},{}]}", "The argument 'points[1].x' is missing."},
        {"{\"points\":[{\"x\":1,\"X\":2}]}", "There is no argument 'points[0].X'."},
        {"{\"points\":[{\"x\":1},null]}", "The argument 'points[1]' must be an object."},
        {"{\"points\":[{\"x\":1}],\"center\":[]}", "The argument 'center' must be an object."},
        {"{\"points\":[{\"x\":1}],\"center\":{\"a.b\":1}}",
         "There is no argument 'center[\"a.b\"]'. The argument 'center.x' is missing."},
        {"{\"points\":[{\"x\":1}],\"color\":\"green\"}",
         "The argument 'color' must be one of the values offered (red, blue)."},
        {"{\"points\":[{\"x\":1}],\"tags\":[\"red\",\"green\"]}",
         "The argument 'tags' must be an array of the values offered (red, blue)."},
        {"{\"points\":[{\"x\":1}],\"tags\":\"red\"}",
         "The argument 'tags' must be an array of the values offered (red, blue)."},
        {"{\"points\":[{\"x\":1}],\"flags\":[true,0],\"integers\":[1.5]}",
         "The argument 'flags[1]' must be true or false. The argument 'integers[0]' must be a "
         "whole "
         "number within ±(2^53 - 1)."},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct drawing given;
        CHECK_TEXT(bind_drawing(text_of(cases[i][0]), &given), text_of(cases[i][1]));
    }
}

static void checks_what_tool_also_says(void) {
    struct drawing given;
    CHECK_TEXT(
        bind_drawing(TEXT("{\"points\":[{\"x\":0},{\"x\":-1}],\"center\":{\"x\":-0.5}}"), &given),
        TEXT("The argument 'center.x' must be at least 0. The argument 'points[1].x' must be "
             "at least 0."));
    CHECK_TEXT(bind_drawing(TEXT("{\"points\":[{\"x\":0,\"label\":\"nobody\"}]}"), &given),
               TEXT("The argument 'points[0].label' must be an e-mail address."));
    struct text answer = TEXT("{\"more\":1,\"points\":[{\"x\":-1,\"label\":\"nobody\"}]}");
    CHECK_TEXT(bind_drawing_as(SCHEMA_ANSWER, answer, &given),
               TEXT("The answer's 'points[0].x' must be at least 0. The answer's 'points[0].label' "
                    "must be an e-mail address."));
}

static void says_so_many_problems_at_most(void) {
    struct drawing given;
    struct text json = repeated("{\"points\":[{\"x\":1}],\"integers\":[", 99, "\"\",", "0]}");
    struct text problems = bind_drawing(json, &given);
    CHECK(text_contains(problems, TEXT("'integers[7]'")));
    CHECK(!text_contains(problems, TEXT("'integers[8]'")));
}

static void writes_the_schema_of_arrays_and_objects(void) {
    struct buffer out = buffer_in(fresh_arena(), 0);
    arguments_append_schema(&out, &drawing_fields, true);
    CHECK(text_contains(
        buffer_text(&out),
        TEXT("{\"type\":\"object\",\"properties\":{\"center\":{\"type\":\"object\",\"properties\":{"
             "\"x\":{\"type\":\"number\",\"description\":\"To the right\",\"minimum\":0},"
             "\"y\":{\"type\":\"number\",\"default\":1},"
             "\"label\":{\"type\":\"string\",\"format\":\"email\"}},"
             "\"required\":[\"x\"],\"additionalProperties\":false},"
             "\"points\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{")));
    CHECK(text_contains(
        buffer_text(&out),
        TEXT("\"required\":[\"x\"],\"additionalProperties\":false},\"minItems\":1,\"maxItems\":3,"
             "\"description\":\"Its corners\"},\"numbers\":{\"type\":\"array\",\"items\":{"
             "\"type\":\"number\"},\"default\":[0.5,2]},")));
    CHECK(text_contains(buffer_text(&out), TEXT("\"extra\":{\"default\":{\"a\":[]}}},\"required\":["
                                                "\"points\"],\"additionalProperties\":false}")));
}

static const struct test tests[] = {
    {"fills the tool's struct", fills_the_struct},
    {"leaves arguments that are not given at zero", leaves_what_is_not_given_at_zero},
    {"names each wrong argument, and says what is wrong with it", names_what_is_wrong},
    {"writes the schema of the fields", writes_the_schema},
    {"fills arrays and nested objects", fills_arrays_and_objects},
    {"applies defaults at every level", takes_defaults_at_every_level},
    {"gives the path to what is wrong", names_the_way_to_what_is_wrong},
    {"checks what TOOL_ALSO says, at every level", checks_what_tool_also_says},
    {"reports 8 problems at most", says_so_many_problems_at_most},
    {"writes the schema of arrays and objects", writes_the_schema_of_arrays_and_objects},
};
SUITE(arguments, tests);
