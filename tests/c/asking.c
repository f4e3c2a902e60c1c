/* Calls that ask a modern client: the question is in the result, with a sealed state. Those that
   ask a legacy client are in asking_legacy.c. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "host.h"
#include "seal.h"

#define KEY "0123456789abcdef0123456789abcdef"
static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0" KEY "\0");

#define WHO "{\"who\":{\"action\":\"accept\",\"content\":{\"name\":\"Eve\"}}}"
#define ELICITATION "\"elicitation\":{}"

#define CHECK_ERROR(json, code) CHECK_SAYS(json, "\"error\":{\"code\":" #code ",")

/* -- Modern -- */

/* A call of `tool` by a client with these capabilities; all else is optional. */
struct call {
    const char *tool, *capabilities, *responses;
    struct text state;
    const char *token;
    const char *meta; /* more members of _meta, each after a comma; or NULL */
    bool keyless;     /* the server has no SEAL_KEY */
};

static struct text called(const struct call *call) {
    struct mcp *mcp = started(call->keyless ? TEXT("AUTH_MODE\0any\0") : variables);
    struct buffer body = buffer_in(&mcp->arena, 512);
    BUFFER_APPEND(&body,
                  TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
                       "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                       "\"io.modelcontextprotocol/clientCapabilities\":{"),
                  text_of(call->capabilities), TEXT("}"), text_of(call->meta),
                  TEXT("},\"name\":\""), text_of(call->tool), TEXT("\""));
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

/* The first call again, with answers and a state. */
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

/* An instance that has no key yet gets it before the tool runs. */
static void seals_with_the_key_that_is_kept(void) {
    struct call call = first_call;
    call.keyless = true;
    call.state = state_in(called(&call));
    CHECK_EQUAL(mailbox.key.length, SEAL_KEY_BYTES);
    call.responses = WHO;
    CHECK_SAYS(called(&call), "Hello, Eve!");
    call.keyless = false; /* its key is the one that exchanged() supplies */
    CHECK_SAYS(called(&call), "Hello, Eve!");
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

/* The state with another expiry time, sealed anew as this kind. */
static struct text sealed_anew(struct text state, const char *end, enum seal_kind kind) {
    struct principal principal;
    struct text payload;
    struct mcp *mcp = started(variables);
    struct sent sent = post(TEXT("{\"jsonrpc\":\"2.0\",\"method\":\"x\"}"));
    exchanged(mcp, &sent);
    principal = mcp->exchange.principal;
    CHECK(
        seal_open(key_of(TEXT(KEY)), SEAL_REQUEST_STATE, &principal, state, &mcp->arena, &payload));
    char digits[9] = {0};
    memcpy(digits, payload.bytes, 8);
    long long left = strtoll(digits, NULL, 16);
    left -= (long long)(host_now() / 1000);
    CHECK(left > LIMIT_REQUEST_STATE_SECONDS - 60 && left <= LIMIT_REQUEST_STATE_SECONDS);
    memcpy((char *)(uintptr_t)payload.bytes, end, 8);
    struct text sealed =
        exact(seal_close(key_of(TEXT(KEY)), kind, &principal, payload, &mcp->arena));
    mcp_reset(mcp);
    return sealed;
}

static struct text ending_at(struct text state, const char *end) {
    return sealed_anew(state, end, SEAL_REQUEST_STATE);
}

static void refuses_states_of_others(void) {
    struct text state = state_in(called(&first_call));
    struct call call = first_call;
    call.responses = WHO;
    call.state = state;
    call.token = "Bearer abd";
    CHECK_ERROR(called(&call), -32602);
    call = (struct call){"ask_all", ELICITATION, WHO, state, NULL, NULL, false};
    CHECK_ERROR(called(&call), -32602);
    call = first_call;
    call.responses = WHO ",\"arguments\":{\"name\":\"x\"}"; /* other arguments: another request */
    call.state = state;
    CHECK_ERROR(called(&call), -32602);
    CHECK_ERROR(called_again(WHO, TEXT("AAAA")), -32602);
    CHECK_ERROR(called_again(WHO, TEXT("!")), -32602);
    CHECK_ERROR(called_again(WHO, repeated("", LIMIT_KEPT_BYTES + 1, "A", "")), -32602);
}

/* Everything else that this server seals, even with a state inside. */
static void refuses_other_kinds(void) {
    static const enum seal_kind kinds[] = {SEAL_SESSION, SEAL_SSE_SESSION, SEAL_CURSOR,
                                           SEAL_STREAM,  SEAL_TASK,        SEAL_TASK_WAKE};
    struct text state = state_in(called(&first_call));
    char soon[9];
    snprintf(soon, sizeof soon, "%08x", (unsigned)(host_now() / 1000) + 60);
    CHECK_SAYS(called_again(WHO, ending_at(state, soon)), "Hello, Eve!");
    for (size_t i = 0; i < COUNT(kinds); i++) {
        CHECK_ERROR(called_again(WHO, sealed_anew(state, soon, kinds[i])), -32602);
    }
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
    /* a client that only shows URLs shows no forms, and the other way round */
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
    call.tool = "agent";
    CHECK_SAYS(called(&call), "requiredCapabilities\":{\"sampling\":{\"tools\":{}}}}");
    call.tool = "needy";
    CHECK_SAYS(called(&call), "requiredCapabilities\":{\"elicitation\":{\"form\":{},\"url\":{}},"
                              "\"sampling\":{\"tools\":{}},\"roots\":{}}}");
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

/* An answer of `size` bytes to the first question of `ask_all`. */
static const char *large_answer(size_t size) {
    static char answer[LIMIT_KEPT_BYTES];
    static const char begin[] = "{\"who\":{\"action\":\"accept\",\"content\":{\"name\":\"",
                      end[] = "\"}}}";
    memset(answer, 'x', size);
    memcpy(answer, begin, sizeof begin - 1);
    memcpy(answer + size - (sizeof end - 1), end, sizeof end);
    return answer;
}

/* As large as in a legacy client's call, or in a task: once 64 KB, so that a picture was too much.
 */
static void carries_large_answers_along(void) {
    const size_t most = LIMIT_KEPT_BYTES / 4 * 3; /* what is sealed is written in base64 */
    struct call call = {.tool = "ask_all",
                        .capabilities = ELICITATION ",\"sampling\":{},\"roots\":{}"};
    call.responses = large_answer(most - 200);
    call.state = state_in(called(&call));
    call.responses = "{\"model\":{\"content\":{\"type\":\"text\",\"text\":\"a\"}}}";
    CHECK_SAYS(called(&call), "{\"roots\":{\"method\":\"roots/list\"");
    call.state.length = 0;
    call.responses = large_answer(most);
    CHECK_SAYS(called(&call), "The answers so far are too large to be carried along.");
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
    /* whoever could guess it could open the page in somebody else's place */
    CHECK(!text_equal(behind(called(&call), TEXT("connect?elicitation="), '"'), id));
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

#define TRACE "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01\""

static void carries_the_trace_along(void) {
    struct text json =
        called(&(struct call){.tool = "ask", .capabilities = ELICITATION, .meta = "," TRACE});
    CHECK_SAYS(json, "\"elicitation/create\",\"params\":{\"_meta\":{" TRACE "},\"message\":");
}

/* Once they were null, and clients that check a question refused it. */
static void refuses_numbers_out_of_bounds(void) {
    struct call call = {.tool = "unmeasured", .capabilities = "\"sampling\":{}"};
    struct text json = called(&call);
    CHECK(!text_contains(json, TEXT("\"inputRequests\"")));
    CHECK_SAYS(json,
               "its author has to mend it.\"},{\"type\":\"text\",\"text\":\"This tool asks its "
               "model with a priority that is not from 0 to 1, or a temperature that is no "
               "number: its author has to mend it.\"}],\"isError\":true");
}

/* Once the question went out, and clients that check it refused it. */
static void refuses_urls_that_are_none(void) {
    struct call call = {.tool = "astray", .capabilities = "\"elicitation\":{\"url\":{}}"};
    struct text json = called(&call);
    CHECK(!text_contains(json, TEXT("\"inputRequests\"")));
    CHECK_SAYS(json, "\"elicit_url needs a url, such as https://example.com/login: its author has "
                     "to mend it.\"}],\"isError\":true");
}

/* Once the result had the same key twice, and a legacy client got an empty one. Once answers with
   one key could not be read back, so both were asked for again, for ever. */
static void refuses_questions_with_one_key(void) {
    static const char *const responses[] = {NULL, "{\"page\":{\"action\":\"accept\"}}"};
    for (size_t i = 0; i < COUNT(responses); i++) {
        struct call call = {"confused", URL_ELICITATION, responses[i], {NULL, 0}, NULL, NULL,
                            false};
        struct text json = called(&call);
        CHECK_ERROR(json, -32603);
        CHECK_SAYS(json, "What this call asks has a key twice, or is not JSON");
    }
}

static const struct test tests[] = {
    {"asks no model with numbers out of bounds", refuses_numbers_out_of_bounds},
    {"sends nobody to a URL that is none", refuses_urls_that_are_none},
    {"asks no two questions with one key", refuses_questions_with_one_key},
    {"passes the trace context along with the question", carries_the_trace_along},
    {"asks in the result of a modern call", asks_in_the_result},
    {"gets the key for the state if there is none yet", seals_with_the_key_that_is_kept},
    {"takes an answer, a refusal and a cancellation", takes_the_answer},
    {"asks again if an answer does not fit", asks_again_for_what_does_not_fit},
    {"refuses a state of another principal or call, and what is no state",
     refuses_states_of_others},
    {"refuses a state that was sealed as something else", refuses_other_kinds},
    {"refuses a state that was changed or cut", refuses_changed_states},
    {"refuses a state that is too old", refuses_old_states},
    {"names the missing capability", names_missing_capabilities},
    {"carries answers from round to round", carries_answers_along},
    {"carries answers along up to LIMIT_KEPT_BYTES", carries_large_answers_along},
    {"sends the user to a URL", sends_the_user_elsewhere},
    {"sends every sampling parameter to the model, and reads its answer",
     asks_the_model_with_every_wish},
    {"lets the model use tools, round after round", lets_the_model_use_tools},
};
SUITE(asking, tests);
