/* What mode `jwt` asks the host for, and what it decides from the answers. Signatures are not
   verified here: the host does that, and answers with one byte. */
#include "jwt_check.h"

#include "check.h"
#include "remembered.h"

#define ISSUER "https://issuer.example/t"
#define KEYS_URL "https://issuer.example/keys"
#define METADATA "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"" KEYS_URL "\"}"
#define KEY(x) "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" x "\"}"
#define X1 "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define X2 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define KEYS(kid, x)                                                                               \
    "{\"keys\":[{\"kid\":\"" kid "\",\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" x "\"}]}"
#define YES "\1"
#define NO "\0"

static struct config config;
static struct exchange exchange;

/* A token for "alice" until the year 2100, with the key id "k1", and an escape in its claims. */
static struct text token(struct arena *arena, const char *more) {
    struct buffer out = buffer_in(arena, 512), claims = buffer_in(arena, 512);
    struct text header = TEXT("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}");
    BUFFER_APPEND(&claims, TEXT("{\"iss\":\"" ISSUER "\",\"aud\":\"m\\u0065\",\"sub\":\"alice\","),
                  TEXT("\"exp\":4102444800,\"scope\":\"a b\""), text_of(more), TEXT("}"));
    buffer_append_base64url(&out, (const uint8_t *)header.bytes, header.length);
    buffer_append(&out, TEXT("."));
    buffer_append_base64url(&out, (const uint8_t *)claims.bytes, claims.length);
    buffer_append(&out, TEXT(".c2ln"));
    return exact(buffer_text(&out));
}

/* Begins a check in a fresh arena. */
static enum http_error begin(const char *more) {
    struct arena *arena = fresh_arena();
    config =
        (struct config){.auth_jwt = true, .jwt_issuer = TEXT(ISSUER), .jwt_audience = TEXT("me")};
    exchange =
        (struct exchange){.arena = arena, .config = &config, .remembered = remembered_in(arena)};
    exchange.credential.token = token(arena, more);
    return jwt_check_begin(&exchange);
}

static enum http_error answered(struct text answer) {
    exchange.action = (struct mcp_action){0};
    return jwt_check_answered(&exchange, exact(answer));
}

static bool fetches(const char *url, uint32_t seconds) {
    return exchange.action.kind == MCP_ACTION_FETCH &&
           text_equal(exchange.action.topic, text_of(url)) &&
           exchange.action.milliseconds == seconds * 1000 &&
           exchange.action.backlog_bytes == LIMIT_JWKS_BYTES;
}

static bool verifies(const char *key) {
    return exchange.action.kind == MCP_ACTION_VERIFY &&
           text_equal(exchange.action.topic, text_of(key));
}

static bool refused(enum http_error error, const char *word) {
    return exchange.action.kind == 0 && exchange.principal.by == PRINCIPAL_ANYBODY &&
           error == (text_contains(text_of(word), TEXT("unavailable")) ||
                             text_equal(text_of(word), TEXT("issuer_malformed")) ||
                             text_equal(text_of(word), TEXT("keys_malformed"))
                         ? HTTP_ERROR_KEYS_UNAVAILABLE
                         : HTTP_ERROR_CREDENTIAL_UNKNOWN) &&
           text_equal(text_of(exchange.credential.refusal), text_of(word));
}

static void lets_in_whose_signature_verifies(void) {
    struct principal who;
    CHECK_EQUAL(begin(",\"email\":\"a@b.example\""), HTTP_ERROR_NONE);
    CHECK(fetches(ISSUER "/.well-known/openid-configuration", 600));
    CHECK_EQUAL(answered(TEXT(METADATA)), HTTP_ERROR_NONE);
    CHECK(fetches(KEYS_URL, 600));
    CHECK_EQUAL(answered(TEXT(KEYS("k1", X1))), HTTP_ERROR_NONE);
    CHECK(verifies(KEY(X1)));
    CHECK_TEXT(exchange.action.mark, TEXT("{\"name\":\"Ed25519\"}"));
    CHECK_TEXT(exchange.action.after, ((struct text){exchange.credential.token.bytes,
                                                     exchange.credential.token.length - 5}));
    CHECK_TEXT(exchange.action.body, TEXT("sig"));
    CHECK_EQUAL(exchange.principal.by, PRINCIPAL_ANYBODY);
    CHECK_EQUAL(answered(TEXT(YES)), HTTP_ERROR_NONE);
    CHECK_EQUAL(exchange.action.kind, 0);
    double kept = host_now() + 600000; /* as long as its key, not until it expires */
    CHECK(remembered_find(exchange.remembered, exchange.credential.token, kept - 60000,
                          exchange.arena, &who));
    CHECK(!remembered_find(exchange.remembered, exchange.credential.token, kept + 1, exchange.arena,
                           &who));
    for (int i = 0; i < 2; i++, who = exchange.principal) {
        CHECK_EQUAL(who.by, PRINCIPAL_SUBJECT);
        CHECK_TEXT(who.subject, TEXT(ISSUER "\nalice"));
        CHECK_TEXT(who.name, TEXT("a@b.example"));
        CHECK(who.limited && who.expires == 4102444800000.0);
        CHECK_TEXT(who.scopes, TEXT("a b"));
    }
}

static void asks_for_nothing_where_the_token_says_the_wrong_things(void) {
    CHECK(refused(begin(",\"nbf\":4102444800"), "not_yet_valid"));
    CHECK(refused(begin(",\"iat\":\"\""), "malformed_claims"));
}

static void looks_for_metadata_in_both_places(void) {
    begin("");
    CHECK_EQUAL(answered(TEXT("")), HTTP_ERROR_NONE);
    CHECK(fetches("https://issuer.example/.well-known/oauth-authorization-server/t", 600));
    CHECK_EQUAL(answered(TEXT(METADATA)), HTTP_ERROR_NONE);
    CHECK(fetches(KEYS_URL, 600));
    /* and the next time first where it was */
    begin("");
    CHECK(fetches("https://issuer.example/.well-known/oauth-authorization-server/t", 600));
    CHECK_EQUAL(answered(TEXT("")), HTTP_ERROR_NONE);
    CHECK(fetches(ISSUER "/.well-known/openid-configuration", 600));
    CHECK_EQUAL(answered(TEXT(METADATA)), HTTP_ERROR_NONE);
    CHECK(fetches(KEYS_URL, 600));
    begin("");
    CHECK(fetches(ISSUER "/.well-known/openid-configuration", 600));
    answered(TEXT(""));
    CHECK(refused(answered(TEXT("")), "issuer_unavailable"));
}

/* It may have been repaired since, so a newer copy is asked for, once. */
static void asks_again_for_documents_that_are_none(void) {
    begin("");
    answered(TEXT("<html>"));
    CHECK_EQUAL(answered(TEXT("")), HTTP_ERROR_NONE);
    CHECK(fetches(ISSUER "/.well-known/openid-configuration", 30));
    answered(TEXT(""));
    CHECK(refused(
        answered(TEXT("{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"" KEYS_URL "\"}")),
        "issuer_malformed"));
    begin("");
    answered(TEXT(METADATA));
    CHECK_EQUAL(answered(TEXT("<html>")), HTTP_ERROR_NONE);
    CHECK(fetches(KEYS_URL, 30));
    CHECK(refused(answered(TEXT("{\"keys\":{}}")), "keys_malformed"));
}

static void lets_nobody_in_without_keys(void) {
    begin("");
    answered(TEXT(METADATA));
    CHECK(refused(answered(TEXT("")), "keys_unavailable"));
}

static void bounds_the_documents(void) {
    const size_t keys = sizeof KEYS("k1", X1) - 1, metadata = sizeof METADATA - 1;
    begin("");
    answered(repeated("", LIMIT_JWKS_BYTES - metadata, " ", METADATA));
    CHECK(fetches(KEYS_URL, 600));
    answered(repeated("", LIMIT_JWKS_BYTES - keys, " ", KEYS("k1", X1)));
    CHECK(verifies(KEY(X1)));
    begin("");
    answered(repeated("", LIMIT_JWKS_BYTES - metadata + 1, " ", METADATA));
    CHECK(fetches("https://issuer.example/.well-known/oauth-authorization-server/t", 600));
    answered(TEXT(METADATA));
    answered(repeated("", LIMIT_JWKS_BYTES - keys + 1, " ", KEYS("k1", X1)));
    CHECK(fetches(KEYS_URL, 30));
    CHECK(refused(answered(repeated("", LIMIT_JWKS_BYTES - keys + 1, " ", KEYS("k1", X1))),
                  "keys_malformed"));
}

/* Once, for a copy that is no older than 30 seconds. */
static void asks_again_for_a_key_that_is_not_there(void) {
    begin("");
    answered(TEXT(METADATA));
    CHECK_EQUAL(answered(TEXT(KEYS("k2", X1))), HTTP_ERROR_NONE);
    CHECK(fetches(KEYS_URL, 30));
    CHECK_EQUAL(answered(TEXT(KEYS("k1", X1))), HTTP_ERROR_NONE);
    CHECK(verifies(KEY(X1)));
    CHECK(refused(answered(TEXT(NO)), "bad_signature"));
    begin("");
    answered(TEXT(METADATA));
    answered(TEXT(KEYS("k2", X1)));
    CHECK(refused(answered(TEXT(KEYS("k2", X1))), "unknown_key"));
    begin("");
    answered(TEXT(METADATA));
    answered(TEXT(KEYS("k2", X1)));
    CHECK(refused(answered(TEXT("")), "keys_unavailable"));
}

/* If an issuer's keys have no ids, or a new key has the old one's, only the signature tells. */
static void asks_again_where_the_signature_is_not_the_keys(void) {
    begin("");
    answered(TEXT(METADATA));
    answered(TEXT(KEYS("k1", X1)));
    CHECK_EQUAL(answered(TEXT(NO)), HTTP_ERROR_NONE);
    CHECK(fetches(KEYS_URL, 30));
    CHECK(refused(answered(TEXT(KEYS("k1", X1))), "bad_signature"));
    begin("");
    answered(TEXT(METADATA));
    answered(TEXT(KEYS("k1", X1)));
    answered(TEXT(NO));
    CHECK_EQUAL(answered(TEXT(KEYS("k1", X2))), HTTP_ERROR_NONE);
    CHECK(verifies(KEY(X2)));
    CHECK(refused(answered(TEXT(NO)), "bad_signature"));
    begin("");
    answered(TEXT(METADATA));
    answered(TEXT(KEYS("k1", X1)));
    answered(TEXT(NO));
    CHECK(refused(answered(TEXT("")), "bad_signature"));
}

static void takes_one_byte_for_yes(void) {
    static const struct text no[] = {TEXT_INITIALIZER(""), TEXT_INITIALIZER("\0"),
                                     TEXT_INITIALIZER("1"), TEXT_INITIALIZER("\1\1")};
    for (size_t i = 0; i < COUNT(no); i++) {
        begin("");
        answered(TEXT(METADATA));
        answered(TEXT(KEYS("k1", X1)));
        answered(no[i]);
        CHECK_EQUAL(exchange.principal.by, PRINCIPAL_ANYBODY);
        CHECK(fetches(KEYS_URL, 30));
    }
}

/* Runs a whole check, as far as it gets. */
static enum http_error run_all(void) {
    static const char *const answers[] = {"", METADATA, KEYS("k2", X1), KEYS("k1", X1), YES};
    enum http_error error = jwt_check_begin(&exchange);
    for (size_t i = 0; i < COUNT(answers) && error == HTTP_ERROR_NONE; i++) {
        if (exchange.arena->exhausted) break; /* mcp.c takes care of that */
        error = answered(text_of(answers[i]));
    }
    return error;
}

static void lets_nobody_in_where_memory_ends(void) {
    size_t allocations = 1;
    for (size_t i = 0; i <= allocations; i++) {
        struct principal who;
        begin("");
        exchange.action = (struct mcp_action){0};
        exchange.arena->committed = exchange.arena->used;
        commits = 0;
        failing = i;
        enum http_error error = run_all();
        if (i == 0) allocations = commits;
        CHECK_EQUAL(exchange.arena->exhausted, i > 0);
        CHECK_EQUAL(i == 0, error == HTTP_ERROR_NONE && exchange.action.kind == 0);
        CHECK_EQUAL(i == 0, remembered_find(exchange.remembered, exchange.credential.token, 0,
                                            exchange.arena, &who));
    }
    CHECK(allocations > 10);
}

static const struct test tests[] = {
    {"lets in a token whose signature verifies, and remembers it as long as its key",
     lets_in_whose_signature_verifies},
    {"asks for nothing if the token's claims are wrong",
     asks_for_nothing_where_the_token_says_the_wrong_things},
    {"looks for metadata in both places", looks_for_metadata_in_both_places},
    {"lets nobody in without keys", lets_nobody_in_without_keys},
    {"asks again, once, for a malformed document", asks_again_for_documents_that_are_none},
    {"takes documents of 65536 bytes, not of 65537", bounds_the_documents},
    {"asks again, once, if the token's key is not among the keys",
     asks_again_for_a_key_that_is_not_there},
    {"asks again, once, if the signature does not verify",
     asks_again_where_the_signature_is_not_the_keys},
    {"takes only the byte 1 for a yes", takes_one_byte_for_yes},
    {"lets nobody in if memory runs out, whichever allocation fails",
     lets_nobody_in_where_memory_ends},
};
SUITE(jwt_check, tests);
