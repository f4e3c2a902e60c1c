#include <string.h>

#include "limits.h"
#include "number.h"
#include "schema_run.h"

static const struct {
    const char *whole, *part;
} subjects[] = {
    [SCHEMA_ARGUMENTS] = {"The arguments ", "The argument '"},
    [SCHEMA_OUTPUT] = {"The output ", "The output's '"},
    [SCHEMA_ANSWER] = {"The answer ", "The answer's '"},
    [SCHEMA_FIELDS] = {"The arguments ", "The argument '"},
};

/* A terminated string takes less code to pass than a text, and there are many here. */
APART static void put(struct buffer *out, const char *string) {
    buffer_append(out, text_of(string));
}

void schema_enter(struct schema_run *run, const char *name, size_t index) {
    if (run->path_length <= LIMIT_JSON_DEPTH) {
        run->path[run->path_length] = (struct schema_place){name, index};
    } else {
        run->too_complex = run->stopped = true;
    }
    run->path_length++;
}

void schema_leave(struct schema_run *run) {
    run->path_length--;
}

/* Appends the first LIMIT_SCHEMA_ECHO_BYTES of a text, whole characters only, by `append`. */
static void append_start(struct buffer *out, const char *string,
                         void (*append)(struct buffer *out, struct text text)) {
    size_t length = strlen(string), start = length;
    if (length > LIMIT_SCHEMA_ECHO_BYTES) {
        start = LIMIT_SCHEMA_ECHO_BYTES;
        while (start > 0 && (string[start] & 0xc0) == 0x80) start--;
    }
    append(out, (struct text){string, start});
    if (start < length) put(out, "...");
}

void schema_append_name(struct buffer *out, const char *name, bool first) {
    bool plain = *name != '\0';
    for (const char *at = name; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || text_has(TEXT("'\".[]\\"), *at)) plain = false;
    }
    if (!plain) put(out, "[");
    else if (!first) put(out, ".");
    append_start(out, name, plain ? buffer_append : buffer_append_json_string);
    if (!plain) put(out, "]");
}

static void append_path(struct schema_run *run) {
    struct buffer *out = run->problems;
    for (size_t i = 0; i < run->path_length; i++) {
        struct schema_place place = run->path[i];
        if (place.name != NULL) {
            schema_append_name(out, place.name, i == 0);
            continue;
        }
        put(out, "[");
        buffer_append_integer(out, (int64_t)place.index);
        put(out, "]");
    }
    put(out, "' ");
}

/* Whether a sentence is to be written. With the last one, the run is stopped. */
static bool may_speak(struct schema_run *run) {
    if (run->quiet > 0 || run->stopped || run->problems->arena->exhausted) return false;
    run->sentences++;
    if (run->sentences == LIMIT_SCHEMA_PROBLEMS) run->stopped = true;
    if (run->problems->length > 0) put(run->problems, " ");
    return true;
}

/* Writes "The argument 'x' must ". */
static bool begin(struct schema_run *run, const char *predicate) {
    if (!may_speak(run)) return false;
    bool whole = run->path_length == 0;
    put(run->problems, whole ? subjects[run->use].whole : subjects[run->use].part);
    if (!whole) append_path(run);
    put(run->problems, predicate);
    return true;
}

bool schema_fail(struct schema_run *run, const char *predicate) {
    if (begin(run, predicate)) put(run->problems, ".");
    return false;
}

static void append_value(struct buffer *out, const cJSON *value) {
    static const char *const words[] = {"false", "true", "null"};
    if (cJSON_IsString(value)) {
        append_start(out, value->valuestring, buffer_append_json_string);
    } else if (cJSON_IsNumber(value)) {
        number_print(out, value->valuedouble);
    } else if (value->child != NULL) {
        put(out, "a certain object or array");
    } else {
        int kind = value->type & KIND_ANY; /* 1, 2 or 4, or that of an empty value */
        put(out, kind <= cJSON_NULL ? words[kind / 2] : "empty");
    }
}

bool schema_fail_value(struct schema_run *run, const char *predicate, const cJSON *value,
                       const char *unit) {
    static const cJSON one = {.type = cJSON_Number, .valuedouble = 1};
    if (!begin(run, predicate)) return false;
    if (value == NULL) value = &one;
    append_value(run->problems, value);
    bool plural = *unit != '\0' && value->valuedouble != 1;
    put(run->problems, unit);
    put(run->problems, plural ? "s." : ".");
    return false;
}

bool schema_fail_choice(struct schema_run *run, const cJSON *values, bool types) {
    const cJSON *one = cJSON_IsArray(values) ? values->child : values;
    if (one == NULL) return schema_fail(run, "must not be given");
    if (!begin(run, "must be ")) return false;
    for (int listed = 1;; listed++) {
        const struct schema_type *type = types ? schema_type_named(one) : NULL;
        if (type != NULL) put(run->problems, type->phrase);
        else append_value(run->problems, one);
        one = one == values ? NULL : one->next;
        if (one == NULL || listed == LIMIT_SCHEMA_LISTED) break;
        put(run->problems, one->next == NULL ? " or " : ", ");
    }
    put(run->problems, one == NULL ? "." : " or another one that is allowed.");
    return false;
}

bool schema_fail_member(struct schema_run *run, const char *name, const char *predicate) {
    schema_enter(run, name, 0);
    schema_fail(run, predicate);
    schema_leave(run);
    return false;
}

/* A name as a token of a JSON pointer (RFC 6901, section 3). */
static void append_token(struct buffer *out, const char *name) {
    for (; *name != '\0'; name++) {
        if (*name == '~') put(out, "~0");
        else if (*name == '/') put(out, "~1");
        else buffer_append(out, (struct text){name, 1});
    }
}

bool schema_fail_pointer(struct schema_run *run, const char *predicate) {
    if (!may_speak(run)) return false;
    struct buffer *out = run->problems;
    put(out, run->path_length == 0 ? "The schema" : "The schema's ");
    for (size_t i = 0; i < run->path_length; i++) {
        struct schema_place place = run->path[i];
        put(out, "/");
        if (place.name == NULL) buffer_append_integer(out, (int64_t)place.index);
        else append_token(out, place.name);
    }
    put(out, " ");
    put(out, predicate);
    put(out, ".");
    return false;
}
