/* JSON Web Tokens (RFC 7519) in the compact form of JWS (RFC 7515): read, and judged by what they
   say, before their signature is verified. Pure: what a signature is worth is for jwt_check.h to
   find out. */
#ifndef JWT_H
#define JWT_H

#include "arena.h"
#include "text.h"

/* Why a token is refused, and the word for the log, which the response does not say. The last four
   are not the token's fault. */
#define JWT_REFUSALS(REFUSAL)                                                                      \
    REFUSAL(MALFORMED, "malformed")             /* not three parts of base64url, two of JSON */    \
    REFUSAL(ALGORITHM, "algorithm_not_allowed") /* "none", or another not in the table */          \
    REFUSAL(CRITICAL, "critical_extension")     /* it requires what is not known here */           \
    REFUSAL(TYPE, "wrong_type")                 /* `typ` is not that of an access token */         \
    REFUSAL(CLAIMS, "malformed_claims")         /* a claim is of the wrong type */                 \
    REFUSAL(ISSUER, "wrong_issuer")                                                                \
    REFUSAL(AUDIENCE, "wrong_audience")                                                            \
    REFUSAL(NO_EXPIRY, "no_expiry")                                                                \
    REFUSAL(EXPIRED, "expired")                                                                    \
    REFUSAL(NOT_YET_VALID, "not_yet_valid")                                                        \
    REFUSAL(ISSUED_IN_FUTURE, "issued_in_future")                                                  \
    REFUSAL(SUBJECT, "no_subject")        /* none, or one that could be taken for another */       \
    REFUSAL(KEY_UNKNOWN, "unknown_key")   /* no key of the issuer's fits, or several do */         \
    REFUSAL(KEY_UNUSABLE, "unusable_key") /* it is too short, or no key */                         \
    REFUSAL(SIGNATURE, "bad_signature")                                                            \
    REFUSAL(ISSUER_UNAVAILABLE, "issuer_unavailable") /* none of its metadata came */              \
    REFUSAL(ISSUER_MALFORMED, "issuer_malformed")     /* or it was not its metadata */             \
    REFUSAL(KEYS_UNAVAILABLE, "keys_unavailable")                                                  \
    REFUSAL(KEYS_MALFORMED, "keys_malformed")

enum jwt_refusal {
    JWT_OK,
#define JWT_REFUSAL_SYMBOL(symbol, word) JWT_##symbol,
    JWT_REFUSALS(JWT_REFUSAL_SYMBOL)
#undef JWT_REFUSAL_SYMBOL
};

/* The word for `refusal`, which is not JWT_OK. Lives forever. */
const char *jwt_refusal_word(enum jwt_refusal refusal);

/* A signature algorithm that tokens may have (RFC 8725, section 3.1: no other is tried). */
struct jwt_algorithm {
    struct text name;      /* `alg` (RFC 7518, section 3.1; RFC 8037, section 3.1) */
    struct text also;      /* its newer name (RFC 9864); the same again if it has none */
    struct text key_type;  /* `kty` of its keys */
    struct text curve;     /* `crv` of its keys; empty if they have none */
    struct text webcrypto; /* the algorithm as WebCrypto takes it: JSON */
};

/* What a token has to say. It has to name one of the comma-separated `audiences`. `now` is in
   milliseconds since 1970. */
struct jwt_expected {
    struct text issuer;
    struct text audiences;
    double now;
};

/* A token that says the right things. The texts are views of the token, or belong to the arena. */
struct jwt {
    const struct jwt_algorithm *algorithm; /* lives forever */
    bool has_key_id;
    struct text key_id;      /* `kid` (RFC 7515, section 4.1.4) */
    struct text signed_text; /* header and payload, as they were sent */
    struct text signature;   /* its bytes */
    struct text subject;     /* `sub`: not empty, and without control characters */
    struct text name;        /* for people: `email`, or else the subject */
    struct text scopes;      /* space-separated (RFC 6749, section 3.3); empty: none */
    double expires;          /* milliseconds since 1970 */
};

/* Reads `token` and fills `jwt`. Anything but JWT_OK means that it cannot be let in, whatever its
   signature. If the arena is exhausted, the result means nothing. */
enum jwt_refusal jwt_read(struct text token, const struct jwt_expected *expected,
                          struct arena *arena, struct jwt *jwt);

/* True if `token` has the three parts of a JWT and no colon, which tokens of mode `oauth` have: any
   other is of another kind. */
bool jwt_has_form(struct text token);

#endif
