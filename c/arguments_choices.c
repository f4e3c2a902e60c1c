/* Fields that are one of several values, or some of them. */
#include <string.h>

#include "arguments_kinds.h"

/* The index of the choice that `value` names, or -1. */
static int find_choice(const struct tool_field *field, struct json_value value) {
    for (size_t i = 0; i < field->choice_count; i++) {
        if (json_says(value, text_of(field->choices[i].value))) return (int)i;
    }
    return -1;
}

static bool has_titles(const struct tool_field *field) {
    return field->choice_count > 0 && field->choices[0].title != NULL;
}

static void append_values(struct buffer *out, const struct tool_field *field, bool titles) {
    buffer_append(out, TEXT("["));
    for (size_t i = 0; i < field->choice_count; i++) {
        const struct tool_choice *choice = &field->choices[i];
        buffer_separate(out);
        buffer_append_json_string(out, text_of(titles ? choice->title : choice->value));
    }
    buffer_append(out, TEXT("]"));
}

/* The values with their titles: `[{"const":...,"title":...},...]`. */
static void append_titled(struct buffer *out, const struct tool_field *field) {
    buffer_append(out, TEXT("["));
    for (size_t i = 0; i < field->choice_count; i++) {
        const struct tool_choice *choice = &field->choices[i];
        buffer_separate(out);
        buffer_append_member(out, TEXT("{\"const\":"), text_of(choice->value));
        buffer_append_member(out, TEXT(",\"title\":"), text_of(choice->title));
        buffer_append(out, TEXT("}"));
    }
    buffer_append(out, TEXT("]"));
}

/* Appends what limits the field to its choices (2025-11-25, Elicitation, "Requested Schema");
   `titled` is the member for values with titles. */
static void append_limits(struct buffer *out, const struct tool_field *field, struct text titled) {
    if (has_titles(field) && !field->choice_names) {
        buffer_append(out, titled);
        append_titled(out, field);
    } else {
        buffer_append(out, TEXT("\"enum\":"));
        append_values(out, field, false);
    }
    if (field->choice_names) {
        buffer_append(out, TEXT(",\"enumNames\":"));
        append_values(out, field, true);
    }
}

static void append_choice_schema(struct buffer *out, const struct tool_field *field) {
    buffer_append(out, TEXT(","));
    append_limits(out, field, TEXT("\"oneOf\":"));
}

static bool store_choice(struct binding *binding, const struct way *way,
                         const struct tool_field *field, struct json_value value, char *target) {
    int choice = find_choice(field, value);
    (void)binding, (void)way;
    memcpy(target, &choice, sizeof choice);
    return choice >= 0;
}

static void store_no_choice(struct binding *binding, const struct way *way,
                            const struct tool_field *field, char *target) {
    int none = -1;
    (void)binding, (void)way, (void)field;
    memcpy(target, &none, sizeof none);
}

static void append_choice(struct buffer *out, const struct tool_field *field, const char *from) {
    int choice;
    memcpy(&choice, from, sizeof choice);
    bool known = choice >= 0 && (size_t)choice < field->choice_count;
    if (known) buffer_append_json_string(out, text_of(field->choices[choice].value));
    else buffer_append(out, TEXT("null"));
}

static bool is_no_choice(const char *from) {
    int choice;
    memcpy(&choice, from, sizeof choice);
    return choice < 0;
}

const struct tool_field_kind tool_field_choice = {
    .phrase = "one of the values offered",
    .bytes = sizeof(int),
    .schema = TEXT_INITIALIZER("\"type\":\"string\""),
    .append_schema = append_choice_schema,
    .store = store_choice,
    .store_none = store_no_choice,
    .append = append_choice,
    .is_none = is_no_choice,
};

static void append_choices_schema(struct buffer *out, const struct tool_field *field) {
    bool titled = has_titles(field) && !field->choice_names;
    buffer_append(out, titled ? TEXT(",\"items\":{") : TEXT(",\"items\":{\"type\":\"string\","));
    append_limits(out, field, TEXT("\"anyOf\":"));
    buffer_append(out, TEXT("}"));
}

static bool store_choices(struct binding *binding, const struct way *way,
                          const struct tool_field *field, struct json_value value, char *target) {
    struct json_value each;
    size_t position = 0;
    uint32_t chosen = 0;
    (void)binding, (void)way;
    while (json_next_element(value, &position, &each)) {
        int choice = find_choice(field, each);
        if (choice < 0 || choice > 31) return false;
        chosen |= 1u << choice;
    }
    memcpy(target, &chosen, sizeof chosen);
    return value.kind == JSON_ARRAY;
}

static void append_choices(struct buffer *out, const struct tool_field *field, const char *from) {
    uint32_t chosen;
    memcpy(&chosen, from, sizeof chosen);
    buffer_append(out, TEXT("["));
    for (size_t i = 0; i < field->choice_count && i < 32; i++) {
        if ((chosen >> i & 1) == 0) continue;
        buffer_separate(out);
        buffer_append_json_string(out, text_of(field->choices[i].value));
    }
    buffer_append(out, TEXT("]"));
}

const struct tool_field_kind tool_field_choices = {
    .phrase = "an array of the values offered",
    .bytes = sizeof(uint32_t),
    .schema = TEXT_INITIALIZER("\"type\":\"array\""),
    .append_schema = append_choices_schema,
    .store = store_choices,
    .append = append_choices,
};
