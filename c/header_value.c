#include "header_value.h"

#include "base64.h"
#include "buffer.h"

bool header_value_is_plain(struct text value) {
    for (size_t i = 0; i < value.length; i++) {
        char byte = value.bytes[i];
        if ((byte < ' ' || byte > '~') && byte != '\t') return false;
    }
    return true;
}

bool header_value_decode(struct text value, struct arena *arena, struct text *decoded) {
    static const struct text prefix = TEXT_INITIALIZER("=?base64?");
    *decoded = value;
    if (!header_value_is_plain(value)) return false;
    if (!text_starts_with(value, prefix) || value.length < prefix.length + 2 ||
        !text_equal(text_from(value, value.length - 2), TEXT("?="))) {
        return true;
    }
    struct text digits = {value.bytes + prefix.length, value.length - prefix.length - 2};
    char *bytes = arena_allocate(arena, digits.length);
    if (bytes == NULL) return false;
    decoded->bytes = bytes;
    return base64_decode(digits, (uint8_t *)bytes, &decoded->length);
}

struct outcome header_value_mismatch(struct arena *arena, struct text name, const char *problem) {
    struct buffer sentence = buffer_in(arena, 0);
    BUFFER_APPEND(&sentence, TEXT("The header "), name, text_of(problem));
    return outcome_bad_request(JSONRPC_HEADER_MISMATCH, buffer_text(&sentence));
}
