#include "arguments.h"

#include <math.h>
#include <string.h>

#include "tree.h"

static const struct {
    struct text schema; /* the members of its JSON Schema */
    const char *phrase;
} kinds[] = {
    [TOOL_FIELD_NUMBER] = {TEXT_INITIALIZER("\"type\":\"number\""), "a number"},
    [TOOL_FIELD_INTEGER] = {TEXT_INITIALIZER("\"type\":\"integer\""), "a whole number"},
    [TOOL_FIELD_STRING] = {TEXT_INITIALIZER("\"type\":\"string\""), "a string"},
    [TOOL_FIELD_BOOLEAN] = {TEXT_INITIALIZER("\"type\":\"boolean\""), "true or false"},
    [TOOL_FIELD_CHOICE] = {TEXT_INITIALIZER("\"type\":\"string\""), "one of the values offered"},
    [TOOL_FIELD_CHOICES] = {TEXT_INITIALIZER("\"type\":\"array\""),
                            "an array of the values offered"},
    [TOOL_FIELD_JSON] = {TEXT_INITIALIZER(""), "as its schema says"},
};

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

static void append_field(struct buffer *out, const struct tool_field *field) {
    bool separate = kinds[field->kind].schema.length > 0;
    BUFFER_APPEND(out, TEXT("{"), kinds[field->kind].schema);
    if (field->choice_count > 0) append_choices(out, field);
    if (field->description != NULL) {
        buffer_append(out, separate ? TEXT(",\"description\":") : TEXT("\"description\":"));
        buffer_append_json_string(out, text_of(field->description));
        separate = true;
    }
    if (field->default_json != NULL) {
        BUFFER_APPEND(out, separate ? TEXT(",\"default\":") : TEXT("\"default\":"),
                      text_of(field->default_json));
        separate = true;
    }
    if (field->header != NULL) {
        buffer_append(out, separate ? TEXT(",\"x-mcp-header\":") : TEXT("\"x-mcp-header\":"));
        buffer_append_json_string(out, text_of(field->header));
        separate = true;
    }
    if (field->also != NULL) {
        BUFFER_APPEND(out, separate ? TEXT(",") : TEXT(""), text_of(field->also));
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

void arguments_append_schema(struct buffer *out, const struct tool_fields *fields, bool closed) {
    buffer_append(out, TEXT("{\"type\":\"object\",\"properties\":{"));
    for (size_t i = 0; i < fields->count; i++) {
        if (i > 0) buffer_append(out, TEXT(","));
        buffer_append_json_string(out, text_of(fields->first[i].name));
        buffer_append(out, TEXT(":"));
        append_field(out, &fields->first[i]);
    }
    buffer_append(out, TEXT("}"));
    append_required(out, fields);
    buffer_append(out, closed ? TEXT(",\"additionalProperties\":false}") : TEXT("}"));
}

static const double largest_integer = 9007199254740991.0; /* 2^53 - 1 */

static bool is_integer(const cJSON *value) {
    double number = value->valuedouble;
    return cJSON_IsNumber(value) && fabs(number) <= largest_integer && number == floor(number);
}

/* The index of the choice that `value` names, or -1. */
static int find_choice(const struct tool_field *field, const cJSON *value) {
    for (size_t i = 0; cJSON_IsString(value) && i < field->choice_count; i++) {
        if (strcmp(field->choices[i].value, value->valuestring) == 0) return (int)i;
    }
    return -1;
}

static bool read_choices(const struct tool_field *field, const cJSON *value, uint32_t *chosen) {
    *chosen = 0;
    if (!cJSON_IsArray(value)) return false;
    for (const cJSON *each = value->child; each != NULL; each = each->next) {
        int choice = find_choice(field, each);
        if (choice < 0 || choice > 31) return false;
        *chosen |= 1u << choice;
    }
    return true;
}

/* Each stores `value` at `target` if it is of the kind. */
static bool store(const struct tool_field *field, const cJSON *value, char *target) {
    switch (field->kind) {
    case TOOL_FIELD_NUMBER:
        if (!cJSON_IsNumber(value) || !isfinite(value->valuedouble)) return false;
        memcpy(target, &value->valuedouble, sizeof(double));
        return true;
    case TOOL_FIELD_INTEGER: {
        if (!is_integer(value)) return false;
        int64_t whole = (int64_t)value->valuedouble;
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
        bool boolean = cJSON_IsTrue(value);
        memcpy(target, &boolean, sizeof boolean);
        return cJSON_IsBool(value);
    }
    case TOOL_FIELD_CHOICE: {
        int choice = find_choice(field, value);
        memcpy(target, &choice, sizeof choice);
        return choice >= 0;
    }
    case TOOL_FIELD_CHOICES: {
        uint32_t chosen;
        bool all = read_choices(field, value, &chosen);
        memcpy(target, &chosen, sizeof chosen);
        return all;
    }
    case TOOL_FIELD_JSON: return true; /* stored by its text, in bind_json */
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

static void append_choice_values(struct buffer *problems, const struct tool_field *field) {
    for (size_t i = 0; i < field->choice_count; i++) {
        BUFFER_APPEND(problems, i == 0 ? TEXT(" (") : TEXT(", "), text_of(field->choices[i].value));
    }
    if (field->choice_count > 0) buffer_append(problems, TEXT(")"));
}

static void bind_one(const struct tool_fields *fields, const cJSON *value, bool closed,
                     char *target, struct buffer *problems) {
    const struct tool_field *field = find_field(fields, value->string);
    if (field == NULL) {
        if (closed) add_problem(problems, value->string, TEXT("There is no argument "), TEXT("."));
    } else if (!store(field, value, target + field->offset)) {
        add_problem(problems, field->name, TEXT("The argument "), TEXT(" must be "));
        buffer_append(problems, text_of(kinds[field->kind].phrase));
        append_choice_values(problems, field);
        buffer_append(problems, TEXT("."));
    }
}

/* The field was not given: its default, or what stands for none. */
static void bind_absent(const struct tool_field *field, char *target, struct buffer *problems) {
    if (field->default_json != NULL) {
        const cJSON *value = tree_parse(text_of(field->default_json), problems->arena);
        if (value != NULL) store(field, value, target + field->offset);
    } else if (!field->optional) {
        add_problem(problems, field->name, TEXT("The argument "), TEXT(" is missing."));
    } else if (field->kind == TOOL_FIELD_CHOICE) {
        int none = -1;
        memcpy(target + field->offset, &none, sizeof none);
    }
}

bool arguments_bind(const struct tool_fields *fields, struct json_value given, bool closed,
                    void *target, struct buffer *problems) {
    const cJSON *tree = NULL;
    if (given.kind == JSON_OBJECT) {
        tree = tree_parse(given.text, problems->arena);
        if (tree == NULL) return false; /* only for want of memory: the text was checked */
        for (const cJSON *value = tree->child; value != NULL; value = value->next) {
            bind_one(fields, value, closed, target, problems);
        }
    }
    for (size_t i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->first[i];
        if (cJSON_GetObjectItemCaseSensitive(tree, field->name) == NULL) {
            bind_absent(field, target, problems);
        } else if (field->kind == TOOL_FIELD_JSON) {
            struct text json = json_object_member(given, text_of(field->name)).text;
            memcpy((char *)target + field->offset, &json, sizeof json);
        }
    }
    return problems->length == 0;
}
