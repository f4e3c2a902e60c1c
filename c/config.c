#include "config.h"

#include <string.h>

#include "config_tokens.h"
#include "http.h"
#include "issued_tokens.h"

static const struct {
    struct text name;
    size_t flag; /* its offset in struct config */
    bool alone;  /* lets everybody in, so that another mode beside it would have no effect */
} modes[] = {
    {TEXT_INITIALIZER("any"), offsetof(struct config, auth_any), true},
    {TEXT_INITIALIZER("none"), offsetof(struct config, auth_none), true},
    {TEXT_INITIALIZER("tokens"), offsetof(struct config, auth_tokens), false},
    {TEXT_INITIALIZER("jwt"), offsetof(struct config, auth_jwt), false},
    {TEXT_INITIALIZER("oauth"), offsetof(struct config, auth_oauth), false},
};

static void read_auth_mode(struct text value, struct config *config) {
    struct text mode;
    int count = 0;
    bool alone = false;
    config->auth_unset = false;
    while (text_next_field(&value, ',', &mode)) {
        size_t i = 0, end = sizeof modes / sizeof *modes;
        while (i < end && !text_equal(text_trim(mode), modes[i].name)) i++;
        if (i == end) {
            config->error = "AUTH_MODE is not one of tokens, jwt, oauth, any and none.";
            return;
        }
        *(bool *)((char *)config + modes[i].flag) = true;
        alone = alone || modes[i].alone;
        count++;
    }
    if (alone && count > 1) {
        config->error = "In AUTH_MODE any and none stand alone; tokens, jwt and oauth can be "
                        "combined.";
    }
}

static void read_body_limit(struct text value, struct config *config) {
    uint64_t bytes;
    if (!text_to_number(value, &bytes) || bytes == 0 || bytes > LIMIT_BODY_BYTES_CEILING) {
        config->error = "MAX_BODY_BYTES is not a number from 1 to 16777216.";
        return;
    }
    config->body_bytes = bytes;
}

APART static void read_seal_key(struct text value, struct config *config) {
    if (value.length < 32) {
        config->error = "SEAL_KEY is shorter than 32 characters.";
        return;
    }
    config->seal_key = hmac_key(value);
    config->has_seal_key = true;
}

APART static void read_allowed_origins(struct text value, struct config *config) {
    config->allowed_origins = value;
    if (!http_are_origins(value)) {
        config->error = "ALLOWED_ORIGINS has an entry that is no origin, such as "
                        "https://app.example: without a path.";
    }
}

static void read_audit(struct text value, struct config *config) {
    config->audit = text_equal(value, TEXT("on"));
    config->audit_set = true;
    if (!config->audit && !text_equal(value, TEXT("off"))) {
        config->error = "AUDIT is not on or off.";
    }
}

static void read_variable(struct text name, struct text exactly, struct config *config) {
    struct text value = text_trim(exactly);
    if (text_equal(name, TEXT("AUTH_MODE"))) read_auth_mode(value, config);
    else if (text_equal(name, TEXT("TOKENS"))) config_tokens_read(value, config);
    else if (text_equal(name, TEXT("JWT_ISSUER"))) config->jwt_issuer = value;
    else if (text_equal(name, TEXT("JWT_AUDIENCE"))) config->jwt_audience = value;
    else if (text_equal(name, TEXT("ALLOWED_ORIGINS"))) read_allowed_origins(value, config);
    else if (text_equal(name, TEXT("ALLOWED_HOSTS"))) config->allowed_hosts = value;
    else if (text_equal(name, TEXT("SEAL_KEY"))) read_seal_key(exactly, config);
    else if (text_equal(name, TEXT("MAX_BODY_BYTES"))) read_body_limit(value, config);
    else if (text_equal(name, TEXT("AUDIT"))) read_audit(value, config);
    else if (text_equal(name, TEXT("RATE_LIMITER"))) config->has_rate_limiter = true;
    else if (text_equal(name, TEXT("introspect"))) config->introspect = value.bytes;
}

/* What a mode needs but does not have, or cannot use. */
static const char *missing(const struct config *config) {
    if (config->auth_tokens && config->token_count == 0) {
        return "AUTH_MODE has tokens and TOKENS is empty: make a key with 'npm run keys'.";
    }
    if (!config_has_login(config)) return NULL;
    if (mcp_server.issued_tokens == NULL) {
        return "AUTH_MODE has jwt or oauth, and a SERVER_BARE has neither.";
    }
    return mcp_server.issued_tokens->missing(config);
}

void config_read(char *variables, size_t length, struct config *config) {
    struct text rest = {variables, length}, name, value;
    memset(config, 0, sizeof *config);
    config->auth_unset = true;
    config->body_bytes = LIMIT_BODY_BYTES;
    while (rest.length > 0 && text_next_field(&rest, '\0', &name) &&
           text_next_field(&rest, '\0', &value)) {
        read_variable(name, value, config);
    }
    /* if callers are unknown, a line could not say who called */
    if (!config->audit_set) {
        config->audit = config->auth_tokens || config->auth_jwt || config->auth_oauth;
    }
    if (config->error == NULL) config->error = missing(config);
}
