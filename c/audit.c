#include "audit.h"

void audit_call(struct exchange *exchange, struct text tool, const char *outcome, double began) {
    static const struct text ways[] = {
        [PRINCIPAL_ANYBODY] = TEXT_INITIALIZER("nobody asked"),
        [PRINCIPAL_TOKEN] = TEXT_INITIALIZER("token"),
        [PRINCIPAL_NAMED] = TEXT_INITIALIZER("key"),
        [PRINCIPAL_SUBJECT] = TEXT_INITIALIZER("subject"),
    };
    if (!exchange->config->audit) return;
    struct buffer line = buffer_in(exchange->arena, 256);
    BUFFER_APPEND(&line, TEXT("{\"event\":\"call\",\"by\":\""), ways[exchange->principal.by],
                  TEXT("\",\"who\":"));
    buffer_append_json_string(&line, exchange->principal.name);
    buffer_append(&line, TEXT(",\"tool\":"));
    buffer_append_json_string(&line, tool);
    buffer_append(&line, TEXT(",\"milliseconds\":"));
    buffer_append_integer(&line, (int64_t)(host_now() - began));
    BUFFER_APPEND(&line, TEXT(",\"outcome\":\""), text_of(outcome), TEXT("\"}"));
    if (!exchange->arena->exhausted) host_log(buffer_text(&line));
}

void audit_refusal(struct exchange *exchange) {
    const char *refusal = exchange->credential.refusal;
    struct buffer line = buffer_in(exchange->arena, 128);
    BUFFER_APPEND(&line, TEXT("{\"event\":\"refused\",\"reason\":\""),
                  refusal == NULL ? TEXT("unknown") : text_of(refusal), TEXT("\",\"path\":\""),
                  exchange->endpoint->path, TEXT("\"}"));
    if (!exchange->arena->exhausted) host_log(buffer_text(&line));
}
