#include "auth.h"

#include "exchange.h"
#include "issued_tokens.h"
#include "limits.h"
#include "scopes.h"
#include "sha256.h"

static bool is_token68_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '-' && byte <= '9') || byte == '+' || byte == '_' || byte == '~'; /* -./0-9 */
}

/* True if `token` is token68 (RFC 9110, section 11.2), except that it may contain `also` (NUL:
   nothing more). */
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

/* The token in "Bearer TOKEN", whose scheme may be in any case (RFC 9110, section 11.1). `bytes` is
   NULL if the scheme is another one. */
static struct text bearer_token(struct text header) {
    struct text scheme;
    text_next_field(&header, ' ', &scheme);
    bool bearer = text_equal_ignoring_case(scheme, TEXT("bearer"));
    return bearer ? text_trim(header) : (struct text){NULL, 0};
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
    /* A client that uses another scheme is told no error code (RFC 6750, section 3.1). What came
       last is no Authorization if there are two. */
    bool other = credential->token.bytes == NULL && text_has(credential->header, ' ');
    if (sent == 0 || other) return HTTP_ERROR_CREDENTIAL_MISSING;
    /* The platform joins repeated headers with a comma, which no token contains. */
    if (sent > 1 || text_has(credential->token, ',')) return HTTP_ERROR_CREDENTIAL_TWICE;
    /* the authorization server of mode oauth makes tokens of three parts separated by colons */
    char also = config->auth_oauth ? ':' : '\0';
    if (credential->token.length > LIMIT_CREDENTIAL_BYTES || !is_token68(credential->token, also)) {
        return HTTP_ERROR_CREDENTIAL_MALFORMED;
    }
    return HTTP_ERROR_NONE;
}

/* The entry of TOKENS with the credential's digest. All are compared, so that the time taken does
   not reveal which matched. */
APART static enum http_error find_token(const struct config *config, struct credential *credential,
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

enum http_error auth_begin(struct exchange *exchange) {
    const struct config *config = exchange->config;
    enum http_error error =
        auth_check(config, &exchange->request, &exchange->credential, &exchange->principal);
    if (error != HTTP_ERROR_CREDENTIAL_UNKNOWN) return error;
    return mcp_server.issued_tokens != NULL ? mcp_server.issued_tokens->begin(exchange) : error;
}

enum http_error auth_answered(struct exchange *exchange, struct text answer) {
    return mcp_server.issued_tokens->answered(exchange, answer); /* they are the ones who asked */
}

void auth_append_challenge(const struct exchange *exchange, enum http_error error,
                           struct buffer *out) {
    bool has_login = config_has_login(exchange->config);
    buffer_append(out, TEXT("Bearer realm=\"mcp\""));
    if (error == HTTP_ERROR_SCOPE_INSUFFICIENT) {
        buffer_append(out, TEXT(", error=\"insufficient_scope\""));
    } else if (error != HTTP_ERROR_CREDENTIAL_MISSING) {
        buffer_append(out, TEXT(", error=\"invalid_token\""));
    }
    struct buffer scopes = buffer_in(exchange->arena, 0);
    if (error == HTTP_ERROR_SCOPE_INSUFFICIENT) buffer_append(&scopes, exchange->scopes_needed);
    else if (has_login) scopes_append_all(&scopes);
    if (scopes.length > 0) {
        BUFFER_APPEND(out, TEXT(", scope=\""), buffer_text(&scopes), TEXT("\""));
    }
    if (has_login) mcp_server.issued_tokens->append_metadata(exchange, out);
}
