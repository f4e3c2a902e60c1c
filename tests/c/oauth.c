/* What an answer of the server's own authorization server is worth; what it is asked is in
   transcripts/oauth.md. */
#include "oauth.h"

#include "check.h"
#include "remembered.h"

/* A request to https://mcp.example.com with a token. */
static struct exchange asking(struct arena *arena) {
    static struct config config = {.auth_oauth = true};
    struct exchange exchange = {
        .arena = arena, .config = &config, .remembered = remembered_in(arena)};
    exchange.request.scheme = TEXT("https");
    exchange.request.host = TEXT("mcp.example.com");
    exchange.credential.token = TEXT("user:grant:secret");
    return exchange;
}

static void takes_who_it_is_from_the_answer(void) {
    struct exchange exchange = asking(fresh_arena());
    struct text answer = exact(TEXT("alice\nAlice\nread\n4102444800000\n\n"));
    CHECK_EQUAL(oauth_answered(&exchange, answer), HTTP_ERROR_NONE);
    CHECK_EQUAL(exchange.principal.by, PRINCIPAL_SUBJECT);
    CHECK_TEXT(exchange.principal.subject, TEXT("https://mcp.example.com\nalice"));
    CHECK_TEXT(exchange.principal.name, TEXT("Alice"));
    CHECK_TEXT(exchange.principal.scopes, TEXT("read"));
    CHECK(exchange.principal.limited && exchange.principal.expires == 4102444800000.0);
}

static void refuses_what_names_nobody_or_is_over(void) {
    static const struct text answers[] = {TEXT_INITIALIZER("\nAlice\nread\n4102444800000\n\n"),
                                          TEXT_INITIALIZER("alice\nAlice\nread\n1577836800000\n\n"),
                                          TEXT_INITIALIZER("alice\nAlice\nread\n\n\n"),
                                          TEXT_INITIALIZER("alice\nAlice\nread\n4102444800000"),
                                          TEXT_INITIALIZER("not_allowed"),
                                          TEXT_INITIALIZER("")};
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct exchange exchange = asking(fresh_arena());
        CHECK_EQUAL(oauth_answered(&exchange, exact(answers[i])), HTTP_ERROR_CREDENTIAL_UNKNOWN);
    }
}

/* Half a subject would be somebody else's. */
static void remembers_nobody_where_memory_ends(void) {
    const struct text answer = TEXT("alice\nAlice\nread\n4102444800000\n\n");
    size_t allocations = 1;
    for (size_t i = 0; i <= allocations; i++) {
        struct arena *arena = fresh_arena();
        struct exchange exchange = asking(arena);
        struct principal who;
        arena->committed = arena->used;
        commits = 0;
        failing = i;
        enum http_error error = oauth_answered(&exchange, exact(answer));
        if (i == 0) allocations = commits;
        CHECK_EQUAL(error, i == 0 ? HTTP_ERROR_NONE : HTTP_ERROR_BUSY);
        CHECK_EQUAL(i == 0, remembered_find(exchange.remembered, exchange.credential.token, 0,
                                            exchange.arena, &who));
    }
    CHECK(allocations > 1);
}

static const struct test tests[] = {
    {"takes who it is from the answer", takes_who_it_is_from_the_answer},
    {"refuses an answer that names nobody, or whose time is over",
     refuses_what_names_nobody_or_is_over},
    {"remembers nobody if memory runs out, whichever allocation fails",
     remembers_nobody_where_memory_ends},
};
SUITE(oauth, tests);
