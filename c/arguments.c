#include "arguments.h"

#include <string.h>

#include "arguments_kinds.h"
#include "limits.h"

/* How the sentences about each use begin. */
static const struct {
    struct text part, unknown;
} subjects[] = {
    [SCHEMA_ARGUMENTS] = {TEXT_INITIALIZER("The argument '"),
                          TEXT_INITIALIZER("There is no argument '")},
    [SCHEMA_OUTPUT] = {TEXT_INITIALIZER("The output's '"), TEXT_INITIALIZER("The output has no '")},
    [SCHEMA_ANSWER] = {TEXT_INITIALIZER("The answer's '"), TEXT_INITIALIZER("The answer has no '")},
};

static void append_way(struct buffer *out, const struct way *way) {
    if (way->before != NULL) append_way(out, way->before);
    if (way->name != NULL) {
        schema_append_name(out, way->name, way->before == NULL);
        return;
    }
    buffer_append(out, TEXT("["));
    buffer_append_integer(out, (int64_t)way->index);
    buffer_append(out, TEXT("]"));
}

/* The field that `key` (still escaped) names, or NULL. */
static const struct tool_field *find_field(const struct tool_fields *fields, struct text key) {
    for (size_t i = 0; i < fields->count; i++) {
        if (json_string_says(key, text_of(fields->first[i].name))) return &fields->first[i];
    }
    return NULL;
}

/* Begins a sentence about what `way` leads to; false if enough has been said. */
static bool begin_sentence(struct binding *binding, const struct way *way, struct text begin) {
    if (binding->sentences++ >= LIMIT_SCHEMA_PROBLEMS) return false;
    struct buffer *out = binding->problems;
    if (out->length > 0) buffer_append(out, TEXT(" "));
    buffer_append(out, begin);
    append_way(out, way);
    return true;
}

bool arguments_begin_problem(struct binding *binding, const struct way *way) {
    return begin_sentence(binding, way, subjects[binding->use].part);
}

APART static void add_wrong_kind(struct binding *binding, const struct way *way,
                                 const struct tool_field *field) {
    struct buffer *out = binding->problems;
    if (!arguments_begin_problem(binding, way)) return;
    BUFFER_APPEND(out, TEXT("' must be "), text_of(field->kind->phrase));
    for (size_t i = 0; i < field->choice_count; i++) {
        BUFFER_APPEND(out, i == 0 ? TEXT(" (") : TEXT(", "), text_of(field->choices[i].value));
    }
    buffer_append(out, field->choice_count > 0 ? TEXT(").") : TEXT("."));
}

void arguments_bind_value(struct binding *binding, const struct way *way,
                          const struct tool_field *field, struct json_value given, char *target) {
    if (!field->kind->store(binding, way, field, given, target)) {
        add_wrong_kind(binding, way, field);
    }
}

static void bind_field(struct binding *binding, const struct way *way,
                       const struct tool_field *field, struct json_value given, char *structure) {
    if (field->array != NULL) field->array->store(binding, way, field, given, structure);
    else arguments_bind_value(binding, way, field, given, structure + field->offset);
}

/* Binds the field's default. */
static void bind_default(struct binding *binding, const struct way *way,
                         const struct tool_field *field, char *structure) {
    struct arena *arena = binding->problems->arena;
    struct text json = text_of(field->default_json);
    struct json_document document;
    if (json_check(json, arena, &document) != JSON_OK) return; /* only if memory ran out */
    bind_field(binding, way, field, document.root, structure);
}

APART void arguments_bind_absent(struct binding *binding, const struct way *way,
                                 const struct tool_field *field, char *structure) {
    if (field->default_json != NULL) {
        bind_default(binding, way, field, structure);
    } else if (field->array == NULL && field->kind->store_none != NULL) {
        field->kind->store_none(binding, way, field, structure + field->offset);
    }
}

/* Reports a key (still escaped) that names no field. */
APART static void add_unknown(struct binding *binding, const struct way *way, struct text key) {
    struct text name;
    struct arena *arena = binding->problems->arena;
    if (!json_unescape(key, arena, &name)) return;
    struct buffer string = buffer_in(arena, name.length + 1);
    BUFFER_APPEND(&string, name, TEXT("\0"));
    struct way member = {way, string.bytes, 0};
    if (!arena->exhausted && begin_sentence(binding, &member, subjects[binding->use].unknown)) {
        buffer_append(binding->problems, TEXT("'."));
    }
}

void arguments_bind_members(struct binding *binding, const struct way *way,
                            const struct tool_fields *fields, struct json_value given,
                            char *target) {
    struct way member = {way, NULL, 0};
    struct json_member one = {0};
    while (json_next_member(given, &one)) {
        const struct tool_field *field = find_field(fields, one.key);
        member.name = field == NULL ? NULL : field->name;
        if (field != NULL) bind_field(binding, &member, field, one.value, target);
        else if (binding->use != SCHEMA_ANSWER) add_unknown(binding, way, one.key);
    }
    for (size_t i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->first[i];
        if (json_object_member(given, text_of(field->name)).kind != JSON_ABSENT) continue;
        member.name = field->name;
        bool missing = !field->optional && field->default_json == NULL;
        if (!missing) arguments_bind_absent(binding, &member, field, target);
        else if (arguments_begin_problem(binding, &member)) {
            buffer_append(binding->problems, TEXT("' is missing."));
        }
    }
}

/* The function that checks what TOOL_ALSO says anywhere in the fields; NULL if nothing does. */
static tool_fits *find_fits(const struct tool_fields *fields) {
    for (size_t i = 0; i < fields->count; i++) {
        const struct tool_field *field = &fields->first[i];
        tool_fits *fits = field->fits != NULL ? field->fits : find_fits(&field->fields);
        if (fits != NULL) return fits;
    }
    return NULL;
}

size_t arguments_bytes(const struct tool_fields *fields) {
    return fields->count > 0 ? fields->first[0].structure_bytes : 0;
}

size_t arguments_item_bytes(const struct tool_field *field) {
    return field->kind->bytes > 0 ? field->kind->bytes : arguments_bytes(&field->fields);
}

bool arguments_bind(enum schema_use use, const struct tool_fields *fields, struct json_value given,
                    void *target, struct buffer *problems) {
    struct binding binding = {use, 0, problems};
    arguments_bind_members(&binding, NULL, fields, given, target);
    if (problems->arena->exhausted) return false;
    tool_fits *fits = find_fits(fields);
    if (fits == NULL || problems->length > 0) return problems->length == 0;
    struct buffer schema = buffer_in(problems->arena, 0);
    arguments_append_schema(&schema, fields, use != SCHEMA_ANSWER);
    enum schema_use closely = use == SCHEMA_ARGUMENTS ? SCHEMA_FIELDS : use;
    return fits((int)closely, buffer_text(&schema),
                given.kind == JSON_OBJECT ? given.text : TEXT("{}"), problems);
}
