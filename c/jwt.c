#include "jwt.h"

#include "base64.h"
#include "buffer.h"
#include "decimal.h"
#include "json.h"
#include "limits.h"

#define ES256_WEBCRYPTO "{\"name\":\"ECDSA\",\"namedCurve\":\"P-256\",\"hash\":\"SHA-256\"}"

/* An algorithm that is not listed here does not exist: neither "none" nor any HMAC (RFC 8725,
   section 2.1), for which the issuer's public key would be the secret. */
static const struct jwt_algorithm algorithms[] = {
    {TEXT_INITIALIZER("RS256"),
     TEXT_INITIALIZER("RS256"),
     TEXT_INITIALIZER("RSA"),
     {NULL, 0},
     TEXT_INITIALIZER("{\"name\":\"RSASSA-PKCS1-v1_5\",\"hash\":\"SHA-256\"}")},
    {TEXT_INITIALIZER("PS256"),
     TEXT_INITIALIZER("PS256"),
     TEXT_INITIALIZER("RSA"),
     {NULL, 0},
     TEXT_INITIALIZER("{\"name\":\"RSA-PSS\",\"hash\":\"SHA-256\",\"saltLength\":32}")},
    {TEXT_INITIALIZER("ES256"), TEXT_INITIALIZER("ES256"), TEXT_INITIALIZER("EC"),
     TEXT_INITIALIZER("P-256"), TEXT_INITIALIZER(ES256_WEBCRYPTO)},
    {TEXT_INITIALIZER("EdDSA"), TEXT_INITIALIZER("Ed25519"), TEXT_INITIALIZER("OKP"),
     TEXT_INITIALIZER("Ed25519"), TEXT_INITIALIZER("{\"name\":\"Ed25519\"}")},
};

#define JWT_REFUSAL_WORD(symbol, word) word,
static const char *const words[] = {NULL, JWT_REFUSALS(JWT_REFUSAL_WORD)};
#undef JWT_REFUSAL_WORD

const char *jwt_refusal_word(enum jwt_refusal refusal) {
    return words[refusal];
}

enum { HEADER, PAYLOAD, SIGNATURE, PARTS };

static bool split(struct text token, struct text parts[PARTS]) {
    size_t count = 0;
    struct text part;
    while (text_next_field(&token, '.', &part)) {
        if (count == PARTS) return false;
        parts[count++] = part;
    }
    return count == PARTS;
}

bool jwt_has_form(struct text token) {
    struct text parts[PARTS];
    return !text_has(token, ':') && split(token, parts);
}

/* The bytes that `digits` stand for (RFC 7515, section 2: no padding, nothing in between). */
static bool decode(struct text digits, struct arena *arena, struct text *bytes) {
    size_t size = base64url_decoded_size(digits.length);
    if (size == SIZE_MAX) return false;
    char *decoded = arena_allocate(arena, size);
    if (decoded == NULL || !base64url_decode(digits, (uint8_t *)decoded)) return false;
    *bytes = (struct text){decoded, size};
    return true;
}

/* The object that a part holds. A repeated member is refused (RFC 7515, section 4): one reader may
   take the first, another the last. */
static bool decode_object(struct text digits, struct arena *arena, struct json_document *object) {
    struct text json;
    return decode(digits, arena, &json) && json_check(json, arena, object) == JSON_OK &&
           object->root.kind == JSON_OBJECT;
}

/* The header. */

/* The `typ` of an access token, with or without "application/" before it, in any case (RFC 7515,
   section 4.1.9). RFC 9068, section 4, wants at+jwt alone; but most issuers write JWT, so what
   keeps out tokens made for something else (RFC 8725, section 3.12) is the audience. */
static bool is_type(struct text type) {
    static const struct text application = TEXT_INITIALIZER("application/");
    if (text_equal_ignoring_case((struct text){type.bytes, type.length < application.length
                                                               ? type.length
                                                               : application.length},
                                 application)) {
        type = text_from(type, application.length);
    }
    return text_equal_ignoring_case(type, TEXT("JWT")) ||
           text_equal_ignoring_case(type, TEXT("at+jwt"));
}

/* Keys that come in the header, or that it points to (`jwk`, `jku`, `x5c`, `x5u`), are ignored:
   anybody can bring a key (RFC 8725, section 3.10). */
static enum jwt_refusal read_header(const struct json_document *header, struct arena *arena,
                                    struct jwt *jwt) {
    struct json_value key_id = json_object_member(header->root, TEXT("kid"));
    struct json_value type = json_object_member(header->root, TEXT("typ"));
    struct text name;
    if (!json_string(json_object_member(header->root, TEXT("alg")), arena, &name)) {
        return JWT_MALFORMED;
    }
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
        const struct jwt_algorithm *known = &algorithms[i];
        if (text_equal(name, known->name) || text_equal(name, known->also)) jwt->algorithm = known;
    }
    if (jwt->algorithm == NULL) return JWT_ALGORITHM;
    /* no extension is understood here, so any is one too many (RFC 7515, section 4.1.11) */
    if (json_object_member(header->root, TEXT("crit")).kind != JSON_ABSENT) return JWT_CRITICAL;
    if (type.kind != JSON_ABSENT && (!json_string(type, arena, &name) || !is_type(name))) {
        return JWT_TYPE;
    }
    jwt->has_key_id = key_id.kind != JSON_ABSENT;
    if (jwt->has_key_id && !json_string(key_id, arena, &jwt->key_id)) return JWT_MALFORMED;
    return JWT_OK;
}

/* The claims: one function each. */

/* RFC 7519, section 4.1.1: compared byte by byte. */
static enum jwt_refusal check_issuer(struct json_value claims, struct text expected,
                                     struct arena *arena) {
    struct text issuer;
    if (!json_string(json_object_member(claims, TEXT("iss")), arena, &issuer) ||
        !text_equal(issuer, expected)) {
        return JWT_ISSUER;
    }
    return JWT_OK;
}

static bool is_audience(struct text audience, struct text audiences) {
    return audience.length > 0 && text_has_field(audiences, ',', audience);
}

/* RFC 7519, section 4.1.3: a string, or an array of them. */
static enum jwt_refusal check_audience(struct json_value claims, struct text audiences,
                                       struct arena *arena) {
    struct json_value value = json_object_member(claims, TEXT("aud")), element;
    struct text audience;
    bool found = false;
    if (json_string(value, arena, &audience)) {
        return is_audience(audience, audiences) ? JWT_OK : JWT_AUDIENCE;
    }
    for (size_t position = 0; json_next_element(value, &position, &element);) {
        if (!json_string(element, arena, &audience)) return JWT_CLAIMS;
        found = found || is_audience(audience, audiences);
    }
    return found ? JWT_OK : JWT_AUDIENCE;
}

/* Seconds since 1970 (RFC 7519, section 2, "NumericDate"), up to the end of JavaScript's time. */
static bool read_date(struct json_value value, double *milliseconds) {
    const size_t longest = 31; /* with many zeros; a date has 10 digits */
    if (value.kind != JSON_NUMBER || value.text.length > longest) return false;
    if (decimal_read(value.text, milliseconds) == 0) return false;
    *milliseconds *= 1000;
    return *milliseconds >= 0 && *milliseconds <= 8.64e15;
}

/* RFC 7519, sections 4.1.4 to 4.1.6. A token without an end would be good forever (RFC 9068,
   section 2.2: `exp` is required). */
static enum jwt_refusal check_times(struct json_value claims, double now, struct jwt *jwt) {
    const double skew = LIMIT_JWT_SKEW_SECONDS * 1000.0;
    struct json_value expires = json_object_member(claims, TEXT("exp"));
    struct json_value begins = json_object_member(claims, TEXT("nbf"));
    struct json_value issued = json_object_member(claims, TEXT("iat"));
    double from = 0, since = 0;
    if (expires.kind == JSON_ABSENT) return JWT_NO_EXPIRY;
    if (!read_date(expires, &jwt->expires) ||
        (begins.kind != JSON_ABSENT && !read_date(begins, &from)) ||
        (issued.kind != JSON_ABSENT && !read_date(issued, &since))) {
        return JWT_CLAIMS;
    }
    if (now >= jwt->expires + skew) return JWT_EXPIRED;
    if (now < from - skew) return JWT_NOT_YET_VALID;
    if (now < since - skew) return JWT_ISSUED_IN_FUTURE;
    return JWT_OK;
}

static bool is_line(struct text text) {
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte < 0x20 || byte == 0x7f) return false;
    }
    return text.length > 0;
}

/* RFC 7519, section 4.1.2; RFC 9068, section 2.2: required. What seals are bound to is made of
   lines, and so is the log, so a subject must fit within one. The e-mail address is only for people
   to read: nobody has checked that it is the subject's, so nothing may depend on it. */
static enum jwt_refusal read_subject(struct json_value claims, struct arena *arena,
                                     struct jwt *jwt) {
    struct json_value email = json_object_member(claims, TEXT("email"));
    if (!json_string(json_object_member(claims, TEXT("sub")), arena, &jwt->subject) ||
        !is_line(jwt->subject)) {
        return JWT_SUBJECT;
    }
    if (!json_string(email, arena, &jwt->name) || !is_line(jwt->name)) jwt->name = jwt->subject;
    return JWT_OK;
}

/* One scope: visible ASCII without " and \ (RFC 6749, section 3.3). */
static bool is_scope(struct text scope) {
    return scope.length > 0 && text_is_visible(scope, TEXT("\"\\"));
}

static void append_scope(struct buffer *scopes, struct text scope) {
    if (scopes->length > 0) buffer_append(scopes, TEXT(" "));
    buffer_append(scopes, scope);
}

/* The scopes in a string, between spaces, or in an array, one per element. */
static bool read_scope_value(struct json_value value, struct arena *arena, struct buffer *scopes) {
    struct json_value element;
    struct text text, scope;
    if (json_string(value, arena, &text)) {
        while (text_next_field(&text, ' ', &scope)) {
            if (scope.length == 0) continue;
            if (!is_scope(scope)) return false;
            append_scope(scopes, scope);
        }
        return true;
    }
    for (size_t position = 0; json_next_element(value, &position, &element);) {
        if (!json_string(element, arena, &scope) || !is_scope(scope)) return false;
        append_scope(scopes, scope);
    }
    return value.kind == JSON_ARRAY;
}

/* `scope` (RFC 9068, section 2.2.3; RFC 8693, section 4.2), or `scp`, as issuers wrote it before
   there was a specification. With some issuers each is a string, with others an array. */
static enum jwt_refusal read_scopes(struct json_value claims, struct arena *arena,
                                    struct jwt *jwt) {
    struct json_value value = json_object_member(claims, TEXT("scope"));
    struct buffer scopes = buffer_in(arena, 64);
    if (value.kind == JSON_ABSENT) value = json_object_member(claims, TEXT("scp"));
    if (value.kind != JSON_ABSENT && !read_scope_value(value, arena, &scopes)) return JWT_CLAIMS;
    jwt->scopes = buffer_text(&scopes);
    return JWT_OK;
}

static enum jwt_refusal read_claims(struct json_value claims, const struct jwt_expected *expected,
                                    struct arena *arena, struct jwt *jwt) {
    enum jwt_refusal refusal = check_issuer(claims, expected->issuer, arena);
    if (refusal == JWT_OK) refusal = check_audience(claims, expected->audiences, arena);
    if (refusal == JWT_OK) refusal = check_times(claims, expected->now, jwt);
    if (refusal == JWT_OK) refusal = read_subject(claims, arena, jwt);
    return refusal == JWT_OK ? read_scopes(claims, arena, jwt) : refusal;
}

enum jwt_refusal jwt_read(struct text token, const struct jwt_expected *expected,
                          struct arena *arena, struct jwt *jwt) {
    struct text parts[PARTS];
    struct json_document header, claims;
    *jwt = (struct jwt){0};
    if (token.length > LIMIT_CREDENTIAL_BYTES || !split(token, parts) ||
        !decode_object(parts[HEADER], arena, &header)) {
        return JWT_MALFORMED;
    }
    enum jwt_refusal refusal = read_header(&header, arena, jwt);
    if (refusal != JWT_OK) return refusal;
    if (!decode_object(parts[PAYLOAD], arena, &claims) ||
        !decode(parts[SIGNATURE], arena, &jwt->signature) || jwt->signature.length == 0) {
        return JWT_MALFORMED;
    }
    /* RFC 7515, section 5.1: what is signed is the text as it was sent, not what it decodes to */
    jwt->signed_text = (struct text){token.bytes, parts[HEADER].length + 1 + parts[PAYLOAD].length};
    return read_claims(claims.root, expected, arena, jwt);
}
