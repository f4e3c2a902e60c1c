/* The JSON Schema of fields. */
#include "arguments_kinds.h"

void arguments_append_value_schema(struct buffer *out, const struct tool_field *field) {
    BUFFER_APPEND(out, TEXT("{"), field->kind->schema);
    if (field->kind->append_schema != NULL) field->kind->append_schema(out, field);
}

void arguments_append_field(struct buffer *out, const struct tool_field *field) {
    if (field->array != NULL) field->array->append_schema(out, field);
    else arguments_append_value_schema(out, field);
    if (field->description != NULL) {
        buffer_append_key(out, TEXT("description"));
        buffer_append_json_string(out, text_of(field->description));
    }
    if (field->default_json != NULL) {
        buffer_append_key(out, TEXT("default"));
        buffer_append(out, text_of(field->default_json));
    }
    if (field->header != NULL) {
        buffer_append_key(out, TEXT("x-mcp-header"));
        buffer_append_json_string(out, text_of(field->header));
    }
    if (field->also != NULL) {
        buffer_separate(out);
        buffer_append(out, text_of(field->also));
    }
    buffer_append(out, TEXT("}"));
}

static void append_required(struct buffer *out, const struct tool_fields *fields) {
    struct text separator = TEXT(",\"required\":[");
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->first[i].optional || fields->first[i].default_json != NULL) continue;
        buffer_append(out, separator);
        buffer_append_json_string(out, text_of(fields->first[i].name));
        separator = TEXT(",");
    }
    if (separator.length == 1) buffer_append(out, TEXT("]"));
}

void arguments_append_members_schema(struct buffer *out, const struct tool_fields *fields,
                                     bool closed) {
    buffer_append(out, TEXT(",\"properties\":{"));
    for (size_t i = 0; i < fields->count; i++) {
        buffer_append_key(out, text_of(fields->first[i].name));
        arguments_append_field(out, &fields->first[i]);
    }
    buffer_append(out, TEXT("}"));
    append_required(out, fields);
    if (closed) buffer_append(out, TEXT(",\"additionalProperties\":false"));
}

void arguments_append_schema(struct buffer *out, const struct tool_fields *fields, bool closed) {
    buffer_append(out, TEXT("{\"type\":\"object\""));
    arguments_append_members_schema(out, fields, closed);
    buffer_append(out, TEXT("}"));
}
