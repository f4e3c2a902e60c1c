/* SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104). Here, and not asked of the host, because a call
   out of the module costs more than hashing the few hundred bytes of a session id, and because the
   platform's module for it takes longer to load than all the rest of the Worker. */
#ifndef SHA256_H
#define SHA256_H

#include "text.h"

enum { SHA256_BYTES = 32 };

/* The digest of `data`. */
void sha256(struct text data, uint8_t digest[SHA256_BYTES]);

/* The code that authenticates `data` under `key`, which may have any length. */
void sha256_hmac(struct text key, struct text data, uint8_t code[SHA256_BYTES]);

#endif
