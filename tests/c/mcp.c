/* The exchange as a whole: its limits at N and N + 1. What it answers is in the transcripts. */
#include "mcp.h"

#include "check.h"

#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"

static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0");

static struct mcp_action answer(struct sent sent) {
    struct mcp *mcp = started(variables);
    return exchanged(mcp, &sent);
}

static void bounds_the_body(void) {
    size_t blanks = LIMIT_BODY_BYTES - (sizeof PING - 1);
    CHECK_EQUAL(answer(post(repeated(PING, blanks, " ", ""))).status, 200);
    CHECK_EQUAL(answer(post(repeated(PING, blanks + 1, " ", ""))).status, 413);
}

static void believes_no_length_that_is_too_small(void) {
    struct sent sent = post(repeated(PING, LIMIT_BODY_BYTES, " ", ""));
    sent.headers[HTTP_CONTENT_LENGTH] = TEXT("10");
    CHECK_EQUAL(answer(sent).status, 413);
}

static void stops_at_an_announced_length(void) {
    struct sent sent = post(TEXT(PING));
    sent.headers[HTTP_CONTENT_LENGTH] = TEXT("4194304");
    CHECK_EQUAL(answer(sent).status, 200);
    sent.headers[HTTP_CONTENT_LENGTH] = TEXT("4194305");
    CHECK_EQUAL(answer(sent).status, 413);
    sent.headers[HTTP_CONTENT_LENGTH] = TEXT("18446744073709551617"); /* 2^64 + 1 */
    CHECK_EQUAL(answer(sent).status, 413);
    sent.headers[HTTP_CONTENT_LENGTH] = TEXT("0000000000000000000000001");
    CHECK_EQUAL(answer(sent).status, 200);
}

/* A body that overflows the counter must not be taken for a small one. */
static void does_not_overflow(void) {
    struct mcp *mcp = started(variables);
    struct sent sent = post(TEXT("x"));
    CHECK_EQUAL(exchanged(mcp, &sent).status, 400);
    mcp->exchange.action.kind = MCP_ACTION_READ_BODY;
    CHECK(mcp_body_room(mcp, SIZE_MAX) == NULL);
    CHECK_EQUAL(mcp->exchange.action.status, 413);
}

/* A stream may give pieces of no bytes, also as its first: NULL would end the body there. */
static void takes_an_empty_piece(void) {
    struct mcp *mcp = started(variables);
    struct sent sent = post(TEXT("x"));
    CHECK_EQUAL(exchanged(mcp, &sent).status, 400);
    mcp->exchange.action.kind = MCP_ACTION_READ_BODY;
    mcp->exchange.body = NULL;
    mcp->exchange.body_length = mcp->exchange.body_capacity = 0;
    for (size_t size = 0; size < 2; size++) CHECK(mcp_body_room(mcp, size) != NULL);
    CHECK_EQUAL(mcp->exchange.body_length, 1);
}

/* Events after the answer, or before a request, change nothing. */
static void ignores_events_out_of_turn(void) {
    struct mcp *mcp = started(variables);
    CHECK_EQUAL(mcp_body_ended(mcp)->kind, 0);
    CHECK(mcp_body_room(mcp, 1) == NULL);
    for (int i = 0; i < 2; i++) {
        struct sent sent = post(TEXT(PING));
        if (i == 0) sent.url = "https://mcp.example.com/nothing";
        else sent.headers[HTTP_CONTENT_TYPE] = TEXT("text/plain");
        uint32_t status = exchanged(mcp, &sent).status;
        CHECK_EQUAL(status, i == 0 ? 404 : 415);
        CHECK(mcp_body_room(mcp, 1) == NULL);
        CHECK_EQUAL(mcp_body_ended(mcp)->status, status);
        CHECK_EQUAL(mcp_answered(mcp, TEXT("\1"))->status, status);
        mcp_reset(mcp);
    }
}

static void bounds_the_head(void) {
    struct sent sent = post(TEXT(PING));
    size_t accepts = LIMIT_HEAD_BYTES - head_length(&sent) + 1; /* for an absent header's NUL */
    sent.headers[HTTP_ACCEPT] = repeated("*/*,", accepts - 4, "x", "");
    CHECK_EQUAL(head_length(&sent), LIMIT_HEAD_BYTES);
    CHECK_EQUAL(answer(sent).status, 200);
    sent.headers[HTTP_ACCEPT] = repeated("*/*,", accepts - 3, "x", "");
    CHECK_EQUAL(answer(sent).status, 431);
}

static void bounds_batches(void) {
    for (size_t count = LIMIT_BATCH_MESSAGES; count <= LIMIT_BATCH_MESSAGES + 1; count++) {
        struct sent sent = post(repeated("[", count - 1, PING ",", PING "]"));
        sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2025-03-26");
        CHECK_EQUAL(answer(sent).status, count <= LIMIT_BATCH_MESSAGES ? 200 : 400);
    }
}

static void takes_a_full_body_of_tool_arguments(void) {
    const char *before = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
                         "\"name\":\"echo\",\"arguments\":{\"text\":\"";
    size_t rest = LIMIT_BODY_BYTES - strlen(before) - strlen("\"}}}");
    struct mcp_action action = answer(post(repeated(before, rest, "x", "\"}}}")));
    CHECK_EQUAL(action.status, 200);
    CHECK(action.body.length > rest);
}

/* What is sealed with a key that others can guess, or have, they can seal, too. */
static void makes_a_key_of_its_own(void) {
    struct text first = {NULL, 0};
    for (int i = 0; i < 2; i++) {
        answer(post(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
                         "\"protocolVersion\":\"2025-11-25\"}}")));
        CHECK_EQUAL(mailbox.key.length, SEAL_KEY_BYTES);
        CHECK(!text_equal(mailbox.key, first));
        first = mailbox.key;
    }
}

/* On localhost, no AUTH_MODE at all means that everybody may come in. */
static void closes_where_the_variables_do_not_fit(void) {
    static struct mcp mcp;
    struct arena *arena = fresh_arena();
    struct sent sent = post(TEXT(PING));
    sent.url = "http://localhost:8787/mcp";
    failing = 1;
    mcp_start(&mcp, *arena, variables);
    failing = 0;
    mcp_reset(&mcp);
    CHECK_EQUAL(exchanged(&mcp, &sent).status, 500);
    mcp_reset(&mcp);
}

static const struct test tests[] = {
    {"takes a body of 4 MiB, not a byte more", bounds_the_body},
    {"counts the body even if its announced length is small", believes_no_length_that_is_too_small},
    {"refuses an announced length over the limit", stops_at_an_announced_length},
    {"refuses a piece that would overflow the count", does_not_overflow},
    {"takes a piece of no bytes, also as the first", takes_an_empty_piece},
    {"ignores events out of turn", ignores_events_out_of_turn},
    {"takes a head of 64 KiB, not a byte more", bounds_the_head},
    {"takes a batch of 64 messages, not 65", bounds_batches},
    {"takes a full body of arguments, and answers with as much",
     takes_a_full_body_of_tool_arguments},
    {"offers a sealing key that nobody else has", makes_a_key_of_its_own},
    {"answers 500 if there is no memory for the variables", closes_where_the_variables_do_not_fit},
};
SUITE(mcp, tests);
