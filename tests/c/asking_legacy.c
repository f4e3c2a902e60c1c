/* Asking a legacy client: questions on a stream, and a call that waits in a mailbox. */
#include <stdio.h>
#include <string.h>

#include "check.h"

static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0"
                                                      "0123456789abcdef0123456789abcdef\0");

#define ELICITATION "\"elicitation\":{}"
#define URL_ELICITATION "\"elicitation\":{\"url\":{}}"
#define TOOLS_SAMPLING "\"sampling\":{\"tools\":{},\"context\":{}}"
#define CHECK_ERROR(json, code) CHECK_SAYS(json, "\"error\":{\"code\":" #code ",")

/* -- Legacy -- */

/* Posts `body` in `session`, accepting events; the action that ended it, with copied texts. */
static struct mcp_action said_as(struct mcp *mcp, const char *revision, struct text session,
                                 struct text body) {
    struct sent sent = post(body);
    sent.headers[HTTP_ACCEPT] = TEXT("application/json, text/event-stream");
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = text_of(revision);
    if (session.length > 0) sent.headers[HTTP_MCP_SESSION_ID] = session;
    struct mcp_action action = exchanged(mcp, &sent);
    action.body = exact(action.body);
    action.session_id = exact(action.session_id);
    action.topic = exact(action.topic);
    mcp_reset(mcp);
    return action;
}

static struct mcp_action said(struct mcp *mcp, struct text session, struct text body) {
    return said_as(mcp, "2025-11-25", session, body);
}

static struct text begun_as(struct mcp *mcp, const char *revision, const char *capabilities) {
    char body[400];
    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
             "\"protocolVersion\":\"%s\",\"capabilities\":{%s}}}",
             revision, capabilities);
    return said(mcp, (struct text){NULL, 0}, exact(text_of(body))).session_id;
}

static struct text begun(struct mcp *mcp, const char *capabilities) {
    return begun_as(mcp, "2025-11-25", capabilities);
}

#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
#define CALL(tool)                                                                                 \
    TEXT(                                                                                          \
        "{\"jsonrpc\":\"2.0\",\"id\":\"c\",\"method\":\"tools/call\",\"params\":{\"name\":\"" tool \
        "\"}}")

/* Answers the question in `event`: `outcome` is the response's last member. */
static struct mcp_action answered(struct mcp *mcp, struct text session, struct text event,
                                  const char *outcome) {
    struct text id = behind(event, TEXT("\"id\":\"ask."), '"');
    char body[400];
    snprintf(body, sizeof body, "{\"jsonrpc\":\"2.0\",\"id\":\"ask.%.*s\",%s}", (int)id.length,
             id.bytes, outcome);
    return said(mcp, session, exact(text_of(body)));
}

#define ACCEPTED "\"result\":{\"action\":\"accept\",\"content\":{\"name\":\"Eve\"}}"

/* Once a client of 2025-06-18 got titles as it does not know them, and asked for any text. */
static void shows_titles_as_the_revision_has_them(void) {
    static const char *const forms[][2] = {
        {"2025-06-18",
         "\"color\":{\"type\":\"string\",\"enum\":[\"r\",\"b\"],\"enumNames\":[\"Red\","
         "\"Blue\"]}}"},
        {"2025-11-25",
         "\"color\":{\"type\":\"string\",\"oneOf\":[{\"const\":\"r\",\"title\":\"Red\"},"},
    };
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct mcp *mcp = started(variables);
        struct text session = begun_as(mcp, forms[i][0], ELICITATION);
        said_as(mcp, forms[i][0], session, CALL("pick"));
        CHECK_CASE(text_contains(mailbox.delivered, text_of(forms[i][1])), forms[i][0]);
    }
}

static void asks_on_a_stream(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION);
    CHECK_EQUAL(session.length, 63);
    struct mcp_action call = said(mcp, session, CALL("ask"));
    struct text question = mailbox.delivered;
    CHECK_EQUAL(call.kind, MCP_ACTION_STREAM);
    CHECK_SAYS(call.body, "retry: ");
    CHECK_SAYS(question, "data: {\"jsonrpc\":\"2.0\",\"id\":\"ask.");
    CHECK_SAYS(question, ".who\",\"method\":\"elicitation/create\",\"params\":{\"message\":");
    CHECK_EQUAL(mailbox.keeps, 2); /* the call; and its question, in case of a cancellation */
    /* the call is kept under its question's topic, and its events go to its own */
    CHECK(text_starts_with(mailbox.topic, call.topic));
    CHECK_TEXT(text_from(mailbox.topic, call.topic.length), TEXT(".0.who"));
    CHECK_TEXT(mailbox.delivered_to, call.topic);
    CHECK(!mailbox.last);
    struct mcp_action answer = answered(mcp, session, question, ACCEPTED);
    CHECK_EQUAL(answer.status, 202);
    CHECK_EQUAL(answer.body.length, 0);
    CHECK_EQUAL(mailbox.deliveries, 2);
    CHECK_TEXT(mailbox.delivered_to, call.topic);
    CHECK_SAYS(mailbox.delivered,
               "data: {\"jsonrpc\":\"2.0\",\"id\":\"c\",\"result\":{\"content\":[{"
               "\"type\":\"text\",\"text\":\"Hello, Eve!\"}]");
    CHECK(mailbox.last);
    /* the same answer again has nothing to resume */
    CHECK_EQUAL(answered(mcp, session, question, ACCEPTED).status, 202);
    CHECK_EQUAL(mailbox.collections, 2);
    CHECK_EQUAL(mailbox.deliveries, 2);
}

static void takes_an_error_for_a_refusal(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION);
    said(mcp, session, CALL("ask"));
    answered(mcp, session, mailbox.delivered, "\"error\":{\"code\":-1,\"message\":\"no\"}");
    CHECK_SAYS(mailbox.delivered, "\"text\":\"declined\"");
    CHECK(mailbox.last);
}

/* Each question has an id of its own, which its answer must have. */
static void asks_a_legacy_client_again(void) {
    static const char misfit[] = "\"result\":{\"action\":\"accept\",\"content\":{\"name\":1}}";
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION);
    said(mcp, session, CALL("ask"));
    struct text first = mailbox.delivered;
    CHECK_SAYS(first, ".0.who\",\"method\":\"elicitation/create\"");
    answered(mcp, session, first, misfit);
    CHECK_SAYS(mailbox.delivered, ".1.who\",\"method\":\"elicitation/create\"");
    CHECK(!mailbox.last);
    answered(mcp, session, first, ACCEPTED);
    CHECK_EQUAL(mailbox.deliveries, 2);
    answered(mcp, session, mailbox.delivered, ACCEPTED);
    CHECK_SAYS(mailbox.delivered, "\"text\":\"Hello, Eve!\"");
    CHECK(mailbox.last);
}

/* A call is kept one level deeper than it came, and must be readable again. */
static void keeps_no_call_that_is_too_deep(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION);
    for (size_t levels = LIMIT_JSON_DEPTH - 5; levels <= LIMIT_JSON_DEPTH - 2; levels++) {
        char body[512] = "{\"jsonrpc\":\"2.0\",\"id\":\"c\",\"method\":\"tools/call\",\"params\":{"
                         "\"name\":\"ask\",\"x\":";
        for (size_t i = 0; i < levels; i++) strcat(body, "[");
        for (size_t i = 0; i < levels; i++) strcat(body, "]");
        struct mcp_action action = said(mcp, session, exact(text_of(strcat(body, "}}"))));
        /* two levels are the message's own */
        bool fits = levels + 2 < LIMIT_JSON_DEPTH;
        CHECK_EQUAL(action.kind, fits ? MCP_ACTION_STREAM : MCP_ACTION_RESPOND);
        if (!fits) CHECK_SAYS(action.body, "too deep, to wait for your client's answer");
    }
    struct text large =
        repeated("{\"jsonrpc\":\"2.0\",\"id\":\"c\",\"method\":\"tools/call\",\"params\":{"
                 "\"name\":\"ask\",\"x\":\"",
                 LIMIT_KEPT_BYTES, "x", "\"}}");
    CHECK_SAYS(said(mcp, session, large).body, "This request is too large");
}

static void asks_one_after_the_other(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION ",\"sampling\":{},\"roots\":{}");
    struct mcp_action call = said(mcp, session, CALL("ask_all"));
    answered(mcp, session, mailbox.delivered, ACCEPTED);
    CHECK_SAYS(mailbox.delivered, ".model\",\"method\":\"sampling/createMessage\"");
    CHECK(!mailbox.last);
    CHECK_EQUAL(mailbox.keeps, 4);
    answered(mcp, session, mailbox.delivered,
             "\"result\":{\"role\":\"assistant\",\"content\":{\"type\":\"text\",\"text\":\"a\"}}");
    CHECK_SAYS(mailbox.delivered, ".roots\",\"method\":\"roots/list\"");
    answered(mcp, session, mailbox.delivered, "\"result\":{\"roots\":[{\"uri\":\"file:///a\"}]}");
    CHECK_SAYS(mailbox.delivered, "\"text\":\"Eve, a, 1: file:///a\"");
    CHECK(mailbox.last);
    CHECK_TEXT(mailbox.delivered_to, call.topic);
}

static void lets_no_other_session_answer(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION), other = begun(mcp, ELICITATION);
    said(mcp, session, CALL("ask"));
    CHECK_EQUAL(answered(mcp, other, mailbox.delivered, ACCEPTED).status, 202);
    CHECK_EQUAL(answered(mcp, (struct text){NULL, 0}, mailbox.delivered, ACCEPTED).status, 202);
    CHECK_EQUAL(mailbox.deliveries, 1);
    CHECK(mailbox.kept.length > 0);
}

/* A call outside a session, one that cannot stream, and one of a client that cannot be asked. */
static void refuses_who_cannot_be_asked(void) {
    struct mcp *mcp = started(variables);
    struct text none = {NULL, 0}, session = begun(mcp, "");
    struct mcp_action action = said(mcp, none, CALL("ask"));
    CHECK_EQUAL(action.kind, MCP_ACTION_RESPOND);
    CHECK_ERROR(action.body, -32600);
    CHECK_ERROR(said(mcp, session, CALL("ask")).body, -32600);
    session = begun(mcp, ELICITATION);
    struct sent sent = post(CALL("ask"));
    sent.headers[HTTP_MCP_SESSION_ID] = session;
    sent.headers[HTTP_ACCEPT] = TEXT("application/json");
    CHECK_ERROR(exchanged(mcp, &sent).body, -32600);
    mcp_reset(mcp);
    CHECK_EQUAL(mailbox.keeps, 0);
}

static void tells_when_the_user_was_there(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, URL_ELICITATION);
    said(mcp, session, CALL("login"));
    struct text question = mailbox.delivered;
    struct text id = behind(question, TEXT("connect?elicitation="), '"');
    CHECK_SAYS(question, "\"mode\":\"url\"");
    CHECK_TEXT(behind(question, TEXT("\"elicitationId\":\""), '"'), id);
    answered(mcp, session, question, "\"result\":{\"action\":\"accept\"}");
    CHECK_SAYS(mailbox.delivered_before, "{\"jsonrpc\":\"2.0\",\"method\":"
                                         "\"notifications/elicitation/complete\",\"params\":{"
                                         "\"elicitationId\":\"");
    CHECK_TEXT(behind(mailbox.delivered_before, TEXT("\"elicitationId\":\""), '"'), id);
    CHECK_SAYS(mailbox.delivered, "\"text\":\"signed in by ");
}

/* A client without a stream is told what to open, and sends the call again. */
static void names_the_page_to_open(void) {
    struct mcp *mcp = started(variables);
    struct sent sent = post(CALL("login"));
    sent.headers[HTTP_MCP_SESSION_ID] = begun(mcp, URL_ELICITATION);
    sent.headers[HTTP_ACCEPT] = TEXT("application/json");
    struct text json = exact(exchanged(mcp, &sent).body);
    CHECK_ERROR(json, -32042);
    CHECK_SAYS(json, "\"data\":{\"elicitations\":[{\"mode\":\"url\",\"message\":\"Please "
                     "\\\"sign in\\\"\",\"url\":\"https://example.com/connect?elicitation=");
    CHECK_SAYS(json, ".login\"}]}}}");
    mcp_reset(mcp);
    CHECK_EQUAL(mailbox.keeps, 0);
}

static void asks_no_page_of_a_client_that_shows_none(void) {
    struct mcp *mcp = started(variables);
    struct mcp_action action = said(mcp, begun(mcp, ELICITATION), CALL("login"));
    CHECK_ERROR(action.body, -32600);
    CHECK_SAYS(action.body, "requiredCapabilities\":{\"elicitation\":{\"url\":{}}}}");
}

/* What an older session can be asked: one block per message, and no part of a capability. */
static void asks_as_older_revisions_can(void) {
    struct mcp *mcp = started(variables);
    struct sent sent = post(CALL("wish"));
    sent.headers[HTTP_ACCEPT] = TEXT("application/json, text/event-stream");
    sent.headers[HTTP_MCP_SESSION_ID] = begun(mcp, TOOLS_SAMPLING "," URL_ELICITATION);
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2025-06-18");
    exchanged(mcp, &sent);
    struct text json = mailbox.delivered;
    mcp_reset(mcp);
    CHECK_SAYS(json, "\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":"
                     "\"What is this?\"}},{\"role\":\"user\",\"content\":{\"type\":\"image\",");
    CHECK_SAYS(json, "\"includeContext\":\"thisServer\"");
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2024-11-05");
    exchanged(mcp, &sent);
    CHECK_SAYS(mailbox.delivered, "\"text\":\"(a sound, which ");
    mcp_reset(mcp);
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2025-06-18");
    sent.body = CALL("agent");
    CHECK_SAYS(exact(exchanged(mcp, &sent).body),
               "requiredCapabilities\":{\"sampling\":{\"tools\":{}}}}");
    mcp_reset(mcp);
}

/* A sampling request that was refused is not sent again. */
static void takes_an_error_of_the_model_for_a_refusal(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, TOOLS_SAMPLING);
    said(mcp, session, CALL("wish"));
    answered(mcp, session, mailbox.delivered, "\"error\":{\"code\":-1,\"message\":\"no\"}");
    CHECK_SAYS(mailbox.delivered, "\"text\":\"declined\"");
    CHECK(mailbox.last);
}

#define TRACE                                                                                      \
    "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01\","                 \
    "\"baggage\":\"a=\\\"b\\\"\""
#define CALL_WITH_META(tool, meta)                                                                 \
    TEXT(                                                                                          \
        "{\"jsonrpc\":\"2.0\",\"id\":\"c\",\"method\":\"tools/call\",\"params\":{\"name\":\"" tool \
        "\",\"_meta\":{" meta "}}}")

static void carries_the_trace_along(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION ",\"roots\":{}");
    struct mcp_action action =
        said(mcp, session, CALL_WITH_META("traced", "\"progressToken\":7," TRACE));
    CHECK_SAYS(action.body, "\"method\":\"notifications/progress\",\"params\":{\"_meta\":{" TRACE
                            "},\"progressToken\":7,\"progress\":1}}");
    CHECK_SAYS(action.body, "0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01||a=\\\"b\\\"\"");
    said(mcp, session, CALL_WITH_META("ask", TRACE));
    CHECK_SAYS(mailbox.delivered,
               "\"elicitation/create\",\"params\":{\"_meta\":{" TRACE "},\"message\":");
    static const char *const older[] = {"2024-11-05", "2025-03-26", "2025-06-18"};
    for (size_t i = 0; i < COUNT(older); i++) {
        struct sent sent = post(CALL_WITH_META("traced", "\"progressToken\":7," TRACE));
        sent.headers[HTTP_ACCEPT] = TEXT("application/json, text/event-stream");
        sent.headers[HTTP_MCP_SESSION_ID] = session;
        sent.headers[HTTP_MCP_PROTOCOL_VERSION] = text_of(older[i]);
        CHECK_CASE(text_contains(exact(exchanged(mcp, &sent).body),
                                 TEXT("notifications/progress\",\"params\":{\"_meta\":{" TRACE)),
                   older[i]);
        mcp_reset(mcp);
    }
    /* a progress token is a string or an integer */
    action = said(mcp, session, CALL_WITH_META("traced", "\"progressToken\":1.5"));
    CHECK(!text_contains(action.body, TEXT("progress")));
    /* what is not a string, or is longer than LIMIT_TRACE_BYTES, is ignored */
    action = said(mcp, session, CALL_WITH_META("traced", "\"tracestate\":5"));
    CHECK_SAYS(action.body, "\"text\":\"||\"");
    for (size_t more = 0; more < 2; more++) {
        struct text body =
            repeated("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
                     "\"traced\",\"_meta\":{\"tracestate\":\"",
                     LIMIT_TRACE_BYTES - 2 + more, "x", "\"}}}");
        CHECK_EQUAL(text_contains(said(mcp, session, body).body, TEXT("\"text\":\"||\"")), more);
    }
}

/* Such an answer was once accepted and thrown away: the call waited forever. */
static void takes_an_answer_that_is_a_batch(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun_as(mcp, "2025-03-26", "\"sampling\":{}");
    said(mcp, session, CALL("wish"));
    struct text id = behind(mailbox.delivered, TEXT("\"id\":\"ask."), '"');
    CHECK(id.length > 0);
    char one[400], two[500];
    snprintf(one, sizeof one,
             "{\"jsonrpc\":\"2.0\",\"id\":\"ask.%.*s\",\"error\":{\"code\":-1,\"message\":\"no\"}}",
             (int)id.length, id.bytes);
    static const char *const others[] = {PING, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
                                         "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}"};
    size_t deliveries = mailbox.deliveries;
    for (size_t i = 0; i < COUNT(others); i++) {
        snprintf(two, sizeof two, "[%s,%s]", one, others[i]);
        struct mcp_action refused = said_as(mcp, "2025-03-26", session, exact(text_of(two)));
        CHECK_EQUAL_CASE(refused.status, 400, others[i]);
        CHECK_SAYS(refused.body, "Send this by itself, not in a batch");
        CHECK_EQUAL_CASE(mailbox.deliveries, deliveries, others[i]);
    }
    CHECK_EQUAL(mailbox.collections, 0);
    snprintf(two, sizeof two, "[%s]", one);
    CHECK_EQUAL(said_as(mcp, "2025-03-26", session, exact(text_of(two))).status, 202);
    CHECK(mailbox.deliveries > deliveries);
    CHECK(!text_contains(mailbox.delivered, TEXT("sampling/createMessage"))); /* not asked again */
    /* later revisions have no batches, not even of one */
    CHECK_SAYS(said(mcp, session, exact(text_of(two))).body,
               "Only revision 2025-03-26 has batches");
    CHECK_SAYS(said_as(mcp, "2025-03-26", session, TEXT("[" PING "]")).body, "[{\"jsonrpc\"");
}

/* There is one stream for what a batch asks, and it would end with the first call. */
static void asks_nothing_in_a_batch(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun_as(mcp, "2025-03-26", "\"sampling\":{}");
    struct text batch = TEXT("[" PING ",{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\","
                             "\"params\":{\"name\":\"wish\"}}]");
    struct text json = said_as(mcp, "2025-03-26", session, batch).body;
    CHECK_SAYS(json,
               "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32600,\"message\":\"This has "
               "to ask your client something: send it in a session, alone");
    CHECK_EQUAL(mailbox.keeps, 0);
}

/* The client may answer with another header, and without an Accept for what comes of it. */
static void goes_on_as_the_call_began(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION);
    said_as(mcp, "2025-06-18", session, CALL("pick"));
    struct text id = behind(mailbox.delivered, TEXT("\"id\":\"ask."), '"');
    char body[200];
    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":\"ask.%.*s\",\"result\":{\"action\":\"accept\"}}",
             (int)id.length, id.bytes);
    struct sent sent = post(exact(text_of(body)));
    sent.headers[HTTP_MCP_SESSION_ID] = session;
    sent.headers[HTTP_ACCEPT] = TEXT("application/json");
    exchanged(mcp, &sent);
    mcp_reset(mcp);
    CHECK_SAYS(mailbox.delivered, ".1.color\",\"method\":\"elicitation/create\"");
    CHECK_SAYS(mailbox.delivered, "\"enumNames\":[\"Red\",\"Blue\"]");
}

/* Once this went on for as long as the client kept answering, as fast as the network allows. */
static void asks_no_more_than_its_limit(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION);
    said(mcp, session, CALL("ask"));
    for (int i = 0; i < LIMIT_ROUNDS; i++) {
        CHECK_SAYS(mailbox.delivered, "elicitation/create");
        answered(mcp, session, mailbox.delivered, "\"result\":{\"action\":\"accept\"}");
    }
    CHECK_SAYS(mailbox.delivered, "This call has asked 64 times");
}

static void asks_a_legacy_client_nothing_with_one_key(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, URL_ELICITATION);
    struct text body = said(mcp, session, CALL("confused")).body;
    CHECK_ERROR(body, -32603);
    CHECK_SAYS(body, "What this call asks has a key twice, or is not JSON");
}

static const struct test tests[] = {
    {"shows the titles of choices as the revision has them", shows_titles_as_the_revision_has_them},
    {"asks a legacy client no two questions with one key",
     asks_a_legacy_client_nothing_with_one_key},
    {"takes an answer in a batch only if nothing else is in it", takes_an_answer_that_is_a_batch},
    {"asks a legacy client no more than LIMIT_ROUNDS times", asks_no_more_than_its_limit},
    {"asks a legacy client on a stream, once", asks_on_a_stream},
    {"treats an error in answer to a question as a refusal", takes_an_error_for_a_refusal},
    {"asks a legacy client again if an answer does not fit", asks_a_legacy_client_again},
    {"keeps no call that is too large, or too deep to be read again",
     keeps_no_call_that_is_too_deep},
    {"asks nothing in a batch", asks_nothing_in_a_batch},
    {"goes on in the revision in which the call began, and may ask again",
     goes_on_as_the_call_began},
    {"asks a legacy client one question after the other", asks_one_after_the_other},
    {"takes no answer from another session", lets_no_other_session_answer},
    {"refuses a call whose client cannot be asked", refuses_who_cannot_be_asked},
    {"tells a client of 2025-11-25 when the user is done at the URL",
     tells_when_the_user_was_there},
    {"names the page to open, with -32042, if there is no stream", names_the_page_to_open},
    {"sends no URL to a client that shows none", asks_no_page_of_a_client_that_shows_none},
    {"asks in a form that older revisions know", asks_as_older_revisions_can},
    {"treats an error of the model as a refusal", takes_an_error_of_the_model_for_a_refusal},
    {"passes the trace context along, in every legacy revision", carries_the_trace_along},
};
SUITE(asking_legacy, tests);
