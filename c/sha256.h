/* SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104). Done here, not by the host, because a call out
   of the module costs more than hashing the few hundred bytes of a session id, and because the
   platform's module for it takes longer to load than all the rest of the Worker. */
#ifndef SHA256_H
#define SHA256_H

#include "text.h"

enum { SHA256_BYTES = 32 };

/* The digest of `data`. */
void sha256(struct text data, uint8_t digest[SHA256_BYTES]);

/* A prepared key for HMAC: the states of the two hashes after the block that each begins with. As
   secret as the key itself. */
struct hmac_key {
    uint32_t inner[8], outer[8];
};

/* Prepares `key`, which may have any length. */
struct hmac_key hmac_key(struct text key);

/* The code that authenticates `data` under `key`. */
void sha256_hmac(const struct hmac_key *key, struct text data, uint8_t code[SHA256_BYTES]);

#endif
