#include "remembered.h"

#include <stdio.h>

#include "check.h"

static const struct principal ada = {.by = PRINCIPAL_SUBJECT,
                                     .subject = TEXT_INITIALIZER("https://i.example\nada"),
                                     .name = TEXT_INITIALIZER("Ada"),
                                     .limited = true,
                                     .scopes = TEXT_INITIALIZER("read write"),
                                     .expires = 5000};

static struct arena *arena;

static struct remembered *empty(void) {
    arena = fresh_arena();
    return remembered_in(arena);
}

static void gives_back_what_it_was_given(void) {
    struct remembered *table = empty();
    struct text texts[] = {exact(ada.subject), exact(ada.name), exact(ada.scopes)};
    struct principal who, given = ada;
    given.subject = texts[0];
    given.name = texts[1];
    given.scopes = texts[2];
    remembered_add(table, exact(TEXT("token")), &given, 2000);
    /* the request is over, and its memory is another's */
    for (size_t i = 0; i < COUNT(texts); i++) {
        memset((char *)(uintptr_t)texts[i].bytes, 'x', texts[i].length);
    }
    CHECK(remembered_find(table, TEXT("token"), 1999, arena, &who));
    CHECK_TEXT(who.subject, ada.subject);
    CHECK_TEXT(who.name, ada.name);
    CHECK_TEXT(who.scopes, ada.scopes);
    CHECK(who.by == PRINCIPAL_SUBJECT && who.limited && who.expires == 5000);
    CHECK(!remembered_find(table, TEXT("tokem"), 0, arena, &who));
    CHECK(!remembered_find(table, TEXT("toke"), 0, arena, &who));
}

static void forgets_in_time(void) {
    struct remembered *table = empty();
    struct principal who;
    remembered_add(table, TEXT("token"), &ada, 2000);
    CHECK(!remembered_find(table, TEXT("token"), 2000, arena, &who));
    remembered_add(table, TEXT("token"), &ada, 3000); /* it was verified once more */
    CHECK(remembered_find(table, TEXT("token"), 2000, arena, &who));
}

static void add_number(struct remembered *table, int number) {
    char token[16];
    snprintf(token, sizeof token, "%d", number);
    remembered_add(table, text_of(token), &ada, 2000);
}

static void has_room_for_so_many_and_drops_the_oldest(void) {
    struct remembered *table = empty();
    struct principal who;
    for (int i = 0; i < LIMIT_REMEMBERED_TOKENS; i++) add_number(table, i);
    CHECK(remembered_find(table, TEXT("0"), 0, arena, &who));
    add_number(table, LIMIT_REMEMBERED_TOKENS);
    CHECK(!remembered_find(table, TEXT("0"), 0, arena, &who));
    CHECK(remembered_find(table, TEXT("1"), 0, arena, &who));
}

/* By the time a request's body has come, others may have filled the table. */
static void whom_a_request_found_stays_whom_it_found(void) {
    struct remembered *table = empty();
    struct principal who, other = ada;
    remembered_add(table, TEXT("token"), &ada, 2000);
    CHECK(remembered_find(table, TEXT("token"), 0, arena, &who));
    other.subject = TEXT("https://i.example\neve");
    other.name = TEXT("Eve");
    other.scopes = TEXT("everything");
    for (int i = 0; i < LIMIT_REMEMBERED_TOKENS; i++) {
        char token[16];
        snprintf(token, sizeof token, "%d", i);
        remembered_add(table, text_of(token), &other, 2000);
    }
    CHECK_TEXT(who.subject, ada.subject);
    CHECK_TEXT(who.name, ada.name);
    CHECK_TEXT(who.scopes, ada.scopes);
}

static void leaves_out_what_is_too_long(void) {
    struct remembered *table = empty();
    struct principal who, lengthy = ada;
    size_t rest = ada.subject.length + ada.name.length;
    lengthy.scopes = repeated("", LIMIT_REMEMBERED_BYTES - rest, "x", "");
    remembered_add(table, TEXT("fits"), &lengthy, 2000);
    CHECK(remembered_find(table, TEXT("fits"), 0, arena, &who));
    CHECK_TEXT(who.scopes, lengthy.scopes);
    lengthy.scopes = repeated("", LIMIT_REMEMBERED_BYTES - rest + 1, "x", "");
    remembered_add(table, TEXT("does not"), &lengthy, 2000);
    CHECK(!remembered_find(table, TEXT("does not"), 0, arena, &who));
}

static void is_empty_where_there_is_none(void) {
    struct principal who;
    remembered_add(NULL, TEXT("token"), &ada, 2000);
    CHECK(!remembered_find(NULL, TEXT("token"), 0, NULL, &who));
}

static const struct test tests[] = {
    {"finds a token's principal, and none for a token that is almost the same",
     gives_back_what_it_was_given},
    {"forgets a token when its time is over, unless it is added again", forgets_in_time},
    {"has room for LIMIT_REMEMBERED_TOKENS, and drops the oldest",
     has_room_for_so_many_and_drops_the_oldest},
    {"leaves a principal that was found as it is, whatever is added later",
     whom_a_request_found_stays_whom_it_found},
    {"leaves out a principal that is too long", leaves_out_what_is_too_long},
    {"finds nobody if there is no table", is_empty_where_there_is_none},
};
SUITE(remembered, tests);
