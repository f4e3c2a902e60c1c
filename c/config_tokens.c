#include "config_tokens.h"

#include <string.h>

#include "date.h"

static bool read_digest(const char hex[2 * SHA256_BYTES], uint8_t digest[SHA256_BYTES]) {
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = text_hex_digit(hex[2 * i]), low = text_hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        digest[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

/* A name is for people and logs: printable, without the characters that separate entries or that a
   JSON string would need to escape. */
static bool is_name(struct text name) {
    return name.length > 0 && name.length <= 64 && text_is_visible(name, TEXT(",\"\\"));
}

/* Scopes of RFC 6749, section 3.3, except for the plus sign, which separates them here. */
static bool read_scopes(struct text value, struct config_token *token) {
    if (!text_is_visible(value, TEXT("\"\\"))) return false;
    for (size_t i = 0; i < value.length; i++) {
        /* the instance's own copy of the variables, so it may be changed */
        if (value.bytes[i] == '+') ((char *)(uintptr_t)value.bytes)[i] = ' ';
    }
    token->limited = true;
    token->scopes = value;
    return true;
}

static bool read_option(struct text option, struct config_token *token) {
    /* each only once; 1970-01-01 would be 0, which means never */
    if (text_take(&option, TEXT("expires="))) {
        return token->expires == 0 && date_read(option, &token->expires) && token->expires > 0;
    }
    return text_take(&option, TEXT("scopes=")) && !token->limited && read_scopes(option, token);
}

/* Each option follows a colon. Times and scopes may contain colons, too, so an option ends where
   the next begins. */
static bool next_option(struct text *rest, struct text *option) {
    if (rest->length == 0) return false;
    size_t end = 1;
    while (end < rest->length && !text_starts_with(text_from(*rest, end), TEXT(":expires=")) &&
           !text_starts_with(text_from(*rest, end), TEXT(":scopes="))) {
        end++;
    }
    *option = text_from((struct text){rest->bytes, end}, 1);
    *rest = text_from(*rest, end);
    return true;
}

static bool read_entry(struct text entry, struct config_token *token) {
    struct text option, rest = text_from(entry, text_find(entry, ':'));
    memset(token, 0, sizeof *token);
    token->name = (struct text){entry.bytes, entry.length - rest.length};
    if (!is_name(token->name) || rest.length < 1 + 2 * SHA256_BYTES) return false;
    if (!read_digest(rest.bytes + 1, token->digest)) return false;
    rest = text_from(rest, 1 + 2 * SHA256_BYTES);
    if (rest.length > 0 && rest.bytes[0] != ':') return false;
    while (next_option(&rest, &option)) {
        if (!read_option(option, token)) return false;
    }
    return true;
}

APART void config_tokens_read(struct text value, struct config *config) {
    while (value.length > 0) {
        size_t end = 0;
        while (end < value.length && !text_has(TEXT(", \t\r\n"), value.bytes[end])) end++;
        struct text entry = {value.bytes, end};
        value = text_from(value, end + 1);
        if (end == 0) continue;
        if (config->token_count == LIMIT_TOKENS) {
            config->error = "TOKENS has more than 64 entries.";
            return;
        }
        if (read_entry(entry, &config->tokens[config->token_count])) config->token_count++;
        else {
            config->error =
                "TOKENS has an entry that is not NAME:DIGEST, the SHA-256 of the key in "
                "64 hex digits, with :expires=2027-01-31 or :scopes=ONE+TWO behind it.";
        }
    }
}
