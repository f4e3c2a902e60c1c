#include "registry.h"

#include <stdio.h>

#include "check.h"

static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0"
                                                      "0123456789abcdef0123456789abcdef\0");

enum { TOOLS = 250 + DECLARED_TOOLS };

static void sorts_by_name(void) {
    CHECK_EQUAL(registry_count(REGISTRY_TOOLS), TOOLS);
    for (int registry = 0; registry < REGISTRY_COUNT; registry++) {
        for (size_t i = 1; i < registry_count((enum registry)registry); i++) {
            const char *before = registry_key((enum registry)registry, i - 1).bytes;
            CHECK(strcmp(before, registry_key((enum registry)registry, i).bytes) < 0);
        }
    }
}

static void finds_by_exact_name(void) {
    static const char *const unknown[] = {"ECHO", "ech", "echoo", "", "greet"};
    for (size_t i = 0; i < registry_count(REGISTRY_TOOLS); i++) {
        struct text name = registry_key(REGISTRY_TOOLS, i);
        CHECK(registry_find(REGISTRY_TOOLS, exact(name)) == registry_at(REGISTRY_TOOLS, i));
        CHECK_EQUAL(registry_position(REGISTRY_TOOLS, name), i);
    }
    for (size_t i = 0; i < COUNT(unknown); i++) {
        CHECK_CASE(registry_find(REGISTRY_TOOLS, text_of(unknown[i])) == NULL, unknown[i]);
    }
    CHECK(registry_find(REGISTRY_PROMPTS, TEXT("greet")) != NULL);
    CHECK_EQUAL(registry_position(REGISTRY_TOOLS, TEXT("zzz")), registry_count(REGISTRY_TOOLS));
}

/* One page of tools/list, copied; `cursor` is moved to the next page, empty after the last. */
static struct text page(struct mcp *mcp, struct text *cursor) {
    struct buffer body = buffer_in(&mcp->arena, 0);
    BUFFER_APPEND(&body,
                  TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{"));
    if (cursor->length > 0) BUFFER_APPEND(&body, TEXT("\"cursor\":\""), *cursor, TEXT("\""));
    buffer_append(&body, TEXT("}}"));
    struct sent sent = post(exact(buffer_text(&body)));
    mcp_reset(mcp);
    struct mcp_action action = exchanged(mcp, &sent);
    struct text json = exact(action.body), mark = TEXT("\"nextCursor\":\"");
    CHECK_EQUAL(action.status, 200);
    mcp_reset(mcp);
    *cursor = (struct text){NULL, 0};
    for (size_t i = 0; i + mark.length < json.length; i++) {
        if (!text_starts_with(text_from(json, i), mark)) continue;
        *cursor = text_from(json, i + mark.length);
        cursor->length = text_find(*cursor, '"');
    }
    return json;
}

/* Counts the tools on a page; `*expected` is the index of the first, afterwards of the next one. */
static size_t count_tools(struct text json, size_t *expected) {
    size_t count = 0;
    char mark[64];
    for (size_t i = 0; i < json.length && *expected < TOOLS; i++) {
        struct text name = registry_key(REGISTRY_TOOLS, *expected);
        snprintf(mark, sizeof mark, "{\"name\":\"%s\"", name.bytes);
        if (!text_starts_with(text_from(json, i), text_of(mark))) continue;
        count++;
        ++*expected;
    }
    return count;
}

static void pages_through_all_in_order(void) {
    struct mcp *mcp = started(variables);
    struct text cursor = {NULL, 0};
    size_t expected = 0;
    CHECK_EQUAL(count_tools(page(mcp, &cursor), &expected), 100);
    CHECK(cursor.length > 0);
    CHECK_EQUAL(count_tools(page(mcp, &cursor), &expected), 100);
    CHECK(cursor.length > 0);
    CHECK_EQUAL(count_tools(page(mcp, &cursor), &expected), TOOLS - 200 - 1);
    CHECK_EQUAL(cursor.length, 0);
}

static void gives_the_same_bytes_each_time(void) {
    struct mcp *mcp = started(variables);
    struct text first = {NULL, 0}, again = {NULL, 0};
    struct text page_one = page(mcp, &first);
    CHECK_TEXT(page(mcp, &again), page_one);
    CHECK_TEXT(again, first);
    mcp = started(variables);
    again = (struct text){NULL, 0};
    CHECK_TEXT(page(mcp, &again), page_one);
}

/* Asks the list `method` for the page at `cursor`; true if the cursor is refused. */
static bool is_refused_by(struct mcp *mcp, struct text method, struct text cursor,
                          struct text authorization) {
    struct buffer body = buffer_in(&mcp->arena, 0);
    BUFFER_APPEND(&body, TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""), method,
                  TEXT("\",\"params\":{\"cursor\":\""), cursor, TEXT("\"}}"));
    struct sent sent = post(exact(buffer_text(&body)));
    sent.headers[HTTP_AUTHORIZATION] = authorization;
    mcp_reset(mcp);
    struct mcp_action action = exchanged(mcp, &sent);
    bool refused = text_contains(action.body, TEXT("\"code\":-32602,\"message\":\"The cursor"));
    mcp_reset(mcp);
    return refused;
}

static bool is_refused(struct mcp *mcp, struct text cursor, struct text authorization) {
    return is_refused_by(mcp, TEXT("tools/list"), cursor, authorization);
}

static void refuses_cursors_of_other_lists(void) {
    static const char *const methods[] = {"prompts/list", "resources/list",
                                          "resources/templates/list"};
    struct mcp *mcp = started(variables);
    struct text cursor = {NULL, 0};
    page(mcp, &cursor);
    for (size_t i = 0; i < COUNT(methods); i++) {
        CHECK_CASE(is_refused_by(mcp, text_of(methods[i]), cursor, TEXT("Bearer abc")), methods[i]);
    }
}

static void takes_cursors_from_anybody(void) {
    struct mcp *mcp = started(variables);
    struct text cursor = {NULL, 0}, mine = TEXT("Bearer abc");
    page(mcp, &cursor);
    CHECK(!is_refused(mcp, cursor, mine));
    CHECK(!is_refused(mcp, cursor, TEXT("Bearer abd")));
    CHECK(is_refused(mcp, (struct text){cursor.bytes, cursor.length - 1}, mine));
    CHECK(is_refused(mcp, TEXT("dDEwMA"), mine));
    CHECK(is_refused(mcp, TEXT("100"), mine));
    CHECK(is_refused(mcp, TEXT("!"), mine));
}

static const struct test tests[] = {
    {"sorts everything by the key that clients ask for", sorts_by_name},
    {"finds a tool by its exact name", finds_by_exact_name},
    {"pages through the tools as 100, 100 and the rest", pages_through_all_in_order},
    {"gives the same bytes each time, in every instance", gives_the_same_bytes_each_time},
    {"takes a cursor from anybody, who may have it from a cache, but none that was changed",
     takes_cursors_from_anybody},
    {"refuses a cursor of another list", refuses_cursors_of_other_lists},
};
SUITE(registry, tests);
