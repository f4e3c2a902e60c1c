#include "config.h"

#include "check.h"

#define DIGEST "0123456789abcdefABCDEF00000000000000000000000000000000000000000f"

static struct config read(struct text variables) {
    struct config config;
    config_read((char *)(uintptr_t)exact(variables).bytes, variables.length, &config);
    return config;
}

static void reads_modes(void) {
    CHECK(read(TEXT("")).auth_unset && read(TEXT("")).error == NULL);
    CHECK(read(TEXT("AUTH_MODE\0any\0")).auth_any);
    CHECK(read(TEXT("AUTH_MODE\0 none \0")).auth_none);
    CHECK(!read(TEXT("AUTH_MODE\0none\0")).auth_unset);
    CHECK(read(TEXT("AUTH_MODE\0Any\0")).error != NULL);
    CHECK(read(TEXT("AUTH_MODE\0any,none\0")).error != NULL);
    CHECK(read(TEXT("AUTH_MODE\0any,tokens\0TOKENS\0a:" DIGEST "\0")).error != NULL);
    CHECK(read(TEXT("AUTH_MODE\0tokens,none\0TOKENS\0a:" DIGEST "\0")).error != NULL);
    CHECK(read(TEXT("AUTH_MODE\0tokens\0")).error != NULL); /* without any tokens */
    struct config both = read(TEXT("AUTH_MODE\0jwt, oauth\0JWT_ISSUER\0https://i.example\0"
                                   "JWT_AUDIENCE\0me\0introspect\0\0"));
    CHECK(both.auth_jwt && both.auth_oauth && both.error == NULL && both.audit);
    /* what the OAuth build finds wrong */
    CHECK_TEXT(text_of(read(TEXT("AUTH_MODE\0oauth\0introspect\0No login.\0")).error),
               TEXT("No login."));
    CHECK(read(TEXT("AUTH_MODE\0none\0introspect\0No login.\0")).error == NULL);
}

static void wants_the_issuer_and_the_audience_of_jwt(void) {
    static const struct text wrong[] = {
        TEXT_INITIALIZER("AUTH_MODE\0jwt\0"),
        TEXT_INITIALIZER("AUTH_MODE\0jwt\0JWT_AUDIENCE\0me\0"),
        TEXT_INITIALIZER("AUTH_MODE\0jwt\0JWT_ISSUER\0https://i.example\0"),
        TEXT_INITIALIZER("AUTH_MODE\0jwt\0JWT_ISSUER\0i.example\0JWT_AUDIENCE\0me\0"),
        TEXT_INITIALIZER("AUTH_MODE\0jwt\0JWT_ISSUER\0http://i.example\0JWT_AUDIENCE\0me\0")};
    static const char *const named[] = {"JWT_ISSUER", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_ISSUER",
                                        "JWT_ISSUER"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        CHECK_CASE(text_contains(text_of(read(wrong[i]).error), text_of(named[i])), named[i]);
    }
    CHECK(read(TEXT("AUTH_MODE\0jwt\0JWT_ISSUER\0http://localhost:9\0JWT_AUDIENCE\0me\0")).error ==
          NULL);
}

static void reads_tokens(void) {
    struct config config =
        read(TEXT("AUTH_MODE\0tokens\0TOKENS\0,alice:" DIGEST ", \n bob:" DIGEST "\t"
                  "a-name-of-64-bytes~123456789012345678901234567890123456789012345:" DIGEST "\0"));
    CHECK(config.error == NULL);
    CHECK_EQUAL(config.token_count, 3);
    CHECK_EQUAL(config.tokens[2].name.length, 64);
    CHECK_TEXT(config.tokens[1].name, TEXT("bob"));
    CHECK_EQUAL(config.tokens[0].digest[0], 0x01);
    CHECK_EQUAL(config.tokens[0].digest[8], 0xab);
    CHECK_EQUAL(config.tokens[0].digest[31], 0x0f);
}

static void reads_what_a_token_may_do_and_until_when(void) {
    struct config config =
        read(TEXT("TOKENS\0a:" DIGEST ":expires=2027-01-31:scopes=read+files:write\n"
                  "b:" DIGEST ":scopes=:expires=2024-02-29T23:59:59Z\nc:" DIGEST "\0"));
    CHECK(config.error == NULL);
    CHECK_EQUAL(config.token_count, 3);
    CHECK(config.tokens[0].expires == 1801353600000.0);
    CHECK(config.tokens[0].limited && config.tokens[1].limited && !config.tokens[2].limited);
    CHECK_TEXT(config.tokens[0].scopes, TEXT("read files:write"));
    CHECK_TEXT(config.tokens[1].scopes, TEXT("")); /* it may do what needs no scope */
    CHECK(config.tokens[1].expires == 1709251199000.0);
    CHECK(config.tokens[2].expires == 0);
}

static void refuses_tokens_of_another_form(void) {
    static const char *const wrong[] = {
        "alice",
        ":" DIGEST,
        "alice:" DIGEST "0",
        "alice:0",
        "alice:x123456789abcdef000000000000000000000000000000000000000000000000",
        "alice:0x23456789abcdef000000000000000000000000000000000000000000000000",
        "\x7f:" DIGEST,
        "a\xc3\xa4:" DIGEST,
        "12345678901234567890123456789012345678901234567890123456789012345:" DIGEST,
        "a:" DIGEST ":",
        "a:" DIGEST ":until=2027-01-31",
        "a:" DIGEST ":expires=",
        "a:" DIGEST ":expires=2027-02-29",
        "a:" DIGEST ":expires=2027-13-01",
        "a:" DIGEST ":expires=2027-00-01",
        "a:" DIGEST ":expires=2027-01-0:",
        "a:" DIGEST ":expires=2027-01-3/",
        "a:" DIGEST ":expires=2027-1-1",
        "a:" DIGEST ":expires=2027-01-31T10:00:00",
        "a:" DIGEST ":expires=2027-01-31T24:00:00Z",
        "a:" DIGEST ":expires=2027-01-31T10:00:00Zx",
        "a:" DIGEST ":expires=1970-01-01",
        "a:" DIGEST ":expires=2020-01-01:expires=2030-01-01",
        "a:" DIGEST ":scopes=read:scopes=write",
        "a:" DIGEST ":scopes=\"",
        "a:" DIGEST ":scopes=a\\b",
        "a:" DIGEST ":scopes=\x7f",
        "a:" DIGEST ":scopes=\1",
        "a\":" DIGEST};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct buffer variables = buffer_in(fresh_arena(), 0);
        BUFFER_APPEND(&variables, TEXT("TOKENS\0"), text_of(wrong[i]), TEXT("\0"));
        CHECK_CASE(read(buffer_text(&variables)).error != NULL, wrong[i]);
    }
}

static void bounds_the_number_of_tokens(void) {
    CHECK(read(repeated("TOKENS", 0, "", "")).error == NULL);
    for (size_t count = LIMIT_TOKENS; count <= LIMIT_TOKENS + 1; count++) {
        struct buffer variables = buffer_in(fresh_arena(), 0);
        buffer_append(&variables, TEXT("AUTH_MODE\0tokens\0TOKENS\0"));
        for (size_t i = 0; i < count; i++) buffer_append(&variables, TEXT("a:" DIGEST ","));
        buffer_append(&variables, TEXT("\0"));
        CHECK_EQUAL(read(buffer_text(&variables)).error == NULL, count <= LIMIT_TOKENS);
    }
}

static void bounds_what_else_it_reads(void) {
    CHECK_EQUAL(read(TEXT("")).body_bytes, LIMIT_BODY_BYTES);
    CHECK_EQUAL(read(TEXT("MAX_BODY_BYTES\0"
                          "1\0"))
                    .body_bytes,
                1);
    CHECK_EQUAL(read(TEXT("MAX_BODY_BYTES\0"
                          "16777216\0"))
                    .body_bytes,
                LIMIT_BODY_BYTES_CEILING);
    CHECK(read(TEXT("MAX_BODY_BYTES\0"
                    "16777217\0"))
              .error != NULL);
    CHECK(read(TEXT("MAX_BODY_BYTES\0"
                    "0\0"))
              .error != NULL);
    CHECK(read(TEXT("MAX_BODY_BYTES\0-1\0")).error != NULL);
    CHECK(read(TEXT("SEAL_KEY\0"
                    "0123456789abcdef0123456789abcdef\0"))
              .error == NULL);
    CHECK(read(TEXT("SEAL_KEY\0"
                    "0123456789abcdef0123456789abcde\0"))
              .error != NULL);
}

static void wants_origins_without_a_path(void) {
    CHECK(read(TEXT("ALLOWED_ORIGINS\0https://a.example, http://b.example:8080,\0")).error == NULL);
    static const char *const wrong[] = {"https://a.example/", "a.example", "*", "null",
                                        "https://a.example,ftp://b.example"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct buffer variables = buffer_in(fresh_arena(), 0);
        BUFFER_APPEND(&variables, TEXT("ALLOWED_ORIGINS\0"), text_of(wrong[i]), TEXT("\0"));
        CHECK_CASE(read(buffer_text(&variables)).error != NULL, wrong[i]);
    }
}

static void leaves_other_variables_alone(void) {
    struct config config =
        read(TEXT("auth_mode\0none\0AUTH_MODES\0none\0X\0\0ALLOWED_HOSTS\0 a \0"));
    CHECK(config.error == NULL && config.auth_unset && !config.auth_none);
    CHECK(config.introspect == NULL && !config.has_rate_limiter);
    CHECK_TEXT(config.allowed_hosts, TEXT("a"));
}

static const struct test tests[] = {
    {"reads modes by exact name, and takes `any` only by itself", reads_modes},
    {"requires an issuer and an audience in mode jwt, and names the variable that is wrong",
     wants_the_issuer_and_the_audience_of_jwt},
    {"reads tokens", reads_tokens},
    {"reads what a token may do, and until when", reads_what_a_token_may_do_and_until_when},
    {"refuses malformed tokens", refuses_tokens_of_another_form},
    {"takes 64 tokens, not 65", bounds_the_number_of_tokens},
    {"takes a body limit and a sealing key within their bounds", bounds_what_else_it_reads},
    {"requires whole origins without a path in ALLOWED_ORIGINS", wants_origins_without_a_path},
    {"ignores other variables, and trims values", leaves_other_variables_alone},
};
SUITE(config, tests);
