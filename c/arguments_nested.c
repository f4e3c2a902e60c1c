/* Fields that hold others: objects, and arrays of any kind. */
#include <string.h>

#include "arguments_kinds.h"

static void append_object_schema(struct buffer *out, const struct tool_field *field) {
    arguments_append_members_schema(out, &field->fields, true);
}

static bool store_object(struct binding *binding, const struct way *way,
                         const struct tool_field *field, struct json_value value, char *target) {
    if (value.kind != JSON_OBJECT) return false;
    arguments_bind_members(binding, way, &field->fields, value, target);
    return true;
}

/* An object that is not given gets its own fields' defaults. */
static void store_no_object(struct binding *binding, const struct way *way,
                            const struct tool_field *field, char *target) {
    for (size_t i = 0; i < field->fields.count; i++) {
        const struct tool_field *inner = &field->fields.first[i];
        struct way inner_way = {way, inner->name, 0};
        arguments_bind_absent(binding, &inner_way, inner, target);
    }
}

static void append_object(struct buffer *out, const struct tool_field *field, const char *from) {
    arguments_append_json(out, &field->fields, from);
}

const struct tool_field_kind tool_field_object = {
    .phrase = "an object",
    .schema = TEXT_INITIALIZER("\"type\":\"object\""),
    .append_schema = append_object_schema,
    .store = store_object,
    .store_none = store_no_object,
    .append = append_object,
};

static void append_bound(struct buffer *out, struct text name, uint32_t bound) {
    if (bound == 0) return;
    BUFFER_APPEND(out, TEXT(",\""), name, TEXT("\":"));
    buffer_append_integer(out, bound);
}

static void append_array_schema(struct buffer *out, const struct tool_field *field) {
    buffer_append(out, TEXT("{\"type\":\"array\",\"items\":"));
    arguments_append_value_schema(out, field);
    buffer_append(out, TEXT("}"));
    append_bound(out, TEXT("minItems"), field->min_items);
    append_bound(out, TEXT("maxItems"), field->max_items);
}

static void add_count(struct binding *binding, const struct way *way, struct text bound,
                      uint32_t count) {
    if (!arguments_begin_problem(binding, way)) return;
    BUFFER_APPEND(binding->problems, TEXT("' must have "), bound);
    buffer_append_integer(binding->problems, count);
    buffer_append(binding->problems, count == 1 ? TEXT(" item.") : TEXT(" items."));
}

/* Room for `count` items, all zeros; NULL if the arena is exhausted. */
static char *allocate_items(struct arena *arena, const struct tool_field *field, size_t count) {
    size_t each = arguments_item_bytes(field);
    size_t size = each > 0 && count > SIZE_MAX / each ? SIZE_MAX : each * count;
    char *items = arena_allocate(arena, size);
    if (items != NULL) memset(items, 0, size);
    return items;
}

static void store_items(struct binding *binding, const struct way *way,
                        const struct tool_field *field, struct json_value value, char *structure) {
    size_t count = 0, position = 0;
    struct json_value one;
    while (json_next_element(value, &position, &one)) count++;
    if (count < field->min_items) add_count(binding, way, TEXT("at least "), field->min_items);
    if (field->max_items > 0 && count > field->max_items) {
        add_count(binding, way, TEXT("at most "), field->max_items);
        return;
    }
    char *items = allocate_items(binding->problems->arena, field, count);
    if (items == NULL) return;
    struct way item = {way, NULL, 0};
    for (position = 0; json_next_element(value, &position, &one); item.index++) {
        char *target = items + item.index * arguments_item_bytes(field);
        arguments_bind_value(binding, &item, field, one, target);
    }
    memcpy(structure + field->offset, &items, sizeof items);
    memcpy(structure + field->count_offset, &count, sizeof count);
}

static void store_array(struct binding *binding, const struct way *way,
                        const struct tool_field *field, struct json_value value, char *structure) {
    if (value.kind == JSON_ARRAY) {
        store_items(binding, way, field, value, structure);
    } else if (arguments_begin_problem(binding, way)) {
        buffer_append(binding->problems, TEXT("' must be an array."));
    }
}

static void append_array(struct buffer *out, const struct tool_field *field,
                         const char *structure) {
    const char *items;
    size_t count;
    memcpy(&items, structure + field->offset, sizeof items);
    memcpy(&count, structure + field->count_offset, sizeof count);
    buffer_append(out, TEXT("["));
    for (size_t i = 0; i < count && !out->arena->exhausted; i++) {
        buffer_separate(out);
        field->kind->append(out, field, items + i * arguments_item_bytes(field));
    }
    buffer_append(out, TEXT("]"));
}

const struct tool_field_array tool_field_array = {
    .append_schema = append_array_schema,
    .store = store_array,
    .append = append_array,
};
