#include "issued_tokens.h"

#include "endpoints.h"
#include "issuer.h"
#include "jwt.h"
#include "jwt_check.h"
#include "oauth.h"
#include "remembered.h"

static const char *missing(const struct config *config) {
    if (config->auth_jwt && config->jwt_issuer.length == 0) {
        return "AUTH_MODE has jwt and JWT_ISSUER is not set: the URL of who issues the tokens, as "
               "they have it in 'iss'.";
    }
    if (config->auth_jwt && !issuer_is_url(config->jwt_issuer)) {
        return "JWT_ISSUER is not an https URL without query and fragment, as tokens have it in "
               "'iss'; http is for issuers on localhost alone.";
    }
    if (config->auth_jwt && config->jwt_audience.length == 0) {
        return "AUTH_MODE has jwt and JWT_AUDIENCE is not set: what the tokens meant for this "
               "server have in 'aud'.";
    }
    if (config->auth_oauth && config->introspect == NULL) {
        return "AUTH_MODE has oauth, and this build no authorization server: serve and deploy "
               "with --env oauth.";
    }
    return config->auth_oauth && *config->introspect != '\0' ? config->introspect : NULL;
}

/* True if it is for mode `jwt` to judge the token; if it is the only mode, it judges any. */
static bool is_for_jwt(const struct config *config, struct text token) {
    bool alone = !config->auth_tokens && !config->auth_oauth;
    return config->auth_jwt && (alone || jwt_has_form(token));
}

static enum http_error begin(struct exchange *exchange) {
    const struct config *config = exchange->config;
    struct text token = exchange->credential.token;
    if (remembered_find(exchange->remembered, token, host_now(), exchange->arena,
                        &exchange->principal) &&
        (is_for_jwt(config, token) || oauth_is_of_here(exchange))) {
        return HTTP_ERROR_NONE;
    }
    if (is_for_jwt(config, token)) return jwt_check_begin(exchange);
    if (!config->auth_oauth) return HTTP_ERROR_CREDENTIAL_UNKNOWN;
    oauth_begin(exchange);
    return HTTP_ERROR_NONE;
}

static enum http_error answered(struct exchange *exchange, struct text answer) {
    return exchange->jwt_check != NULL ? jwt_check_answered(exchange, answer)
                                       : oauth_answered(exchange, answer);
}

/* True if the client came with what `npm run keys` makes, or with a header that OAuth never uses:
   it has no use for a login. */
static bool came_with_key(const struct exchange *exchange) {
    return text_starts_with(exchange->credential.token, TEXT("mcp_")) ||
           http_has(&exchange->request, HTTP_X_API_KEY) ||
           http_has(&exchange->request, HTTP_X_AUTH_TOKEN);
}

static void append_metadata(const struct exchange *exchange, struct buffer *out) {
    const struct http_request *request = &exchange->request;
    if (came_with_key(exchange)) return;
    bool sse = text_starts_with(request->path, TEXT("/sse"));
    bool slash = request->slash_ended && !text_equal(request->path, TEXT("/sse/message"));
    buffer_append(out, TEXT(", resource_metadata=\""));
    http_append_origin(request, out);
    BUFFER_APPEND(out, TEXT(WELL_KNOWN), sse ? TEXT("/sse") : TEXT("/mcp"),
                  slash ? TEXT("/\"") : TEXT("\""));
}

const struct issued_tokens issued_tokens = {
    missing, remembered_in, begin, answered, append_metadata, well_known_endpoints,
};
