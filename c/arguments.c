#include "arguments.h"

#include <math.h>
#include <string.h>

#include "tree.h"

static const struct {
    const char *type; /* JSON Schema's name */
    const char *phrase;
} kinds[] = {
    [TOOL_FIELD_NUMBER] = {"number", "a number"},
    [TOOL_FIELD_INTEGER] = {"integer", "a whole number"},
    [TOOL_FIELD_STRING] = {"string", "a string"},
    [TOOL_FIELD_BOOLEAN] = {"boolean", "true or false"},
};

static void append_required(struct buffer *out, const struct tool_fields *fields) {
    struct text separator = TEXT(",\"required\":[");
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->first[i].optional) continue;
        buffer_append(out, separator);
        buffer_append_json_string(out, text_of(fields->first[i].name));
        separator = TEXT(",");
    }
    if (separator.length == 1) buffer_append(out, TEXT("]"));
}

void arguments_append_schema(struct buffer *out, const struct tool_fields *fields) {
    buffer_append(out, TEXT("{\"type\":\"object\",\"properties\":{"));
    for (size_t i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->first[i];
        if (i > 0) buffer_append(out, TEXT(","));
        buffer_append_json_string(out, text_of(field->name));
        BUFFER_APPEND(out, TEXT(":{\"type\":\""), text_of(kinds[field->kind].type), TEXT("\""));
        if (field->description != NULL) {
            buffer_append(out, TEXT(",\"description\":"));
            buffer_append_json_string(out, text_of(field->description));
        }
        buffer_append(out, TEXT("}"));
    }
    buffer_append(out, TEXT("}"));
    append_required(out, fields);
    buffer_append(out, TEXT(",\"additionalProperties\":false}"));
}

static const double largest_integer = 9007199254740991.0; /* 2^53 - 1 */

/* Stores `value` at `target` if it is of the field's kind. */
static bool store(const struct tool_field *field, const cJSON *value, char *target) {
    double number = value->valuedouble;
    switch (field->kind) {
    case TOOL_FIELD_NUMBER:
        if (!cJSON_IsNumber(value) || !isfinite(number)) return false;
        memcpy(target, &number, sizeof number);
        return true;
    case TOOL_FIELD_INTEGER: {
        if (!cJSON_IsNumber(value) || !(fabs(number) <= largest_integer) ||
            number != floor(number)) {
            return false;
        }
        int64_t whole = (int64_t)number;
        memcpy(target, &whole, sizeof whole);
        return true;
    }
    case TOOL_FIELD_STRING: {
        if (!cJSON_IsString(value)) return false;
        struct text text = text_of(value->valuestring);
        memcpy(target, &text, sizeof text);
        return true;
    }
    case TOOL_FIELD_BOOLEAN: {
        if (!cJSON_IsBool(value)) return false;
        bool boolean = cJSON_IsTrue(value);
        memcpy(target, &boolean, sizeof boolean);
        return true;
    }
    }
    return false;
}

static const struct tool_field *find_field(const struct tool_fields *fields, const char *name) {
    for (size_t i = 0; i < fields->count; i++) {
        if (strcmp(fields->first[i].name, name) == 0) return &fields->first[i];
    }
    return NULL;
}

static void add_problem(struct buffer *problems, const char *name, struct text before,
                        struct text after) {
    if (problems->length > 0) buffer_append(problems, TEXT(" "));
    BUFFER_APPEND(problems, before, TEXT("'"), text_of(name), TEXT("'"), after);
}

static void bind_one(const struct tool_fields *fields, const cJSON *value, char *target,
                     struct buffer *problems) {
    const struct tool_field *field = find_field(fields, value->string);
    if (field == NULL) {
        add_problem(problems, value->string, TEXT("There is no argument "), TEXT("."));
    } else if (!store(field, value, target + field->offset)) {
        add_problem(problems, field->name, TEXT("The argument "), TEXT(" must be "));
        BUFFER_APPEND(problems, text_of(kinds[field->kind].phrase), TEXT("."));
    }
}

bool arguments_bind(const struct tool_fields *fields, struct json_value given, void *target,
                    struct buffer *problems) {
    const cJSON *tree = NULL;
    if (given.kind == JSON_OBJECT) {
        tree = tree_parse(given.text, problems->arena);
        if (tree == NULL) return false; /* only for want of memory: the text was checked */
        for (const cJSON *value = tree->child; value != NULL; value = value->next) {
            bind_one(fields, value, target, problems);
        }
    }
    for (size_t i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->first[i];
        if (!field->optional && cJSON_GetObjectItemCaseSensitive(tree, field->name) == NULL) {
            add_problem(problems, field->name, TEXT("The argument "), TEXT(" is missing."));
        }
    }
    return problems->length == 0;
}
