#include "arguments.h"

#include <math.h>
#include <string.h>

#include "limits.h"
#include "schema.h"
#include "tree.h"

/* What each kind is called in sentences, and what one takes in an array. */
static const struct {
    const char *phrase;
    size_t bytes;
} kinds[] = {
    [TOOL_FIELD_NUMBER] = {"a number", sizeof(double)},
    [TOOL_FIELD_INTEGER] = {"a whole number", sizeof(int64_t)},
    [TOOL_FIELD_STRING] = {"a string", sizeof(struct text)},
    [TOOL_FIELD_BOOLEAN] = {"true or false", sizeof(bool)},
    [TOOL_FIELD_CHOICE] = {"one of the values offered", sizeof(int)},
    [TOOL_FIELD_CHOICES] = {"an array of the values offered", sizeof(uint32_t)},
    [TOOL_FIELD_JSON] = {"as its schema says", sizeof(struct text)},
    [TOOL_FIELD_OBJECT] = {"an object", 0},
};

/* How the sentences about each use begin. */
static const struct {
    struct text part, unknown;
} subjects[] = {
    [SCHEMA_ARGUMENTS] = {TEXT_INITIALIZER("The argument '"),
                          TEXT_INITIALIZER("There is no argument '")},
    [SCHEMA_OUTPUT] = {TEXT_INITIALIZER("The output's '"), TEXT_INITIALIZER("The output has no '")},
    [SCHEMA_ANSWER] = {TEXT_INITIALIZER("The answer's '"), TEXT_INITIALIZER("The answer has no '")},
};

struct binding {
    enum schema_use use;
    uint32_t sentences; /* said so far */
    struct buffer *problems;
};

/* The way to a value: the member `name`, or the item `index`, of what `before` leads to. */
struct way {
    const struct way *before;
    const char *name;
    size_t index;
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

static const double largest_integer = 9007199254740991.0; /* 2^53 - 1 */

/* Reads a number, as cJSON does. */
static bool read_number(struct json_value value, struct arena *arena, double *number) {
    const cJSON *tree = value.kind == JSON_NUMBER ? tree_parse(value.text, arena) : NULL;
    if (tree == NULL) return false;
    *number = tree->valuedouble;
    return isfinite(*number);
}

static struct text inside_quotes(struct json_value string) {
    return (struct text){string.text.bytes + 1, string.text.length - 2};
}

/* The index of the choice that `value` names, or -1. */
static int find_choice(const struct tool_field *field, struct json_value value) {
    for (size_t i = 0; value.kind == JSON_STRING && i < field->choice_count; i++) {
        if (json_string_says(inside_quotes(value), text_of(field->choices[i].value))) return (int)i;
    }
    return -1;
}

static bool read_choices(const struct tool_field *field, struct json_value value,
                         uint32_t *chosen) {
    struct json_value each;
    size_t position = 0;
    *chosen = 0;
    while (json_next_element(value, &position, &each)) {
        int choice = find_choice(field, each);
        if (choice < 0 || choice > 31) return false;
        *chosen |= 1u << choice;
    }
    return value.kind == JSON_ARRAY;
}

/* Stores a value at `target` if it is of the field's kind. */
static bool store(const struct tool_field *field, struct json_value value, struct arena *arena,
                  char *target) {
    double number;
    switch (field->kind) {
    case TOOL_FIELD_NUMBER:
        if (!read_number(value, arena, &number)) return false;
        memcpy(target, &number, sizeof number);
        return true;
    case TOOL_FIELD_INTEGER: {
        if (!read_number(value, arena, &number)) return false;
        if (fabs(number) > largest_integer || number != floor(number)) return false;
        int64_t whole = (int64_t)number;
        memcpy(target, &whole, sizeof whole);
        return true;
    }
    case TOOL_FIELD_STRING: {
        struct text text;
        if (!json_string(value, arena, &text)) return false;
        memcpy(target, &text, sizeof text);
        return true;
    }
    case TOOL_FIELD_BOOLEAN: {
        bool boolean = value.kind == JSON_TRUE;
        memcpy(target, &boolean, sizeof boolean);
        return boolean || value.kind == JSON_FALSE;
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
    case TOOL_FIELD_JSON: memcpy(target, &value.text, sizeof value.text); return true;
    case TOOL_FIELD_OBJECT: return false; /* bind_value goes through its members */
    }
    return false;
}

/* The field that `key`, still escaped, names; or NULL. */
static const struct tool_field *find_field(const struct tool_fields *fields, struct text key) {
    for (size_t i = 0; i < fields->count; i++) {
        if (json_string_says(key, text_of(fields->first[i].name))) return &fields->first[i];
    }
    return NULL;
}

/* Begins a sentence about what `way` leads to; false where enough was said. */
static bool begin_problem(struct binding *binding, const struct way *way, struct text begin) {
    if (binding->sentences++ >= LIMIT_SCHEMA_PROBLEMS) return false;
    struct buffer *out = binding->problems;
    if (out->length > 0) buffer_append(out, TEXT(" "));
    buffer_append(out, begin);
    append_way(out, way);
    return true;
}

static void add_problem(struct binding *binding, const struct way *way, struct text predicate) {
    if (begin_problem(binding, way, subjects[binding->use].part)) {
        buffer_append(binding->problems, predicate);
    }
}

static void add_wrong_kind(struct binding *binding, const struct way *way,
                           const struct tool_field *field) {
    struct buffer *out = binding->problems;
    if (!begin_problem(binding, way, subjects[binding->use].part)) return;
    BUFFER_APPEND(out, TEXT("' must be "), text_of(kinds[field->kind].phrase));
    for (size_t i = 0; i < field->choice_count; i++) {
        BUFFER_APPEND(out, i == 0 ? TEXT(" (") : TEXT(", "), text_of(field->choices[i].value));
    }
    buffer_append(out, field->choice_count > 0 ? TEXT(").") : TEXT("."));
}

static void add_count(struct binding *binding, const struct way *way, struct text bound,
                      uint32_t count) {
    if (!begin_problem(binding, way, subjects[binding->use].part)) return;
    BUFFER_APPEND(binding->problems, TEXT("' must have "), bound);
    buffer_append_integer(binding->problems, count);
    buffer_append(binding->problems, count == 1 ? TEXT(" item.") : TEXT(" items."));
}

static void bind_members(struct binding *binding, const struct way *way,
                         const struct tool_fields *fields, struct json_value given, char *target);

static void bind_value(struct binding *binding, const struct way *way,
                       const struct tool_field *field, struct json_value given, char *target) {
    if (field->kind == TOOL_FIELD_OBJECT && given.kind == JSON_OBJECT) {
        bind_members(binding, way, &field->fields, given, target);
    } else if (!store(field, given, binding->problems->arena, target)) {
        add_wrong_kind(binding, way, field);
    }
}

/* Room for `count` items, all zeros; NULL where the arena is exhausted. */
static char *allocate_items(struct arena *arena, const struct tool_field *field, size_t count) {
    size_t each = arguments_item_bytes(field);
    size_t size = each > 0 && count > SIZE_MAX / each ? SIZE_MAX : each * count;
    char *items = arena_allocate(arena, size);
    if (items != NULL) memset(items, 0, size);
    return items;
}

static void bind_items(struct binding *binding, const struct way *way,
                       const struct tool_field *field, struct json_value given, char *structure) {
    size_t count = 0, position = 0;
    struct json_value one;
    while (json_next_element(given, &position, &one)) count++;
    if (count < field->min_items) add_count(binding, way, TEXT("at least "), field->min_items);
    if (field->max_items > 0 && count > field->max_items) {
        add_count(binding, way, TEXT("at most "), field->max_items);
        return;
    }
    char *items = allocate_items(binding->problems->arena, field, count);
    if (items == NULL) return;
    struct way item = {way, NULL, 0};
    for (position = 0; json_next_element(given, &position, &one); item.index++) {
        bind_value(binding, &item, field, one, items + item.index * arguments_item_bytes(field));
    }
    memcpy(structure + field->offset, &items, sizeof items);
    memcpy(structure + field->count_offset, &count, sizeof count);
}

static void bind_field(struct binding *binding, const struct way *way,
                       const struct tool_field *field, struct json_value given, char *structure) {
    if (!field->array) bind_value(binding, way, field, given, structure + field->offset);
    else if (given.kind == JSON_ARRAY) bind_items(binding, way, field, given, structure);
    else add_problem(binding, way, TEXT("' must be an array."));
}

/* Binds the field's default. */
static void bind_default(struct binding *binding, const struct way *way,
                         const struct tool_field *field, char *structure) {
    struct arena *arena = binding->problems->arena;
    struct text json = text_of(field->default_json);
    struct json_document document;
    if (json_check(json, arena, &document) != JSON_OK) return; /* only for want of memory */
    bind_field(binding, way, field, document.root, structure);
}

/* The field was not given, nor need it be: its default, or what stands for none. */
static void bind_absent(struct binding *binding, const struct way *way,
                        const struct tool_field *field, char *structure) {
    if (field->default_json != NULL) {
        bind_default(binding, way, field, structure);
    } else if (field->kind == TOOL_FIELD_CHOICE) {
        int none = -1;
        memcpy(structure + field->offset, &none, sizeof none);
    } else if (field->kind == TOOL_FIELD_OBJECT && !field->array) {
        for (size_t i = 0; i < field->fields.count; i++) {
            const struct tool_field *inner = &field->fields.first[i];
            struct way inner_way = {way, inner->name, 0};
            bind_absent(binding, &inner_way, inner, structure + field->offset);
        }
    }
}

/* The key, still escaped, names no field. */
static void add_unknown(struct binding *binding, const struct way *way, struct text key) {
    struct text quoted = {key.bytes - 1, key.length + 2}, name;
    struct arena *arena = binding->problems->arena;
    if (!json_string((struct json_value){JSON_STRING, quoted, NULL}, arena, &name)) return;
    struct buffer string = buffer_in(arena, name.length + 1);
    BUFFER_APPEND(&string, name, TEXT("\0"));
    struct way member = {way, string.bytes, 0};
    if (!arena->exhausted && begin_problem(binding, &member, subjects[binding->use].unknown)) {
        buffer_append(binding->problems, TEXT("'."));
    }
}

static void bind_members(struct binding *binding, const struct way *way,
                         const struct tool_fields *fields, struct json_value given, char *target) {
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
        if (missing) add_problem(binding, &member, TEXT("' is missing."));
        else bind_absent(binding, &member, field, target);
    }
}

/* The function that checks what TOOL_ALSO says somewhere in the fields; NULL where nothing does. */
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
    if (field->kind == TOOL_FIELD_OBJECT) return arguments_bytes(&field->fields);
    return kinds[field->kind].bytes;
}

bool arguments_bind_as(enum schema_use use, const struct tool_fields *fields,
                       struct json_value given, void *target, struct buffer *problems) {
    struct binding binding = {use, 0, problems};
    bind_members(&binding, NULL, fields, given, target);
    if (problems->arena->exhausted) return false;
    tool_fits *fits = find_fits(fields);
    if (fits == NULL || problems->length > 0) return problems->length == 0;
    struct buffer schema = buffer_in(problems->arena, 0);
    arguments_append_schema(&schema, fields, use != SCHEMA_ANSWER);
    enum schema_use closely = use == SCHEMA_ARGUMENTS ? SCHEMA_FIELDS : use;
    return fits((int)closely, buffer_text(&schema),
                given.kind == JSON_OBJECT ? given.text : TEXT("{}"), problems);
}
