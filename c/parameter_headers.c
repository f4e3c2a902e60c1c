#include "parameter_headers.h"

#include <math.h>

#include "header_value.h"
#include "number.h"
#include "registry.h"
#include "tree.h"

/* The header of an argument: "mcp-param-" and its name. */
static struct text header_name(struct arena *arena, const struct tool_field *field) {
    struct buffer name = buffer_in(arena, 0);
    BUFFER_APPEND(&name, TEXT("mcp-param-"), text_of(field->header));
    return buffer_text(&name);
}

/* The index of the line `name` in `names`, or -1. */
static int find_line(struct text names, struct text name) {
    struct text line;
    for (int index = 0; text_next_field(&names, '\n', &line); index++) {
        if (text_equal_ignoring_case(line, name)) return index;
    }
    return -1;
}

static void append_names(struct buffer *names, const struct tool_fields *fields) {
    for (size_t i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->first[i];
        append_names(names, &field->fields);
        if (field->header == NULL) continue;
        struct text name = header_name(names->arena, field);
        struct text before = buffer_text(names);
        if (before.length > 0 && find_line(before, name) >= 0) continue;
        BUFFER_APPEND(names, name, TEXT("\n"));
    }
}

static void append(struct buffer *names) {
    for (size_t i = 0; i < registry_count(REGISTRY_TOOLS); i++) {
        const struct tool *tool = registry_at(REGISTRY_TOOLS, i);
        append_names(names, &tool->fields);
    }
}

/* What the client sent in the header `name`; `bytes` is NULL if it sent none. */
static struct text sent_value(struct exchange *exchange, struct text name) {
    struct text rest = exchange->request.parameters, value = {NULL, 0};
    int index = find_line(exchange->parameter_names, name);
    for (int i = 0; i <= index; i++) {
        if (!text_next_field(&rest, '\n', &value)) return (struct text){NULL, 0};
    }
    return text_equal(value, TEXT("\0")) ? (struct text){NULL, 0} : text_trim(value);
}

/* Reads the number that `json` says. */
static bool read_number(struct exchange *exchange, struct text json, double *number) {
    struct json_document document;
    if (json_check(json, exchange->arena, &document) != JSON_OK) return false;
    const cJSON *tree = tree_parse(json, exchange->arena);
    if (!cJSON_IsNumber(tree)) return false;
    *number = tree->valuedouble;
    return true;
}

static bool says_same(struct exchange *exchange, struct text said, struct json_value value) {
    struct text meant;
    double wanted, number;
    switch (value.kind) {
    case JSON_STRING: return json_string(value, exchange->arena, &meant) && text_equal(said, meant);
    case JSON_NUMBER: /* 7 and 7.0 are equal (2026-07-28, Streamable HTTP, "Server Validation") */
        return read_number(exchange, value.text, &wanted) && read_number(exchange, said, &number) &&
               wanted == number;
    default: return text_equal(said, value.text); /* true, false */
    }
}

/* Clients send no header for what is no primitive, nor for a number that they may not hold exactly:
   the tool refuses it anyway, with a sentence that says more. */
static bool is_repeated(struct exchange *exchange, struct json_value value) {
    double number;
    if (value.kind == JSON_NUMBER) {
        return read_number(exchange, value.text, &number) && fabs(number) <= NUMBER_LARGEST_INTEGER;
    }
    return value.kind == JSON_STRING || value.kind == JSON_TRUE || value.kind == JSON_FALSE;
}

static struct outcome check_one(struct exchange *exchange, const struct tool_field *field,
                                struct json_value value) {
    bool given = value.kind != JSON_ABSENT && value.kind != JSON_NULL;
    struct text name = header_name(exchange->arena, field), said;
    struct text sent = sent_value(exchange, name);
    if (sent.bytes == NULL && !is_repeated(exchange, value)) return outcome_ok;
    if (sent.bytes == NULL) {
        return header_value_mismatch(exchange->arena, name, HEADER_VALUE_MISSING);
    }
    if (!header_value_decode(sent, exchange->arena, &said)) {
        return header_value_mismatch(exchange->arena, name, HEADER_VALUE_UNREADABLE);
    }
    if (!given || !says_same(exchange, said, value)) {
        return header_value_mismatch(exchange->arena, name, HEADER_VALUE_DIFFERS);
    }
    return outcome_ok;
}

static struct outcome check(struct exchange *exchange, const struct tool_fields *fields,
                            struct json_value given) {
    struct outcome outcome = outcome_ok;
    if (exchange->endpoint == NULL) return outcome; /* stdio has no headers */
    for (size_t i = 0; i < fields->count && outcome.error == JSONRPC_OK; i++) {
        const struct tool_field *field = &fields->first[i];
        if (field->header == NULL && field->fields.count == 0) continue;
        struct json_value value = json_object_member(given, text_of(field->name));
        outcome = field->header != NULL ? check_one(exchange, field, value)
                                        : check(exchange, &field->fields, value);
    }
    return outcome;
}

const bool parameter_headers_linked = true;
const struct parameter_headers parameter_headers = {append, check};
