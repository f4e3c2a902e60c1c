/* What an answer of the server's own authorization server is worth when memory runs out; the rest
   is in transcripts/oauth.md. */
#include "oauth.h"

#include "check.h"
#include "remembered.h"

/* Half a subject would be somebody else's. */
static void remembers_nobody_where_memory_ends(void) {
    static struct config config = {.auth_oauth = true};
    const struct text answer = TEXT("alice\nAlice\nread\n4102444800000\n\n");
    size_t allocations = 1;
    for (size_t i = 0; i <= allocations; i++) {
        struct arena *arena = fresh_arena();
        struct exchange exchange = {
            .arena = arena, .config = &config, .remembered = remembered_in(arena)};
        struct principal who;
        exchange.request.scheme = TEXT("https");
        exchange.request.host = TEXT("mcp.example.com");
        exchange.credential.token = TEXT("user:grant:secret");
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
    {"remembers nobody if memory runs out, whichever allocation fails",
     remembers_nobody_where_memory_ends},
};
SUITE(oauth, tests);
