#include "json.h"

#include "check.h"
#include "random.h"
#include "utf8.h"

/* In the spirit of JSONTestSuite: documents that must be accepted. */
static const struct text accepted[] = {
    TEXT_INITIALIZER("[]"),
    TEXT_INITIALIZER("{}"),
    TEXT_INITIALIZER("0"),
    TEXT_INITIALIZER("-0"),
    TEXT_INITIALIZER("-1"),
    TEXT_INITIALIZER("1234567890123456789012345678901234567890"),
    TEXT_INITIALIZER("0.5"),
    TEXT_INITIALIZER("-0.0e-0"),
    TEXT_INITIALIZER("1E+2"),
    TEXT_INITIALIZER("1e00002"),
    TEXT_INITIALIZER("123.456e-789"),
    TEXT_INITIALIZER("true"),
    TEXT_INITIALIZER("false"),
    TEXT_INITIALIZER("null"),
    TEXT_INITIALIZER("\"\""),
    TEXT_INITIALIZER("\"a\""),
    TEXT_INITIALIZER("\"1234567\""),
    TEXT_INITIALIZER("\"12345678\""),
    TEXT_INITIALIZER("\"123456789abcdefg\""),
    TEXT_INITIALIZER("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    TEXT_INITIALIZER("\"\\u0041\\u00e4\\uFFFF\\u001f\""),
    TEXT_INITIALIZER("\"\\uD83D\\uDE00\\udbff\\udfff\""),
    TEXT_INITIALIZER("\"\x7f\""),
    TEXT_INITIALIZER("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""),
    TEXT_INITIALIZER("\"\xef\xbf\xbf\xf4\x8f\xbf\xbf\xc2\x80\xe0\xa0\x80\xf0\x90\x80\x80\""),
    TEXT_INITIALIZER("\"\xe2\x80\xa8\xe2\x80\xa9\""),
    TEXT_INITIALIZER(" \t\r\n[ \t\r\n] \t\r\n"),
    TEXT_INITIALIZER("[1 , 2]"),
    TEXT_INITIALIZER("[[],[[]],{}]"),
    TEXT_INITIALIZER("{\"a\":{\"a\":{\"a\":1}}}"),
    TEXT_INITIALIZER("{\"\":0}"),
    TEXT_INITIALIZER("{\"a\" : 1 , \"b\" : [ ] }"),
    TEXT_INITIALIZER("{\"a\":1,\"A\":1,\"a \":1}"),
    TEXT_INITIALIZER("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1}"),
    TEXT_INITIALIZER("[{\"a\":1},{\"a\":1}]"),
    TEXT_INITIALIZER("{\"a\":{\"\\u0061\":1},\"\\u0062\":{\"b\":1}}"),
    TEXT_INITIALIZER("{\"a\\n\":1,\"a\":1,\"an\":1,\"a\\\\n\":1,\"\\\\u0061\":1}"),
    TEXT_INITIALIZER("{\"a\\n\":1,\"a\":1,\"an\":1,\"a\\\\n\":1,\"\\\\u0061\":1,\"a\\\"\":1,"
                     "\"a\\t\":1,\"a\\u000b\":1,\"a\\u00e4\":1}"),
};

/* And those that must be refused. */
static const struct {
    enum json_error error;
    struct text text;
} refused[] = {
    {JSON_EMPTY, TEXT_INITIALIZER("")},
    {JSON_EMPTY, TEXT_INITIALIZER(" \r\n\t")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\xef\xbb\xbf{}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\0")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\x0b[]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\xc2\xa0[]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{")},
    {JSON_SYNTAX, TEXT_INITIALIZER("]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[1")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[1,")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[1,]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[,1]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[1,,2]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[1 2]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[1:2]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\":")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\":1")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\":1,")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\":1,}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\":1 \"b\":2}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\",1}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\"::1}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{\"a\"}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{a:1}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{1:1}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{'a':1}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{,}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("{null:1}")},
    {JSON_SYNTAX, TEXT_INITIALIZER("/**/1")},
    {JSON_SYNTAX, TEXT_INITIALIZER("-")},
    {JSON_SYNTAX, TEXT_INITIALIZER("+1")},
    {JSON_SYNTAX, TEXT_INITIALIZER(".1")},
    {JSON_SYNTAX, TEXT_INITIALIZER("1.")},
    {JSON_SYNTAX, TEXT_INITIALIZER("1.e1")},
    {JSON_SYNTAX, TEXT_INITIALIZER("1e")},
    {JSON_SYNTAX, TEXT_INITIALIZER("1e+")},
    {JSON_SYNTAX, TEXT_INITIALIZER("-a")},
    {JSON_TRAILING, TEXT_INITIALIZER("01")},
    {JSON_TRAILING, TEXT_INITIALIZER("-01")},
    {JSON_TRAILING, TEXT_INITIALIZER("0x1")},
    {JSON_TRAILING, TEXT_INITIALIZER("1 000")},
    {JSON_SYNTAX, TEXT_INITIALIZER("NaN")},
    {JSON_SYNTAX, TEXT_INITIALIZER("-Infinity")},
    {JSON_SYNTAX, TEXT_INITIALIZER("True")},
    {JSON_SYNTAX, TEXT_INITIALIZER("tru")},
    {JSON_SYNTAX, TEXT_INITIALIZER("nul")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[trUe]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[falsy]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("[nuLL]")},
    {JSON_SYNTAX, TEXT_INITIALIZER("fals")},
    {JSON_TRAILING, TEXT_INITIALIZER("truee")},
    {JSON_TRAILING, TEXT_INITIALIZER("1 1")},
    {JSON_TRAILING, TEXT_INITIALIZER("{}{}")},
    {JSON_TRAILING, TEXT_INITIALIZER("[]]")},
    {JSON_TRAILING, TEXT_INITIALIZER("{}\0")},
    {JSON_TRAILING, TEXT_INITIALIZER("{},")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"a")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"12345678")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\\")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\\\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\\u\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\\u12\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\\u123g\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\\U0041\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\\a\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\\\0\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\n\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\x1f\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"\0\"")},
    {JSON_SYNTAX, TEXT_INITIALIZER("\"1234567\t\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\u0000\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("{\"key\\u0000\":1}")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\udc00\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\\ud800\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\\u0041\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\\n\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\\u\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\\")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800xudc00\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\\ndc00\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\\ue000\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\ud800\\udbff\"")},
    {JSON_ESCAPE, TEXT_INITIALIZER("\"\\udfff\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xff\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\x80\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xc0\x80\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xc1\xbf\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xe0\x9f\xbf\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xf0\x8f\xbf\xbf\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xed\xa0\x80\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xf4\x90\x80\x80\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xf8\x88\x80\x80\x80\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xe2\x82\"")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xe2\x82")},
    {JSON_UTF8, TEXT_INITIALIZER("\"\xf0\x9f\x98")},
    {JSON_UTF8, TEXT_INITIALIZER("\xff")},
    {JSON_UTF8, TEXT_INITIALIZER("[\xff]")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("{\"a\":1,\"a\":1}")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("{\"\":1,\"\":1}")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("{\"a\":1,\"\\u0061\":1}")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("{\"\\/\":1,\"/\":1}")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":1}")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("{\"a\\n\":1,\"\\u0061\\u000A\":1}")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("{\"\\u0061\":{\"\\u0062\":1},\"a\":1}")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("[{\"x\":{\"b\":1,\"a\":1,\"b\":1}}]")},
    {JSON_DUPLICATE_KEY, TEXT_INITIALIZER("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,"
                                          "\"g\":1,\"h\":1,\"i\":1,\"\\u0061\":1}")},
};

static enum json_error check(struct text text, struct json_document *document) {
    return json_check(exact(text), fresh_arena(), document);
}

static void takes_what_is_json(void) {
    struct json_document document;
    for (size_t i = 0; i < COUNT(accepted); i++) {
        CHECK_EQUAL_CASE(check(accepted[i], &document), JSON_OK, accepted[i].bytes);
    }
}

static void refuses_what_is_not(void) {
    struct json_document document;
    for (size_t i = 0; i < COUNT(refused); i++) {
        CHECK_EQUAL_CASE(check(refused[i].text, &document), refused[i].error,
                         refused[i].text.bytes);
    }
}

/* Keys are sorted to be compared, if there are many. */
static void finds_two_keys_that_are_equal_among_many(void) {
    struct json_document document;
    uint64_t state = 1;
    for (size_t count = 2; count <= 40; count++) {
        for (int twice = 0; twice < 2; twice++) {
            struct buffer object = buffer_in(fresh_arena(), 1024);
            size_t keys[40], first = random_bits(&state) % count;
            for (size_t i = 0; i < count; i++) keys[i] = i;
            for (size_t i = count - 1; i > 0; i--) {
                size_t other = random_bits(&state) % (i + 1), key = keys[i];
                keys[i] = keys[other];
                keys[other] = key;
            }
            if (twice) keys[first] = keys[(first + 1 + random_bits(&state) % (count - 1)) % count];
            for (size_t i = 0; i < count; i++) {
                buffer_append(&object, i == 0 ? TEXT("{\"k") : TEXT(",\"k"));
                buffer_append_integer(&object, (int64_t)keys[i]);
                buffer_append(&object, TEXT("\":0"));
            }
            buffer_append(&object, TEXT("}"));
            struct text json = exact(buffer_text(&object));
            CHECK_EQUAL(check(json, &document), twice ? JSON_DUPLICATE_KEY : JSON_OK);
        }
    }
}

/* An object is cut: a number would be complete at every digit. */
static void refuses_what_is_cut_off_anywhere(void) {
    struct json_document document;
    struct text whole = TEXT(
        "{\"a\":[1,-2.5e+3,true,null,\"x\\n\\ud83d\\ude00\xe2\x82\xac\"],\"b\":{\"c\":false}}");
    CHECK_EQUAL(check(whole, &document), JSON_OK);
    for (size_t length = 0; length < whole.length; length++) {
        CHECK(check((struct text){whole.bytes, length}, &document) != JSON_OK);
    }
}

static void bounds_depth(void) {
    struct json_document document;
    char deep[2 * LIMIT_JSON_DEPTH + 2];
    for (size_t depth = LIMIT_JSON_DEPTH; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
        memset(deep, '[', depth);
        memset(deep + depth, ']', depth);
        CHECK_EQUAL(check((struct text){deep, 2 * depth}, &document),
                    depth <= LIMIT_JSON_DEPTH ? JSON_OK : JSON_TOO_DEEP);
    }
    struct text objects = repeated("", LIMIT_JSON_DEPTH, "{\"a\":", "");
    CHECK_EQUAL(check(objects, &document), JSON_SYNTAX);
    CHECK_EQUAL(check(repeated("", LIMIT_JSON_DEPTH + 1, "{\"a\":", ""), &document), JSON_TOO_DEEP);
}

/* The array itself is a value, too. */
static void bounds_the_number_of_values(void) {
    struct json_document document;
    struct text most = repeated("[", LIMIT_JSON_VALUES - 2, "1,", "1]");
    struct text more = repeated("[", LIMIT_JSON_VALUES - 1, "1,", "1]");
    CHECK_EQUAL(check(most, &document), JSON_OK);
    CHECK_EQUAL(check(more, &document), JSON_TOO_MANY);
}

/* Members noted during the check and members searched for later are found alike. */
static void finds_members_at_any_depth(void) {
    struct json_document document;
    struct text text =
        TEXT("{\"id\":1,\"params\":{\"name\":\"x\",\"deep\":{\"name\":2,\"a\":{\"b\":{"
             "\"c\":5}}}},\"list\":[{\"name\":3}],\"name\":4,\"none\":{}}");
    CHECK_EQUAL(check(text, &document), JSON_OK);
    CHECK_TEXT(json_object_member(document.root, TEXT("id")).text, TEXT("1"));
    CHECK_TEXT(json_object_member(document.root, TEXT("name")).text, TEXT("4"));
    static const char *const nameless[] = {"id", "list", "none", "nothing"};
    for (size_t i = 0; i < COUNT(nameless); i++) {
        struct json_value value = json_object_member(document.root, text_of(nameless[i]));
        CHECK_EQUAL_CASE(json_object_member(value, TEXT("name")).kind, JSON_ABSENT, nameless[i]);
    }
    struct json_value params = json_object_member(document.root, TEXT("params"));
    CHECK_TEXT(json_object_member(params, TEXT("name")).text, TEXT("\"x\""));
    struct json_value deep = json_object_member(params, TEXT("deep"));
    CHECK_TEXT(json_object_member(deep, TEXT("name")).text, TEXT("2"));
    CHECK(deep.members != NULL);
    struct json_value deeper = json_object_member(deep, TEXT("a"));
    CHECK(deeper.members == NULL);
    struct json_value deepest = json_object_member(deeper, TEXT("b"));
    CHECK_TEXT(json_object_member(deepest, TEXT("c")).text, TEXT("5"));
    CHECK_EQUAL(json_object_member(deepest, TEXT("b")).kind, JSON_ABSENT);
}

static void walks_the_members_of_an_object(void) {
    struct json_document document;
    struct text text = TEXT("{ \"a\" : \"}\\\"\" , \"\\u0062\":[{}],\"\":{\"c\":1} }");
    static const struct text wanted[][2] = {
        {TEXT_INITIALIZER("a"), TEXT_INITIALIZER("\"}\\\"\"")},
        {TEXT_INITIALIZER("\\u0062"), TEXT_INITIALIZER("[{}]")},
        {TEXT_INITIALIZER(""), TEXT_INITIALIZER("{\"c\":1}")},
    };
    CHECK_EQUAL(check(text, &document), JSON_OK);
    struct json_value objects[] = {document.root, {JSON_OBJECT, document.root.text, NULL}};
    for (size_t noted = 0; noted < COUNT(objects); noted++) {
        struct json_member member = {0};
        for (size_t i = 0; i < COUNT(wanted); i++) {
            CHECK(json_next_member(objects[noted], &member));
            CHECK_TEXT(member.key, wanted[i][0]);
            CHECK_TEXT(member.value.text, wanted[i][1]);
        }
        CHECK(!json_next_member(objects[noted], &member));
    }
    struct json_member none = {0};
    CHECK(!json_next_member(json_object_member(document.root, TEXT("a")), &none));
}

/* Strings of each length up to three blocks of 16, with bytes that matter at each place. */
static void sees_each_byte_of_a_string_wherever_it_stands(void) {
    static const struct {
        const char *bytes;
        enum json_error error;
    } cases[] = {{"\"", JSON_TRAILING},   {"\\", JSON_SYNTAX},
                 {"\\n", JSON_OK},        {"\x1f", JSON_SYNTAX},
                 {"\x20", JSON_OK},       {"\x7f", JSON_OK},
                 {"\x80", JSON_UTF8},     {"\xc3\xa4", JSON_OK},
                 {"\xe2\x82", JSON_UTF8}, {"!", JSON_OK},
                 {"#", JSON_OK},          {"[", JSON_OK},
                 {"]", JSON_OK},          {"\xf0\x9f\x98\x80", JSON_OK}};
    for (size_t length = 0; length <= 48; length++) {
        for (size_t place = 0; place <= length; place++) {
            for (size_t i = 0; i < COUNT(cases); i++) {
                char string[64];
                struct json_document document;
                size_t size = strlen(cases[i].bytes);
                memset(string, 'x', sizeof string);
                string[0] = string[length + size + 1] = '"';
                memcpy(string + 1 + place, cases[i].bytes, size);
                struct text text = {string, length + size + 2};
                enum json_error error = json_check(text, fresh_arena(), &document);
                CHECK_EQUAL_CASE(error, cases[i].error, cases[i].bytes);
            }
        }
    }
}

static void matches_keys_exactly(void) {
    struct json_document document;
    struct text text = TEXT("{\"Method\":1,\"param\\u017f\":2,\"m\\u0065thod\":3}");
    CHECK_EQUAL(check(text, &document), JSON_OK);
    CHECK_TEXT(json_object_member(document.root, TEXT("method")).text, TEXT("3"));
    CHECK_EQUAL(json_object_member(document.root, TEXT("params")).kind, JSON_ABSENT);
    CHECK_EQUAL(json_object_member(document.root, TEXT("metho")).kind, JSON_ABSENT);
    CHECK_EQUAL(json_object_member(document.root, TEXT("methods")).kind, JSON_ABSENT);
}

static void walks_objects_and_arrays(void) {
    struct json_document document;
    struct text text = TEXT("[ 1 , \"a]\\\"\" , [2,[3]] , { \"x\" : \"}\" , \"y\\n\" : [ ] } ]");
    static const struct text wanted[] = {TEXT_INITIALIZER("1"), TEXT_INITIALIZER("\"a]\\\"\""),
                                         TEXT_INITIALIZER("[2,[3]]"),
                                         TEXT_INITIALIZER("{ \"x\" : \"}\" , \"y\\n\" : [ ] }")};
    size_t position = 0, count = 0;
    struct json_value element = {.kind = JSON_ABSENT};
    CHECK_EQUAL(check(text, &document), JSON_OK);
    while (json_next_element(document.root, &position, &element)) {
        if (count < COUNT(wanted)) CHECK_TEXT(element.text, wanted[count]);
        count++;
    }
    CHECK_EQUAL(count, COUNT(wanted));
    CHECK_TEXT(json_object_member(element, TEXT("x")).text, TEXT("\"}\""));
    CHECK_TEXT(json_object_member(element, TEXT("y\n")).text, TEXT("[ ]"));
    CHECK_EQUAL(json_object_member(element, TEXT("z")).kind, JSON_ABSENT);
}

static void unescapes_strings(void) {
    struct json_document document;
    struct text characters;
    struct arena *arena = fresh_arena();
    struct text text =
        exact(TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e4\\u20ac\\ud83d\\ude00.\""));
    CHECK_EQUAL(json_check(text, arena, &document), JSON_OK);
    CHECK(json_string(document.root, arena, &characters));
    CHECK_TEXT(characters, TEXT("\"\\/\b\f\n\r\tA\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80."));
}

static void says_where_it_stopped(void) {
    struct json_document document;
    CHECK_EQUAL(check(TEXT("[1,2,x]"), &document), JSON_SYNTAX);
    CHECK_EQUAL(document.error_offset, 5);
}

static void has_a_sentence_for_every_error(void) {
    for (int error = JSON_EMPTY; error <= JSON_NO_MEMORY; error++) {
        CHECK(json_error_sentence((enum json_error)error).length > 10);
    }
}

static void fails_cleanly_at_each_allocation(void) {
    struct text text = repeated("{", 40, "\"\\u0000\":1,", "}");
    char *keys = (char *)(uintptr_t)text.bytes; /* made distinct: \u0100, \u0101 ... */
    for (size_t i = 0; i < 40; i++) {
        memcpy(keys + 1 + i * 11, i < 10 ? "\"\\u010" : "\"\\u011", 6);
        keys[1 + i * 11 + 6] = (char)('0' + i % 10);
        if (i >= 20) keys[1 + i * 11 + 5] = (char)('0' + i / 10);
    }
    keys[text.length - 2] = ' ';
    size_t step = 0;
    struct json_document document;
    enum json_error error;
    do {
        struct arena *arena = fresh_arena();
        failing = ++step;
        error = json_check(text, arena, &document);
        CHECK(error == JSON_OK || error == JSON_NO_MEMORY);
        CHECK_EQUAL(arena->exhausted, error != JSON_OK);
    } while (error == JSON_NO_MEMORY && step < 100);
    CHECK_EQUAL(error, JSON_OK);
    CHECK(step > 3);
}

static const struct test tests[] = {
    {"accepts what is JSON", takes_what_is_json},
    {"refuses what is not JSON, and says why", refuses_what_is_not},
    {"finds two equal keys among many, wherever they are",
     finds_two_keys_that_are_equal_among_many},
    {"refuses a document that is cut off, wherever", refuses_what_is_cut_off_anywhere},
    {"takes 64 levels, not 65", bounds_depth},
    {"takes 200000 values, not 200001", bounds_the_number_of_values},
    {"finds members at any depth, each in its own object", finds_members_at_any_depth},
    {"walks the members of an object", walks_the_members_of_an_object},
    {"sees bytes that matter wherever they are in a string",
     sees_each_byte_of_a_string_wherever_it_stands},
    {"matches keys by exact case and character", matches_keys_exactly},
    {"walks the elements of an array, and finds members in one", walks_objects_and_arrays},
    {"unescapes strings", unescapes_strings},
    {"says at which byte it stopped", says_where_it_stopped},
    {"has a sentence for every error", has_a_sentence_for_every_error},
    {"fails cleanly whichever allocation fails", fails_cleanly_at_each_allocation},
};
SUITE(json, tests);
