#include "json.h"

#include <string.h>

#include "limits.h"
#include "utf8.h"

/* The checker. One explicit stack of open containers, so that depth costs no C stack. */

enum { MEMBERS_NOTED_DEPTH = 2 };

struct level {
    bool object;
    size_t first_key;  /* the index of this object's first key in `keys` */
    uint32_t noted;    /* the index of the member being read, where noted */
    const char *start; /* of the container itself */
};

struct checker {
    const char *start, *at, *end;
    struct arena *arena;
    struct json_document *document;
    size_t member_capacity;
    struct text *keys; /* of all objects that are open, outermost first */
    size_t key_count, key_capacity;
    size_t values;
    size_t depth;
    struct level levels[LIMIT_JSON_DEPTH];
};

static void skip_blanks(struct checker *c) {
    while (c->at < c->end &&
           (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t')) {
        c->at++;
    }
}

/* The four hex digits at `at`, or -1. */
static int hex_unit(const char *at, const char *end) {
    if (end - at < 4) return -1;
    int unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = text_hex_digit(at[i]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* `at` is on a backslash; moves behind the escape. */
static enum json_error check_escape(struct checker *c) {
    if (c->end - c->at < 2) return JSON_SYNTAX;
    char kind = c->at[1];
    c->at += 2;
    if (kind != 'u')
        return strchr("\"\\/bfnrt", kind) != NULL && kind != '\0' ? JSON_OK : JSON_SYNTAX;
    int unit = hex_unit(c->at, c->end);
    if (unit < 0) return JSON_SYNTAX;
    c->at += 4;
    if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return JSON_ESCAPE;
    if (unit < 0xd800 || unit > 0xdbff) return JSON_OK;
    if (c->end - c->at < 6 || c->at[0] != '\\' || c->at[1] != 'u') return JSON_ESCAPE;
    int low = hex_unit(c->at + 2, c->end);
    if (low < 0xdc00 || low > 0xdfff) return JSON_ESCAPE;
    c->at += 6;
    return JSON_OK;
}

/* True for a byte that ends a plain run inside a string. */
static bool is_special(unsigned char byte) {
    return byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x80;
}

/* True where one of the eight bytes is special: the usual tests for "a byte below" and "a byte
   equal to", on eight at once. */
static bool any_special(const char *at) {
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t eight;
    memcpy(&eight, at, sizeof eight);
    uint64_t quote = eight ^ (ones * '"'), slash = eight ^ (ones * '\\');
    return ((eight | (eight - ones * 0x20) | ((quote - ones) & ~quote) |
             ((slash - ones) & ~slash)) &
            tops) != 0;
}

/* `at` is on the opening quote; moves behind the closing one. `*inside` is what stands between. */
static enum json_error check_string(struct checker *c, struct text *inside) {
    const char *first = ++c->at;
    for (;;) {
        while (c->end - c->at >= 8 && !any_special(c->at)) c->at += 8;
        while (c->at < c->end && !is_special((unsigned char)*c->at)) c->at++;
        if (c->at == c->end) return JSON_SYNTAX;
        unsigned char byte = (unsigned char)*c->at;
        if (byte == '"') break;
        if (byte == '\\') {
            enum json_error error = check_escape(c);
            if (error != JSON_OK) return error;
        } else if (byte >= 0x80) {
            size_t length = utf8_sequence(c->at, (size_t)(c->end - c->at));
            if (length == 0) return JSON_UTF8;
            c->at += length;
        } else {
            return JSON_SYNTAX;
        }
    }
    *inside = (struct text){first, (size_t)(c->at - first)};
    c->at++;
    return JSON_OK;
}

static bool skip_digits(struct checker *c) {
    const char *first = c->at;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') c->at++;
    return c->at > first;
}

static enum json_error check_number(struct checker *c) {
    if (*c->at == '-') c->at++;
    if (c->at < c->end && *c->at == '0') c->at++;
    else if (!skip_digits(c)) return JSON_SYNTAX;
    if (c->at < c->end && *c->at == '.') {
        c->at++;
        if (!skip_digits(c)) return JSON_SYNTAX;
    }
    if (c->at < c->end && (*c->at == 'e' || *c->at == 'E')) {
        c->at++;
        if (c->at < c->end && (*c->at == '+' || *c->at == '-')) c->at++;
        if (!skip_digits(c)) return JSON_SYNTAX;
    }
    return JSON_OK;
}

static enum json_error check_word(struct checker *c, struct text word) {
    if ((size_t)(c->end - c->at) < word.length || memcmp(c->at, word.bytes, word.length) != 0) {
        return JSON_SYNTAX;
    }
    c->at += word.length;
    return JSON_OK;
}

/* Lets keys[root] sink until no child of it is greater (a heap of `count` keys). */
static void sink(struct text *keys, size_t root, size_t count) {
    for (size_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count && json_string_compare(keys[child], keys[child + 1]) < 0) child++;
        if (json_string_compare(keys[root], keys[child]) >= 0) return;
        struct text greater = keys[child];
        keys[child] = keys[root];
        keys[root] = greater;
        root = child;
    }
}

/* Heapsort: no worst case to choose keys for, and a tenth of the C library's qsort in size. */
static void sort_keys(struct text *keys, size_t count) {
    for (size_t root = count / 2; root-- > 0;) sink(keys, root, count);
    for (size_t end = count; end-- > 1;) {
        struct text greatest = keys[0];
        keys[0] = keys[end];
        keys[end] = greatest;
        sink(keys, 0, end);
    }
}

/* True where two of the `count` keys are the same. */
static bool any_duplicate(struct text *keys, size_t count) {
    sort_keys(keys, count);
    for (size_t i = 1; i < count; i++) {
        if (json_string_compare(keys[i - 1], keys[i]) == 0) return true;
    }
    return false;
}

/* Containers. */

/* Makes room for one more element of `size` bytes in `*elements`. */
static bool make_room(struct checker *c, void **elements, size_t count, size_t *capacity,
                      size_t size) {
    if (count < *capacity) return true;
    size_t wanted = *capacity == 0 ? 16 : *capacity * 2;
    void *grown = arena_grow(c->arena, *elements, *capacity * size, wanted * size);
    if (grown == NULL) return false;
    *elements = grown;
    *capacity = wanted;
    return true;
}

static bool note_key(struct checker *c, struct text key) {
    void *keys = c->keys;
    if (!make_room(c, &keys, c->key_count, &c->key_capacity, sizeof *c->keys)) return false;
    c->keys = keys;
    c->keys[c->key_count++] = key;
    if (c->depth > MEMBERS_NOTED_DEPTH) return true;
    /* depth 2 counts only inside a member of an outermost object, not inside an array's elements */
    if (c->depth == 2 && !c->levels[0].object) return true;
    void *members = c->document->members;
    size_t index = c->document->member_count;
    if (!make_room(c, &members, index, &c->member_capacity, sizeof *c->document->members))
        return false;
    c->document->members = members;
    c->document->members[index] = (struct json_member){
        key, {JSON_ABSENT, {NULL, 0}}, (uint32_t)c->depth, c->depth == 2 ? c->levels[0].noted : 0};
    c->document->member_count = index + 1;
    c->levels[c->depth - 1].noted = (uint32_t)index;
    return true;
}

/* `at` is on a key; moves behind the colon. */
static enum json_error check_key(struct checker *c) {
    struct text key;
    if (c->at == c->end || *c->at != '"') return JSON_SYNTAX;
    enum json_error error = check_string(c, &key);
    if (error != JSON_OK) return error;
    if (!note_key(c, key)) return JSON_NO_MEMORY;
    skip_blanks(c);
    if (c->at == c->end || *c->at != ':') return JSON_SYNTAX;
    c->at++;
    skip_blanks(c);
    return JSON_OK;
}

/* A value stands complete from `start` to `at`: notes it where its key was noted. */
static void value_ended(struct checker *c, enum json_kind kind, const char *start) {
    struct json_value value = {kind, {start, (size_t)(c->at - start)}};
    if (c->depth == 0) {
        c->document->root = value;
    } else if (c->levels[c->depth - 1].object && c->depth <= MEMBERS_NOTED_DEPTH &&
               c->levels[0].object) {
        c->document->members[c->levels[c->depth - 1].noted].value = value;
    }
}

/* `at` is on a bracket that closes; leaves the container. */
static enum json_error close_container(struct checker *c) {
    struct level *level = &c->levels[c->depth - 1];
    if (level->object && c->key_count > level->first_key) {
        if (any_duplicate(c->keys + level->first_key, c->key_count - level->first_key)) {
            return JSON_DUPLICATE_KEY;
        }
        c->key_count = level->first_key;
    }
    c->at++;
    c->depth--;
    value_ended(c, level->object ? JSON_OBJECT : JSON_ARRAY, level->start);
    return JSON_OK;
}

/* `at` is on a bracket that opens; goes in, up to the first value or out again if it is empty.
   `*inside` says which. */
static enum json_error open_container(struct checker *c, bool *inside) {
    if (c->depth == LIMIT_JSON_DEPTH) return JSON_TOO_DEEP;
    bool object = *c->at == '{';
    c->levels[c->depth++] = (struct level){object, c->key_count, 0, c->at};
    c->at++;
    skip_blanks(c);
    *inside = c->at < c->end && *c->at != (object ? '}' : ']');
    if (!*inside) return c->at == c->end ? JSON_SYNTAX : close_container(c);
    return object ? check_key(c) : JSON_OK;
}

static enum json_error check_scalar(struct checker *c) {
    const char *start = c->at;
    struct text inside;
    enum json_kind kind = JSON_NUMBER;
    enum json_error error;
    switch (*c->at) {
    case '"':
        kind = JSON_STRING;
        error = check_string(c, &inside);
        break;
    case 't':
        kind = JSON_TRUE;
        error = check_word(c, TEXT("true"));
        break;
    case 'f':
        kind = JSON_FALSE;
        error = check_word(c, TEXT("false"));
        break;
    case 'n':
        kind = JSON_NULL;
        error = check_word(c, TEXT("null"));
        break;
    default: error = check_number(c);
    }
    if (error == JSON_OK) value_ended(c, kind, start);
    return error;
}

/* Behind a complete value: closes what closes here, and moves to the next value if there is one. */
static enum json_error after_value(struct checker *c) {
    while (c->depth > 0) {
        skip_blanks(c);
        if (c->at == c->end) return JSON_SYNTAX;
        bool object = c->levels[c->depth - 1].object;
        if (*c->at == ',') {
            c->at++;
            skip_blanks(c);
            return object ? check_key(c) : JSON_OK;
        }
        if (*c->at != (object ? '}' : ']')) return JSON_SYNTAX;
        enum json_error error = close_container(c);
        if (error != JSON_OK) return error;
    }
    return JSON_OK;
}

static enum json_error check_document(struct checker *c) {
    skip_blanks(c);
    if (c->at == c->end) return JSON_EMPTY;
    do {
        if (c->at == c->end) return JSON_SYNTAX;
        if (++c->values > LIMIT_JSON_VALUES) return JSON_TOO_MANY;
        bool inside = false;
        bool opens = *c->at == '{' || *c->at == '[';
        enum json_error error = opens ? open_container(c, &inside) : check_scalar(c);
        if (error == JSON_OK && !inside) error = after_value(c);
        if (error != JSON_OK) return error;
    } while (c->depth > 0);
    skip_blanks(c);
    return c->at == c->end ? JSON_OK : JSON_TRAILING;
}

enum json_error json_check(struct text input, struct arena *arena, struct json_document *document) {
    const char *start = input.bytes == NULL ? "" : input.bytes;
    struct checker checker;
    /* the levels are written before they are read: clearing them all would cost more than a small
       document does */
    memset(&checker, 0, offsetof(struct checker, levels));
    checker.start = checker.at = start;
    checker.end = start + input.length;
    checker.arena = arena;
    checker.document = document;
    *document = (struct json_document){0};
    enum json_error error = check_document(&checker);
    /* outside strings every byte of a longer UTF-8 sequence is a syntax error, unless it is invalid
     */
    if (error == JSON_SYNTAX && checker.at < checker.end && (unsigned char)*checker.at >= 0x80 &&
        utf8_sequence(checker.at, (size_t)(checker.end - checker.at)) == 0) {
        error = JSON_UTF8;
    }
    document->error_offset = (size_t)(checker.at - start);
    return error;
}

struct text json_error_sentence(enum json_error error) {
    switch (error) {
    case JSON_EMPTY: return TEXT("The body is empty; send one JSON-RPC message.");
    case JSON_UTF8: return TEXT("The body is not valid UTF-8.");
    case JSON_ESCAPE: return TEXT("The body escapes a NUL or a lone surrogate; neither is text.");
    case JSON_DUPLICATE_KEY: return TEXT("The body has the same key twice in one object.");
    case JSON_TOO_DEEP: return TEXT("The body nests more than 64 arrays and objects.");
    case JSON_TOO_MANY: return TEXT("The body has more than 200000 values.");
    case JSON_TRAILING: return TEXT("The body has something behind the JSON value.");
    default: return TEXT("The body is not valid JSON.");
    }
}
