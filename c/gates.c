#include "gates.h"

#include "audit.h"
#include "endpoints.h"
#include "errors.h"
#include "sha256.h"

/* The shim passes on any method; only those listed are allowed. */
static bool is_allowed(const struct endpoint *endpoint, struct text method) {
    return text_has_field(endpoint->allow, ',', method);
}

/* The method is checked last: whoever may not come in learns nothing about what is served. */
static enum http_error pass_method(struct exchange *exchange) {
    exchange->gate = GATES_PASSED;
    return is_allowed(exchange->endpoint, exchange->request.method) ? HTTP_ERROR_NONE
                                                                    : HTTP_ERROR_METHOD_NOT_ALLOWED;
}

/* What a principal is counted under: not a name or a token, which the platform need not know. */
static struct text rate_key(struct exchange *exchange) {
    const struct principal *principal = &exchange->principal;
    struct buffer key = buffer_in(exchange->arena, 2 * SHA256_BYTES);
    uint8_t digest[SHA256_BYTES];
    sha256(principal->subject, digest);
    buffer_append_integer(&key, (int64_t)principal->by);
    buffer_append(&key, TEXT("."));
    buffer_append_base64url(&key, digest, sizeof digest);
    return buffer_text(&key);
}

static enum http_error pass_rate(struct exchange *exchange) {
    if (!exchange->config->has_rate_limiter) return pass_method(exchange);
    exchange->gate = GATE_RATE;
    exchange->action = (struct mcp_action){.kind = MCP_ACTION_LIMIT, .topic = rate_key(exchange)};
    return HTTP_ERROR_NONE;
}

/* Goes on past the credential's gate, unless that refuses or is still asking. */
static enum http_error pass_credential(struct exchange *exchange, enum http_error error) {
    if (error != HTTP_ERROR_NONE && error != HTTP_ERROR_CREDENTIAL_MISSING) {
        audit_refusal(exchange, error); /* the wire does not say why */
    }
    if (error != HTTP_ERROR_NONE || exchange->action.kind != 0) return error;
    return pass_rate(exchange);
}

static enum http_error begin(struct exchange *exchange) {
    enum http_error error = http_judge_origin(&exchange->request, exchange->config->allowed_origins,
                                              exchange->config->allowed_hosts);
    if (error != HTTP_ERROR_NONE) return error;
    if (text_equal(exchange->request.method, TEXT("OPTIONS"))) {
        endpoint_answer_preflight(exchange);
        return HTTP_ERROR_NONE;
    }
    exchange->endpoint = endpoint_find(exchange->config, exchange->request.path);
    if (exchange->endpoint == NULL) return HTTP_ERROR_NOT_FOUND;
    if (exchange->endpoint->open) return pass_method(exchange);
    exchange->gate = GATE_CREDENTIAL;
    return pass_credential(exchange, auth_begin(exchange));
}

void gates_begin(struct exchange *exchange) {
    enum http_error error = begin(exchange);
    if (error != HTTP_ERROR_NONE) exchange_fail(exchange, error);
}

void gates_answered(struct exchange *exchange, struct text answer) {
    bool rate = exchange->gate == GATE_RATE;
    enum http_error error = HTTP_ERROR_NONE;
    exchange->action = (struct mcp_action){0};
    if (!rate) error = pass_credential(exchange, auth_answered(exchange, answer));
    else if (text_equal(answer, TEXT("\1"))) error = pass_method(exchange);
    else error = HTTP_ERROR_RATE_EXCEEDED;
    if (error != HTTP_ERROR_NONE) exchange_fail(exchange, error);
}
