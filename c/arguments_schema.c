/* The JSON Schema of fields. */
#include "arguments.h"

/* The members of each kind's schema; an OBJECT's follow from its fields. */
static const struct text kinds[] = {
    [TOOL_FIELD_NUMBER] = TEXT_INITIALIZER("\"type\":\"number\""),
    [TOOL_FIELD_INTEGER] = TEXT_INITIALIZER("\"type\":\"integer\""),
    [TOOL_FIELD_STRING] = TEXT_INITIALIZER("\"type\":\"string\""),
    [TOOL_FIELD_BOOLEAN] = TEXT_INITIALIZER("\"type\":\"boolean\""),
    [TOOL_FIELD_CHOICE] = TEXT_INITIALIZER("\"type\":\"string\""),
    [TOOL_FIELD_CHOICES] = TEXT_INITIALIZER("\"type\":\"array\""),
    [TOOL_FIELD_JSON] = TEXT_INITIALIZER(""),
};

static void append_object(struct buffer *out, const struct tool_fields *fields, bool closed);

static bool has_titles(const struct tool_field *field) {
    return field->choice_count > 0 && field->choices[0].title != NULL;
}

static void append_values(struct buffer *out, const struct tool_field *field, bool titles) {
    for (size_t i = 0; i < field->choice_count; i++) {
        const struct tool_choice *choice = &field->choices[i];
        buffer_append(out, i == 0 ? TEXT("[") : TEXT(","));
        buffer_append_json_string(out, text_of(titles ? choice->title : choice->value));
    }
    buffer_append(out, TEXT("]"));
}

/* The values with their titles: `[{"const":...,"title":...},...]`. */
static void append_titled(struct buffer *out, const struct tool_field *field) {
    for (size_t i = 0; i < field->choice_count; i++) {
        const struct tool_choice *choice = &field->choices[i];
        buffer_append(out, i == 0 ? TEXT("[{\"const\":") : TEXT(",{\"const\":"));
        buffer_append_json_string(out, text_of(choice->value));
        buffer_append(out, TEXT(",\"title\":"));
        buffer_append_json_string(out, text_of(choice->title));
        buffer_append(out, TEXT("}"));
    }
    buffer_append(out, TEXT("]"));
}

/* What limits the field to its choices (2025-11-25, Elicitation, "Requested Schema"). */
static void append_choices(struct buffer *out, const struct tool_field *field) {
    bool several = field->kind == TOOL_FIELD_CHOICES;
    bool titled = has_titles(field) && !field->choice_names;
    if (several)
        buffer_append(out,
                      titled ? TEXT(",\"items\":{") : TEXT(",\"items\":{\"type\":\"string\","));
    else buffer_append(out, TEXT(","));
    if (titled) {
        buffer_append(out, several ? TEXT("\"anyOf\":") : TEXT("\"oneOf\":"));
        append_titled(out, field);
    } else {
        buffer_append(out, TEXT("\"enum\":"));
        append_values(out, field, false);
    }
    if (field->choice_names) {
        buffer_append(out, TEXT(",\"enumNames\":"));
        append_values(out, field, true);
    }
    if (several) buffer_append(out, TEXT("}"));
}

/* The schema of one value, up to its closing brace: of the field, or of one of its items. */
static void append_value(struct buffer *out, const struct tool_field *field) {
    if (field->kind == TOOL_FIELD_OBJECT) append_object(out, &field->fields, true);
    else BUFFER_APPEND(out, TEXT("{"), kinds[field->kind]);
    if (field->choice_count > 0) append_choices(out, field);
}

static void append_bound(struct buffer *out, struct text name, uint32_t bound) {
    if (bound == 0) return;
    BUFFER_APPEND(out, TEXT(",\""), name, TEXT("\":"));
    buffer_append_integer(out, bound);
}

static void append_array(struct buffer *out, const struct tool_field *field) {
    buffer_append(out, TEXT("{\"type\":\"array\",\"items\":"));
    append_value(out, field);
    buffer_append(out, TEXT("}"));
    append_bound(out, TEXT("minItems"), field->min_items);
    append_bound(out, TEXT("maxItems"), field->max_items);
}

/* Appends `,"name":` or, for the first member of its object, the same without the comma. */
static void append_name(struct buffer *out, struct text name) {
    if (out->length > 0 && out->bytes[out->length - 1] != '{') buffer_append(out, TEXT(","));
    BUFFER_APPEND(out, TEXT("\""), name, TEXT("\":"));
}

void arguments_append_field(struct buffer *out, const struct tool_field *field) {
    if (field->array) append_array(out, field);
    else append_value(out, field);
    if (field->description != NULL) {
        append_name(out, TEXT("description"));
        buffer_append_json_string(out, text_of(field->description));
    }
    if (field->default_json != NULL) {
        append_name(out, TEXT("default"));
        buffer_append(out, text_of(field->default_json));
    }
    if (field->header != NULL) {
        append_name(out, TEXT("x-mcp-header"));
        buffer_append_json_string(out, text_of(field->header));
    }
    if (field->also != NULL) {
        bool alone = out->length > 0 && out->bytes[out->length - 1] == '{';
        BUFFER_APPEND(out, alone ? TEXT("") : TEXT(","), text_of(field->also));
    }
    buffer_append(out, TEXT("}"));
}

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

/* The schema of an object, up to its closing brace. */
static void append_object(struct buffer *out, const struct tool_fields *fields, bool closed) {
    buffer_append(out, TEXT("{\"type\":\"object\",\"properties\":{"));
    for (size_t i = 0; i < fields->count; i++) {
        if (i > 0) buffer_append(out, TEXT(","));
        buffer_append_json_string(out, text_of(fields->first[i].name));
        buffer_append(out, TEXT(":"));
        arguments_append_field(out, &fields->first[i]);
    }
    buffer_append(out, TEXT("}"));
    append_required(out, fields);
    if (closed) buffer_append(out, TEXT(",\"additionalProperties\":false"));
}

void arguments_append_schema(struct buffer *out, const struct tool_fields *fields, bool closed) {
    append_object(out, fields, closed);
    buffer_append(out, TEXT("}"));
}
