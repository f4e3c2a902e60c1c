#include "auth.h"

#include "exchange.h"
#include "jwt.h"
#include "jwt_check.h"
#include "limits.h"
#include "oauth.h"
#include "remembered.h"
#include "scopes.h"
#include "sha256.h"

static bool is_token68_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '-' && byte <= '9') || byte == '+' || byte == '_' || byte == '~'; /* -./0-9 */
}

/* True where `token` is token68 (RFC 9110, section 11.2), but may have `also` in it (NUL: nothing
   more). */
static bool is_token68(struct text token, char also) {
    size_t end = 0;
    while (end < token.length &&
           (is_token68_byte(token.bytes[end]) || (also != '\0' && token.bytes[end] == also))) {
        end++;
    }
    if (end == 0) return false;
    while (end < token.length && token.bytes[end] == '=') end++;
    return end == token.length;
}

/* The token in "Bearer TOKEN", the scheme in any case (RFC 9110, section 11.1). */
static struct text bearer_token(struct text header) {
    static const struct text scheme = {"bearer", 6};
    if (header.length <= scheme.length || header.bytes[scheme.length] != ' ' ||
        !text_equal_ignoring_case((struct text){header.bytes, scheme.length}, scheme)) {
        return (struct text){NULL, 0};
    }
    return text_trim(text_from(header, scheme.length));
}

static enum http_error read_credential(const struct config *config,
                                       const struct http_request *request,
                                       struct credential *credential) {
    static const enum http_header accepted[] = {HTTP_AUTHORIZATION, HTTP_X_API_KEY,
                                                HTTP_X_AUTH_TOKEN};
    int sent = 0;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        if (!http_has(request, accepted[i])) continue;
        sent++;
        credential->header = request->headers[accepted[i]];
        credential->token = accepted[i] == HTTP_AUTHORIZATION ? bearer_token(credential->header)
                                                              : credential->header;
    }
    if (sent == 0) return HTTP_ERROR_CREDENTIAL_MISSING;
    if (sent > 1) return HTTP_ERROR_CREDENTIAL_TWICE;
    /* the authorization server of mode oauth makes tokens of three parts with colons between */
    char also = config->auth_oauth ? ':' : '\0';
    if (credential->token.length > LIMIT_CREDENTIAL_BYTES || !is_token68(credential->token, also)) {
        return HTTP_ERROR_CREDENTIAL_MALFORMED;
    }
    return HTTP_ERROR_NONE;
}

/* The token of TOKENS with the credential's digest. All are compared, so that the time says nothing
   about which matched. */
static enum http_error find_token(const struct config *config, struct credential *credential,
                                  struct principal *principal) {
    uint8_t digest[SHA256_BYTES];
    const struct config_token *found = NULL;
    sha256(credential->token, digest);
    for (size_t i = 0; i < config->token_count; i++) {
        if (text_equal_secret(digest, config->tokens[i].digest, sizeof digest)) {
            found = &config->tokens[i];
        }
    }
    if (found == NULL) return HTTP_ERROR_CREDENTIAL_UNKNOWN;
    if (found->expires > 0 && host_now() >= found->expires) {
        credential->refusal = "expired";
        return HTTP_ERROR_CREDENTIAL_UNKNOWN;
    }
    /* a name keeps its sessions when its token is replaced */
    *principal = (struct principal){.by = PRINCIPAL_NAMED,
                                    .subject = found->name,
                                    .name = found->name,
                                    .limited = found->limited,
                                    .scopes = found->scopes,
                                    .expires = found->expires};
    return HTTP_ERROR_NONE;
}

enum http_error auth_check(const struct config *config, const struct http_request *request,
                           struct credential *credential, struct principal *principal) {
    *credential = (struct credential){0};
    *principal = (struct principal){.by = PRINCIPAL_ANYBODY};
    if (config->error != NULL) return HTTP_ERROR_MISCONFIGURED;
    if (config->auth_unset && !http_host_is_loopback(request->host)) {
        return HTTP_ERROR_NOT_CONFIGURED;
    }
    if (config->auth_none) return HTTP_ERROR_NONE;
    enum http_error error = read_credential(config, request, credential);
    if (error != HTTP_ERROR_NONE) return error;
    if (config->auth_any || config->auth_unset) {
        *principal = (struct principal){.by = PRINCIPAL_TOKEN, .subject = credential->token};
        return HTTP_ERROR_NONE;
    }
    return config->auth_tokens ? find_token(config, credential, principal)
                               : HTTP_ERROR_CREDENTIAL_UNKNOWN;
}

/* True where mode `jwt` has to say what the token is: where it is the only mode, of any. */
static bool is_for_jwt(const struct config *config, struct text token) {
    bool alone = !config->auth_tokens && !config->auth_oauth;
    return config->auth_jwt && (alone || jwt_has_form(token));
}

enum http_error auth_begin(struct exchange *exchange) {
    const struct config *config = exchange->config;
    enum http_error error =
        auth_check(config, &exchange->request, &exchange->credential, &exchange->principal);
    if (error != HTTP_ERROR_CREDENTIAL_UNKNOWN) return error;
    if (remembered_find(exchange->remembered, exchange->credential.token, host_now(),
                        &exchange->principal) &&
        (is_for_jwt(config, exchange->credential.token) || oauth_is_of_here(exchange))) {
        return HTTP_ERROR_NONE;
    }
    if (is_for_jwt(config, exchange->credential.token)) return jwt_check_begin(exchange);
    if (!config->auth_oauth) return error;
    oauth_begin(exchange);
    return HTTP_ERROR_NONE;
}

enum http_error auth_answered(struct exchange *exchange, struct text answer) {
    return exchange->jwt_check != NULL ? jwt_check_answered(exchange, answer)
                                       : oauth_answered(exchange, answer);
}

/* True where the client came with what `npm run keys` makes, or by a header that OAuth never uses:
   it has no use for a login. */
static bool came_with_key(const struct exchange *exchange) {
    return text_starts_with(exchange->credential.token, TEXT("mcp_")) ||
           http_has(&exchange->request, HTTP_X_API_KEY) ||
           http_has(&exchange->request, HTTP_X_AUTH_TOKEN);
}

void auth_append_challenge(const struct exchange *exchange, enum http_error error,
                           struct buffer *out) {
    const struct config *config = exchange->config;
    const struct http_request *request = &exchange->request;
    buffer_append(out, TEXT("Bearer realm=\"mcp\""));
    if (error == HTTP_ERROR_SCOPE_INSUFFICIENT) {
        buffer_append(out, TEXT(", error=\"insufficient_scope\""));
    } else if (error != HTTP_ERROR_CREDENTIAL_MISSING) {
        buffer_append(out, TEXT(", error=\"invalid_token\""));
    }
    struct buffer scopes = buffer_in(exchange->arena, 0);
    if (error == HTTP_ERROR_SCOPE_INSUFFICIENT) buffer_append(&scopes, exchange->scopes_needed);
    else if (config->auth_jwt || config->auth_oauth) scopes_append_all(&scopes);
    if (scopes.length > 0) {
        BUFFER_APPEND(out, TEXT(", scope=\""), buffer_text(&scopes), TEXT("\""));
    }
    if ((config->auth_jwt || config->auth_oauth) && !came_with_key(exchange)) {
        bool sse = text_starts_with(request->path, TEXT("/sse"));
        bool slash = request->slash_ended && !text_equal(request->path, TEXT("/sse/message"));
        BUFFER_APPEND(out, TEXT(", resource_metadata=\""), request->scheme, TEXT("://"),
                      request->host, TEXT("/.well-known/oauth-protected-resource"),
                      sse ? TEXT("/sse") : TEXT("/mcp"), slash ? TEXT("/\"") : TEXT("\""));
    }
}
