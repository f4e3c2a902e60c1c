#include "uri_template.h"

#include "utf8.h"

static bool percent_decode(struct text encoded, struct arena *arena, struct text *decoded) {
    *decoded = encoded;
    if (!text_has(encoded, '%')) return true;
    char *bytes = arena_allocate(arena, encoded.length);
    if (bytes == NULL) return false;
    size_t length = 0;
    for (size_t i = 0; i < encoded.length; i++) {
        bytes[length++] = encoded.bytes[i];
        if (encoded.bytes[i] != '%') continue;
        if (encoded.length - i < 3) return false;
        int high = text_hex_digit(encoded.bytes[i + 1]), low = text_hex_digit(encoded.bytes[i + 2]);
        if (high < 0 || low < 0) return false;
        bytes[length - 1] = (char)(high * 16 + low);
        i += 2;
    }
    *decoded = (struct text){bytes, length};
    return utf8_valid(*decoded) == length && !text_has(*decoded, '\0');
}

/* Where `literal` begins in `whole`, not before `from`; whole.length if it does not. The `last` one
   is at the end. */
static size_t find_literal(struct text whole, struct text literal, size_t from, bool last) {
    if (last && whole.length > literal.length) from = whole.length - literal.length;
    for (size_t i = from; i + literal.length <= whole.length; i++) {
        if (text_starts_with(text_from(whole, i), literal)) return i;
    }
    return whole.length;
}

bool uri_template_match(struct text uri_template, struct text uri, struct arena *arena,
                        struct text *variables, size_t count) {
    size_t found = 0;
    for (;;) {
        size_t brace = text_find(uri_template, '{');
        struct text literal = {uri_template.bytes, brace};
        if (!text_starts_with(uri, literal)) return false;
        uri = text_from(uri, literal.length);
        if (brace == uri_template.length) return uri.length == 0;
        uri_template = text_from(uri_template, text_find(uri_template, '}') + 1);
        struct text next = {uri_template.bytes, text_find(uri_template, '{')};
        bool last = next.length == uri_template.length;
        struct text value = {uri.bytes, find_literal(uri, next, 1, last)};
        if (uri.length == 0 || found == count || text_has(value, '/')) return false;
        if (!percent_decode(value, arena, &variables[found++])) return false;
        uri = text_from(uri, value.length);
    }
}
