#include "arguments_kinds.h"

#include <math.h>
#include <string.h>

#include "number.h"
#include "tree.h"

/* Reads a number as cJSON does. */
static bool read_number(const struct binding *binding, struct json_value value, double *number) {
    const cJSON *tree =
        value.kind == JSON_NUMBER ? tree_parse(value.text, binding->problems->arena) : NULL;
    if (tree == NULL) return false;
    *number = tree->valuedouble;
    return isfinite(*number);
}

static bool store_number(struct binding *binding, const struct way *way,
                         const struct tool_field *field, struct json_value value, char *target) {
    double number;
    (void)way, (void)field;
    if (!read_number(binding, value, &number)) return false;
    memcpy(target, &number, sizeof number);
    return true;
}

static void append_number(struct buffer *out, const struct tool_field *field, const char *from) {
    double number;
    (void)field;
    memcpy(&number, from, sizeof number);
    number_append(out, number);
}

static bool is_no_number(const char *from) {
    double number;
    memcpy(&number, from, sizeof number);
    return isnan(number);
}

const struct tool_field_kind tool_field_number = {
    .phrase = "a finite number",
    .bytes = sizeof(double),
    .schema = TEXT_INITIALIZER("\"type\":\"number\""),
    .store = store_number,
    .append = append_number,
    .is_none = is_no_number,
};

static bool store_integer(struct binding *binding, const struct way *way,
                          const struct tool_field *field, struct json_value value, char *target) {
    double number;
    (void)way, (void)field;
    if (!read_number(binding, value, &number)) return false;
    if (fabs(number) > NUMBER_LARGEST_INTEGER || number != floor(number)) return false;
    int64_t whole = (int64_t)number;
    memcpy(target, &whole, sizeof whole);
    return true;
}

static void append_integer(struct buffer *out, const struct tool_field *field, const char *from) {
    int64_t integer;
    (void)field;
    memcpy(&integer, from, sizeof integer);
    buffer_append_integer(out, integer);
}

const struct tool_field_kind tool_field_integer = {
    .phrase = "a whole number within ±(2^53 - 1)",
    .bytes = sizeof(int64_t),
    .schema = TEXT_INITIALIZER("\"type\":\"integer\""),
    .store = store_integer,
    .append = append_integer,
};

static bool store_boolean(struct binding *binding, const struct way *way,
                          const struct tool_field *field, struct json_value value, char *target) {
    bool boolean = value.kind == JSON_TRUE;
    (void)binding, (void)way, (void)field;
    memcpy(target, &boolean, sizeof boolean);
    return boolean || value.kind == JSON_FALSE;
}

static void append_boolean(struct buffer *out, const struct tool_field *field, const char *from) {
    bool boolean;
    (void)field;
    memcpy(&boolean, from, sizeof boolean);
    buffer_append(out, boolean ? TEXT("true") : TEXT("false"));
}

const struct tool_field_kind tool_field_boolean = {
    .phrase = "true or false",
    .bytes = sizeof(bool),
    .schema = TEXT_INITIALIZER("\"type\":\"boolean\""),
    .store = store_boolean,
    .append = append_boolean,
};

static bool store_string(struct binding *binding, const struct way *way,
                         const struct tool_field *field, struct json_value value, char *target) {
    struct text text;
    (void)way, (void)field;
    if (!json_string(value, binding->problems->arena, &text)) return false;
    memcpy(target, &text, sizeof text);
    return true;
}

static void append_string(struct buffer *out, const struct tool_field *field, const char *from) {
    struct text text;
    (void)field;
    memcpy(&text, from, sizeof text);
    if (text.bytes == NULL && text.length == 0) text = TEXT("");
    buffer_append_json_string(out, text);
}

static bool is_no_text(const char *from) {
    struct text text;
    memcpy(&text, from, sizeof text);
    return text.bytes == NULL;
}

const struct tool_field_kind tool_field_string = {
    .phrase = "a string",
    .bytes = sizeof(struct text),
    .schema = TEXT_INITIALIZER("\"type\":\"string\""),
    .store = store_string,
    .append = append_string,
    .is_none = is_no_text,
};

static bool store_json(struct binding *binding, const struct way *way,
                       const struct tool_field *field, struct json_value value, char *target) {
    (void)binding, (void)way, (void)field;
    memcpy(target, &value.text, sizeof value.text);
    return true;
}

/* JSON that somebody else wrote: all of it or none, so that it cannot break out of its place. */
static void append_json(struct buffer *out, const struct tool_field *field, const char *from) {
    struct text json;
    struct json_document document;
    (void)field;
    memcpy(&json, from, sizeof json);
    bool whole = json_check(json, out->arena, &document) == JSON_OK;
    buffer_append(out, whole ? json : TEXT("null"));
}

const struct tool_field_kind tool_field_json = {
    .phrase = "as its schema says",
    .bytes = sizeof(struct text),
    .store = store_json,
    .append = append_json,
    .is_none = is_no_text,
};
