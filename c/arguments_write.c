/* A struct as JSON, by the fields that describe it. */
#include <math.h>
#include <string.h>

#include "arguments.h"
#include "number.h"
#include "tool_call.h"

static void append_number(struct buffer *out, double number) {
    char digits[NUMBER_TEXT_BYTES];
    if (!isfinite(number)) buffer_append(out, TEXT("null"));
    else buffer_append(out, (struct text){digits, number_print(number, digits)});
}

static void append_string(struct buffer *out, struct text text) {
    if (text.bytes == NULL && text.length == 0) text = TEXT("");
    buffer_append_json_string(out, text);
}

/* JSON that somebody else wrote: whole or not at all, so that it cannot end what it stands in. */
static void append_json(struct buffer *out, struct text json) {
    struct json_document document;
    bool whole = json_check(json, out->arena, &document) == JSON_OK;
    buffer_append(out, whole ? json : TEXT("null"));
}

static void append_choice(struct buffer *out, const struct tool_field *field, int choice) {
    bool known = choice >= 0 && (size_t)choice < field->choice_count;
    if (known) buffer_append_json_string(out, text_of(field->choices[choice].value));
    else buffer_append(out, TEXT("null"));
}

static void append_choices(struct buffer *out, const struct tool_field *field, uint32_t chosen) {
    struct text separator = TEXT("");
    buffer_append(out, TEXT("["));
    for (size_t i = 0; i < field->choice_count && i < 32; i++) {
        if ((chosen >> i & 1) == 0) continue;
        buffer_append(out, separator);
        buffer_append_json_string(out, text_of(field->choices[i].value));
        separator = TEXT(",");
    }
    buffer_append(out, TEXT("]"));
}

/* The value of `field`'s kind at `from`. */
static void append_value(struct buffer *out, const struct tool_field *field, const char *from) {
    union {
        double number;
        int64_t integer;
        struct text text;
        bool boolean;
        int choice;
        uint32_t choices;
    } value;
    switch (field->kind) {
    case TOOL_FIELD_NUMBER:
        memcpy(&value.number, from, sizeof value.number);
        append_number(out, value.number);
        break;
    case TOOL_FIELD_INTEGER:
        memcpy(&value.integer, from, sizeof value.integer);
        buffer_append_integer(out, value.integer);
        break;
    case TOOL_FIELD_STRING:
        memcpy(&value.text, from, sizeof value.text);
        append_string(out, value.text);
        break;
    case TOOL_FIELD_BOOLEAN:
        memcpy(&value.boolean, from, sizeof value.boolean);
        buffer_append(out, value.boolean ? TEXT("true") : TEXT("false"));
        break;
    case TOOL_FIELD_CHOICE:
        memcpy(&value.choice, from, sizeof value.choice);
        append_choice(out, field, value.choice);
        break;
    case TOOL_FIELD_CHOICES:
        memcpy(&value.choices, from, sizeof value.choices);
        append_choices(out, field, value.choices);
        break;
    case TOOL_FIELD_JSON:
        memcpy(&value.text, from, sizeof value.text);
        append_json(out, value.text);
        break;
    case TOOL_FIELD_OBJECT: arguments_append_json(out, &field->fields, from); break;
    }
}

static void append_items(struct buffer *out, const struct tool_field *field,
                         const char *structure) {
    const char *items;
    size_t count;
    memcpy(&items, structure + field->offset, sizeof items);
    memcpy(&count, structure + field->count_offset, sizeof count);
    buffer_append(out, TEXT("["));
    for (size_t i = 0; i < count && !out->arena->exhausted; i++) {
        if (i > 0) buffer_append(out, TEXT(","));
        append_value(out, field, items + i * arguments_item_bytes(field));
    }
    buffer_append(out, TEXT("]"));
}

/* True where the member says that there is nothing, and that may be. */
static bool is_left_out(const struct tool_field *field, const char *structure) {
    const char *member = structure + field->offset, *pointer;
    double number;
    int choice;
    if (!field->optional) return false;
    memcpy(&pointer, member, sizeof pointer); /* of an array, or of a struct text */
    if (field->array) return pointer == NULL;
    switch (field->kind) {
    case TOOL_FIELD_STRING:
    case TOOL_FIELD_JSON: return pointer == NULL;
    case TOOL_FIELD_NUMBER: memcpy(&number, member, sizeof number); return isnan(number);
    case TOOL_FIELD_CHOICE: memcpy(&choice, member, sizeof choice); return choice < 0;
    default: return false;
    }
}

void arguments_append_json(struct buffer *out, const struct tool_fields *fields,
                           const void *structure) {
    struct text separator = TEXT("{");
    for (size_t i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->first[i];
        if (is_left_out(field, structure)) continue;
        buffer_append(out, separator);
        buffer_append_json_string(out, text_of(field->name));
        buffer_append(out, TEXT(":"));
        if (field->array) append_items(out, field, structure);
        else append_value(out, field, (const char *)structure + field->offset);
        separator = TEXT(",");
    }
    buffer_append(out, separator.bytes[0] == '{' ? TEXT("{}") : TEXT("}"));
}

void reply_output(struct tool_call *call, const void *output) {
    struct buffer json = buffer_in(call->exchange->arena, 0);
    if (call->tool != NULL) arguments_append_json(&json, &call->tool->output, output);
    tool_call_give_output(call, buffer_text(&json));
}
