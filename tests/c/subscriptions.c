/* Lists that change: who listens for them, who is told, and what a session remembers. */
#include "subscriptions.h"

#include <stdio.h>

#include "check.h"
#include "sse.h"

#define KEY "0123456789abcdef0123456789abcdef"
static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0" KEY "\0");

static struct text stream_topic; /* of the stream that was opened last */

/* Opens a stream of a session of `revision` that began when the lists had these digests; its first
   event. */
static struct text opened_in(enum revision revision, const uint8_t lists[SESSION_LISTS_BYTES]) {
    struct mcp *mcp = started(variables);
    struct http_request request = {.place = TEXT("AMS")};
    struct session session = session_new(&request, revision, 0);
    memcpy(session.lists, lists, SESSION_LISTS_BYTES);
    struct sent sent = post((struct text){NULL, 0});
    sent.method = "GET";
    sent.headers[HTTP_ACCEPT] = TEXT("text/event-stream");
    /* first without a session, for the principal as the core sees it */
    sent.headers[HTTP_MCP_SESSION_ID] = (struct text){NULL, 0};
    exchanged(mcp, &sent);
    struct principal principal = mcp->exchange.principal;
    struct text id =
        exact(session_id(&session, key_of(TEXT(KEY)), SEAL_SESSION, &principal, &mcp->arena));
    mcp_reset(mcp);
    sent.headers[HTTP_MCP_SESSION_ID] = id;
    struct mcp_action action = exchanged(mcp, &sent);
    CHECK_EQUAL(action.kind, MCP_ACTION_STREAM);
    stream_topic = exact(action.topic);
    struct text first = exact(action.body);
    mcp_reset(mcp);
    return first;
}

static struct text opened(const uint8_t lists[SESSION_LISTS_BYTES]) {
    return opened_in(REVISION_2025_11_25, lists);
}

static void tells_a_session_what_a_deploy_changed(void) {
    for (enum revision each = REVISION_2025_03_26; each <= REVISION_2025_11_25; each++) {
        uint8_t lists[SESSION_LISTS_BYTES];
        features_digest_lists(lists, fresh_arena());
        CHECK(!text_contains(opened_in(each, lists), TEXT("list_changed")));
        lists[0] ^= 1;
        CHECK_SAYS(opened_in(each, lists), "data: {\"jsonrpc\":\"2.0\",\"method\":"
                                           "\"notifications/tools/list_changed\"}\n\n");
        CHECK(!text_contains(opened_in(each, lists), TEXT("prompts/list_changed")));
        lists[SESSION_LISTS_BYTES - 1] ^= 1;
        lists[SESSION_LIST_BYTES] ^= 1;
        struct text first = opened_in(each, lists);
        CHECK_SAYS(first, "notifications/prompts/list_changed");
        CHECK_SAYS(first, "notifications/resources/list_changed");
    }
}

/* The digests of different lists differ, and they stay the same from call to call. */
static void digests_each_list(void) {
    uint8_t lists[SESSION_LISTS_BYTES], again[SESSION_LISTS_BYTES];
    features_digest_lists(lists, fresh_arena());
    features_digest_lists(again, fresh_arena());
    CHECK_EQUAL(memcmp(lists, again, sizeof lists), 0);
    for (size_t i = 0; i < sizeof lists; i += SESSION_LIST_BYTES) {
        for (size_t j = 0; j < i; j += SESSION_LIST_BYTES) {
            CHECK(memcmp(lists + i, lists + j, SESSION_LIST_BYTES) != 0);
        }
    }
}

/* This build's SERVER says that its lists change, so a legacy stream listens for all of them. */
static void has_streams_listen_for_lists(void) {
    uint8_t lists[SESSION_LISTS_BYTES];
    features_digest_lists(lists, fresh_arena());
    opened(lists);
    CHECK_EQUAL(mailbox.keeps, 3);
    CHECK_SAYS(mailbox.kept, "data: {\"jsonrpc\":\"2.0\",\"method\":"
                             "\"notifications/prompts/list_changed\"}\n\n");
    CHECK(text_starts_with(mailbox.mailbox, TEXT("updates-")));
    CHECK_SAYS(mailbox.topic, " AMS-");
    CHECK(text_contains(mailbox.topic, stream_topic));
    struct mcp *mcp = started(variables);
    struct sent sent = post((struct text){NULL, 0});
    sent.method = "GET";
    sent.url = "https://mcp.example.com/sse";
    sent.headers[HTTP_ACCEPT] = TEXT("text/event-stream");
    struct mcp_action action = exchanged(mcp, &sent);
    CHECK_EQUAL(mailbox.keeps, 6);
    CHECK_SAYS(mailbox.topic, " AMS-");
    CHECK(text_contains(mailbox.topic, action.topic));
    mcp_reset(mcp);
}

/* The answer to subscriptions/listen with this filter, copied; `*kind` is the action's. */
static struct text answer_to_filter(const char *filter, uint32_t *kind) {
    struct mcp *mcp = started(variables);
    struct buffer body = buffer_in(&mcp->arena, 512);
    BUFFER_APPEND(&body,
                  TEXT("{\"jsonrpc\":\"2.0\",\"id\":\"s\",\"method\":\"subscriptions/listen\","
                       "\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
                       "\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}},"
                       "\"notifications\":{"),
                  text_of(filter), TEXT("}}}"));
    struct sent sent = post(exact(buffer_text(&body)));
    mcp_reset(mcp);
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2026-07-28");
    sent.headers[HTTP_MCP_METHOD] = TEXT("subscriptions/listen");
    sent.headers[HTTP_ACCEPT] = TEXT("application/json, text/event-stream");
    struct mcp_action action = exchanged(mcp, &sent);
    *kind = action.kind;
    stream_topic = exact(action.topic);
    struct text first = exact(action.body);
    mcp_reset(mcp);
    return first;
}

/* The first event of the stream that this filter opens. */
static struct text listening(const char *filter) {
    uint32_t kind;
    struct text first = answer_to_filter(filter, &kind);
    CHECK_EQUAL(kind, MCP_ACTION_STREAM);
    return first;
}

static void acknowledges_what_it_honours(void) {
    CHECK_SAYS(listening("\"toolsListChanged\":true,\"promptsListChanged\":false,"
                         "\"resourcesListChanged\":1,\"other\":true"),
               "\"notifications\":{\"toolsListChanged\":true}}}");
    CHECK_EQUAL(mailbox.keeps, 1);
    CHECK_SAYS(mailbox.kept,
               "\"method\":\"notifications/tools/list_changed\",\"params\":{\"_meta\":"
               "{\"io.modelcontextprotocol/subscriptionId\":\"s\"}}}");
    CHECK_SAYS(listening("\"promptsListChanged\":true,\"resourcesListChanged\":true,"
                         "\"resourceSubscriptions\":[\"a:b\"]"),
               "\"notifications\":{\"resourcesListChanged\":true,\"promptsListChanged\":true,"
               "\"resourceSubscriptions\":[\"a:b\"]}}}");
    CHECK_EQUAL(mailbox.keeps, 4);
    struct text topic = stream_topic;
    CHECK_SAYS(listening(""), "\"notifications\":{}}}");
    CHECK(!text_equal(stream_topic, topic)); /* nobody hears what another listens for */
}

/* A client's JSON may be on several lines, but an event's data must be on one. */
static void acknowledges_on_one_line(void) {
    struct text said = listening("\"resourceSubscriptions\":[\r\n\"test://a\",\n\n\"test://b\"\n]");
    CHECK_SAYS(said, "\"resourceSubscriptions\":[  \"test://a\",  \"test://b\" ]}}}\n\n");
    CHECK_EQUAL(sse_next(&said).length > 0 && said.length == 0, true);
}

/* list_changed publishes under the topic that the streams listen on. */
static void tells_who_listens(void) {
    struct mcp *mcp = started(variables);
    listening("\"promptsListChanged\":true");
    struct text topic = mailbox.topic, mailbox_name = mailbox.mailbox;
    struct sent sent =
        post(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                  "{\"name\":\"rich\"}}"));
    mcp = started(variables);
    exchanged(mcp, &sent);
    CHECK_EQUAL(mailbox.publications, 1);
    CHECK_EQUAL(mcp->exchange.before_count, 1);
    CHECK_EQUAL(mcp->exchange.before[0].kind, MCP_ACTION_PUBLISH);
    CHECK_TEXT(mcp->exchange.before[0].mailbox, mailbox_name);
    CHECK(text_starts_with(topic, mcp->exchange.before[0].topic));
    mcp_reset(mcp);
}

/* Nothing is kept for a refused filter: there will be no stream to send it on. */
static void refuses_a_filter_whole(void) {
    static const char *const filters[] = {"\"resourceSubscriptions\":\"a:b\"", "\"taskIds\":{}",
                                          "\"resourceSubscriptions\":[\"a:b\",1]",
                                          "\"toolsListChanged\":true,\"taskIds\":[\"a\"]"};
    for (size_t i = 0; i < COUNT(filters); i++) {
        uint32_t kind;
        CHECK_CASE(text_contains(answer_to_filter(filters[i], &kind), TEXT("\"error\"")),
                   filters[i]);
        CHECK_EQUAL_CASE(kind, MCP_ACTION_RESPOND, filters[i]);
        CHECK_EQUAL_CASE(mailbox.keeps, 0, filters[i]);
    }
}

static void bounds_uris(void) {
    uint32_t kind;
    for (size_t more = 0; more < 2; more++) {
        struct text uri = repeated("", LIMIT_URI_BYTES + more, "a", "");
        char filter[LIMIT_URI_BYTES + 64];
        snprintf(filter, sizeof filter, "\"resourceSubscriptions\":[\"%.*s\"]", (int)uri.length,
                 uri.bytes);
        struct text answer = answer_to_filter(filter, &kind);
        CHECK_EQUAL(kind, more == 0 ? MCP_ACTION_STREAM : MCP_ACTION_RESPOND);
        CHECK_EQUAL(text_contains(answer, TEXT("-32602")), more == 1);
    }
}

static void bounds_subscriptions(void) {
    for (size_t more = 0; more < 2; more++) {
        uint32_t kind;
        struct text filter = repeated("\"resourceSubscriptions\":[\"a:b\"",
                                      LIMIT_SUBSCRIPTIONS - 1 + more, ",\"a:b\"", "]");
        char copy[1024];
        snprintf(copy, sizeof copy, "%.*s", (int)filter.length, filter.bytes);
        struct text answer = answer_to_filter(copy, &kind);
        CHECK_EQUAL(kind, more == 0 ? MCP_ACTION_STREAM : MCP_ACTION_RESPOND);
        CHECK_EQUAL(text_contains(answer, TEXT("More than 100 resourceSubscriptions")), more == 1);
        CHECK_EQUAL(mailbox.keeps, LIMIT_SUBSCRIPTIONS); /* and nothing of a refused filter */
    }
}

static const struct test tests[] = {
    {"tells a session which lists a deploy changed", tells_a_session_what_a_deploy_changed},
    {"digests each list", digests_each_list},
    {"makes legacy streams listen for changed lists", has_streams_listen_for_lists},
    {"acknowledges what it honours, and nothing else", acknowledges_what_it_honours},
    {"acknowledges on one line, whatever line breaks the client sent", acknowledges_on_one_line},
    {"refuses a filter as a whole", refuses_a_filter_whole},
    {"takes URIs of LIMIT_URI_BYTES, and no longer ones", bounds_uris},
    {"takes LIMIT_SUBSCRIPTIONS resources, and no more", bounds_subscriptions},
    {"tells those who listen that a list changed", tells_who_listens},
};
SUITE(subscriptions, tests);
