#include "oauth.h"

#include "limits.h"
#include "remembered.h"

void oauth_begin(struct exchange *exchange) {
    exchange->action =
        (struct mcp_action){.kind = MCP_ACTION_INTROSPECT, .topic = exchange->credential.token};
}

static struct text origin_of(struct exchange *exchange) {
    struct buffer origin = buffer_in(exchange->arena, 128);
    http_append_origin(&exchange->request, &origin);
    return buffer_text(&origin);
}

bool oauth_is_of_here(struct exchange *exchange) {
    struct text issuer = exchange->principal.subject;
    issuer.length = text_find(issuer, '\n');
    return text_equal(issuer, origin_of(exchange));
}

/* True if one of `audiences` is this server (its origin, or one of the two endpoints there), or if
   there are none. */
static bool is_for(struct text audiences, struct text origin) {
    static const struct text paths[] = {{NULL, 0},
                                        TEXT_INITIALIZER("/"),
                                        TEXT_INITIALIZER("/mcp"),
                                        TEXT_INITIALIZER("/mcp/"),
                                        TEXT_INITIALIZER("/sse"),
                                        TEXT_INITIALIZER("/sse/")};
    struct text audience;
    if (text_trim(audiences).length == 0) return true;
    while (text_next_field(&audiences, ' ', &audience)) {
        if (!text_take(&audience, origin)) continue;
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
            if (text_equal(audience, paths[i])) return true;
        }
    }
    return false;
}

enum http_error oauth_answered(struct exchange *exchange, struct text answer) {
    struct text subject, name, scopes, expires, audiences;
    uint64_t until;
    if (text_equal(answer, TEXT("\0"))) {
        exchange->credential.refusal = "storage_unavailable";
        return HTTP_ERROR_KEYS_UNAVAILABLE;
    }
    if (text_equal(answer, TEXT("not_allowed"))) exchange->credential.refusal = "not_allowed";
    if (!text_next_field(&answer, '\n', &subject) || !text_next_field(&answer, '\n', &name) ||
        !text_next_field(&answer, '\n', &scopes) || !text_next_field(&answer, '\n', &expires) ||
        !text_next_field(&answer, '\n', &audiences) || !text_to_number(expires, &until) ||
        subject.length == 0) {
        return HTTP_ERROR_CREDENTIAL_UNKNOWN;
    }
    struct text origin = origin_of(exchange);
    if (!is_for(audiences, origin)) {
        exchange->credential.refusal = "wrong_audience";
        return HTTP_ERROR_CREDENTIAL_UNKNOWN;
    }
    if ((double)until <= host_now()) return HTTP_ERROR_CREDENTIAL_UNKNOWN;
    struct principal principal = {
        .subject = subject, .name = name, .scopes = scopes, .expires = (double)until};
    return remembered_let_in(exchange, origin, &principal, LIMIT_INTROSPECTED_SECONDS);
}
