#include "auth.h"

#include <string.h>

#include "limits.h"
#include "sha256.h"

static bool is_token68_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._~+/", byte) != NULL);
}

bool auth_is_token68(struct text token) {
    size_t end = 0;
    while (end < token.length && is_token68_byte(token.bytes[end])) end++;
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

static enum http_error read_credential(const struct http_request *request,
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
    if (credential->token.length > LIMIT_CREDENTIAL_BYTES || !auth_is_token68(credential->token)) {
        return HTTP_ERROR_CREDENTIAL_MALFORMED;
    }
    return HTTP_ERROR_NONE;
}

/* The token of TOKENS with the credential's digest. All are compared, so that the time says nothing
   about which matched. */
static enum http_error find_token(const struct config *config, struct text token,
                                  struct principal *principal) {
    uint8_t digest[SHA256_BYTES];
    enum http_error error = HTTP_ERROR_CREDENTIAL_UNKNOWN;
    sha256(token, digest);
    for (size_t i = 0; i < config->token_count; i++) {
        if (text_equal_secret(digest, config->tokens[i].digest, sizeof digest)) {
            principal->name = config->tokens[i].name;
            error = HTTP_ERROR_NONE;
        }
    }
    return error;
}

enum http_error auth_check(const struct config *config, const struct http_request *request,
                           struct credential *credential, struct principal *principal) {
    *credential = (struct credential){{NULL, 0}, {NULL, 0}};
    *principal = (struct principal){PRINCIPAL_ANYBODY, {NULL, 0}, {NULL, 0}};
    if (config->error != NULL) return HTTP_ERROR_MISCONFIGURED;
    if (config->auth_unset && !http_host_is_loopback(request->host)) {
        return HTTP_ERROR_NOT_CONFIGURED;
    }
    if (config->auth_none) return HTTP_ERROR_NONE;
    enum http_error error = read_credential(request, credential);
    if (error == HTTP_ERROR_NONE && config->auth_tokens) {
        error = find_token(config, credential->token, principal);
    }
    /* a name keeps its sessions when its token is replaced */
    principal->by = config->auth_tokens ? PRINCIPAL_NAMED : PRINCIPAL_TOKEN;
    principal->subject = config->auth_tokens ? principal->name : credential->token;
    return error;
}

struct text auth_challenge(enum http_error error) {
    return error == HTTP_ERROR_CREDENTIAL_MISSING
               ? TEXT("Bearer realm=\"mcp\"")
               : TEXT("Bearer realm=\"mcp\", error=\"invalid_token\"");
}
