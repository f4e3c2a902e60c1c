#include "seal.h"

#include <string.h>

#include "base64.h"
#include "buffer.h"

enum { PREFIX_BYTES = 1 + PRINCIPAL_BYTES };

/* The HMAC is over kind, principal and payload; the first two have a fixed size, so that no two
   different triples give the same bytes. */
static void authenticate(struct text key, enum seal_kind kind, const struct principal *principal,
                         struct text payload, uint8_t mac[HOST_DIGEST_BYTES]) {
    char message[PREFIX_BYTES + SEAL_PAYLOAD_BYTES_MAX];
    message[0] = (char)kind;
    memcpy(message + 1, principal->id, PRINCIPAL_BYTES);
    if (payload.length > 0) memcpy(message + PREFIX_BYTES, payload.bytes, payload.length);
    host_hmac_sha256(key, (struct text){message, PREFIX_BYTES + payload.length}, mac);
}

struct text seal_close(struct text key, enum seal_kind kind, const struct principal *principal,
                       struct text payload, struct arena *arena) {
    uint8_t mac[HOST_DIGEST_BYTES], whole[SEAL_PAYLOAD_BYTES_MAX + SEAL_MAC_BYTES];
    authenticate(key, kind, principal, payload, mac);
    memcpy(whole, payload.bytes, payload.length);
    memcpy(whole + payload.length, mac, SEAL_MAC_BYTES);
    struct buffer sealed = buffer_in(arena, 0);
    buffer_append_base64url(&sealed, whole, payload.length + SEAL_MAC_BYTES);
    return buffer_text(&sealed);
}

bool seal_open(struct text key, enum seal_kind kind, const struct principal *principal,
               struct text sealed, struct arena *arena, struct text *payload) {
    size_t size = base64url_decoded_size(sealed.length);
    if (size < SEAL_MAC_BYTES || size > SEAL_PAYLOAD_BYTES_MAX + SEAL_MAC_BYTES) return false;
    uint8_t *whole = arena_allocate(arena, size);
    if (whole == NULL || !base64url_decode(sealed, whole)) return false;
    *payload = (struct text){(const char *)whole, size - SEAL_MAC_BYTES};
    uint8_t mac[HOST_DIGEST_BYTES];
    authenticate(key, kind, principal, *payload, mac);
    return text_equal_secret(mac, whole + payload->length, SEAL_MAC_BYTES);
}
