#include "issuer.h"

#include "check.h"

static void knows_an_issuer(void) {
    static const char *const yes[] = {"https://a.example",       "https://a.example/",
                                      "https://a.example/t/1",   "https://a.example:8443/v2.0",
                                      "http://localhost:8080",   "http://127.0.0.1:9/x",
                                      "http://[::1]:9",          "https://[2001:db8::1]/x",
                                      "https://a.example/~a%20b"};
    static const char *const no[] = {"",
                                     "a.example",
                                     "http://a.example",
                                     "http://127.evil.example",
                                     "http://localhost.evil.example",
                                     "ftp://a.example",
                                     "HTTPS://a.example",
                                     "https://",
                                     "https:///x",
                                     "https://u@a.example",
                                     "http://localhost@a.example",
                                     "http://localhost:80@a.example",
                                     "https://a.example:x",
                                     "https://a.example?x",
                                     "https://a.example/?x",
                                     "https://a.example/#x",
                                     "https://a.example/a b",
                                     "https://a.example/\"",
                                     "https://a.example/\n",
                                     "https://a.example\\@b.example",
                                     "https://a.example/\xc3\xa4"};
    for (size_t i = 0; i < COUNT(yes); i++) {
        CHECK_CASE(issuer_is_url(exact(text_of(yes[i]))), yes[i]);
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        CHECK_CASE(!issuer_is_url(exact(text_of(no[i]))), no[i]);
    }
}

static void knows_where_metadata_is(void) {
    static const struct {
        const char *issuer, *first, *second;
    } cases[] = {
        {"https://a.example", "https://a.example/.well-known/openid-configuration",
         "https://a.example/.well-known/oauth-authorization-server"},
        {"https://a.example/", "https://a.example/.well-known/openid-configuration",
         "https://a.example/.well-known/oauth-authorization-server"},
        {"https://a.example/t/1", "https://a.example/t/1/.well-known/openid-configuration",
         "https://a.example/.well-known/oauth-authorization-server/t/1"},
        {"http://localhost:9/t/", "http://localhost:9/t/.well-known/openid-configuration",
         "http://localhost:9/.well-known/oauth-authorization-server/t"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = fresh_arena();
        struct text issuer = exact(text_of(cases[i].issuer));
        CHECK_TEXT(issuer_metadata_url(issuer, 0, arena), text_of(cases[i].first));
        CHECK_TEXT(issuer_metadata_url(issuer, 1, arena), text_of(cases[i].second));
    }
}

#define A "\"issuer\":\"https://a.example\""

static void trusts_only_the_issuers_own_metadata(void) {
    static const struct {
        const char *metadata;
        bool good;
    } cases[] = {
        {"{" A ",\"jwks_uri\":\"https://a.example/keys\"}", true},
        {"{" A ",\"jwks_uri\":\"https://keys.example/k?a=b\",\"x\":[1]}", true},
        {"{" A ",\"jwks_uri\":\"https:\\/\\/a.example\\/keys\"}", true},
        {"{" A ",\"jwks_uri\":\"http://a.example/keys\"}", false},
        {"{" A ",\"jwks_uri\":\"http://localhost/keys\"}", false},
        {"{" A ",\"jwks_uri\":\"data:application/json,{}\"}", false},
        {"{" A ",\"jwks_uri\":\"https://a.example/keys#x\"}", false},
        {"{" A ",\"jwks_uri\":[\"https://a.example/keys\"]}", false},
        {"{" A ",\"jwks_uri\":\"\"}", false},
        {"{" A "}", false},
        {"{\"jwks_uri\":\"https://a.example/keys\"}", false},
        {"{\"issuer\":\"https://a.example/\",\"jwks_uri\":\"https://a.example/keys\"}", false},
        {"{\"issuer\":\"https://b.example\",\"jwks_uri\":\"https://a.example/keys\"}", false},
        {"{" A "," A ",\"jwks_uri\":\"https://a.example/keys\"}", false},
        {"[{" A ",\"jwks_uri\":\"https://a.example/keys\"}]", false},
        {"{" A ",\"jwks_uri\":\"https://a.example/keys\"", false},
        {"<!doctype html>", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct text url;
        CHECK_EQUAL_CASE(issuer_read_metadata(TEXT("https://a.example"),
                                              exact(text_of(cases[i].metadata)), fresh_arena(),
                                              &url),
                         cases[i].good, cases[i].metadata);
    }
}

static void gives_the_url_of_the_keys(void) {
    struct text url;
    CHECK(issuer_read_metadata(TEXT("https://a.example"),
                               exact(TEXT("{" A ",\"jwks_uri\":\"https:\\/\\/a.example\\/keys\"}")),
                               fresh_arena(), &url));
    CHECK_TEXT(url, TEXT("https://a.example/keys"));
}

static void takes_http_on_this_machine_alone(void) {
    struct text issuer = TEXT("http://localhost:9"), url;
    CHECK(issuer_read_metadata(
        issuer,
        TEXT("{\"issuer\":\"http://localhost:9\",\"jwks_uri\":\"http://127.0.0.1:9/keys\"}"),
        fresh_arena(), &url));
    CHECK(!issuer_read_metadata(
        issuer, TEXT("{\"issuer\":\"http://localhost:9\",\"jwks_uri\":\"http://a.example/keys\"}"),
        fresh_arena(), &url));
}

static const struct test tests[] = {
    {"takes an issuer's URL with https, or with http on this machine", knows_an_issuer},
    {"knows where metadata may be: OpenID Connect Discovery's place, then RFC 8414's",
     knows_where_metadata_is},
    {"trusts only the issuer's own metadata, and only keys at https URLs",
     trusts_only_the_issuers_own_metadata},
    {"reads the URL of the keys", gives_the_url_of_the_keys},
    {"takes keys at an http URL if issuer and keys are on this machine",
     takes_http_on_this_machine_alone},
};
SUITE(issuer, tests);
