#include "schema.h"

#include <string.h>

#include "limits.h"
#include "schema_run.h"

enum {
    ARRAY = cJSON_Array,
    OBJECT = cJSON_Object,
    STRING = cJSON_String,
    NUMBER = cJSON_Number,
};

/* Sorted by name. Those that look at no kind of value have a place of their own in fits_keywords,
   or are read by a neighbour's handler. */
static const struct schema_keyword keywords[] = {
    {"$defs", FORM_SCHEMA_MAP, 0, 0, NULL},
    {"$ref", FORM_REF, KIND_ANY, 0, schema_reference},
    {"additionalProperties", FORM_SCHEMA, OBJECT, CHILDREN_UNNAMED, schema_children},
    {"allOf", FORM_SCHEMA_LIST, KIND_ANY, EACH_OF_ALL, schema_each},
    {"anyOf", FORM_SCHEMA_LIST, KIND_ANY, false, schema_some},
    {"const", FORM_ANY, KIND_ANY, 0, schema_const},
    {"contains", FORM_SCHEMA, ARRAY, 0, schema_contains},
    {"contentSchema", FORM_SCHEMA, 0, 0, NULL},
    {"definitions", FORM_SCHEMA_MAP, 0, 0, NULL},
    {"dependentRequired", FORM_STRINGS_MAP, OBJECT, EACH_REQUIRED, schema_each},
    {"dependentSchemas", FORM_SCHEMA_MAP, OBJECT, EACH_DEPENDENT, schema_each},
    {"else", FORM_SCHEMA, 0, 0, NULL},
    {"enum", FORM_ARRAY, KIND_ANY, 0, schema_enum},
    {"exclusiveMaximum", FORM_NUMBER, NUMBER, BELOW, schema_number},
    {"exclusiveMinimum", FORM_NUMBER, NUMBER, ABOVE, schema_number},
    {"format", FORM_STRING, STRING, 0, schema_format},
    {"if", FORM_SCHEMA, KIND_ANY, 0, schema_if},
    {"items", FORM_SCHEMA, ARRAY, CHILDREN_BEHIND, schema_children},
    {"maxItems", FORM_COUNT, ARRAY, AT_MOST, schema_count},
    {"maxLength", FORM_COUNT, STRING, AT_MOST, schema_count},
    {"maxProperties", FORM_COUNT, OBJECT, AT_MOST, schema_count},
    {"maximum", FORM_NUMBER, NUMBER, AT_MOST, schema_number},
    {"minItems", FORM_COUNT, ARRAY, AT_LEAST, schema_count},
    {"minLength", FORM_COUNT, STRING, AT_LEAST, schema_count},
    {"minProperties", FORM_COUNT, OBJECT, AT_LEAST, schema_count},
    {"minimum", FORM_NUMBER, NUMBER, AT_LEAST, schema_number},
    {"multipleOf", FORM_NUMBER_ABOVE_0, NUMBER, 0, schema_multiple},
    {"not", FORM_SCHEMA, KIND_ANY, 0, schema_not},
    {"oneOf", FORM_SCHEMA_LIST, KIND_ANY, true, schema_some},
    {"pattern", FORM_PATTERN, STRING, 0, schema_match},
    {"patternProperties", FORM_PATTERN_MAP, OBJECT, 0, schema_pattern_properties},
    {"prefixItems", FORM_SCHEMA_LIST, ARRAY, CHILDREN_FIRST, schema_children},
    {"properties", FORM_SCHEMA_MAP, OBJECT, EACH_PROPERTY, schema_each},
    {"propertyNames", FORM_SCHEMA, OBJECT, 0, schema_names},
    {"required", FORM_STRINGS, OBJECT, 0, schema_required},
    {"then", FORM_SCHEMA, 0, 0, NULL},
    {"type", FORM_TYPE, 0, 0, NULL},
    {"unevaluatedItems", FORM_SCHEMA, 0, CHILDREN_UNMARKED, schema_children},
    {"unevaluatedProperties", FORM_SCHEMA, 0, CHILDREN_UNMARKED, schema_children},
    {"uniqueItems", FORM_BOOLEAN, ARRAY, 0, schema_unique},
};

const struct schema_keyword *schema_keyword(const char *name) {
    size_t low = 0, high = sizeof keywords / sizeof *keywords;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name, keywords[middle].name);
        if (order == 0) return &keywords[middle];
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return NULL;
}

bool schema_is_shaped(const struct schema_keyword *keyword, const cJSON *value) {
    static const uint8_t shapes[] = {
        [FORM_SCHEMA] = OBJECT | KIND_BOOLEAN,
        [FORM_SCHEMA_LIST] = ARRAY,
        [FORM_SCHEMA_MAP] = OBJECT,
        [FORM_PATTERN_MAP] = OBJECT,
        [FORM_ANY] = KIND_ANY,
        [FORM_ARRAY] = ARRAY,
        [FORM_BOOLEAN] = KIND_BOOLEAN,
        [FORM_COUNT] = NUMBER,
        [FORM_NUMBER] = NUMBER,
        [FORM_NUMBER_ABOVE_0] = NUMBER,
        [FORM_STRING] = STRING,
        [FORM_STRINGS] = ARRAY,
        [FORM_STRINGS_MAP] = OBJECT,
        [FORM_TYPE] = STRING | ARRAY,
        [FORM_PATTERN] = STRING,
        [FORM_DIALECT] = STRING,
        [FORM_ID] = STRING,
        [FORM_ANCHOR] = STRING,
        [FORM_REF] = STRING,
    };
    return (shapes[keyword->form] & value->type) != 0;
}

APART bool schema_spend(struct schema_run *run, size_t steps) {
    if (run->stopped) return false;
    if (steps > run->steps) {
        run->too_complex = run->stopped = true;
        return false;
    }
    run->steps -= (uint32_t)steps;
    return true;
}

const cJSON *schema_member(struct schema_run *run, const cJSON *object, const char *name,
                           size_t *index) {
    size_t before = 0;
    const cJSON *child = cJSON_IsObject(object) ? object->child : NULL;
    while (child != NULL && strcmp(child->string, name) != 0) {
        child = child->next;
        before++;
    }
    if (index != NULL) *index = before;
    return schema_spend(run, before + 1) ? child : NULL;
}

/* The entry for `key`, or a free one: there always is one. */
static struct schema_memo_entry *locate(const struct schema_memo *memo, uintptr_t key) {
    size_t at = (size_t)(key * 0x9e3779b1u);
    for (at ^= at >> 15;; at++) {
        struct schema_memo_entry *entry = &memo->entries[at & (memo->capacity - 1)];
        if (entry->key == key || entry->key == 0) return entry;
    }
}

static bool enlarge(struct schema_memo *memo, struct arena *arena) {
    struct schema_memo larger = {NULL, memo->capacity == 0 ? 16 : memo->capacity * 2, memo->count};
    size_t size = larger.capacity * sizeof *larger.entries;
    larger.entries = arena_allocate(arena, size);
    if (larger.entries == NULL) return false;
    memset(larger.entries, 0, size);
    for (size_t i = 0; i < memo->capacity; i++) {
        if (memo->entries[i].key != 0) *locate(&larger, memo->entries[i].key) = memo->entries[i];
    }
    *memo = larger;
    return true;
}

const void **schema_note(struct schema_run *run, uintptr_t key) {
    struct schema_memo *memo = &run->memo;
    if (memo->count * 2 >= memo->capacity && !enlarge(memo, run->problems->arena)) {
        run->stopped = true;
        return NULL;
    }
    struct schema_memo_entry *entry = locate(memo, key);
    if (entry->key == 0) memo->count++;
    entry->key = key;
    return &entry->value;
}

/* The member that looks at what the others left, for the kind of value that `instance` is. */
static const cJSON *last_member(struct schema_run *run, const cJSON *schema,
                                const cJSON *instance) {
    const char *name = cJSON_IsObject(instance)  ? "unevaluatedProperties"
                       : cJSON_IsArray(instance) ? "unevaluatedItems"
                                                 : NULL;
    return name == NULL ? NULL : schema_member(run, schema, name, NULL);
}

/* If the type is wrong, what other keywords would say is pointless. What is unevaluated is known
   only once all others have marked what they evaluated, each on its own site's marks. */
static bool fits_keywords(struct schema_run *run, const cJSON *schema, const cJSON *instance,
                          struct schema_marks *marks) {
    struct schema_site site = {schema, instance, marks};
    const cJSON *type = schema_member(run, schema, "type", NULL);
    if (type != NULL && !schema_type(run, &site, type, NULL)) return false;
    const cJSON *last = last_member(run, schema, instance);
    if (last != NULL) site.marks = schema_marks(run, instance);
    bool valid = true;
    for (const cJSON *member = schema->child; member != NULL; member = member->next) {
        const struct schema_keyword *keyword = schema_keyword(member->string);
        if (!schema_spend(run, 1) || (!valid && run->quiet > 0)) return false;
        if (keyword == NULL || (keyword->kinds & instance->type) == 0) continue;
        if (!schema_is_shaped(keyword, member)) continue; /* schema_check would refuse it */
        if (!keyword->handler(run, &site, member, keyword)) valid = false;
    }
    if (last == NULL || run->stopped) return valid;
    valid = schema_children(run, &site, last, schema_keyword(last->string)) && valid;
    if (marks != NULL) schema_marks_add(marks, site.marks);
    return valid;
}

bool schema_fits(struct schema_run *run, const cJSON *schema, const cJSON *instance,
                 struct schema_marks *marks) {
    if (!schema_spend(run, 1)) return false;
    if (cJSON_IsFalse(schema)) return schema_fail(run, "must not be given");
    if (!cJSON_IsObject(schema)) return true;
    if (run->depth == LIMIT_SCHEMA_DEPTH) {
        run->too_complex = run->stopped = true;
        return false;
    }
    run->depth++;
    bool valid = fits_keywords(run, schema, instance, marks);
    run->depth--;
    return valid;
}

bool schema_start(struct schema_run *run, const cJSON *schema, struct buffer *problems) {
    *run = (struct schema_run){.root = schema, .problems = problems, .steps = LIMIT_SCHEMA_STEPS};
    run->path = arena_allocate(problems->arena, (LIMIT_JSON_DEPTH + 2) * sizeof *run->path);
    return run->path != NULL;
}

/* Ends a run. Returns `valid`, or false if it was stopped. */
static bool end(struct schema_run *run, bool valid) {
    if (run->too_complex) {
        run->stopped = false;
        run->quiet = run->sentences = 0;
        run->path_length = 0;
        schema_fail(run, "must be simpler to be checked in time");
    }
    return valid && !run->stopped && !run->too_complex;
}

bool schema_validate(enum schema_use use, const cJSON *schema, const cJSON *instance,
                     struct buffer *problems) {
    struct schema_run run;
    if (!schema_start(&run, schema, problems)) return false;
    run.use = use;
    return end(&run, schema_fits(&run, schema, instance, NULL));
}
