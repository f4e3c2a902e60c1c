#include "jwk.h"

#include "base64.h"
#include "buffer.h"
#include "json.h"
#include "limits.h"

/* The public members of a key (RFC 7518, section 6; RFC 8037, section 2), in order. Nothing else of
   it is passed on, least of all the private ones, should an issuer ever publish them. */
static const struct {
    struct text key_type;
    struct text member;
    size_t bits;  /* at least */
    size_t bytes; /* exactly; 0: as many as it takes */
} members[] = {
    {TEXT_INITIALIZER("EC"), TEXT_INITIALIZER("x"), 0, 32},
    {TEXT_INITIALIZER("EC"), TEXT_INITIALIZER("y"), 0, 32},
    {TEXT_INITIALIZER("OKP"), TEXT_INITIALIZER("x"), 0, 32},
    /* RFC 7518, section 3.3: a key of 2048 bits or larger must be used */
    {TEXT_INITIALIZER("RSA"), TEXT_INITIALIZER("n"), LIMIT_RSA_BITS, 0},
    {TEXT_INITIALIZER("RSA"), TEXT_INITIALIZER("e"), 2, 0},
};

/* True if the member is `wanted`, or absent. */
static bool agrees(struct json_value key, struct text member, struct text wanted) {
    struct json_value value = json_object_member(key, member);
    return value.kind == JSON_ABSENT || json_says(value, wanted);
}

/* `key_ops` (RFC 7517, section 4.3) lists what the key is for; if absent, whatever it can do. */
static bool may_verify(struct json_value key) {
    struct json_value operations = json_object_member(key, TEXT("key_ops")), operation;
    if (operations.kind == JSON_ABSENT) return true;
    for (size_t position = 0; json_next_element(operations, &position, &operation);) {
        if (json_says(operation, TEXT("verify"))) return true;
    }
    return false;
}

/* A key is for one algorithm (RFC 8725, section 3.1), and for signatures. */
static bool fits(struct json_value key, const struct jwt *jwt) {
    const struct jwt_algorithm *algorithm = jwt->algorithm;
    if (!json_says(json_object_member(key, TEXT("kty")), algorithm->key_type)) return false;
    if (algorithm->curve.length > 0 &&
        !json_says(json_object_member(key, TEXT("crv")), algorithm->curve)) {
        return false;
    }
    if (jwt->has_key_id && !json_says(json_object_member(key, TEXT("kid")), jwt->key_id)) {
        return false;
    }
    /* under either of its names: an issuer may adopt the newer one for tokens first, or for keys */
    return (agrees(key, TEXT("alg"), algorithm->name) ||
            agrees(key, TEXT("alg"), algorithm->also)) &&
           agrees(key, TEXT("use"), TEXT("sig")) && may_verify(key);
}

/* How many bits the number takes whose bytes, the highest first, are `number`. */
static size_t bits_of(const uint8_t *number, size_t size) {
    size_t at = 0, bits = 0;
    while (at < size && number[at] == 0) at++;
    if (at == size) return 0;
    for (unsigned top = number[at]; top > 0; top >>= 1) bits++;
    return bits + 8 * (size - at - 1);
}

/* Appends member `i` of the table with its value, every digit of which is checked. */
static bool write_member(struct json_value key, size_t i, struct arena *arena, struct buffer *out) {
    struct text digits;
    if (!json_string(json_object_member(key, members[i].member), arena, &digits)) return false;
    size_t size = base64url_decoded_size(digits.length);
    if (size == SIZE_MAX || (members[i].bytes > 0 && size != members[i].bytes)) return false;
    uint8_t *bytes = arena_allocate(arena, size);
    if (bytes == NULL || !base64url_decode(digits, bytes)) return false;
    if (bits_of(bytes, size) < members[i].bits) return false;
    BUFFER_APPEND(out, TEXT(",\""), members[i].member, TEXT("\":\""), digits, TEXT("\""));
    return true;
}

static enum jwt_refusal write_key(struct json_value key, const struct jwt_algorithm *algorithm,
                                  struct arena *arena, struct text *written) {
    struct buffer out = buffer_in(arena, 512);
    BUFFER_APPEND(&out, TEXT("{\"kty\":\""), algorithm->key_type, TEXT("\""));
    if (algorithm->curve.length > 0) {
        BUFFER_APPEND(&out, TEXT(",\"crv\":\""), algorithm->curve, TEXT("\""));
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (!text_equal(members[i].key_type, algorithm->key_type)) continue;
        if (!write_member(key, i, arena, &out)) return JWT_KEY_UNUSABLE;
    }
    buffer_append(&out, TEXT("}"));
    *written = buffer_text(&out);
    return JWT_OK;
}

enum jwt_refusal jwk_find(struct text set, const struct jwt *jwt, struct arena *arena,
                          struct text *key) {
    struct json_document document;
    struct json_value keys, candidate, found = {.kind = JSON_ABSENT};
    size_t count = 0, fitting = 0;
    if (json_check(set, arena, &document) != JSON_OK) return JWT_KEYS_MALFORMED;
    keys = json_object_member(document.root, TEXT("keys"));
    if (keys.kind != JSON_ARRAY) return JWT_KEYS_MALFORMED;
    for (size_t position = 0; json_next_element(keys, &position, &candidate);) {
        if (count++ == LIMIT_JWKS_KEYS) return JWT_KEYS_MALFORMED;
        /* a key of an unknown kind is skipped (RFC 7517, section 5) */
        if (!fits(candidate, jwt)) continue;
        found = candidate;
        fitting++;
    }
    /* nobody said which of several it is: trying all would let any of them sign for any other */
    if (fitting != 1) return JWT_KEY_UNKNOWN;
    return write_key(found, jwt->algorithm, arena, key);
}
