#include "seal.h"

#include <string.h>

#include "base64.h"
#include "buffer.h"

enum { MAC_BYTES = 16, PREFIX_BYTES = 1 + PRINCIPAL_BYTES };

/* The HMAC is over kind, principal and payload; the first two have a fixed size, so that no two
   different triples give the same bytes. `message` has room for the prefix before the payload. */
static void authenticate(struct text key, enum seal_kind kind, const struct principal *principal,
                         char *message, size_t payload_length, uint8_t mac[HOST_DIGEST_BYTES]) {
    message[0] = (char)kind;
    memcpy(message + 1, principal->id, PRINCIPAL_BYTES);
    host_hmac_sha256(key, (struct text){message, PREFIX_BYTES + payload_length}, mac);
}

struct text seal_close(struct text key, enum seal_kind kind, const struct principal *principal,
                       struct text payload, struct arena *arena) {
    uint8_t mac[HOST_DIGEST_BYTES];
    struct buffer sealed = buffer_in(arena, 0);
    char *message = arena_allocate(arena, PREFIX_BYTES + payload.length + MAC_BYTES);
    if (message == NULL) return (struct text){NULL, 0};
    if (payload.length > 0) memcpy(message + PREFIX_BYTES, payload.bytes, payload.length);
    authenticate(key, kind, principal, message, payload.length, mac);
    memcpy(message + PREFIX_BYTES + payload.length, mac, MAC_BYTES);
    buffer_append_base64url(&sealed, (const uint8_t *)message + PREFIX_BYTES,
                            payload.length + MAC_BYTES);
    return buffer_text(&sealed);
}

bool seal_open(struct text key, enum seal_kind kind, const struct principal *principal,
               struct text sealed, struct arena *arena, struct text *payload) {
    uint8_t mac[HOST_DIGEST_BYTES];
    size_t size = base64url_decoded_size(sealed.length);
    if (size == SIZE_MAX || size < MAC_BYTES) return false;
    char *message = arena_allocate(arena, PREFIX_BYTES + size);
    if (message == NULL) return false;
    uint8_t *whole = (uint8_t *)message + PREFIX_BYTES;
    if (!base64url_decode(sealed, whole)) return false;
    *payload = (struct text){message + PREFIX_BYTES, size - MAC_BYTES};
    authenticate(key, kind, principal, message, payload->length, mac);
    return text_equal_secret(mac, whole + payload->length, MAC_BYTES);
}
