/* Calls that ask the client: in one era by a result and a sealed state, in the other by a request
   on a stream and a call that waits in a mailbox. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "host.h"
#include "seal.h"

#define KEY "0123456789abcdef0123456789abcdef"
static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0" KEY "\0");

#define WHO "{\"who\":{\"action\":\"accept\",\"content\":{\"name\":\"Eve\"}}}"
#define ELICITATION "\"elicitation\":{}"

/* What stands in `whole` behind `mark` up to `end`, copied; empty where it is not there. */
static struct text behind(struct text whole, struct text mark, char end) {
    for (size_t i = 0; i + mark.length <= whole.length; i++) {
        if (!text_starts_with(text_from(whole, i), mark)) continue;
        struct text rest = text_from(whole, i + mark.length);
        return exact((struct text){rest.bytes, text_find(rest, end)});
    }
    return (struct text){NULL, 0};
}

#define CHECK_SAYS(json, part) CHECK_CASE(text_contains((json), TEXT(part)), part)
#define CHECK_ERROR(json, code) CHECK_SAYS(json, "\"error\":{\"code\":" #code ",")

/* -- Modern -- */

/* A call of `tool` with these capabilities and more parameters, which begin with a comma. */
struct call {
    const char *tool, *capabilities, *responses;
    struct text state;
    const char *token;
};

static struct text called(const struct call *call) {
    struct mcp *mcp = started(variables);
    struct buffer body = buffer_in(&mcp->arena, 512);
    BUFFER_APPEND(&body,
                  TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
                       "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                       "\"io.modelcontextprotocol/clientCapabilities\":{"),
                  text_of(call->capabilities), TEXT("}},\"name\":\""), text_of(call->tool),
                  TEXT("\""));
    if (call->responses != NULL) {
        BUFFER_APPEND(&body, TEXT(",\"inputResponses\":"), text_of(call->responses));
    }
    if (call->state.length > 0) {
        BUFFER_APPEND(&body, TEXT(",\"requestState\":\""), call->state, TEXT("\""));
    }
    buffer_append(&body, TEXT("}}"));
    struct sent sent = post(exact(buffer_text(&body)));
    mcp_reset(mcp);
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2026-07-28");
    sent.headers[HTTP_MCP_METHOD] = TEXT("tools/call");
    sent.headers[HTTP_MCP_NAME] = text_of(call->tool);
    if (call->token != NULL) sent.headers[HTTP_AUTHORIZATION] = text_of(call->token);
    struct text json = exact(exchanged(mcp, &sent).body);
    mcp_reset(mcp);
    return json;
}

static struct text state_in(struct text json) {
    return behind(json, TEXT("\"requestState\":\""), '"');
}

static const struct call first_call = {.tool = "ask", .capabilities = ELICITATION};

/* The same call with answers and a state. */
static struct text called_again(const char *responses, struct text state) {
    struct call call = first_call;
    call.responses = responses;
    call.state = state;
    return called(&call);
}

static void asks_in_the_result(void) {
    struct text json = called(&first_call);
    CHECK_SAYS(json, "\"result\":{\"inputRequests\":{\"who\":{\"method\":\"elicitation/create\","
                     "\"params\":{\"message\":\"Who are you?\",\"requestedSchema\":{\"type\":"
                     "\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"description\":"
                     "\"Your name\"}},\"required\":[\"name\"]}}}},\"requestState\":\"");
    CHECK_SAYS(json, "\"resultType\":\"input_required\"");
    CHECK(!text_contains(json, TEXT("content")));
    CHECK(state_in(json).length > 0);
}

static void takes_the_answer(void) {
    struct text state = state_in(called(&first_call)), json = called_again(WHO, state);
    CHECK_SAYS(json, "\"text\":\"Hello, Eve!\"");
    CHECK_SAYS(json, "\"resultType\":\"complete\"");
    CHECK_SAYS(called_again("{\"who\":{\"action\":\"decline\"}}", state), "\"text\":\"declined\"");
    CHECK_SAYS(called_again("{\"who\":{\"action\":\"cancel\"}}", state), "\"text\":\"cancelled\"");
}

static void asks_again_for_what_does_not_fit(void) {
    static const char *const responses[] = {
        "{}",
        "{\"other\":{\"action\":\"accept\"}}",
        "{\"who\":{\"action\":\"accept\"}}",
        "{\"who\":{\"action\":\"accept\",\"content\":{\"name\":1}}}",
        "{\"who\":{\"action\":\"maybe\"}}",
        "{\"who\":5}",
    };
    struct text state = state_in(called(&first_call));
    for (size_t i = 0; i < COUNT(responses); i++) {
        struct text json = called_again(responses[i], state);
        CHECK_CASE(text_contains(json, TEXT("\"input_required\"")), responses[i]);
    }
    CHECK_ERROR(called_again("[]", state), -32602);
}

static void refuses_states_of_others(void) {
    struct text state = state_in(called(&first_call));
    struct call call = first_call;
    call.responses = WHO;
    call.state = state;
    call.token = "Bearer abd";
    CHECK_ERROR(called(&call), -32602);
    call = (struct call){"ask_all", ELICITATION, WHO, state, NULL};
    CHECK_ERROR(called(&call), -32602);
    call = first_call;
    call.responses = WHO ",\"arguments\":{\"name\":\"x\"}"; /* other arguments, another request */
    call.state = state;
    CHECK_ERROR(called(&call), -32602);
    CHECK_ERROR(called_again(WHO, TEXT("AAAA")), -32602);
    CHECK_ERROR(called_again(WHO, TEXT("!")), -32602);
    CHECK_ERROR(called_again(WHO, repeated("", LIMIT_REQUEST_STATE_BYTES + 1, "A", "")), -32602);
}

static void refuses_changed_states(void) {
    struct text state = state_in(called(&first_call));
    for (size_t i = 0; i < state.length; i += 7) {
        struct text changed = exact(state);
        char *byte = (char *)(uintptr_t)changed.bytes + i;
        *byte = *byte == 'A' ? 'B' : 'A';
        CHECK_ERROR(called_again(WHO, changed), -32602);
        CHECK_ERROR(called_again(WHO, (struct text){state.bytes, i + (i == 0)}), -32602);
    }
}

/* The state with another end: it is this test that seals it. */
static struct text ending_at(struct text state, const char *end) {
    struct principal principal;
    struct text payload;
    struct mcp *mcp = started(variables);
    struct sent sent = post(TEXT("{\"jsonrpc\":\"2.0\",\"method\":\"x\"}"));
    exchanged(mcp, &sent);
    principal = mcp->exchange.principal;
    CHECK(seal_open(TEXT(KEY), SEAL_REQUEST_STATE, &principal, state, &mcp->arena, &payload));
    char digits[9] = {0};
    memcpy(digits, payload.bytes, 8);
    long long left = strtoll(digits, NULL, 16);
    left -= (long long)(host_now() / 1000);
    CHECK(left > LIMIT_REQUEST_STATE_SECONDS - 60 && left <= LIMIT_REQUEST_STATE_SECONDS);
    memcpy((char *)(uintptr_t)payload.bytes, end, 8);
    struct text sealed =
        exact(seal_close(TEXT(KEY), SEAL_REQUEST_STATE, &principal, payload, &mcp->arena));
    mcp_reset(mcp);
    return sealed;
}

static void refuses_old_states(void) {
    struct text state = state_in(called(&first_call));
    char soon[9], past[9];
    unsigned now = (unsigned)(host_now() / 1000);
    snprintf(soon, sizeof soon, "%08x", now + 60);
    snprintf(past, sizeof past, "%08x", now - 1);
    CHECK_SAYS(called_again(WHO, ending_at(state, soon)), "Hello, Eve!");
    CHECK_ERROR(called_again(WHO, ending_at(state, past)), -32602);
    CHECK_ERROR(called_again(WHO, ending_at(state, "00000000")), -32602);
}

static void names_missing_capabilities(void) {
    struct call call = {.tool = "ask", .capabilities = "\"sampling\":{}"};
    CHECK_SAYS(called(&call), "\"error\":{\"code\":-32021,");
    CHECK_SAYS(called(&call), "\"data\":{\"requiredCapabilities\":{\"elicitation\":{}}}");
    call.capabilities = "\"elicitation\":true";
    CHECK_ERROR(called(&call), -32021);
}

static void carries_answers_along(void) {
    struct call call = {.tool = "ask_all",
                        .capabilities = ELICITATION ",\"sampling\":{},\"roots\":{}"};
    struct text json = called(&call);
    CHECK_SAYS(json, "{\"who\":{\"method\":\"elicitation/create\"");
    call.state = state_in(json);
    call.responses = WHO;
    json = called(&call);
    CHECK_SAYS(json,
               "{\"model\":{\"method\":\"sampling/createMessage\",\"params\":{\"messages\":[{"
               "\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"Say \\\"a\\\"\"}}],"
               "\"systemPrompt\":\"Be brief\",\"maxTokens\":9}}}");
    call.state = state_in(json);
    call.responses = "{\"model\":{\"role\":\"assistant\",\"content\":[{\"type\":\"image\"},{"
                     "\"type\":\"text\",\"text\":\"a\"}],\"model\":\"m\"}}";
    json = called(&call);
    CHECK_SAYS(json, "{\"roots\":{\"method\":\"roots/list\",\"params\":{}}}");
    call.state = state_in(json);
    call.responses = "{\"roots\":{\"roots\":[{\"name\":\"x\"},{\"uri\":\"file:///a\"},{\"uri\":"
                     "\"file:///b\"}]}}";
    CHECK_SAYS(called(&call), "\"text\":\"Eve, a, 1: file:///a\"");
}

/* -- Legacy -- */

/* Posts `body` in `session`, taking events; the action that ended it, whose body is copied. */
static struct mcp_action said(struct mcp *mcp, struct text session, struct text body) {
    struct sent sent = post(body);
    sent.headers[HTTP_ACCEPT] = TEXT("application/json, text/event-stream");
    if (session.length > 0) sent.headers[HTTP_MCP_SESSION_ID] = session;
    struct mcp_action action = exchanged(mcp, &sent);
    action.body = exact(action.body);
    action.headers = exact(action.headers);
    action.topic = exact(action.topic);
    mcp_reset(mcp);
    return action;
}

static struct text begun(struct mcp *mcp, const char *capabilities) {
    char body[400];
    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
             "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{%s}}}",
             capabilities);
    struct mcp_action action = said(mcp, (struct text){NULL, 0}, exact(text_of(body)));
    return behind(action.headers, TEXT("mcp-session-id: "), '\n');
}

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

static void asks_on_a_stream(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION);
    CHECK_EQUAL(session.length, 47);
    struct mcp_action call = said(mcp, session, CALL("ask"));
    struct text question = mailbox.delivered;
    CHECK_EQUAL(call.kind, MCP_ACTION_STREAM);
    CHECK_SAYS(call.body, "retry: ");
    CHECK_SAYS(question, "data: {\"jsonrpc\":\"2.0\",\"id\":\"ask.");
    CHECK_SAYS(question, ".who\",\"method\":\"elicitation/create\",\"params\":{\"message\":");
    CHECK_EQUAL(mailbox.keeps, 1);
    CHECK_TEXT(mailbox.topic, call.topic);
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

static void asks_a_legacy_client_again(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION);
    struct mcp_action call = said(mcp, session, CALL("ask"));
    answered(mcp, session, call.body,
             "\"result\":{\"action\":\"accept\",\"content\":{\"name\":1}}");
    CHECK_SAYS(mailbox.delivered, ".who\",\"method\":\"elicitation/create\"");
    CHECK(!mailbox.last);
    answered(mcp, session, mailbox.delivered, ACCEPTED);
    CHECK_SAYS(mailbox.delivered, "\"text\":\"Hello, Eve!\"");
    CHECK(mailbox.last);
}

static void asks_one_after_the_other(void) {
    struct mcp *mcp = started(variables);
    struct text session = begun(mcp, ELICITATION ",\"sampling\":{},\"roots\":{}");
    struct mcp_action call = said(mcp, session, CALL("ask_all"));
    answered(mcp, session, mailbox.delivered, ACCEPTED);
    CHECK_SAYS(mailbox.delivered, ".model\",\"method\":\"sampling/createMessage\"");
    CHECK(!mailbox.last);
    CHECK_EQUAL(mailbox.keeps, 2);
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

static const struct test tests[] = {
    {"asks in the result of a modern call", asks_in_the_result},
    {"takes an answer, a refusal, and nobody's answer", takes_the_answer},
    {"asks again where an answer does not fit", asks_again_for_what_does_not_fit},
    {"refuses a state of another principal, call or kind", refuses_states_of_others},
    {"refuses a state that was changed or cut", refuses_changed_states},
    {"refuses a state that is too old", refuses_old_states},
    {"names the capability that is missing", names_missing_capabilities},
    {"carries answers along from round to round", carries_answers_along},
    {"asks a legacy client on a stream, once", asks_on_a_stream},
    {"takes an error for a refusal", takes_an_error_for_a_refusal},
    {"asks a legacy client again where an answer does not fit", asks_a_legacy_client_again},
    {"asks a legacy client one question after the other", asks_one_after_the_other},
    {"lets no other session answer", lets_no_other_session_answer},
    {"refuses a call whose client cannot be asked", refuses_who_cannot_be_asked},
};
SUITE(asking, tests);
