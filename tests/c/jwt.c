/* What a JWT has to say before its signature is looked at; so the signatures here are not real. */
#include "jwt.h"

#include "buffer.h"
#include "check.h"

#define HEADER "{\"alg\":\"RS256\",\"kid\":\"k1\"}"
#define ISSUER "\"iss\":\"https://issuer.example\""
#define AUDIENCE "\"aud\":\"https://mcp.example/mcp\""
#define CLAIMS ISSUER "," AUDIENCE ",\"sub\":\"alice\",\"exp\":1800000600"

static const struct jwt_expected expected = {TEXT_INITIALIZER("https://issuer.example"),
                                             TEXT_INITIALIZER("other, https://mcp.example/mcp"),
                                             1800000000000.0};

static void append(struct buffer *out, const char *part) {
    buffer_append_base64url(out, (const uint8_t *)part, strlen(part));
}

/* The token of these two documents, with a signature of three bytes. */
static struct text token_of(const char *header, const char *claims) {
    struct buffer out = buffer_in(fresh_arena(), 256);
    append(&out, header);
    buffer_append(&out, TEXT("."));
    append(&out, claims);
    buffer_append(&out, TEXT(".c2ln"));
    return exact(buffer_text(&out));
}

static enum jwt_refusal read_at(struct text token, double now, struct jwt *jwt) {
    struct jwt_expected at = expected;
    at.now = now;
    return jwt_read(token, &at, fresh_arena(), jwt);
}

static enum jwt_refusal read(struct text token, struct jwt *jwt) {
    return read_at(token, expected.now, jwt);
}

static void reads_what_a_token_says(void) {
    struct jwt jwt;
    struct text token =
        token_of(HEADER, "{" CLAIMS ",\"email\":\"a@b.example\",\"scope\":\"r w\"}");
    CHECK_EQUAL(read(token, &jwt), JWT_OK);
    CHECK_TEXT(jwt.algorithm->name, TEXT("RS256"));
    CHECK(jwt.has_key_id);
    CHECK_TEXT(jwt.key_id, TEXT("k1"));
    CHECK_TEXT(jwt.signed_text, ((struct text){token.bytes, token.length - 5}));
    CHECK_TEXT(jwt.signature, TEXT("sig"));
    CHECK_TEXT(jwt.subject, TEXT("alice"));
    CHECK_TEXT(jwt.name, TEXT("a@b.example"));
    CHECK_TEXT(jwt.scopes, TEXT("r w"));
    CHECK(jwt.expires == 1800000600000.0);
}

static void needs_no_more_than_it_must(void) {
    struct jwt jwt;
    CHECK_EQUAL(read(token_of("{\"alg\":\"ES256\"}", "{" CLAIMS "}"), &jwt), JWT_OK);
    CHECK(!jwt.has_key_id);
    CHECK_TEXT(jwt.name, TEXT("alice"));
    CHECK_EQUAL(jwt.scopes.length, 0);
}

/* RFC 7515, appendix A.2 and A.3: the issuer is "joe", and the token has no audience. */
static void reads_the_examples_of_rfc_7515(void) {
    static const struct text payload =
        TEXT_INITIALIZER("eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
                         "S9pc19yb290Ijp0cnVl"
                         "fQ");
    static const struct text headers[] = {TEXT_INITIALIZER("eyJhbGciOiJSUzI1NiJ9"),
                                          TEXT_INITIALIZER("eyJhbGciOiJFUzI1NiJ9")};
    struct jwt_expected joe = {TEXT("joe"), expected.audiences, 1300819379999.0};
    for (size_t i = 0; i < COUNT(headers); i++) {
        struct arena *arena = fresh_arena();
        struct buffer token = buffer_in(arena, 256);
        struct jwt jwt;
        BUFFER_APPEND(&token, headers[i], TEXT("."), payload, TEXT(".c2ln"));
        struct text whole = exact(buffer_text(&token));
        CHECK_EQUAL(jwt_read(whole, &joe, arena, &jwt), JWT_AUDIENCE);
        CHECK_TEXT(jwt.algorithm->name, i == 0 ? TEXT("RS256") : TEXT("ES256"));
        CHECK_EQUAL(jwt_read(whole, &expected, arena, &jwt), JWT_ISSUER);
    }
}

static void takes_three_parts_of_base64url(void) {
    static const char *const wrong[] = {"",
                                        "a",
                                        "..",
                                        "eyJhbGciOiJSUzI1NiJ9.e30",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln.",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln.c2ln.c2ln",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.",
                                        "eyJhbGciOiJSUzI1NiJ9.e30=.c2ln",
                                        "eyJhbGciOiJSUzI1NiJ9.e31.c2ln",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.c2l+",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln\n",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.c",
                                        "eyJhbGciOiJSUzI1NiJ9.W10.c2ln",
                                        "eyJhbGciOiJSUzI1NiJ9.e30g4pyT.c2ln"};
    struct jwt jwt;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        CHECK_EQUAL_CASE(read(exact(text_of(wrong[i])), &jwt), JWT_MALFORMED, wrong[i]);
    }
    CHECK(jwt_has_form(TEXT("a.b.c")) && jwt_has_form(TEXT("..")));
    CHECK(!jwt_has_form(TEXT("a.b")) && !jwt_has_form(TEXT("a.b.c.d")) && !jwt_has_form(TEXT("")));
    CHECK(!jwt_has_form(TEXT("a.b:c.d")));
}

/* A good token of `size` bytes, filled up by its signature: for the two sizes used here, base64url
   can have that many digits. */
static struct text token_of_size(size_t size) {
    struct buffer out = buffer_in(fresh_arena(), size);
    append(&out, "{\"alg\":\"RS256\"}");
    buffer_append(&out, TEXT("."));
    append(&out, "{" CLAIMS "}");
    buffer_append(&out, TEXT("."));
    while (out.length < size) buffer_append(&out, TEXT("A"));
    return exact(buffer_text(&out));
}

static void bounds_the_token(void) {
    struct jwt jwt;
    CHECK_EQUAL(read(token_of_size(LIMIT_CREDENTIAL_BYTES), &jwt), JWT_OK);
    CHECK_EQUAL(read(token_of_size(LIMIT_CREDENTIAL_BYTES + 1), &jwt), JWT_MALFORMED);
}

/* A header, and what becomes of the token. */
static const struct {
    const char *header;
    enum jwt_refusal refusal;
} headers[] = {
    {"{\"alg\":\"RS256\"}", JWT_OK},
    {"{\"alg\":\"PS256\"}", JWT_OK},
    {"{\"alg\":\"ES256\"}", JWT_OK},
    {"{\"alg\":\"EdDSA\"}", JWT_OK},
    {"{\"alg\":\"Ed25519\"}", JWT_OK},
    {"{\"alg\":\"\\u0052S256\"}", JWT_OK},
    {"{\"alg\":\"none\"}", JWT_ALGORITHM},
    {"{\"alg\":\"None\"}", JWT_ALGORITHM},
    {"{\"alg\":\"\"}", JWT_ALGORITHM},
    {"{\"alg\":\"HS256\"}", JWT_ALGORITHM},
    {"{\"alg\":\"RS512\"}", JWT_ALGORITHM},
    {"{\"alg\":\"rs256\"}", JWT_ALGORITHM},
    {"{\"alg\":\"RS256 \"}", JWT_ALGORITHM},
    {"{\"alg\":[\"RS256\"]}", JWT_MALFORMED},
    {"{}", JWT_MALFORMED},
    {"{\"Alg\":\"RS256\"}", JWT_MALFORMED},
    {"{\"alg\":\"RS256\",\"alg\":\"RS256\"}", JWT_MALFORMED},
    {"{\"alg\":\"RS256\",\"\\u0061lg\":\"none\"}", JWT_MALFORMED},
    {"{\"alg\":\"RS256\"}x", JWT_MALFORMED},
    {"\"RS256\"", JWT_MALFORMED},
    {"{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}", JWT_CRITICAL},
    {"{\"alg\":\"RS256\",\"crit\":null}", JWT_CRITICAL},
    {"{\"alg\":\"RS256\",\"typ\":\"JWT\"}", JWT_OK},
    {"{\"alg\":\"RS256\",\"typ\":\"jwt\"}", JWT_OK},
    {"{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}", JWT_OK},
    {"{\"alg\":\"RS256\",\"typ\":\"Application/AT+JWT\"}", JWT_OK},
    {"{\"alg\":\"RS256\",\"typ\":\"application/application/jwt\"}", JWT_TYPE},
    {"{\"alg\":\"RS256\",\"typ\":\"\"}", JWT_TYPE},
    {"{\"alg\":\"RS256\",\"typ\":\"dpop+jwt\"}", JWT_TYPE},
    {"{\"alg\":\"RS256\",\"typ\":\"logout+jwt\"}", JWT_TYPE},
    {"{\"alg\":\"RS256\",\"typ\":null}", JWT_TYPE},
    {"{\"alg\":\"RS256\",\"kid\":1}", JWT_MALFORMED},
    /* keys that a token brings along are ignored, not refused */
    {"{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\"},\"jku\":\"https://evil.example\","
     "\"x5u\":\"https://evil.example\",\"x5c\":[\"AA\"]}",
     JWT_OK},
};

static void judges_the_header(void) {
    struct jwt jwt;
    for (size_t i = 0; i < COUNT(headers); i++) {
        CHECK_EQUAL_CASE(read(token_of(headers[i].header, "{" CLAIMS "}"), &jwt),
                         headers[i].refusal, headers[i].header);
    }
}

/* "none" as it is really sent: with an empty signature. */
static void says_of_an_unsigned_token_what_is_wrong_with_it(void) {
    struct jwt jwt;
    CHECK_EQUAL(read(exact(TEXT("eyJhbGciOiJub25lIn0.e30.")), &jwt), JWT_ALGORITHM);
}

#define WITHOUT_AUDIENCE ISSUER ",\"sub\":\"alice\",\"exp\":1800000600"
#define WITHOUT_SUBJECT ISSUER "," AUDIENCE ",\"exp\":1800000600"
#define WITHOUT_EXPIRY ISSUER "," AUDIENCE ",\"sub\":\"alice\""

/* Claims, and what becomes of the token. */
static const struct {
    const char *claims;
    enum jwt_refusal refusal;
} claim_cases[] = {
    {"{" AUDIENCE ",\"sub\":\"alice\",\"exp\":1800000600}", JWT_ISSUER},
    {"{\"iss\":\"https://issuer.example/\"," AUDIENCE ",\"sub\":\"a\",\"exp\":1800000600}",
     JWT_ISSUER},
    {"{\"iss\":\"https://Issuer.example\"," AUDIENCE ",\"sub\":\"a\",\"exp\":1800000600}",
     JWT_ISSUER},
    {"{\"iss\":[\"https://issuer.example\"]," AUDIENCE ",\"sub\":\"a\",\"exp\":1800000600}",
     JWT_ISSUER},
    {"{" CLAIMS ",\"iss\":\"https://issuer.example\"}", JWT_MALFORMED},
    {"{" CLAIMS ",\"\\u0073ub\":\"bob\"}", JWT_MALFORMED},
    {"{" CLAIMS ",\"x\":{\"a\":1,\"a\":2}}", JWT_MALFORMED},
    {"{" CLAIMS ",\"x\":\"\\u0000\"}", JWT_MALFORMED},
    {"["
     "{" CLAIMS "}]",
     JWT_MALFORMED},

    {"{" WITHOUT_AUDIENCE "}", JWT_AUDIENCE},
    {"{" WITHOUT_AUDIENCE ",\"aud\":\"other\"}", JWT_OK},
    {"{" WITHOUT_AUDIENCE ",\"aud\":[\"x\",\"other\"]}", JWT_OK},
    {"{" WITHOUT_AUDIENCE ",\"aud\":[\"other\",\"x\"]}", JWT_OK},
    {"{" WITHOUT_AUDIENCE ",\"aud\":\"\"}", JWT_AUDIENCE},
    {"{" WITHOUT_AUDIENCE ",\"aud\":\"https://mcp.example\"}", JWT_AUDIENCE},
    {"{" WITHOUT_AUDIENCE ",\"aud\":\"https://mcp.example/mcp/\"}", JWT_AUDIENCE},
    {"{" WITHOUT_AUDIENCE ",\"aud\":\"other, https://mcp.example/mcp\"}", JWT_AUDIENCE},
    {"{" WITHOUT_AUDIENCE ",\"aud\":[]}", JWT_AUDIENCE},
    {"{" WITHOUT_AUDIENCE ",\"aud\":[\"other\",1]}", JWT_CLAIMS},
    {"{" WITHOUT_AUDIENCE ",\"aud\":{\"other\":1}}", JWT_AUDIENCE},

    {"{" WITHOUT_SUBJECT "}", JWT_SUBJECT},
    {"{" WITHOUT_SUBJECT ",\"sub\":\"\"}", JWT_SUBJECT},
    {"{" WITHOUT_SUBJECT ",\"sub\":7}", JWT_SUBJECT},
    {"{" WITHOUT_SUBJECT ",\"sub\":\"a\\nb\"}", JWT_SUBJECT},
    {"{" WITHOUT_SUBJECT ",\"sub\":\"a\\u007f\"}", JWT_SUBJECT},
    {"{" WITHOUT_SUBJECT ",\"sub\":\"auth0|\\u00e4 b\"}", JWT_OK},

    {"{" WITHOUT_EXPIRY "}", JWT_NO_EXPIRY},
    {"{" WITHOUT_EXPIRY ",\"exp\":null}", JWT_CLAIMS},
    {"{" WITHOUT_EXPIRY ",\"exp\":\"1800000600\"}", JWT_CLAIMS},
    {"{" WITHOUT_EXPIRY ",\"exp\":-1}", JWT_CLAIMS},
    {"{" WITHOUT_EXPIRY ",\"exp\":1e999}", JWT_CLAIMS},
    {"{" WITHOUT_EXPIRY ",\"exp\":8640000000001}", JWT_CLAIMS},
    {"{" WITHOUT_EXPIRY ",\"exp\":1800000000.00000000000000000000}", JWT_OK},
    {"{" WITHOUT_EXPIRY ",\"exp\":1800000000.000000000000000000000}", JWT_CLAIMS},
    {"{" WITHOUT_EXPIRY ",\"exp\":18000006e2}", JWT_OK},
    {"{" CLAIMS ",\"nbf\":\"0\"}", JWT_CLAIMS},
    {"{" CLAIMS ",\"iat\":true}", JWT_CLAIMS},

    {"{" CLAIMS ",\"scope\":7}", JWT_CLAIMS},
    {"{" CLAIMS ",\"scope\":\"a\\nb\"}", JWT_CLAIMS},
    {"{" CLAIMS ",\"scope\":\"a\\\"b\"}", JWT_CLAIMS},
    {"{" CLAIMS ",\"scope\":\"a\\\\b\"}", JWT_CLAIMS},
    {"{" CLAIMS ",\"scope\":\"a\\u007f\"}", JWT_CLAIMS},
    {"{" CLAIMS ",\"scp\":[\"a b\"]}", JWT_CLAIMS},
    {"{" CLAIMS ",\"scp\":[\"\"]}", JWT_CLAIMS},
    {"{" CLAIMS ",\"scp\":[1]}", JWT_CLAIMS},
    {"{" CLAIMS ",\"scp\":{\"a\":1}}", JWT_CLAIMS},
};

static void judges_the_claims(void) {
    struct jwt jwt;
    for (size_t i = 0; i < COUNT(claim_cases); i++) {
        CHECK_EQUAL_CASE(read(token_of(HEADER, claim_cases[i].claims), &jwt),
                         claim_cases[i].refusal, claim_cases[i].claims);
    }
}

/* 60 seconds in either direction, to the millisecond. */
static void allows_for_a_clock_that_is_wrong_by_a_minute(void) {
    struct jwt jwt;
    struct text ends = token_of(HEADER, "{" CLAIMS "}");
    CHECK_EQUAL(read_at(ends, 1800000659999.0, &jwt), JWT_OK);
    CHECK_EQUAL(read_at(ends, 1800000660000.0, &jwt), JWT_EXPIRED);
    struct text begins = token_of(HEADER, "{" CLAIMS ",\"nbf\":1800000500}");
    CHECK_EQUAL(read_at(begins, 1800000440000.0, &jwt), JWT_OK);
    CHECK_EQUAL(read_at(begins, 1800000439999.0, &jwt), JWT_NOT_YET_VALID);
    struct text issued = token_of(HEADER, "{" CLAIMS ",\"iat\":1800000500.5}");
    CHECK_EQUAL(read_at(issued, 1800000440500.0, &jwt), JWT_OK);
    CHECK_EQUAL(read_at(issued, 1800000440499.0, &jwt), JWT_ISSUED_IN_FUTURE);
}

static void reads_scopes_as_issuers_write_them(void) {
    static const struct {
        const char *claims, *scopes;
    } cases[] = {
        {"{" CLAIMS ",\"scope\":\"files:read  files:write \"}", "files:read files:write"},
        {"{" CLAIMS ",\"scope\":[\"a\",\"b\"]}", "a b"},
        {"{" CLAIMS ",\"scp\":\"a b\"}", "a b"},
        {"{" CLAIMS ",\"scp\":[\"a\",\"b\"]}", "a b"},
        {"{" CLAIMS ",\"scope\":\"a\",\"scp\":\"b\"}", "a"},
        {"{" CLAIMS ",\"scope\":\"\"}", ""},
        {"{" CLAIMS ",\"scp\":[]}", ""},
    };
    struct jwt jwt;
    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK_EQUAL_CASE(read(token_of(HEADER, cases[i].claims), &jwt), JWT_OK, cases[i].claims);
        CHECK_TEXT(jwt.scopes, text_of(cases[i].scopes));
    }
}

static void never_takes_a_name_that_is_no_line(void) {
    struct jwt jwt;
    CHECK_EQUAL(read(token_of(HEADER, "{" CLAIMS ",\"email\":\"a\\nb\"}"), &jwt), JWT_OK);
    CHECK_TEXT(jwt.name, TEXT("alice"));
    CHECK_EQUAL(read(token_of(HEADER, "{" CLAIMS ",\"email\":false}"), &jwt), JWT_OK);
    CHECK_TEXT(jwt.name, TEXT("alice"));
}

static void has_a_word_for_each_refusal(void) {
    CHECK_TEXT(text_of(jwt_refusal_word(JWT_MALFORMED)), TEXT("malformed"));
    CHECK_TEXT(text_of(jwt_refusal_word(JWT_KEYS_MALFORMED)), TEXT("keys_malformed"));
}

static const struct test tests[] = {
    {"reads the header and the claims of a token", reads_what_a_token_says},
    {"needs no more than algorithm, issuer, audience, subject and expiry",
     needs_no_more_than_it_must},
    {"reads the examples of RFC 7515", reads_the_examples_of_rfc_7515},
    {"takes only three parts, in canonical base64url", takes_three_parts_of_base64url},
    {"takes tokens of 16384 bytes, not 16385", bounds_the_token},
    {"judges the header: algorithm, crit, typ, kid", judges_the_header},
    {"refuses an unsigned token for its algorithm",
     says_of_an_unsigned_token_what_is_wrong_with_it},
    {"judges every claim", judges_the_claims},
    {"allows for a clock that is wrong by 60 seconds, but not by more",
     allows_for_a_clock_that_is_wrong_by_a_minute},
    {"reads scopes as issuers write them", reads_scopes_as_issuers_write_them},
    {"takes no name that is not a single line of text", never_takes_a_name_that_is_no_line},
    {"has words for refusals", has_a_word_for_each_refusal},
};
SUITE(jwt, tests);
