#include "seal.h"

#include <string.h>

#include "base64.h"
#include "buffer.h"
#include "sha256.h"

enum { MAC_BYTES = 16, LENGTH_BYTES = 2 };

/* How many bytes precede the payload in what is authenticated. */
static size_t prefix_bytes(const struct principal *principal) {
    return 2 + LENGTH_BYTES + principal->subject.length;
}

/* The HMAC covers kind, principal and payload; the principal's length precedes it, so that no two
   different triples give the same bytes. `message` has room for the prefix before the payload. */
static void authenticate(const struct hmac_key *key, enum seal_kind kind,
                         const struct principal *principal, char *message, size_t payload_length,
                         uint8_t mac[SHA256_BYTES]) {
    struct text subject = principal->subject;
    message[0] = (char)kind;
    message[1] = (char)principal->by;
    message[2] = (char)(subject.length >> 8);
    message[3] = (char)subject.length;
    if (subject.length > 0) memcpy(message + 2 + LENGTH_BYTES, subject.bytes, subject.length);
    sha256_hmac(key, (struct text){message, prefix_bytes(principal) + payload_length}, mac);
}

struct text seal_close(const struct hmac_key *key, enum seal_kind kind,
                       const struct principal *principal, struct text payload,
                       struct arena *arena) {
    uint8_t mac[SHA256_BYTES];
    struct buffer sealed = buffer_in(arena, 0);
    size_t prefix = prefix_bytes(principal);
    char *message = arena_allocate(arena, prefix + payload.length + MAC_BYTES);
    if (message == NULL) return (struct text){NULL, 0};
    if (payload.length > 0) memcpy(message + prefix, payload.bytes, payload.length);
    authenticate(key, kind, principal, message, payload.length, mac);
    memcpy(message + prefix + payload.length, mac, MAC_BYTES);
    buffer_append_base64url(&sealed, (const uint8_t *)message + prefix, payload.length + MAC_BYTES);
    return buffer_text(&sealed);
}

bool seal_open(const struct hmac_key *key, enum seal_kind kind, const struct principal *principal,
               struct text sealed, struct arena *arena, struct text *payload) {
    uint8_t mac[SHA256_BYTES];
    size_t size = base64url_decoded_size(sealed.length);
    if (size == SIZE_MAX || size < MAC_BYTES) return false;
    size_t prefix = prefix_bytes(principal);
    char *message = arena_allocate(arena, prefix + size);
    if (message == NULL) return false;
    uint8_t *whole = (uint8_t *)message + prefix;
    if (!base64url_decode(sealed, whole)) return false;
    *payload = (struct text){message + prefix, size - MAC_BYTES};
    authenticate(key, kind, principal, message, payload->length, mac);
    return text_equal_secret(mac, whole + payload->length, MAC_BYTES);
}
