/* A call of any kind: how it begins and ends, and what its client can be asked. */
#include "tool_call.h"

#include "asking.h"
#include "modern.h"
#include "waiting.h"

#define NONE                                                                                       \
    { NULL, 0 }
#define ELICITATION TEXT_INITIALIZER("elicitation")
#define SAMPLING TEXT_INITIALIZER("sampling")

const struct tool_call_capability tool_call_capabilities[] = {
    [CLIENT_ELICITATION] = {ELICITATION, TEXT_INITIALIZER("form"), TEXT_INITIALIZER("url"),
                            REVISION_2025_06_18},
    /* it came with 2025-11-25, but Codex offers it, by name, in the revision before */
    [CLIENT_ELICITATION_URL] = {ELICITATION, TEXT_INITIALIZER("url"), NONE, REVISION_2025_06_18},
    [CLIENT_SAMPLING] = {SAMPLING, NONE, NONE, REVISION_2024_11_05},
    [CLIENT_SAMPLING_TOOLS] = {SAMPLING, TEXT_INITIALIZER("tools"), NONE, REVISION_2025_11_25},
    [CLIENT_SAMPLING_CONTEXT] = {SAMPLING, TEXT_INITIALIZER("context"), NONE, REVISION_2025_11_25},
    [CLIENT_ROOTS] = {TEXT_INITIALIZER("roots"), NONE, NONE, REVISION_2024_11_05},
};

_Static_assert(1 << TOOL_CALL_CAPABILITIES <= SESSION_OFFERS_LATER, "the bits of a session");

static bool has_object(struct json_value object, struct text member) {
    return json_object_member(object, member).kind == JSON_OBJECT;
}

static bool is_offered(struct json_value offered, const struct tool_call_capability *row) {
    struct json_value value = json_object_member(offered, row->name);
    if (value.kind != JSON_OBJECT) return false;
    if (row->part.length == 0 || has_object(value, row->part)) return true;
    return row->unless.length > 0 && !has_object(value, row->unless);
}

uint8_t tool_call_offered(struct json_value offered) {
    uint8_t bits = 0;
    for (size_t i = 0; i < TOOL_CALL_CAPABILITIES; i++) {
        if (is_offered(offered, &tool_call_capabilities[i])) bits = (uint8_t)(bits | 1u << i);
    }
    return bits;
}

bool client_supports(const struct tool_call *call, enum client_capability capability) {
    const struct exchange *exchange = call->exchange;
    if (call->kind == CALL_COMPLETION) return false; /* no revision allows questions in one */
    if (exchange->revision < tool_call_capabilities[capability].since) return false;
    uint8_t offered = revision_is_modern(exchange->revision)
                          ? tool_call_offered(modern_client_capabilities(call->request))
                          : exchange->session.capabilities;
    return (offered >> capability & 1) != 0;
}

bool tool_call_misses(const struct tool_call *call) {
    for (size_t i = 0; i < TOOL_CALL_CAPABILITIES; i++) {
        if (call->missing[i]) return true;
    }
    return false;
}

struct outcome tool_call_missing(const struct exchange *exchange, struct text sentence,
                                 struct text data) {
    struct outcome outcome = outcome_bad_request(JSONRPC_MISSING_CLIENT_CAPABILITY, sentence);
    outcome.data = data;
    if (!revision_is_modern(exchange->revision)) {
        outcome.error = JSONRPC_INVALID_REQUEST; /* legacy revisions have no code for it */
        outcome.status = 0;
    }
    return outcome;
}

struct outcome tool_call_start(struct exchange *exchange, enum tool_call_kind kind,
                               const struct jsonrpc_message *request, struct buffer *out,
                               struct tool_call *call) {
    *call = (struct tool_call){.exchange = exchange, .kind = kind, .out = out, .request = request};
    call->questions = buffer_in(exchange->arena, 0);
    call->urls = buffer_in(exchange->arena, 0);
    call->carried = buffer_in(exchange->arena, 0);
    return asking_linked ? asking.start(call) : outcome_ok;
}

struct outcome tool_call_end(struct tool_call *call, size_t start) {
    if (call->cancelled) return outcome_cancelled;
    if (waiting_gave_up(call->exchange) && call->count == 0) {
        return outcome_error(
            JSONRPC_INTERNAL_ERROR,
            TEXT("The call was given up: the request that brought it, or an answer, was closed for "
                 "too long."));
    }
    return asking_linked ? asking.end(call, start) : outcome_ok;
}
