/* Reading checked JSON: everything here trusts that json_check accepted the text. */
#include <string.h>

#include "json.h"
#include "scan.h"
#include "utf8.h"

static const struct json_value absent = {.kind = JSON_ABSENT};

/* The value of four hex digits. */
static uint32_t hex_unit(const char *at) {
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) unit = unit * 16 + (uint32_t)text_hex_digit(at[i]);
    return unit;
}

/* The next unescaped bytes of the string at `*at`, which was checked: writes 1 to 4 bytes to `out`,
   and returns how many. */
static size_t next_bytes(const char **at, char out[4]) {
    if (**at != '\\') {
        out[0] = *(*at)++;
        return 1;
    }
    char kind = (*at)[1];
    *at += 2;
    switch (kind) {
    case 'b': out[0] = '\b'; return 1;
    case 'f': out[0] = '\f'; return 1;
    case 'n': out[0] = '\n'; return 1;
    case 'r': out[0] = '\r'; return 1;
    case 't': out[0] = '\t'; return 1;
    case 'u': break;
    default: out[0] = kind; return 1;
    }
    uint32_t point = hex_unit(*at);
    *at += 4;
    if (point >= 0xd800 && point <= 0xdbff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (hex_unit(*at + 2) - 0xdc00);
        *at += 6;
    }
    return utf8_encode(point, out);
}

bool json_string_says(struct text string, struct text plain) {
    /* an escape is longer than what it stands for */
    if (string.length <= plain.length) return text_equal(string, plain) && !text_has(string, '\\');
    if (!text_has(string, '\\')) return false;
    const char *at = string.bytes, *end = at + string.length;
    size_t same = 0;
    while (at < end) {
        char bytes[4];
        size_t count = next_bytes(&at, bytes);
        if (count > plain.length - same) return false;
        if (memcmp(bytes, plain.bytes + same, count) != 0) return false;
        same += count;
    }
    return same == plain.length;
}

APART bool json_says(struct json_value value, struct text plain) {
    if (value.kind != JSON_STRING) return false;
    return json_string_says((struct text){value.text.bytes + 1, value.text.length - 2}, plain);
}

bool json_unescape(struct text string, struct arena *arena, struct text *characters) {
    *characters = string;
    if (!text_has(string, '\\')) return true;
    char *unescaped = arena_allocate(arena, string.length); /* unescaping never makes it longer */
    if (unescaped == NULL) return false;
    size_t length = 0;
    const char *at = string.bytes, *end = at + string.length;
    for (;;) {
        size_t plain = scan_copy_plain(unescaped + length, at, end);
        at += plain;
        length += plain;
        if (at == end) break;
        char bytes[4];
        size_t count = next_bytes(&at, bytes);
        for (size_t i = 0; i < count; i++) unescaped[length++] = bytes[i];
    }
    *characters = (struct text){unescaped, length};
    return true;
}

APART bool json_string(struct json_value value, struct arena *arena, struct text *characters) {
    if (value.kind != JSON_STRING) return false;
    struct text inside = {value.text.bytes + 1, value.text.length - 2};
    return json_unescape(inside, arena, characters);
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Just after the string whose opening quote is at `at`; the document ends at `end`. */
static const char *string_end(const char *at, const char *end) {
    at = scan_plain(at + 1, end);
    while (*at == '\\') at = scan_plain(at + 2, end);
    return at + 1;
}

static enum json_kind kind_at(char byte) {
    switch (byte) {
    case '{': return JSON_OBJECT;
    case '[': return JSON_ARRAY;
    case '"': return JSON_STRING;
    case 't': return JSON_TRUE;
    case 'f': return JSON_FALSE;
    case 'n': return JSON_NULL;
    default: return JSON_NUMBER;
    }
}

/* The value that begins at `at`. It lies in a container that ends at `end`, so something always
   follows it. */
static struct json_value value_at(const char *at, const char *end) {
    const char *start = at;
    enum json_kind kind = kind_at(*at);
    if (kind == JSON_STRING) {
        at = string_end(at, end);
    } else if (kind == JSON_OBJECT || kind == JSON_ARRAY) {
        size_t depth = 0;
        do {
            if (*at == '"') {
                at = string_end(at, end);
                continue;
            }
            if (*at == '{' || *at == '[') depth++;
            if (*at == '}' || *at == ']') depth--;
            at++;
        } while (depth > 0);
    } else {
        while (*at != ',' && *at != ']' && *at != '}' && !is_blank(*at)) at++;
    }
    return (struct json_value){kind, {start, (size_t)(at - start)}, NULL};
}

/* The first byte at or after `at` that is neither blank nor the punctuation `skipped`. */
static const char *next_token(const char *at, char skipped) {
    while (is_blank(*at) || *at == skipped) at++;
    return at;
}

/* Where the element or member after `position` begins, or where the closing bracket is. */
static const char *next_in(struct json_value container, size_t position) {
    return next_token(container.text.bytes + (position == 0 ? 1 : position), ',');
}

/* Where `value` ends in its container; 0 if there is none yet. */
static size_t behind(struct json_value container, struct json_value value) {
    if (value.kind == JSON_ABSENT) return 0;
    return (size_t)(value.text.bytes + value.text.length - container.text.bytes);
}

/* The member after `member`, in an object whose members were not noted. */
APART static bool read_member(struct json_value object, struct json_member *member) {
    const char *at = next_in(object, behind(object, member->value));
    const char *end = object.text.bytes + object.text.length;
    if (*at == '}') return false;
    const char *behind_key = string_end(at, end);
    member->key = (struct text){at + 1, (size_t)(behind_key - at) - 2};
    member->value = value_at(next_token(behind_key, ':'), end);
    return true;
}

bool json_next_member(struct json_value object, struct json_member *member) {
    if (object.kind != JSON_OBJECT) return false;
    if (object.members == NULL) return read_member(object, member);
    bool begun = member->value.kind != JSON_ABSENT;
    const struct json_member *next = begun ? member->next : object.members;
    if (next != NULL) *member = *next;
    return next != NULL;
}

/* The value of the member `key` among `member` and those after it, which were noted. */
static struct json_value noted_member(const struct json_member *member, struct text key) {
    for (; member != NULL; member = member->next) {
        bool is =
            member->escaped ? json_string_says(member->key, key) : text_equal(member->key, key);
        if (is) return member->value;
    }
    return absent;
}

struct json_value json_object_member(struct json_value object, struct text key) {
    if (object.members != NULL) return noted_member(object.members, key);
    struct json_member member = {0};
    while (json_next_member(object, &member)) {
        if (json_string_says(member.key, key)) return member.value;
    }
    return absent;
}

bool json_next_element(struct json_value array, size_t *position, struct json_value *element) {
    if (array.kind != JSON_ARRAY) return false;
    const char *at = next_in(array, *position);
    if (*at == ']') return false;
    *element = value_at(at, array.text.bytes + array.text.length);
    *position = behind(array, *element);
    return true;
}
