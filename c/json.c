#include "json.h"

#include <string.h>

#include "limits.h"
#include "scan.h"
#include "utf8.h"

/* The checker. It has one explicit stack of open containers, so that depth costs no C stack. */

struct level {
    bool object;
    bool noted;                       /* its members are noted */
    size_t first_key;                 /* the index of this object's first key in `keys` */
    const char *start;                /* of the container itself */
    struct json_member *first, *last; /* if noted: its members so far */
};

struct checker {
    const char *at, *end;
    struct arena *arena;
    struct json_value root;
    struct text *keys; /* of all open objects, outermost first; unescaped */
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

/* `*at` is just after "\u"; moves it past the escape, which may be two for one character. */
static enum json_error check_unit(const char **at, const char *end) {
    int unit = hex_unit(*at, end);
    if (unit < 0) return JSON_SYNTAX;
    *at += 4;
    if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return JSON_ESCAPE;
    if (unit < 0xd800 || unit > 0xdbff) return JSON_OK;
    if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u') return JSON_ESCAPE;
    int low = hex_unit(*at + 2, end);
    if (low < 0xdc00 || low > 0xdfff) return JSON_ESCAPE;
    *at += 6;
    return JSON_OK;
}

/* `*at` is on a backslash; moves it past the escape. */
static enum json_error check_escape(const char **at, const char *end) {
    if (end - *at < 2) return JSON_SYNTAX;
    *at += 2;
    switch ((*at)[-1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': return JSON_OK;
    case 'u': return check_unit(at, end);
    default: return JSON_SYNTAX;
    }
}

/* `at` is on the opening quote; moves past the closing one, and sets `*escaped` if there is an
   escape in between. The string is known to be UTF-8. */
static enum json_error check_string(struct checker *c, bool *escaped) {
    const char *at = c->at + 1, *end = c->end;
    enum json_error error = JSON_OK;
    for (;;) {
        at = scan_plain(at, end);
        if (at == end || *at != '\\') break;
        *escaped = true;
        error = check_escape(&at, end);
        if (error != JSON_OK) break;
    }
    c->at = at;
    if (error != JSON_OK) return error;
    if (at == end || *at != '"') return JSON_SYNTAX;
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

APART static enum json_error check_word(struct checker *c, struct text word) {
    if ((size_t)(c->end - c->at) < word.length || memcmp(c->at, word.bytes, word.length) != 0) {
        return JSON_SYNTAX;
    }
    c->at += word.length;
    return JSON_OK;
}

/* Lets keys[root] sink until none of its children is greater (a heap of `count` keys). */
static void sink(struct text *keys, size_t root, size_t count) {
    for (size_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count && text_compare(keys[child], keys[child + 1]) < 0) child++;
        if (text_compare(keys[root], keys[child]) >= 0) return;
        struct text greater = keys[child];
        keys[child] = keys[root];
        keys[root] = greater;
        root = child;
    }
}

/* Heapsort: no order of the keys makes it slow, nor does any spelling, because they are unescaped;
   and it is a tenth the size of the C library's qsort. */
static void sort_keys(struct text *keys, size_t count) {
    for (size_t root = count / 2; root-- > 0;) sink(keys, root, count);
    for (size_t end = count; end-- > 1;) {
        struct text greatest = keys[0];
        keys[0] = keys[end];
        keys[end] = greatest;
        sink(keys, 0, end);
    }
}

enum { FEW_KEYS = 8 };

/* True if two of the `count` keys are the same. A few are simply compared with each other, since
   most differ in length; only more are worth sorting. */
static bool any_duplicate(struct text *keys, size_t count) {
    if (count > FEW_KEYS) sort_keys(keys, count);
    for (size_t i = 1; i < count; i++) {
        for (size_t other = count > FEW_KEYS ? i - 1 : 0; other < i; other++) {
            if (text_equal(keys[i], keys[other])) return true;
        }
    }
    return false;
}

/* Containers. */

/* Notes the key of a member in `level`; its value is still to come. */
static bool note_member(struct checker *c, struct level *level, struct text key, bool escaped) {
    struct json_member *member = arena_allocate(c->arena, sizeof *member);
    if (member == NULL) return false;
    *member = (struct json_member){.key = key, .escaped = escaped};
    if (level->first == NULL) level->first = member;
    else level->last->next = member;
    level->last = member;
    return true;
}

/* Notes the key `inside` its quotes, unescaped once, here, and not each time it is compared. */
static bool note_key(struct checker *c, struct text inside, bool escaped) {
    struct text key = inside;
    if (escaped && !json_unescape(inside, c->arena, &key)) return false;
    if (c->key_count == c->key_capacity) {
        size_t capacity = c->key_capacity == 0 ? 16 : c->key_capacity * 2, size = sizeof *c->keys;
        void *grown = arena_grow(c->arena, c->keys, c->key_capacity * size, capacity * size);
        if (grown == NULL) return false;
        c->keys = grown;
        c->key_capacity = capacity;
    }
    c->keys[c->key_count++] = key;
    struct level *level = &c->levels[c->depth - 1];
    return !level->noted || note_member(c, level, inside, escaped);
}

/* `at` is on a key; moves past the colon. */
static enum json_error check_key(struct checker *c) {
    const char *start = c->at;
    bool escaped = false;
    if (c->at == c->end || *c->at != '"') return JSON_SYNTAX;
    enum json_error error = check_string(c, &escaped);
    if (error != JSON_OK) return error;
    struct text inside = {start + 1, (size_t)(c->at - start) - 2};
    if (!note_key(c, inside, escaped)) return JSON_NO_MEMORY;
    skip_blanks(c);
    if (c->at == c->end || *c->at != ':') return JSON_SYNTAX;
    c->at++;
    skip_blanks(c);
    return JSON_OK;
}

/* A complete value lies between `start` and `at`: notes it if its key was noted. */
static void value_ended(struct checker *c, enum json_kind kind, const char *start,
                        const struct json_member *members) {
    struct json_value value = {kind, {start, (size_t)(c->at - start)}, members};
    if (c->depth == 0) c->root = value;
    else if (c->levels[c->depth - 1].noted) c->levels[c->depth - 1].last->value = value;
}

/* `at` is on a closing bracket; leaves the container. */
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
    value_ended(c, level->object ? JSON_OBJECT : JSON_ARRAY, level->start, level->first);
    return JSON_OK;
}

/* `at` is on an opening bracket; enters the container, up to its first value, or leaves it again if
   it is empty. `*inside` says which. */
static enum json_error open_container(struct checker *c, bool *inside) {
    if (c->depth == LIMIT_JSON_DEPTH) return JSON_TOO_DEEP;
    bool object = *c->at == '{';
    bool noted =
        object && c->depth < JSON_NOTED_DEPTH && (c->depth == 0 || c->levels[c->depth - 1].noted);
    c->levels[c->depth++] = (struct level){object, noted, c->key_count, c->at, NULL, NULL};
    c->at++;
    skip_blanks(c);
    *inside = c->at < c->end && *c->at != (object ? '}' : ']');
    if (!*inside) return c->at == c->end ? JSON_SYNTAX : close_container(c);
    return object ? check_key(c) : JSON_OK;
}

static enum json_error check_scalar(struct checker *c) {
    const char *start = c->at;
    bool escaped;
    enum json_kind kind = JSON_NUMBER;
    enum json_error error;
    switch (*c->at) {
    case '"':
        kind = JSON_STRING;
        error = check_string(c, &escaped);
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
    if (error == JSON_OK) value_ended(c, kind, start, NULL);
    return error;
}

/* After a complete value: closes what ends here, and moves to the next value if there is one. */
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
    size_t valid = utf8_valid((struct text){start, input.length});
    *document = (struct json_document){.error_offset = valid};
    if (valid < input.length) return JSON_UTF8;
    struct checker checker;
    /* the levels are written before they are read: clearing them all would cost more than checking
       a small document */
    memset(&checker, 0, offsetof(struct checker, levels));
    checker.at = start;
    checker.end = start + input.length;
    checker.arena = arena;
    enum json_error error = check_document(&checker);
    *document = (struct json_document){checker.root, (size_t)(checker.at - start)};
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
