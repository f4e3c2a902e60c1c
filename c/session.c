#include "session.h"

#include <string.h>

#include "host.h"

enum {
    FORMAT = 3,
    PLACE_START = 3, /* after the format, the revision and the capabilities */
    RANDOM_START = PLACE_START + SESSION_PLACE_BYTES,
    LISTS_START = RANDOM_START + SESSION_RANDOM_BYTES,
    PAYLOAD_BYTES = LISTS_START + SESSION_LISTS_BYTES,
};

/* Mailboxes per place. One relays about a thousand messages a second. */
enum { MAILBOXES_A_PLACE = 8 };

struct session session_new(const struct http_request *request, enum revision revision,
                           uint8_t capabilities) {
    struct session session = {.capabilities = capabilities, .revision = revision};
    size_t length = request->place.length;
    if (length > SESSION_PLACE_BYTES) length = SESSION_PLACE_BYTES;
    if (length > 0) memcpy(session.place, request->place.bytes, length);
    host_random(session.random, sizeof session.random);
    return session;
}

struct text session_id(const struct session *session, const struct hmac_key *key,
                       enum seal_kind kind, const struct principal *principal,
                       struct arena *arena) {
    char payload[PAYLOAD_BYTES] = {FORMAT, (char)session->revision, (char)session->capabilities};
    memcpy(payload + PLACE_START, session->place, SESSION_PLACE_BYTES);
    memcpy(payload + RANDOM_START, session->random, SESSION_RANDOM_BYTES);
    memcpy(payload + LISTS_START, session->lists, SESSION_LISTS_BYTES);
    return seal_close(key, kind, principal, (struct text){payload, sizeof payload}, arena);
}

bool session_open(struct text id, const struct hmac_key *key, enum seal_kind kind,
                  const struct principal *principal, struct arena *arena, struct session *session) {
    struct text payload;
    if (!seal_open(key, kind, principal, id, arena, &payload)) return false;
    if (payload.length != PAYLOAD_BYTES || payload.bytes[0] != FORMAT || payload.bytes[1] < 0 ||
        payload.bytes[1] >= REVISION_COUNT) {
        return false;
    }
    session->revision = (enum revision)payload.bytes[1];
    session->capabilities = (uint8_t)payload.bytes[2];
    memcpy(session->place, payload.bytes + PLACE_START, SESSION_PLACE_BYTES);
    memcpy(session->random, payload.bytes + RANDOM_START, SESSION_RANDOM_BYTES);
    memcpy(session->lists, payload.bytes + LISTS_START, SESSION_LISTS_BYTES);
    return true;
}

struct text session_mailbox(const struct session *session, struct arena *arena) {
    struct buffer name = buffer_in(arena, 32);
    size_t length = 0;
    while (length < SESSION_PLACE_BYTES && session->place[length] != '\0') length++;
    BUFFER_APPEND(&name, (struct text){session->place, length}, TEXT("-"));
    buffer_append_integer(&name, session->random[0] % MAILBOXES_A_PLACE);
    return buffer_text(&name);
}

struct text session_topic(const struct session *session, struct arena *arena) {
    struct buffer topic = buffer_in(arena, 32);
    buffer_append_base64url(&topic, session->random, SESSION_RANDOM_BYTES);
    return buffer_text(&topic);
}
