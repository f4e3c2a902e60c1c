#include "session.h"

#include "check.h"

#define KEY "0123456789abcdef0123456789abcdef"
static const struct principal alice = {.by = PRINCIPAL_TOKEN, .subject = TEXT_INITIALIZER("alice")};

static void keeps_what_it_holds(void) {
    struct http_request request = {.place = TEXT("AMS")};
    for (int revision = 0; revision < REVISION_COUNT; revision++) {
        struct arena *arena = fresh_arena();
        struct session session = session_new(&request, (enum revision)revision, 5), back;
        memcpy(session.lists, "ttttrrrrpppp", SESSION_LISTS_BYTES);
        struct text id = session_id(&session, key_of(TEXT(KEY)), SEAL_SESSION, &alice, arena);
        CHECK(session_open(exact(id), key_of(TEXT(KEY)), SEAL_SESSION, &alice, arena, &back));
        CHECK_EQUAL(back.revision, revision);
        CHECK_EQUAL(back.capabilities, 5);
        CHECK_EQUAL(memcmp(back.place, "AMS", 4), 0);
        CHECK_EQUAL(memcmp(back.random, session.random, SESSION_RANDOM_BYTES), 0);
        CHECK_EQUAL(memcmp(back.lists, "ttttrrrrpppp", SESSION_LISTS_BYTES), 0);
    }
}

static void refuses_other_payloads(void) {
    static const struct text payloads[] = {
        TEXT_INITIALIZER(""),
        /* too long, too short, another format, and two unknown revisions */
        TEXT_INITIALIZER("\3\0\0AMS-123456789012ttttrrrrppppx"),
        TEXT_INITIALIZER("\3\0\0AMS-123456789012ttttrrrrppp"),
        TEXT_INITIALIZER("\2\0\0AMS-123456789012ttttrrrrpppp"),
        TEXT_INITIALIZER("\3\5\0AMS-123456789012ttttrrrrpppp"),
        TEXT_INITIALIZER("\3\xff\0AMS-123456789012ttttrrrrpppp")};
    for (size_t i = 0; i < COUNT(payloads); i++) {
        struct arena *arena = fresh_arena();
        struct session back;
        struct text id = seal_close(key_of(TEXT(KEY)), SEAL_SESSION, &alice, payloads[i], arena);
        CHECK(!session_open(exact(id), key_of(TEXT(KEY)), SEAL_SESSION, &alice, arena, &back));
    }
}

static void has_a_mailbox_near_its_stream(void) {
    struct http_request request = {.place = repeated("FRANKFURT", 100, "/", "")};
    struct session session = session_new(&request, REVISION_NEWEST_LEGACY, 0);
    struct arena *arena = fresh_arena();
    struct text name = session_mailbox(&session, arena);
    CHECK(text_starts_with(name, TEXT("FRAN-")));
    CHECK_EQUAL(name.length, 6);
    request.place = (struct text){NULL, 0};
    session = session_new(&request, REVISION_NEWEST_LEGACY, 0);
    CHECK(text_starts_with(session_mailbox(&session, arena), TEXT("-")));
    CHECK_EQUAL(session_topic(&session, arena).length, 16);
}

static const struct test tests[] = {
    {"keeps what it holds in its id, for every revision", keeps_what_it_holds},
    {"refuses malformed payloads", refuses_other_payloads},
    {"has a mailbox named after the place where it began", has_a_mailbox_near_its_stream},
};
SUITE(session, tests);
