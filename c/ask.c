/* Asking the client: multi round-trip requests (2026-07-28, Multi Round-Trip Requests). What was
   answered so far travels sealed with the request; nothing stays here. */
#include <math.h>
#include <string.h>

#include "arguments.h"
#include "limits.h"
#include "modern.h"
#include "tool_call.h"

static const struct {
    struct text name, method;
} capabilities[] = {
    [CLIENT_ELICITATION] = {TEXT_INITIALIZER("elicitation"),
                            TEXT_INITIALIZER("elicitation/create")},
    [CLIENT_SAMPLING] = {TEXT_INITIALIZER("sampling"), TEXT_INITIALIZER("sampling/createMessage")},
    [CLIENT_ROOTS] = {TEXT_INITIALIZER("roots"), TEXT_INITIALIZER("roots/list")},
};

/* The state: 8 hex digits of the second it ends, then the digest of the request, then the answers.
 */
enum { EXPIRY_BYTES = 8, STATE_PREFIX_BYTES = EXPIRY_BYTES + HOST_DIGEST_BYTES };

/* What tells this request from others: its method, and all parameters but those of the rounds. */
static void digest_request(struct exchange *exchange, const struct jsonrpc_message *request,
                           uint8_t digest[HOST_DIGEST_BYTES]) {
    static const struct text parts[] = {TEXT_INITIALIZER("name"), TEXT_INITIALIZER("uri"),
                                        TEXT_INITIALIZER("arguments")};
    struct buffer all = buffer_in(exchange->arena, 0);
    buffer_append(&all, request->method.text);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        BUFFER_APPEND(&all, TEXT("\n"), jsonrpc_param(request, parts[i]).text);
    }
    host_sha256(buffer_text(&all), digest);
}

static void append_expiry(struct buffer *out) {
    uint32_t end = (uint32_t)(host_now() / 1000) + LIMIT_REQUEST_STATE_SECONDS;
    for (int shift = 28; shift >= 0; shift -= 4) {
        buffer_append(out, (struct text){&"0123456789abcdef"[end >> shift & 15], 1});
    }
}

static bool is_over(struct text expiry) {
    uint32_t end = 0;
    for (size_t i = 0; i < EXPIRY_BYTES; i++) {
        char digit = expiry.bytes[i];
        end = end << 4 | (uint32_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return host_now() / 1000 > end;
}

static struct text close_state(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    uint8_t digest[HOST_DIGEST_BYTES];
    struct buffer state = buffer_in(exchange->arena, 0);
    digest_request(exchange, call->request, digest);
    append_expiry(&state);
    BUFFER_APPEND(&state, (struct text){(const char *)digest, sizeof digest}, TEXT("{"),
                  buffer_text(&call->carried).length > 0 ? buffer_text(&call->carried) : TEXT(""),
                  TEXT("}"));
    return seal_close(exchange->config->seal_key, SEAL_REQUEST_STATE, exchange_principal(exchange),
                      buffer_text(&state), exchange->arena);
}

/* Opens the state that came with the request, if one came. */
static struct outcome open_state(struct tool_call *call) {
    static const char refused[] =
        "The requestState was changed, is too old, or belongs to another request: send the request "
        "again without requestState and inputResponses.";
    struct exchange *exchange = call->exchange;
    struct json_value value = jsonrpc_param(call->request, TEXT("requestState"));
    struct text sealed, state;
    struct json_document document;
    uint8_t digest[HOST_DIGEST_BYTES];
    if (value.kind == JSON_ABSENT) return outcome_ok;
    if (!exchange_has_key(exchange)) return outcome_ok;
    if (!json_string(value, exchange->arena, &sealed) ||
        sealed.length > LIMIT_REQUEST_STATE_BYTES ||
        !seal_open(exchange->config->seal_key, SEAL_REQUEST_STATE, exchange_principal(exchange),
                   sealed, exchange->arena, &state)) {
        return outcome_invalid_params(text_of(refused));
    }
    digest_request(exchange, call->request, digest);
    if (is_over(state) || memcmp(state.bytes + EXPIRY_BYTES, digest, sizeof digest) != 0) {
        return outcome_invalid_params(text_of(refused));
    }
    if (json_check(text_from(state, STATE_PREFIX_BYTES), exchange->arena, &document) == JSON_OK) {
        call->answers[1] = document.root;
    }
    return outcome_ok;
}

struct outcome tool_call_start(struct exchange *exchange, enum tool_call_kind kind,
                               const struct jsonrpc_message *request, struct buffer *out,
                               struct tool_call *call) {
    *call = (struct tool_call){.exchange = exchange, .kind = kind, .out = out, .request = request};
    call->questions = buffer_in(exchange->arena, 0);
    call->carried = buffer_in(exchange->arena, 0);
    if (!revision_is_modern(exchange->revision)) return outcome_ok;
    struct json_value responses = jsonrpc_param(request, TEXT("inputResponses"));
    if (responses.kind != JSON_ABSENT && responses.kind != JSON_OBJECT) {
        return outcome_invalid_params(TEXT("The parameter inputResponses is not an object."));
    }
    call->answers[0] = responses;
    return open_state(call);
}

/* The error for what was needed and cannot be had (2026-07-28, Overview, "_meta"). */
static struct outcome missing_capabilities(struct tool_call *call) {
    struct outcome outcome =
        outcome_bad_request(JSONRPC_MISSING_CLIENT_CAPABILITY,
                            TEXT("This needs something that your client does not offer: see "
                                 "data.requiredCapabilities."));
    struct buffer data = buffer_in(call->exchange->arena, 0);
    struct text separator = TEXT("{\"requiredCapabilities\":{\"");
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) {
        if (!call->missing[i]) continue;
        BUFFER_APPEND(&data, separator, capabilities[i].name, TEXT("\":{}"));
        separator = TEXT(",\"");
    }
    buffer_append(&data, TEXT("}}"));
    outcome.data = buffer_text(&data);
    if (!revision_is_modern(call->exchange->revision)) {
        outcome.error = JSONRPC_INVALID_REQUEST; /* legacy revisions have no code of its own */
        outcome.status = 0;
    }
    return outcome;
}

struct outcome tool_call_end(struct tool_call *call, size_t start) {
    if (call->questions.length == 0) {
        bool missing = call->missing[0] || call->missing[1] || call->missing[2];
        return missing && call->count == 0 ? missing_capabilities(call) : outcome_ok;
    }
    if (!exchange_has_key(call->exchange)) return outcome_ok;
    struct text state = close_state(call);
    if (state.length > LIMIT_REQUEST_STATE_BYTES) {
        return outcome_invalid_params(
            TEXT("The answers so far are too large to be carried along."));
    }
    call->out->length = start;
    call->exchange->input_required = true;
    BUFFER_APPEND(call->out, TEXT("\"inputRequests\":{"), buffer_text(&call->questions),
                  TEXT("},\"requestState\":\""), state, TEXT("\""));
    return outcome_ok;
}

bool client_supports(const struct tool_call *call, enum client_capability capability) {
    struct json_value all = modern_client_capabilities(call->request);
    return json_object_member(all, capabilities[capability].name).kind == JSON_OBJECT;
}

/* The answer to `key`, as it came: absent where there is none that is an object. */
static struct json_value find_answer(struct tool_call *call, struct text key) {
    for (size_t i = 0; i < 2; i++) {
        struct json_value answer = json_object_member(call->answers[i], key);
        if (answer.kind == JSON_OBJECT) return answer;
    }
    return (struct json_value){JSON_ABSENT, {NULL, 0}};
}

static void append_entry(struct buffer *out, struct text key) {
    if (out->length > 0) buffer_append(out, TEXT(","));
    buffer_append_json_string(out, key);
    buffer_append(out, TEXT(":"));
}

/* The answer served: it goes along with the request from now on. */
static void carry(struct tool_call *call, struct text key, struct json_value answer) {
    append_entry(&call->carried, key);
    buffer_append(&call->carried, answer.text);
}

/* Appends the question up to its parameters' members; end it with two braces. */
static bool begin_question(struct tool_call *call, struct text key,
                           enum client_capability capability) {
    if (!client_supports(call, capability)) {
        call->missing[capability] = true;
        return false;
    }
    append_entry(&call->questions, key);
    BUFFER_APPEND(&call->questions, TEXT("{\"method\":\""), capabilities[capability].method,
                  TEXT("\",\"params\":{"));
    return true;
}

/* What the user did with an elicitation: its `action`. */
static enum ask read_action(struct json_value answer) {
    struct json_value action = json_object_member(answer, TEXT("action"));
    if (text_equal(action.text, TEXT("\"accept\""))) return ASK_ACCEPTED;
    if (text_equal(action.text, TEXT("\"decline\""))) return ASK_DECLINED;
    return text_equal(action.text, TEXT("\"cancel\"")) ? ASK_CANCELLED : ASK_PENDING;
}

enum ask elicit(struct tool_call *call, const char *key, const char *message,
                struct tool_fields fields, void *answers) {
    struct json_value answer = find_answer(call, text_of(key));
    struct buffer problems = buffer_in(call->exchange->arena, 0);
    enum ask action = read_action(answer);
    if (action == ASK_ACCEPTED &&
        !arguments_bind(&fields, json_object_member(answer, TEXT("content")), answers, &problems)) {
        action = ASK_PENDING;
    }
    if (action != ASK_PENDING) {
        carry(call, text_of(key), answer);
        return action;
    }
    if (!begin_question(call, text_of(key), CLIENT_ELICITATION)) return ASK_UNSUPPORTED;
    buffer_append(&call->questions, TEXT("\"message\":"));
    buffer_append_json_string(&call->questions, text_of(message));
    buffer_append(&call->questions, TEXT(",\"requestedSchema\":"));
    arguments_append_schema(&call->questions, &fields);
    buffer_append(&call->questions, TEXT("}}"));
    return ASK_PENDING;
}

/* The text in `content`, which is one block or, from 2025-11-25 on, several. */
static bool read_text(struct tool_call *call, struct json_value content, struct text *text) {
    struct json_value block = content;
    size_t position = 0;
    bool more = content.kind == JSON_ARRAY ? json_next_element(content, &position, &block)
                                           : content.kind == JSON_OBJECT;
    while (more) {
        struct json_value value = json_object_member(block, TEXT("text"));
        if (json_string(value, call->exchange->arena, text)) return true;
        more = json_next_element(content, &position, &block);
    }
    return false;
}

enum ask sample(struct tool_call *call, const char *key, const struct sampling *what,
                struct text *answer) {
    struct json_value value = find_answer(call, text_of(key));
    if (read_text(call, json_object_member(value, TEXT("content")), answer)) {
        carry(call, text_of(key), value);
        return ASK_ACCEPTED;
    }
    if (!begin_question(call, text_of(key), CLIENT_SAMPLING)) return ASK_UNSUPPORTED;
    struct buffer *out = &call->questions;
    buffer_append(out, TEXT("\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\","
                            "\"text\":"));
    buffer_append_json_string(out, text_of(what->prompt));
    buffer_append(out, TEXT("}}],"));
    if (what->system_prompt != NULL) {
        buffer_append(out, TEXT("\"systemPrompt\":"));
        buffer_append_json_string(out, text_of(what->system_prompt));
        buffer_append(out, TEXT(","));
    }
    buffer_append(out, TEXT("\"maxTokens\":"));
    buffer_append_integer(out, what->max_tokens);
    buffer_append(out, TEXT("}}"));
    return ASK_PENDING;
}

enum ask list_roots(struct tool_call *call, const char *key, struct root *roots, size_t room,
                    size_t *count) {
    struct json_value value = find_answer(call, text_of(key)), element;
    struct json_value list = json_object_member(value, TEXT("roots"));
    size_t position = 0;
    *count = 0;
    if (list.kind != JSON_ARRAY) {
        if (!begin_question(call, text_of(key), CLIENT_ROOTS)) return ASK_UNSUPPORTED;
        buffer_append(&call->questions, TEXT("}}"));
        return ASK_PENDING;
    }
    while (*count < room && json_next_element(list, &position, &element)) {
        struct root *root = &roots[*count];
        struct arena *arena = call->exchange->arena;
        root->name = (struct text){NULL, 0};
        if (!json_string(json_object_member(element, TEXT("uri")), arena, &root->uri)) continue;
        json_string(json_object_member(element, TEXT("name")), arena, &root->name);
        (*count)++;
    }
    carry(call, text_of(key), value);
    return ASK_ACCEPTED;
}
