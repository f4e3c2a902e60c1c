/* Which of an issuer's keys a token is verified with. An RSA modulus of 2048 bits is written here
   as one digit and 341 A: not a real key, which only WebCrypto would notice. */
#include "jwk.h"

#include "check.h"

#define EC_MEMBERS                                                                                 \
    "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","      \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define OKP_MEMBERS                                                                                \
    "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define OTHER_OKP "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"x\",\"x\":\"AA\"}"

static const struct jwt_algorithm rs256 = {TEXT_INITIALIZER("RS256"),
                                           TEXT_INITIALIZER("RS256"),
                                           TEXT_INITIALIZER("RSA"),
                                           {NULL, 0},
                                           {NULL, 0}};
static const struct jwt_algorithm es256 = {TEXT_INITIALIZER("ES256"),
                                           TEXT_INITIALIZER("ES256"),
                                           TEXT_INITIALIZER("EC"),
                                           TEXT_INITIALIZER("P-256"),
                                           {NULL, 0}};
static const struct jwt_algorithm eddsa = {TEXT_INITIALIZER("EdDSA"),
                                           TEXT_INITIALIZER("Ed25519"),
                                           TEXT_INITIALIZER("OKP"),
                                           TEXT_INITIALIZER("Ed25519"),
                                           {NULL, 0}};

/* Finds the key in `set` for a token of that algorithm; `key_id` is NULL if it names none. */
static enum jwt_refusal find(const char *set, const struct jwt_algorithm *algorithm,
                             const char *key_id, struct text *key) {
    struct jwt jwt = {algorithm, key_id != NULL, text_of(key_id), .expires = 0};
    return jwk_find(exact(text_of(set)), &jwt, fresh_arena(), key);
}

/* RFC 7515, appendix A.3, and RFC 8037, appendix A.1: both come with their private member, `d`. */
static void hands_on_public_members_alone(void) {
    struct text key;
    CHECK_EQUAL(find("{\"keys\":[{\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"," EC_MEMBERS
                     ",\"kid\":\"k1\",\"x5c\":[\"AA\"]}]}",
                     &es256, "k1", &key),
                JWT_OK);
    CHECK_TEXT(key, TEXT("{" EC_MEMBERS "}"));
    CHECK_EQUAL(find("{\"keys\":[{" OKP_MEMBERS
                     ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}]}",
                     &eddsa, NULL, &key),
                JWT_OK);
    CHECK_TEXT(key, TEXT("{" OKP_MEMBERS "}"));
}

static enum jwt_refusal find_rsa(const char *before, size_t digits, struct text *key) {
    struct jwt jwt = {&rs256, false, {NULL, 0}, .expires = 0};
    struct text set = repeated(before, digits, "A", "\",\"d\":\"AA\",\"e\":\"AQAB\"}]}");
    return jwk_find(set, &jwt, fresh_arena(), key);
}

#define RSA "{\"keys\":[{\"kty\":\"RSA\",\"n\":\""

static void takes_rsa_keys_of_2048_bits(void) {
    struct text key;
    CHECK_EQUAL(find_rsa(RSA "g", 341, &key), JWT_OK);
    CHECK_TEXT(key, repeated("{\"kty\":\"RSA\",\"n\":\"g", 341, "A", "\",\"e\":\"AQAB\"}"));
    /* after a zero byte, as some issuers write it: 2048 bits, and 2047 */
    CHECK_EQUAL(find_rsa(RSA "AI", 341, &key), JWT_OK);
    CHECK_EQUAL(find_rsa(RSA "AH8", 340, &key), JWT_KEY_UNUSABLE);
    /* 2047 bits, 2040, and none that is set */
    CHECK_EQUAL(find_rsa(RSA "fw", 340, &key), JWT_KEY_UNUSABLE);
    CHECK_EQUAL(find_rsa(RSA "AP", 340, &key), JWT_KEY_UNUSABLE);
    CHECK_EQUAL(find_rsa(RSA, 342, &key), JWT_KEY_UNUSABLE);
    CHECK_EQUAL(find("{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\"}]}", &rs256, NULL, &key),
                JWT_KEY_UNUSABLE);
    CHECK_EQUAL(
        find("{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\"}]}", &rs256, NULL, &key),
        JWT_KEY_UNUSABLE);
}

static void refuses_members_that_are_no_coordinates(void) {
    static const char *const wrong[] = {
        /* 31 and 33 bytes, an invalid digit, leftover bits, quotes, nothing */
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp",
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPc\\\",\\\"\"",
        ""};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct text key, set = repeated("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"",
                                        1, wrong[i], "\"}]}");
        struct jwt jwt = {&eddsa, false, {NULL, 0}, .expires = 0};
        enum jwt_refusal refusal = jwk_find(set, &jwt, fresh_arena(), &key);
        CHECK_CASE(refusal == JWT_KEY_UNUSABLE || refusal == JWT_KEYS_MALFORMED, wrong[i]);
    }
}

/* A key, and whether it fits a token of EdDSA with the key id "k1". */
static const struct {
    const char *members;
    bool fits;
} candidates[] = {
    {OKP_MEMBERS ",\"kid\":\"k1\"", true},
    {OKP_MEMBERS ",\"kid\":\"\\u006b1\",\"alg\":\"EdDSA\",\"use\":\"sig\"", true},
    {OKP_MEMBERS ",\"kid\":\"k1\",\"alg\":\"Ed25519\"", true},
    {OKP_MEMBERS ",\"kid\":\"k1\",\"alg\":\"\"", false},
    {OKP_MEMBERS ",\"kid\":\"k1\",\"key_ops\":[\"sign\",\"verify\"]", true},
    {OKP_MEMBERS, false},
    {OKP_MEMBERS ",\"kid\":\"k2\"", false},
    {OKP_MEMBERS ",\"kid\":\"K1\"", false},
    {OKP_MEMBERS ",\"kid\":[\"k1\"]", false},
    {OKP_MEMBERS ",\"kid\":\"k1\",\"alg\":\"ES256\"", false},
    {OKP_MEMBERS ",\"kid\":\"k1\",\"alg\":null", false},
    {OKP_MEMBERS ",\"kid\":\"k1\",\"use\":\"enc\"", false},
    {OKP_MEMBERS ",\"kid\":\"k1\",\"key_ops\":[\"sign\"]", false},
    {OKP_MEMBERS ",\"kid\":\"k1\",\"key_ops\":\"verify\"", false},
    {EC_MEMBERS ",\"kid\":\"k1\"", false},
    {"\"kty\":\"OKP\",\"crv\":\"Ed448\",\"kid\":\"k1\",\"x\":\"AA\"", false},
    {"\"kty\":\"OKP\",\"kid\":\"k1\",\"x\":\"AA\"", false},
    {"\"kty\":\"EC\",\"crv\":\"Ed25519\",\"kid\":\"k1\",\"x\":\"AA\"", false},
    {"\"kty\":\"oct\",\"kid\":\"k1\",\"k\":\"AA\"", false},
    {"\"kid\":\"k1\"", false},
};

static void knows_which_key_fits(void) {
    for (size_t i = 0; i < COUNT(candidates); i++) {
        struct text key,
            set = repeated("{\"keys\":[7,{}," OTHER_OKP ",{", 1, candidates[i].members, "}]}");
        struct jwt jwt = {&eddsa, true, TEXT("k1"), .expires = 0};
        CHECK_EQUAL_CASE(jwk_find(set, &jwt, fresh_arena(), &key),
                         candidates[i].fits ? JWT_OK : JWT_KEY_UNKNOWN, candidates[i].members);
    }
}

static void never_guesses_between_keys(void) {
    struct text key;
    const char *two = "{\"keys\":[{" OKP_MEMBERS ",\"kid\":\"a\"},{" EC_MEMBERS
                      ",\"kid\":\"a\"},{" OKP_MEMBERS ",\"kid\":\"b\"}]}";
    CHECK_EQUAL(find(two, &eddsa, "a", &key), JWT_OK);
    CHECK_EQUAL(find(two, &eddsa, NULL, &key), JWT_KEY_UNKNOWN);
    CHECK_EQUAL(find(two, &es256, NULL, &key), JWT_OK);
    CHECK_EQUAL(find(two, &rs256, NULL, &key), JWT_KEY_UNKNOWN);
    CHECK_EQUAL(find("{\"keys\":[{" OKP_MEMBERS ",\"kid\":\"a\"},{" OKP_MEMBERS ",\"kid\":\"a\"}]}",
                     &eddsa, "a", &key),
                JWT_KEY_UNKNOWN);
}

static void tells_a_set_from_what_is_none(void) {
    static const char *const none[] = {"",
                                       "[]",
                                       "{}",
                                       "{\"keys\":{}}",
                                       "{\"keys\":[}",
                                       "{\"keys\":[],\"keys\":[]}",
                                       "{\"keys\":[{\"kty\":\"RSA\",\"kty\":\"OKP\"}]}",
                                       "<!doctype html>"};
    struct text key;
    for (size_t i = 0; i < COUNT(none); i++) {
        CHECK_EQUAL_CASE(find(none[i], &eddsa, NULL, &key), JWT_KEYS_MALFORMED, none[i]);
    }
    CHECK_EQUAL(find("{\"keys\":[]}", &eddsa, NULL, &key), JWT_KEY_UNKNOWN);
}

static void bounds_the_set(void) {
    struct text key;
    struct jwt jwt = {&eddsa, false, {NULL, 0}, .expires = 0};
    struct text full = repeated("{\"keys\":[", LIMIT_JWKS_KEYS - 1, "{},", "{" OKP_MEMBERS "}]}");
    CHECK_EQUAL(jwk_find(full, &jwt, fresh_arena(), &key), JWT_OK);
    struct text over = repeated("{\"keys\":[", LIMIT_JWKS_KEYS, "{},", "{" OKP_MEMBERS "}]}");
    CHECK_EQUAL(jwk_find(over, &jwt, fresh_arena(), &key), JWT_KEYS_MALFORMED);
}

static const struct test tests[] = {
    {"passes on only the public members of a key", hands_on_public_members_alone},
    {"takes RSA keys of 2048 bits, not of 2047", takes_rsa_keys_of_2048_bits},
    {"refuses members that are not coordinates", refuses_members_that_are_no_coordinates},
    {"knows which key fits, by kid, kty, crv, alg, use and key_ops", knows_which_key_fits},
    {"never guesses between keys that fit", never_guesses_between_keys},
    {"tells a set of keys from what is not one", tells_a_set_from_what_is_none},
    {"takes sets of 64 keys, not of 65", bounds_the_set},
};
SUITE(jwk, tests);
