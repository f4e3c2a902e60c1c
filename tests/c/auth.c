#include "auth.h"

#include "check.h"

static enum http_error judge(const struct config *config, struct text authorization,
                             struct text key, struct principal *principal) {
    struct http_request request = {.host = TEXT("a.example")};
    struct credential credential;
    if (authorization.bytes != NULL) request.headers[HTTP_AUTHORIZATION] = exact(authorization);
    if (key.bytes != NULL) request.headers[HTTP_X_API_KEY] = exact(key);
    return auth_check(config, &request, &credential, principal);
}

static void takes_token68_and_nothing_else(void) {
    static const char *const yes[] = {"a", "A-._~+/9", "a=", "a==", "abc=====", "-", "/"};
    static const char *const no[] = {"", "=", "a=b", "a b", "\"a\"", "a:b", "a\x7f", "\xc3\xa4"};
    struct config config = {.auth_any = true};
    struct principal who;
    struct text none = {NULL, 0};
    for (size_t i = 0; i < COUNT(yes); i++) {
        CHECK_CASE(judge(&config, none, text_of(yes[i]), &who) == HTTP_ERROR_NONE, yes[i]);
    }
    for (size_t i = 0; i < COUNT(no); i++) {
        CHECK_CASE(judge(&config, none, text_of(no[i]), &who) == HTTP_ERROR_CREDENTIAL_MALFORMED,
                   no[i]);
    }
    /* each byte by itself; mode oauth's own tokens have colons, and nothing else besides */
    for (int byte = 0; byte < 512; byte++) {
        char token[] = {'a', (char)byte, 'b', '\0'};
        config = (struct config){.auth_any = true, .auth_oauth = byte > 255};
        bool good = (char)byte != '\0' &&
                    (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/",
                            (char)byte) != NULL ||
                     (byte > 255 && (char)byte == ':'));
        enum http_error error = judge(&config, none, (struct text){token, 3}, &who);
        CHECK_EQUAL_CASE(error == HTTP_ERROR_NONE, good, token);
    }
}

static void reads_bearer_strictly(void) {
    struct config config = {.auth_any = true};
    struct principal who;
    struct text none = {NULL, 0};
    CHECK_EQUAL(judge(&config, TEXT("Bearer a"), none, &who), HTTP_ERROR_NONE);
    CHECK_EQUAL(judge(&config, TEXT("BEARER   a"), none, &who), HTTP_ERROR_NONE);
    CHECK_EQUAL(judge(&config, none, none, &who), HTTP_ERROR_CREDENTIAL_MISSING);
    CHECK_EQUAL(judge(&config, TEXT("Bearer"), none, &who), HTTP_ERROR_CREDENTIAL_MALFORMED);
    CHECK_EQUAL(judge(&config, TEXT("Bearer "), none, &who), HTTP_ERROR_CREDENTIAL_MALFORMED);
    CHECK_EQUAL(judge(&config, TEXT("Bearera"), none, &who), HTTP_ERROR_CREDENTIAL_MALFORMED);
    CHECK_EQUAL(judge(&config, TEXT("a"), none, &who), HTTP_ERROR_CREDENTIAL_MALFORMED);
    CHECK_EQUAL(judge(&config, TEXT(""), none, &who), HTTP_ERROR_CREDENTIAL_MALFORMED);
    CHECK_EQUAL(judge(&config, TEXT("Basic a"), none, &who), HTTP_ERROR_CREDENTIAL_MISSING);
    CHECK_EQUAL(judge(&config, TEXT("Digest a=\"b\", c=\"d\""), none, &who),
                HTTP_ERROR_CREDENTIAL_MISSING);
    CHECK_EQUAL(judge(&config, TEXT("Basic a"), TEXT("a"), &who), HTTP_ERROR_CREDENTIAL_TWICE);
    CHECK_EQUAL(judge(&config, TEXT("Bearer a, Bearer b"), none, &who),
                HTTP_ERROR_CREDENTIAL_TWICE);
    CHECK_EQUAL(judge(&config, none, TEXT("a, b"), &who), HTTP_ERROR_CREDENTIAL_TWICE);
    CHECK_EQUAL(judge(&config, none, TEXT("Bearer a"), &who), HTTP_ERROR_CREDENTIAL_MALFORMED);
    CHECK_EQUAL(judge(&config, none, TEXT("a"), &who), HTTP_ERROR_NONE);
    CHECK_EQUAL(judge(&config, TEXT("Bearer a"), TEXT(""), &who), HTTP_ERROR_CREDENTIAL_TWICE);
}

static void bounds_the_credential(void) {
    struct config config = {.auth_any = true};
    struct principal who;
    struct text none = {NULL, 0};
    CHECK_EQUAL(judge(&config, repeated("Bearer ", LIMIT_CREDENTIAL_BYTES, "x", ""), none, &who),
                HTTP_ERROR_NONE);
    CHECK_EQUAL(
        judge(&config, repeated("Bearer ", LIMIT_CREDENTIAL_BYTES + 1, "x", ""), none, &who),
        HTTP_ERROR_CREDENTIAL_MALFORMED);
}

static void compares_digests(void) {
    struct config config = {.auth_tokens = true, .token_count = LIMIT_TOKENS};
    struct principal who;
    struct text none = {NULL, 0};
    config.tokens[LIMIT_TOKENS - 1].name = TEXT("last");
    sha256(TEXT("secret"), config.tokens[LIMIT_TOKENS - 1].digest);
    CHECK_EQUAL(judge(&config, TEXT("Bearer secret"), none, &who), HTTP_ERROR_NONE);
    CHECK_TEXT(who.name, TEXT("last"));
    CHECK_EQUAL(judge(&config, TEXT("Bearer secre"), none, &who), HTTP_ERROR_CREDENTIAL_UNKNOWN);
    config.tokens[LIMIT_TOKENS - 1].digest[31] ^= 1;
    CHECK_EQUAL(judge(&config, TEXT("Bearer secret"), none, &who), HTTP_ERROR_CREDENTIAL_UNKNOWN);
    CHECK_EQUAL(who.name.length, 0);
    config.tokens[LIMIT_TOKENS - 1].digest[31] ^= 1;
    config.auth_tokens = false;
    config.auth_jwt = true;
    CHECK_EQUAL(judge(&config, TEXT("Bearer secret"), none, &who), HTTP_ERROR_CREDENTIAL_UNKNOWN);
}

static void tells_principals_apart(void) {
    struct config any = {.auth_any = true}, named = {.auth_tokens = true, .token_count = 1};
    struct config nobody = {.auth_none = true};
    const struct text none = {NULL, 0};
    struct principal token, name, none_given;
    named.tokens[0].name = TEXT("a");
    sha256(TEXT("x"), named.tokens[0].digest);
    CHECK_EQUAL(judge(&any, TEXT("Bearer a"), none, &token), HTTP_ERROR_NONE);
    CHECK_EQUAL(judge(&named, TEXT("Bearer x"), none, &name), HTTP_ERROR_NONE);
    CHECK_EQUAL(judge(&nobody, none, none, &none_given), HTTP_ERROR_NONE);
    CHECK_TEXT(token.subject, TEXT("a"));
    CHECK_TEXT(name.subject, TEXT("a"));
    CHECK(token.by != name.by && token.by != none_given.by && name.by != none_given.by);
}

static const struct test tests[] = {
    {"takes token68 and nothing else", takes_token68_and_nothing_else},
    {"reads bearer credentials strictly", reads_bearer_strictly},
    {"takes credentials of 16384 bytes, not 16385", bounds_the_credential},
    {"finds a token by its whole digest, even the last of 64, in mode tokens only",
     compares_digests},
    {"tells callers apart, even a name from a token spelled the same", tells_principals_apart},
};
SUITE(auth, tests);
