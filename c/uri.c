#include "uri.h"

#include <string.h>

/* The length of the expression `{name}` at `at`; 0 if it is not of that form (RFC 6570, level 1,
   "varname"). */
static size_t expression(const char *at) {
    size_t length = 1;
    while (text_is_alphanumeric(at[length]) || at[length] == '_' || at[length] == '.') length++;
    return at[length] == '}' && length > 1 && at[1] != '.' ? length + 1 : 0;
}

bool uri_is_valid(const char *uri, size_t *variables) {
    const char *at = uri;
    if (uri == NULL) return false;
    while (text_is_alphanumeric(*at) || (at > uri && text_has(TEXT("+-."), *at))) at++;
    if (at == uri || (*uri >= '0' && *uri <= '9') || *at != ':') return false;
    while (*at != '\0') {
        size_t length = *at == '{' && variables != NULL ? expression(at) : 0;
        if (length > 0) ++*variables;
        else if (*at <= ' ' || *at > '~' || text_has(TEXT("\"<>\\^`{|}"), *at)) return false;
        else if (*at == '%' && (text_hex_digit(at[1]) < 0 || text_hex_digit(at[2]) < 0)) {
            return false;
        }
        at += length > 0 ? length : 1;
    }
    return true;
}

bool uri_template_repeats(const char *uri_template) {
    for (const char *one = uri_template; (one = strchr(one, '{')) != NULL; one++) {
        size_t length = expression(one);
        for (const char *other = one + 1; (other = strchr(other, '{')) != NULL; other++) {
            if (length > 0 && strncmp(one, other, length) == 0) return true;
        }
    }
    return false;
}
