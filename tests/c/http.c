#include "http.h"

#include "check.h"

static void splits_the_url(void) {
    static const struct {
        const char *url, *host, *path, *query;
    } cases[] = {
        {"https://a.example/", "a.example", "/", ""},
        {"http://localhost:8787/mcp", "localhost:8787", "/mcp", ""},
        {"https://a.example/mcp/", "a.example", "/mcp", ""},
        {"https://a.example/sse/message?sessionId=x&y=z?", "a.example", "/sse/message",
         "sessionId=x&y=z?"},
        {"http://[::1]:80/?", "[::1]:80", "/", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer head = buffer_in(fresh_arena(), 0);
        struct http_request request = {0};
        BUFFER_APPEND(&head, TEXT("GET\n"), text_of(cases[i].url), TEXT("\nAMS"));
        for (int h = 0; h < HTTP_HEADER_COUNT; h++) buffer_append(&head, TEXT("\n\0"));
        CHECK_CASE(http_parse_head(exact(buffer_text(&head)), &request), cases[i].url);
        CHECK_TEXT(request.host, text_of(cases[i].host));
        CHECK_TEXT(request.path, text_of(cases[i].path));
        CHECK_TEXT(request.query, text_of(cases[i].query));
        CHECK_TEXT(request.place, TEXT("AMS"));
        CHECK(!http_has(&request, HTTP_ACCEPT) && !http_has(&request, HTTP_X_AUTH_TOKEN));
    }
}

static void refuses_heads_of_another_form(void) {
    struct http_request request;
    struct buffer head = buffer_in(fresh_arena(), 0);
    BUFFER_APPEND(&head, TEXT("GET\nhttps://a.example/\n"));
    for (int h = 0; h < HTTP_HEADER_COUNT; h++) buffer_append(&head, TEXT("\n\0"));
    CHECK(http_parse_head(exact(buffer_text(&head)), &request));
    for (size_t length = 0; length + 2 < head.length; length++) {
        CHECK(!http_parse_head(exact((struct text){head.bytes, length}), &request));
    }
}

static bool accepts(struct text accept, struct text type, bool exactly) {
    struct http_request request = {0};
    request.headers[HTTP_ACCEPT] = accept.bytes == NULL ? accept : exact(accept);
    return http_accepts(&request, type, exactly);
}

static void reads_accept(void) {
    struct text json = TEXT("application/json"), none = {NULL, 0};
    CHECK(accepts(none, json, false) && !accepts(none, json, true));
    CHECK(accepts(TEXT("application/json"), json, true));
    CHECK(accepts(TEXT("text/html, APPLICATION/json ;q=0.3"), json, true));
    CHECK(accepts(TEXT("*/*"), json, false) && !accepts(TEXT("*/*"), json, true));
    CHECK(accepts(TEXT("application/*"), json, false));
    CHECK(!accepts(TEXT("text/*"), json, false));
    CHECK(!accepts(TEXT("application/json;q=0"), json, false));
    CHECK(!accepts(TEXT("application/json;charset=utf-8; Q=0"), json, false));
    CHECK(accepts(TEXT("application/json;charset=ascii"), json, false));
    CHECK(accepts(TEXT("application/json;x=0"), json, false));
    CHECK(accepts(TEXT("application/json;qs=0;q"), json, false));
    CHECK(accepts(TEXT("application/json;q=0.9"), json, false));
    CHECK(!accepts(TEXT("application/json;q=0.000, */*"), json, false));
    CHECK(accepts(TEXT("application/json;q=0.001"), json, false));
    CHECK(accepts(TEXT("*/*;q=0, application/json"), json, false));
    CHECK(!accepts(TEXT(""), json, false) && !accepts(TEXT(",;,"), json, false));
    CHECK(!accepts(TEXT("application/jsonx"), json, false));
    CHECK(!accepts(TEXT("application"), json, false) && !accepts(TEXT("*"), json, false));
}

static bool is_json(struct text type) {
    struct http_request request = {0};
    request.headers[HTTP_CONTENT_TYPE] = exact(type);
    return http_content_is_json(&request);
}

static void reads_content_type(void) {
    CHECK(is_json(TEXT("application/json")) && is_json(TEXT("Application/JSON ; charset=utf-8")));
    CHECK(!is_json(TEXT("")) && !is_json(TEXT("text/plain;a=application/json")));
    CHECK(!is_json(TEXT("application/json-seq")) && !is_json(TEXT("application/json, text/plain")));
}

static void knows_loopback_names(void) {
    static const char *const yes[] = {"localhost",     "LocalHost:80", "127.0.0.1",
                                      "127.255.0.9:1", "[::1]",        "[::1]:8787"};
    static const char *const no[] = {"localhost.evil.example",
                                     "127.0.0.1.evil.example",
                                     "127.0.0",
                                     "127.0.0.256",
                                     "127.0.0.1.1",
                                     "127.0.0.0001",
                                     "128.0.0.1",
                                     "127.evil",
                                     "[::2]",
                                     "[::1",
                                     "",
                                     "evil.example",
                                     "0.0.0.0",
                                     "127.1",
                                     "xlocalhost"};
    for (size_t i = 0; i < COUNT(yes); i++) {
        CHECK_CASE(http_host_is_loopback(exact(text_of(yes[i]))), yes[i]);
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        CHECK_CASE(!http_host_is_loopback(exact(text_of(no[i]))), no[i]);
    }
}

static void judges_origins(void) {
    static const struct {
        const char *scheme, *host, *origin, *origins, *hosts;
        enum http_error error;
    } cases[] = {
        {"https", "a.example", NULL, "", "", HTTP_ERROR_NONE},
        {"https", "a.example", "https://b.example", "", "", HTTP_ERROR_NONE},
        {"https", "a.example", "http://localhost:6274", "", "", HTTP_ERROR_NONE},
        {"https", "a.example", "null", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "https://", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "b.example", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "ftp://b.example", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "https://b.example/", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "https:xxb.example", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "https://b.example:65535", "", "", HTTP_ERROR_NONE},
        {"https", "a.example", "https://b.example:65536", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "https://u@b.example", "", "", HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "https://b.example https://c.example", "", "",
         HTTP_ERROR_ORIGIN_MALFORMED},
        {"https", "a.example", "https://b.example", "https://c.example", "",
         HTTP_ERROR_ORIGIN_FOREIGN},
        {"https", "a.example", "https://C.example", " https://b.example , https://c.example", "",
         HTTP_ERROR_NONE},
        {"https", "a.example", "https://c.example.evil", "https://c.example", "",
         HTTP_ERROR_ORIGIN_FOREIGN},
        {"https", "a.example", "http://c.example", "https://c.example", "",
         HTTP_ERROR_ORIGIN_FOREIGN},
        {"http", "localhost", "http://127.0.0.1:5173", "", "", HTTP_ERROR_NONE},
        {"http", "localhost", "https://evil.example", "", "", HTTP_ERROR_ORIGIN_FOREIGN},
        {"https", "localhost", "https://evil.example", "", "", HTTP_ERROR_ORIGIN_FOREIGN},
        {"http", "localhost", "https://good.example", "https://good.example", "", HTTP_ERROR_NONE},
        {"http", "evil.example", NULL, "", "", HTTP_ERROR_HOST_FOREIGN},
        {"http", "evil.example", "http://evil.example", "", "", HTTP_ERROR_HOST_FOREIGN},
        {"http", "evil.example", "null", "", "", HTTP_ERROR_HOST_FOREIGN},
        {"http", "box.lan:80", NULL, "", "other.lan, box.lan", HTTP_ERROR_NONE},
        {"http", "box.lan.evil", NULL, "", "box.lan", HTTP_ERROR_HOST_FOREIGN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct http_request request = {.scheme = text_of(cases[i].scheme),
                                       .host = exact(text_of(cases[i].host))};
        if (cases[i].origin != NULL) request.headers[HTTP_ORIGIN] = text_of(cases[i].origin);
        CHECK_EQUAL_CASE(
            http_judge_origin(&request, text_of(cases[i].origins), text_of(cases[i].hosts)),
            cases[i].error, cases[i].origin == NULL ? cases[i].host : cases[i].origin);
    }
}

static void finds_query_values(void) {
    struct http_request request = {.query = exact(TEXT("a=1&sessionId=x=y&b&sessionId=2"))};
    struct text value;
    CHECK(http_query_value(&request, TEXT("sessionId"), &value));
    CHECK_TEXT(value, TEXT("x=y"));
    CHECK(http_query_value(&request, TEXT("b"), &value) && value.length == 0);
    CHECK(!http_query_value(&request, TEXT("session"), &value));
    request.query = (struct text){NULL, 0};
    CHECK(!http_query_value(&request, TEXT("a"), &value));
}

static const struct test tests[] = {
    {"splits the URL", splits_the_url},
    {"refuses heads that end too early", refuses_heads_of_another_form},
    {"reads Accept with its qualities and wildcards", reads_accept},
    {"takes only the content type application/json", reads_content_type},
    {"tells loopback names from names that look like them", knows_loopback_names},
    {"judges origins and hosts", judges_origins},
    {"finds values in the query", finds_query_values},
};
SUITE(http, tests);
