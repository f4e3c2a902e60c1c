/* JSON Web Keys (RFC 7517): finding the one in an issuer's set that verifies a token's signature.
   Pure. */
#ifndef JWK_H
#define JWK_H

#include "jwt.h"

/* Finds in `set`, a JWK set, the key for `jwt`, and writes its public members into `key`: a JWK
   that belongs to the arena. JWT_KEYS_MALFORMED if `set` is none or has too many keys,
   JWT_KEY_UNKNOWN if not exactly one fits, JWT_KEY_UNUSABLE if that one may not be used. */
enum jwt_refusal jwk_find(struct text set, const struct jwt *jwt, struct arena *arena,
                          struct text *key);

#endif
