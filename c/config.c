#include "config.h"

#include <string.h>

static void read_auth_mode(struct text value, struct config *config) {
    struct text mode;
    config->auth_unset = false;
    while (text_next_field(&value, ',', &mode)) {
        mode = text_trim(mode);
        if (text_equal(mode, TEXT("any"))) config->auth_any = true;
        else if (text_equal(mode, TEXT("tokens"))) config->auth_tokens = true;
        else if (text_equal(mode, TEXT("none"))) config->auth_none = true;
        else config->error = "AUTH_MODE is not one of any, tokens and none.";
    }
    if (config->auth_any + config->auth_tokens + config->auth_none > 1) {
        config->error = "AUTH_MODE combines modes that exclude each other: any, tokens and none.";
    }
}

static bool read_digest(struct text hex, uint8_t digest[SHA256_BYTES]) {
    if (hex.length != 2 * SHA256_BYTES) return false;
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = text_hex_digit(hex.bytes[2 * i]), low = text_hex_digit(hex.bytes[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        digest[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

/* A name is for people and logs: printable, without the characters that separate entries. */
static bool is_name(struct text name) {
    for (size_t i = 0; i < name.length; i++) {
        if (name.bytes[i] <= ' ' || name.bytes[i] > '~' || name.bytes[i] == ',') return false;
    }
    return name.length > 0 && name.length <= 64;
}

/* One entry "name:digest" of TOKENS. */
static void read_token(struct text entry, struct config *config) {
    if (config->token_count == LIMIT_TOKENS) {
        config->error = "TOKENS has more than 64 entries.";
        return;
    }
    struct config_token *token = &config->tokens[config->token_count];
    size_t colon = text_find(entry, ':');
    token->name = (struct text){entry.bytes, colon};
    if (!is_name(token->name) || !read_digest(text_from(entry, colon + 1), token->digest)) {
        config->error = "TOKENS has an entry that is not name:digest, the digest being the SHA-256 "
                        "of the token in 64 hex digits.";
        return;
    }
    config->token_count++;
}

/* Entries stand between commas, blanks or line ends. */
static void read_tokens(struct text value, struct config *config) {
    while (value.length > 0) {
        size_t end = 0;
        while (end < value.length && strchr(", \t\r\n", value.bytes[end]) == NULL) end++;
        if (end > 0) read_token((struct text){value.bytes, end}, config);
        value = text_from(value, end + 1);
    }
}

static void read_body_limit(struct text value, struct config *config) {
    uint64_t bytes;
    if (!text_to_number(text_trim(value), &bytes) || bytes == 0 ||
        bytes > LIMIT_BODY_BYTES_CEILING) {
        config->error = "MAX_BODY_BYTES is not a number from 1 to 16777216.";
        return;
    }
    config->body_bytes = bytes;
}

static void read_seal_key(struct text value, struct config *config) {
    if (value.length < 32) {
        config->error = "SEAL_KEY is shorter than 32 characters.";
        return;
    }
    config->seal_key = value;
}

static void read_variable(struct text name, struct text value, struct config *config) {
    if (text_equal(name, TEXT("AUTH_MODE"))) read_auth_mode(value, config);
    else if (text_equal(name, TEXT("TOKENS"))) read_tokens(value, config);
    else if (text_equal(name, TEXT("ALLOWED_ORIGINS"))) config->allowed_origins = text_trim(value);
    else if (text_equal(name, TEXT("ALLOWED_HOSTS"))) config->allowed_hosts = text_trim(value);
    else if (text_equal(name, TEXT("SEAL_KEY"))) read_seal_key(value, config);
    else if (text_equal(name, TEXT("MAX_BODY_BYTES"))) read_body_limit(value, config);
}

void config_read(struct text variables, struct config *config) {
    struct text name, value;
    memset(config, 0, sizeof *config);
    config->auth_unset = true;
    config->body_bytes = LIMIT_BODY_BYTES;
    while (variables.length > 0 && text_next_field(&variables, '\0', &name) &&
           text_next_field(&variables, '\0', &value)) {
        read_variable(name, value, config);
    }
    if (config->error == NULL && config->auth_tokens && config->token_count == 0) {
        config->error = "AUTH_MODE is tokens and TOKENS is empty: set the secret TOKENS to "
                        "name:digest, the digest being the SHA-256 of the token in 64 hex digits.";
    }
}
