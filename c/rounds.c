#include "rounds.h"

#include <string.h>

#include "legacy_ask.h"
#include "limits.h"
#include "modern.h"
#include "resumable.h"
#include "sha256.h"
#include "task.h"

/* The state: when it ends (the second, in 8 hex digits), the digest of the request, the call's
   nonce, the answers. */
enum {
    EXPIRY_BYTES = 8,
    NONCE_START = EXPIRY_BYTES + SHA256_BYTES,
    STATE_PREFIX_BYTES = NONCE_START + NONCE_DIGITS,
};

struct text tool_call_nonce(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    if (exchange->asking.nonce.length == 0) exchange->asking.nonce = resumable_new(exchange);
    return exchange->asking.nonce;
}

/* What tells this request from others: its method, and all parameters but those of the rounds. */
static void digest_request(struct exchange *exchange, const struct jsonrpc_message *request,
                           uint8_t digest[SHA256_BYTES]) {
    static const struct text parts[] = {TEXT_INITIALIZER("name"), TEXT_INITIALIZER("uri"),
                                        TEXT_INITIALIZER("arguments")};
    struct buffer all = buffer_in(exchange->arena, 0);
    buffer_append(&all, request->method.text);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        BUFFER_APPEND(&all, TEXT("\n"), jsonrpc_param(request, parts[i]).text);
    }
    sha256(buffer_text(&all), digest);
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
        end = end << 4 | (uint32_t)text_hex_digit(expiry.bytes[i]);
    }
    return host_now() / 1000 > end;
}

static struct text close_state(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    uint8_t digest[SHA256_BYTES];
    struct buffer state = buffer_in(exchange->arena, 0);
    digest_request(exchange, call->request, digest);
    append_expiry(&state);
    BUFFER_APPEND(&state, (struct text){(const char *)digest, sizeof digest}, tool_call_nonce(call),
                  TEXT("{"), buffer_text(&call->carried), TEXT("}"));
    return seal_close(&exchange->config->seal_key, SEAL_REQUEST_STATE, &exchange->principal,
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
    uint8_t digest[SHA256_BYTES];
    if (value.kind == JSON_ABSENT) return outcome_ok;
    if (!json_string(value, exchange->arena, &sealed) || sealed.length > LIMIT_KEPT_BYTES ||
        !seal_open(&exchange->config->seal_key, SEAL_REQUEST_STATE, &exchange->principal, sealed,
                   exchange->arena, &state)) {
        return outcome_invalid_params(text_of(refused));
    }
    digest_request(exchange, call->request, digest);
    if (is_over(state) || memcmp(state.bytes + EXPIRY_BYTES, digest, sizeof digest) != 0) {
        return outcome_invalid_params(text_of(refused));
    }
    exchange->asking.nonce = (struct text){state.bytes + NONCE_START, NONCE_DIGITS};
    if (json_check(text_from(state, STATE_PREFIX_BYTES), exchange->arena, &document) == JSON_OK) {
        call->answers[1] = document.root;
    }
    return outcome_ok;
}

struct outcome rounds_start(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    if (!legacy_ask_knows_offer(exchange)) return outcome_invalid_params(TEXT("Not known yet."));
    if (!revision_is_modern(exchange->revision) || exchange->task != NULL) {
        call->answers[0] = exchange->answers;
        call->progressed = exchange->asking.progressed;
        call->progress = exchange->asking.progress;
        return outcome_ok;
    }
    /* the key with which a state is opened and sealed: asked for later, the tool would run twice */
    if (!exchange_has_key(exchange)) return outcome_invalid_params(TEXT("No key yet."));
    struct json_value responses = jsonrpc_param(call->request, TEXT("inputResponses"));
    if (responses.kind != JSON_ABSENT && responses.kind != JSON_OBJECT) {
        return outcome_invalid_params(TEXT("The parameter inputResponses is not an object."));
    }
    call->answers[0] = responses;
    return open_state(call);
}

/* What is missing, as a capabilities object: the parts of one capability stand side by side. */
static struct text missing_names(const struct tool_call *call) {
    struct buffer data = buffer_in(call->exchange->arena, 0);
    struct text open = {NULL, 0}; /* the capability that is being written */
    size_t parts = 0;             /* of it, so far */
    buffer_append(&data, TEXT("{\"requiredCapabilities\":{"));
    for (size_t i = 0; i < TOOL_CALL_CAPABILITIES; i++) {
        const struct tool_call_capability *row = &tool_call_capabilities[i];
        if (!call->missing[i]) continue;
        if (!text_equal(row->name, open)) {
            buffer_append(&data, open.length > 0 ? TEXT("},\"") : TEXT("\""));
            BUFFER_APPEND(&data, row->name, TEXT("\":{"));
            parts = 0;
        }
        open = row->name;
        if (row->part.length == 0) continue;
        BUFFER_APPEND(&data, parts++ > 0 ? TEXT(",\"") : TEXT("\""), row->part, TEXT("\":{}"));
    }
    buffer_append(&data, TEXT("}}}"));
    return buffer_text(&data);
}

/* The error for what was needed but cannot be had. */
static struct outcome missing_capabilities(struct tool_call *call) {
    struct buffer sentence = buffer_in(call->exchange->arena, 0);
    struct text data = missing_names(call);
    /* not every client shows the data */
    struct text names = text_from(data, sizeof "{\"requiredCapabilities\":" - 1);
    if (names.length > 0) names.length--;
    BUFFER_APPEND(&sentence, TEXT("This needs something that your client does not offer: "), names);
    return tool_call_missing(call->exchange, buffer_text(&sentence), data);
}

/* The author chooses the keys of questions and their answers, and writes some JSON in the former.
 */
static bool are_members(struct buffer *members) {
    struct json_document document;
    struct buffer all = buffer_in(members->arena, 0);
    BUFFER_APPEND(&all, TEXT("{"), buffer_text(members), TEXT("}"));
    return json_check(buffer_text(&all), members->arena, &document) == JSON_OK;
}

struct outcome rounds_end(struct tool_call *call, size_t start) {
    if (call->questions.length == 0) {
        return tool_call_misses(call) && call->count == 0 ? missing_capabilities(call) : outcome_ok;
    }
    if (!are_members(&call->questions) || !are_members(&call->carried)) {
        return outcome_error(
            JSONRPC_INTERNAL_ERROR,
            TEXT(
                "What this call asks has a key twice, or is not JSON: its author has to mend it."));
    }
    if (call->exchange->task != NULL) {
        call->exchange->task->questions = buffer_text(&call->questions);
        call->exchange->task->carried = buffer_text(&call->carried);
        return outcome_ok;
    }
    if (!revision_is_modern(call->exchange->revision)) return legacy_ask(call);
    struct text state = close_state(call);
    if (state.length > LIMIT_KEPT_BYTES) {
        return outcome_invalid_params(
            TEXT("The answers so far are too large to be carried along."));
    }
    call->out->length = start;
    call->exchange->result_type = TEXT("input_required");
    BUFFER_APPEND(call->out, TEXT("\"inputRequests\":{"), buffer_text(&call->questions),
                  TEXT("},\"requestState\":\""), state, TEXT("\""));
    return outcome_ok;
}
