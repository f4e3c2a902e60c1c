#include "seal.h"

#include "check.h"

#define KEY "0123456789abcdef0123456789abcdef"
static const struct principal alice = {.by = PRINCIPAL_TOKEN, .subject = TEXT_INITIALIZER("alice")},
                              bob = {.by = PRINCIPAL_TOKEN, .subject = TEXT_INITIALIZER("bob")};

static struct text seal_of(struct text payload, struct arena *arena) {
    return exact(seal_close(key_of(TEXT(KEY)), SEAL_CURSOR, &alice, payload, arena));
}

static void opens_what_it_closed(void) {
    char payload[200];
    memset(payload, 'p', sizeof payload);
    for (size_t length = 0; length <= sizeof payload; length++) {
        struct arena *arena = fresh_arena();
        struct text opened, sealed = seal_of((struct text){payload, length}, arena);
        CHECK(seal_open(key_of(TEXT(KEY)), SEAL_CURSOR, &alice, sealed, arena, &opened));
        CHECK_TEXT(opened, ((struct text){payload, length}));
    }
}

static void opens_for_nobody_else(void) {
    struct arena *arena = fresh_arena();
    struct text opened, sealed = seal_of(TEXT("payload"), arena);
    CHECK(seal_open(key_of(TEXT(KEY)), SEAL_CURSOR, &alice, sealed, arena, &opened));
    CHECK(!seal_open(key_of(TEXT(KEY)), SEAL_CURSOR, &bob, sealed, arena, &opened));
    CHECK(!seal_open(key_of(TEXT(KEY)), SEAL_SESSION, &alice, sealed, arena, &opened));
    CHECK(!seal_open(key_of(TEXT(KEY)), SEAL_SSE_SESSION, &alice, sealed, arena, &opened));
    CHECK(!seal_open(key_of(TEXT("another key of thirty-two bytes.")), SEAL_CURSOR, &alice, sealed,
                     arena, &opened));
}

/* Each digit replaced by every other byte, and both ends cut off at each place. */
static void opens_nothing_that_was_changed(void) {
    struct arena *arena = fresh_arena();
    struct text opened, sealed = seal_of(TEXT("payload!"), arena);
    char changed[64];
    for (size_t i = 0; i < sealed.length; i++) {
        memcpy(changed, sealed.bytes, sealed.length);
        for (int byte = 0; byte < 256; byte++) {
            if ((char)byte == sealed.bytes[i]) continue;
            changed[i] = (char)byte;
            CHECK(!seal_open(key_of(TEXT(KEY)), SEAL_CURSOR, &alice,
                             (struct text){changed, sealed.length}, arena, &opened));
        }
        CHECK(!seal_open(key_of(TEXT(KEY)), SEAL_CURSOR, &alice, (struct text){sealed.bytes, i},
                         arena, &opened));
        CHECK(!seal_open(key_of(TEXT(KEY)), SEAL_CURSOR, &alice, text_from(sealed, i + 1), arena,
                         &opened));
    }
}

static void opens_nothing_that_is_long_and_forged(void) {
    struct arena *arena = fresh_arena();
    struct text opened;
    CHECK(!seal_open(key_of(TEXT(KEY)), SEAL_CURSOR, &alice, repeated("", 100000, "A", ""), arena,
                     &opened));
}

static const struct test tests[] = {
    {"opens what it closed, up to 200 bytes", opens_what_it_closed},
    {"opens for no other principal, kind or key", opens_for_nobody_else},
    {"opens nothing that was changed or cut", opens_nothing_that_was_changed},
    {"opens nothing that is long and forged", opens_nothing_that_is_long_and_forged},
};
SUITE(seal, tests);
