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
    CHECK_SAYS(called(&call),
               "\"data\":{\"requiredCapabilities\":{\"elicitation\":{\"form\":{}}}}");
    call.capabilities = "\"elicitation\":true";
    CHECK_ERROR(called(&call), -32021);
    /* a client that shows URLs only does not show forms, and the other way round */
    call.capabilities = "\"elicitation\":{\"url\":{}}";
    CHECK_ERROR(called(&call), -32021);
    call.tool = "login";
    call.capabilities = ELICITATION;
    CHECK_SAYS(called(&call), "requiredCapabilities\":{\"elicitation\":{\"url\":{}}}}");
    call.tool = "agent";
    call.capabilities = "\"sampling\":{}";
    CHECK_SAYS(called(&call), "requiredCapabilities\":{\"sampling\":{\"tools\":{}}}}");
    call.tool = "wish";
    call.capabilities = "";
    CHECK_SAYS(called(&call), "requiredCapabilities\":{\"sampling\":{}}}");
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

#define URL_ELICITATION "\"elicitation\":{\"url\":{}}"
#define TOOLS_SAMPLING "\"sampling\":{\"tools\":{},\"context\":{}}"

static void sends_the_user_elsewhere(void) {
    struct call call = {.tool = "login", .capabilities = URL_ELICITATION};
    struct text json = called(&call), id = behind(json, TEXT("connect?elicitation="), '"');
    CHECK_SAYS(json, "\"params\":{\"mode\":\"url\",\"message\":\"Please \\\"sign in\\\"\","
                     "\"url\":\"https://example.com/connect?elicitation=");
    CHECK(!text_contains(json, TEXT("elicitationId"))); /* 2026-07-28 has none */
    CHECK_EQUAL(id.length, 12 + 6);
    call.state = state_in(json);
    call.responses = "{\"login\":{\"action\":\"accept\"}}";
    json = called(&call);
    CHECK_SAYS(json, "\"text\":\"signed in by ");
    CHECK(text_contains(json, id)); /* the same id in the next round */
    call.responses = "{\"login\":{\"action\":\"decline\"}}";
    CHECK_SAYS(called(&call), "\"text\":\"declined\"");
}

static void asks_the_model_with_every_wish(void) {
    struct call call = {.tool = "wish", .capabilities = TOOLS_SAMPLING};
    struct text json = called(&call);
    CHECK_SAYS(json,
               "\"params\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
               "\"text\":\"What is this?\"},{\"type\":\"image\",\"mimeType\":\"image/png\","
               "\"data\":\"YWJj\"},{\"type\":\"audio\",\"mimeType\":\"audio/wav\",\"data\":"
               "\"YWJjZA==\"}]},{\"role\":\"assistant\",\"content\":{\"type\":\"text\","
               "\"text\":\"A dot.\"}}],\"modelPreferences\":{\"hints\":[{\"name\":\"small\"},{"
               "\"name\":\"sm\\\"all\"}],\"costPriority\":0.25,\"speedPriority\":0,"
               "\"intelligencePriority\":1},\"includeContext\":\"thisServer\","
               "\"temperature\":0,\"stopSequences\":[\"END\",\"\\n\"],\"metadata\":{\"a\":1},"
               "\"maxTokens\":7}}}");
    call.capabilities = "\"sampling\":{}";
    CHECK(!text_contains(called(&call), TEXT("includeContext")));
    call.state = state_in(json);
    call.responses =
        "{\"wish\":{\"role\":\"assistant\",\"model\":\"m\",\"stopReason\":\"endTurn\","
        "\"content\":[{\"type\":\"image\",\"mimeType\":\"image/x\",\"data\":\"YWI=\"},{"
        "\"type\":\"image\",\"mimeType\":\"image/x\",\"data\":\"!\"},{\"type\":\"new\"},5,{"
        "\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"n\",\"input\":[]},"
        "{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"text\",\"text\":\"two\"}]}}";
    json = called(&call);
    CHECK_SAYS(json, "\"text\":\"3 blocks, 'one', of m, by endTurn\"");
    CHECK_SAYS(json, "\"text\":\"1: image/xab\"");
    call.responses = "{\"wish\":{\"content\":[]}}";
    CHECK_SAYS(called(&call), "\"input_required\"");
}

#define USE(id, input)                                                                             \
    "{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"weather\",\"input\":" input "}"

static void lets_the_model_use_tools(void) {
    struct call call = {.tool = "agent", .capabilities = TOOLS_SAMPLING};
    struct text json = called(&call);
    CHECK_SAYS(json, "\"tools\":[{\"name\":\"weather\",\"description\":\"The weather in a city\","
                     "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":"
                     "\"string\",\"description\":\"The city\"}},\"required\":[\"city\"],"
                     "\"additionalProperties\":false}}],\"toolChoice\":{\"mode\":\"auto\"}");
    call.state = state_in(json);
    call.responses = "{\"r0\":{\"content\":[" USE("a", "{\"city\":\"Paris\"}") "," USE(
        "b", "{\"town\":1}") "],\"stopReason\":\"toolUse\"}}";
    json = called(&call);
    CHECK_SAYS(
        json,
        "\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":"
        "\"How is the weather?\"}},{\"role\":\"assistant\",\"content\":[" USE(
            "a",
            "{\"city\":\"Paris\"}") "," USE("b",
                                            "{\"town\":1}") "]},"
                                                            "{\"role\":\"user\",\"content\":[{"
                                                            "\"type\":\"tool_result\","
                                                            "\"toolUseId\":\"a\","
                                                            "\"content\":[{\"type\":\"text\","
                                                            "\"text\":\"Paris\"}]},{\"type\":"
                                                            "\"tool_result\",\"toolUseId\":\"b\","
                                                            "\"content\":[{\"type\":\"text\","
                                                            "\"text\":"
                                                            "\"There is no argument 'town'. The "
                                                            "argument 'city' is missing.\"}],"
                                                            "\"isError\":true}]}],\"tools\":");
    call.state = state_in(json);
    call.responses = "{\"r1\":{\"content\":" USE("c", "{\"city\":\"Rome\"}") "}}";
    json = called(&call);
    CHECK_SAYS(json, "\"toolChoice\":{\"mode\":\"none\"}");
    CHECK_SAYS(json, "\"toolUseId\":\"c\"");
    call.state = state_in(json);
    call.responses = "{\"r2\":{\"content\":{\"type\":\"text\",\"text\":\"Sunny.\"}}}";
    CHECK_SAYS(called(&call), "\"text\":\"Sunny.\"");
    call = (struct call){.tool = "unbalanced", .capabilities = TOOLS_SAMPLING};
    CHECK_SAYS(called(&call), "its author has to mend it");
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
    CHECK_EQUAL(session.length, 63);
    struct mcp_action call = said(mcp, session, CALL("ask"));
    struct text question = mailbox.delivered;
    CHECK_EQUAL(call.kind, MCP_ACTION_STREAM);
    CHECK_SAYS(call.body, "retry: ");
    CHECK_SAYS(question, "data: {\"jsonrpc\":\"2.0\",\"id\":\"ask.");
    CHECK_SAYS(question, ".who\",\"method\":\"elicitation/create\",\"params\":{\"message\":");
    CHECK_EQUAL(mailbox.keeps, 1);
    /* it is kept under the question, and streamed under the call */
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

/* Each time with an id of its own, which the answer must have. */
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

/* A call is kept one level deeper than it came, and has to be read again. */
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

/* What a session of 2025-06-18 can be asked: one block a message, and no part of a capability. */
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
    CHECK_SAYS(exact(exchanged(mcp, &sent).body), "requiredCapabilities\":{\"sampling\":{}}}");
    mcp_reset(mcp);
}

/* A model that is refused is not asked for again. */
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
    /* what is no string is nobody's trace, nor is what is longer than LIMIT_TRACE_BYTES */
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
    {"keeps no call that is too deep to be read again", keeps_no_call_that_is_too_deep},
    {"asks a legacy client one question after the other", asks_one_after_the_other},
    {"lets no other session answer", lets_no_other_session_answer},
    {"refuses a call whose client cannot be asked", refuses_who_cannot_be_asked},
    {"sends the user to a URL", sends_the_user_elsewhere},
    {"asks the model with every wish there is", asks_the_model_with_every_wish},
    {"lets the model use tools, round after round", lets_the_model_use_tools},
    {"tells a client of 2025-11-25 when the user was at the URL", tells_when_the_user_was_there},
    {"names the page to open: -32042, where there is no stream", names_the_page_to_open},
    {"asks no page of a client that shows none", asks_no_page_of_a_client_that_shows_none},
    {"asks as older revisions can", asks_as_older_revisions_can},
    {"takes a model's error for a refusal", takes_an_error_of_the_model_for_a_refusal},
    {"carries the trace along", carries_the_trace_along},
};
SUITE(asking, tests);
