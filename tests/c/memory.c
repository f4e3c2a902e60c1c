/* Memory that runs out: every allocation of whole exchanges fails in turn. And memory that leaks:
   nothing of a request is left after it. */
#include "check.h"

static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0");

static const char *const bodies[] = {
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
    "\"2025\\u002d11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"ec\\u0068o\","
    "\"arguments\":{\"text\":\"a\\nb\",\"number\":0.1,\"integer\":1,\"boolean\":true}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"echo\","
    "\"arguments\":{\"nope\":[1,{\"x\":\"y\"}],\"text\":5}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t000\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"nope\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no\\u0070e\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"media\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"draw\","
    "\"arguments\":{\"center\":{\"x\":1},\"points\":[{\"x\":0},{\"x\":2,\"y\":3}],"
    "\"names\":[\"\\u0061\"]}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list\","
    "\"arguments\":{\"json\":[1,2]}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"give\","
    "\"arguments\":{\"json\":{\"x\":-1}}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":"
    "\"test://%c3%a4/notes/%31\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/get\",\"params\":{\"name\":\"greet\","
    "\"arguments\":{\"name\":\"\\u0061\"}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/list\"}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"skills/list\",\"params\":{}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"skills/get\",\"params\":{\"uri\":\"skill://a/"
    "SKILL.m\\u0064\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"skills/get\",\"params\":{\"uri\":\"skill://x\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/directory/"
    "read\",\"params\":{\"uri\":\"skill://ab/many\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/directory/"
    "read\",\"params\":{\"uri\":\"skill://x\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"ui://a\"}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"_meta\":{"
    "\"io.modelcontextprotocol/protocolVersion\":\"2099-01-01\"}}}",
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"",
};

/* Makes the arena commit its memory anew, so that every allocation can fail. */
static void forget(struct mcp *mcp) {
    mcp_reset(mcp);
    mcp->arena.committed = mcp->arena.used;
    mcp->config.has_seal_key = false;
    mcp->lists.known = false;
    failing = commits = 0;
}

/* Fails each allocation of the exchange in turn; returns how many there are. */
static size_t fail_each(const struct sent *sent) {
    struct mcp *mcp = started(variables);
    forget(mcp);
    struct mcp_action whole = exchanged(mcp, sent);
    CHECK(whole.kind == MCP_ACTION_RESPOND || whole.kind == MCP_ACTION_STREAM);
    CHECK(whole.status != 503 && whole.status != 0);
    size_t allocations = commits, length = whole.body.length;
    for (size_t i = 1; i <= allocations; i++) {
        forget(mcp);
        failing = i;
        struct mcp_action action = exchanged(mcp, sent);
        CHECK_EQUAL(action.kind, MCP_ACTION_RESPOND);
        CHECK_EQUAL(action.status, 503);
        CHECK(text_contains(action.body, TEXT("\"out_of_memory\"")));
        CHECK(text_contains(action.headers, TEXT("retry-after: 1\n")));
        forget(mcp);
        action = exchanged(mcp, sent);
        CHECK_EQUAL(action.status, whole.status);
        CHECK_EQUAL(action.body.length, length);
    }
    mcp_reset(mcp);
    return allocations;
}

static void answers_messages_with_503(void) {
    for (size_t i = 0; i < COUNT(bodies); i++) {
        struct sent sent = post(text_of(bodies[i]));
        CHECK(fail_each(&sent) >= 5);
        sent.headers[HTTP_ACCEPT] = TEXT("text/event-stream");
        CHECK(fail_each(&sent) >= 5);
    }
}

static void answers_a_batch_with_503(void) {
    struct sent sent = post(repeated("[", 20, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},",
                                     "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}]"));
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2025-03-26");
    CHECK(fail_each(&sent) > 20);
}

static void answers_the_page_with_503(void) {
    struct sent sent = {.method = "GET", .url = "https://mcp.example.com/"};
    CHECK(fail_each(&sent) >= 3);
    sent.url = "https://mcp.example.com/healthz";
    CHECK(fail_each(&sent) >= 2);
    sent.method = "OPTIONS";
    CHECK(fail_each(&sent) >= 2);
}

static void answers_streams_and_refusals_with_503(void) {
    struct sent sent = {.method = "GET", .url = "https://mcp.example.com/sse"};
    CHECK(fail_each(&sent) >= 2); /* no credential: 401 */
    sent.headers[HTTP_AUTHORIZATION] = TEXT("Bearer abc");
    CHECK(fail_each(&sent) >= 5);
    sent.url = "https://mcp.example.com/mcp";
    CHECK(fail_each(&sent) >= 2); /* no session: 405 */
    sent = post(TEXT("{}"));
    sent.headers[HTTP_MCP_SESSION_ID] = repeated("", 63, "A", "");
    CHECK(fail_each(&sent) >= 2); /* a forged session: 404 */
}

/* Calls that ask the client, and read what it answered. */
static void answers_questions_with_503(void) {
#define ASKING(tool, responses)                                                                    \
    {                                                                                              \
        tool,                                                                                      \
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" tool \
            "\",\"inputResponses\":{" responses "},\"_meta\":{\"traceparent\":\"00-\\u0061\","     \
            "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","                          \
            "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{\"url\":{}},"        \
            "\"sampling\":{\"tools\":{},\"context\":{}}}}}}"                                       \
    }
    static const struct {
        const char *tool, *body;
    } calls[] = {
        ASKING("wish", ""),
        ASKING("wish",
               "\"wish\":{\"model\":\"\\u006d\",\"content\":[{\"type\":\"image\",\"mimeType\":"
               "\"image/x\",\"data\":\"YWI=\"},{\"type\":\"text\",\"text\":\"\\u0061\"}]}"),
        ASKING("agent",
               "\"r0\":{\"content\":{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"weather\","
               "\"input\":{\"town\":1}}}"),
        ASKING("login", ""),
        ASKING("traced", ""),
        ASKING("rich", ""),
    };
    for (size_t i = 0; i < COUNT(calls); i++) {
        struct sent sent = post(text_of(calls[i].body));
        sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2026-07-28");
        sent.headers[HTTP_MCP_METHOD] = TEXT("tools/call");
        sent.headers[HTTP_MCP_NAME] = text_of(calls[i].tool);
        CHECK(fail_each(&sent) >= 5);
    }
}

/* A message to an open stream, whose URL is in the stream's first event. */
static void answers_deliveries_with_503(void) {
    struct mcp *mcp = started(variables);
    struct sent open = {.method = "GET", .url = "https://mcp.example.com/sse"};
    open.headers[HTTP_AUTHORIZATION] = TEXT("Bearer abc");
    struct text event = exact(exchanged(mcp, &open).body), path = TEXT("/sse/message");
    size_t at = 0;
    while (at < event.length && !text_starts_with(text_from(event, at), path)) at++;
    struct text url = text_from(event, at);
    url.length = text_find(url, '\n');
    struct buffer whole = buffer_in(&mcp->arena, 0);
    BUFFER_APPEND(&whole, TEXT("https://mcp.example.com"), url);
    buffer_append(&whole, TEXT("\0"));
    struct sent message = post(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"));
    message.url = exact(buffer_text(&whole)).bytes;
    CHECK(fail_each(&message) >= 8);
}

/* Without AddressSanitizer: this looks at memory that nobody may read. */
#if defined(__has_attribute)
#if __has_attribute(no_sanitize)
__attribute__((no_sanitize("address"), noinline))
#endif
#endif
static size_t
count_marks(const char *bytes, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i + 6 <= size; i++) {
        if (bytes[i] == 'M' && bytes[i + 1] == 'a' && bytes[i + 2] == 'R' && bytes[i + 3] == 'k' &&
            bytes[i + 4] == 'E' && bytes[i + 5] == 'r') {
            count++;
        }
    }
    return count;
}

static void leaves_nothing_of_a_request(void) {
    static const char *const urls[] = {"https://mcp.example.com/mcp?MaRkEr",
                                       "https://marker.MaRkEr/nowhere",
                                       "https://mcp.example.com/sse/message?sessionId=MaRkEr"};
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct mcp *mcp = started(variables);
        struct sent sent = post(
            TEXT("{\"jsonrpc\":\"2.0\",\"id\":\"MaRkEr\",\"method\":\"tools/call\",\"params\":{"
                 "\"name\":\"echo\",\"arguments\":{\"text\":\"MaRkEr\\n\",\"MaRkEr\":1}}}"));
        sent.url = urls[i];
        sent.headers[HTTP_AUTHORIZATION] = TEXT("Bearer MaRkEr");
        exchanged(mcp, &sent);
        size_t used = mcp->arena.used;
        CHECK(count_marks(mcp->arena.base, used) > 1);
        mcp_reset(mcp);
        CHECK_EQUAL(count_marks(mcp->arena.base, mcp->arena.committed), 0);
        CHECK_EQUAL(count_marks((const char *)mcp, sizeof *mcp), 0);
        CHECK(mcp->exchange.body == NULL && mcp->exchange.credential.token.bytes == NULL);
    }
}

static void leaves_nothing_of_a_client_that_left(void) {
    struct mcp *mcp = started(variables);
    char *head = mcp_input(mcp, 64);
    memset(head, 'x', 64);
    memcpy(head, "MaRkEr", 6);
    mcp_head(mcp, (struct text){head, 64});
    mcp_reset(mcp);
    CHECK_EQUAL(count_marks(mcp->arena.base, mcp->arena.committed), 0);
    struct sent sent = post(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"));
    CHECK_EQUAL(exchanged(mcp, &sent).status, 200);
    mcp_reset(mcp);
}

static const struct test tests[] = {
    {"answers a message with 503 whichever allocation fails, and the next as usual",
     answers_messages_with_503},
    {"answers a batch with 503 whichever allocation fails", answers_a_batch_with_503},
    {"answers requests for pages with 503 whichever allocation fails", answers_the_page_with_503},
    {"answers with 503 instead of a stream or a refusal whichever allocation fails",
     answers_streams_and_refusals_with_503},
    {"answers calls that ask the client with 503 whichever allocation fails",
     answers_questions_with_503},
    {"answers messages for a stream with 503 whichever allocation fails",
     answers_deliveries_with_503},
    {"leaves nothing of a request in the arena or the instance", leaves_nothing_of_a_request},
    {"leaves nothing of a request whose client went away", leaves_nothing_of_a_client_that_left},
};
SUITE(memory, tests);
