#include "uri.h"

#include "check.h"

static void tells_uris_from_other_texts(void) {
    static const char *const uris[] = {"https://example.com/login?id=%c3%a9#top",
                                       "http://[::1]:8787/", "urn:x", "a+b-c.1:x", "file:///a"};
    static const char *const none[] = {"",
                                       "/login",
                                       "example.com",
                                       ":x",
                                       "1a:x",
                                       "a_b:x",
                                       "a:x y",
                                       "a:caf\xc3\xa9",
                                       "a:x\n",
                                       "a:%",
                                       "a:%4",
                                       "a:%4g",
                                       "a:{name}",
                                       "a:<x>",
                                       "a:\"x\"",
                                       "a:x\\y",
                                       "https//example.com"};
    for (size_t i = 0; i < COUNT(uris); i++) CHECK_CASE(uri_is_valid(uris[i], NULL), uris[i]);
    for (size_t i = 0; i < COUNT(none); i++) CHECK_CASE(!uri_is_valid(none[i], NULL), none[i]);
    CHECK(!uri_is_valid(NULL, NULL));
}

static void counts_expressions(void) {
    size_t variables = 0;
    CHECK(uri_is_valid("note://{id}/{a.b}", &variables));
    CHECK(variables == 2);
    CHECK(!uri_is_valid("note://{+id}", &variables) && !uri_is_valid("note://{}", &variables));
    CHECK(uri_template_repeats("note://{id}/{a}/{id}"));
    CHECK(!uri_template_repeats("note://{id}/{idea}"));
}

static const struct test tests[] = {
    {"tells URIs from other texts", tells_uris_from_other_texts},
    {"counts a template's expressions, and finds one that is there twice", counts_expressions},
};
SUITE(uri, tests);
