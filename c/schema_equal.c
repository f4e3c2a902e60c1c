#include <string.h>

#include "schema_run.h"

/* Spends as much as it costs: whoever sends a value can make its texts long, and alike up to their
   ends. */
static bool same_text(struct schema_run *run, const char *left, const char *right) {
    size_t alike = 0;
    while (left[alike] != '\0' && left[alike] == right[alike]) alike++;
    return schema_spend(run, alike / 8) && left[alike] == right[alike];
}

/* Not schema_member, where one side's names are the schema's, which bounds each comparison. */
static const cJSON *find_member(struct schema_run *run, const cJSON *object, const char *name) {
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        if (!schema_spend(run, 1)) return NULL;
        if (same_text(run, member->string, name)) return member;
    }
    return NULL;
}

/* True if every member of `left` is in `right`, which has as many. Members are mostly in the same
   order, so each is first looked for right after the one found last. */
static bool same_members(struct schema_run *run, const cJSON *left, const cJSON *right) {
    const cJSON *next = right->child;
    for (const cJSON *member = left->child; member != NULL; member = member->next) {
        const cJSON *other = next;
        if (other == NULL || !same_text(run, other->string, member->string)) {
            other = find_member(run, right, member->string);
        }
        if (other == NULL || !schema_equal(run, member, other)) return false;
        next = other->next;
    }
    return true;
}

static bool same_items(struct schema_run *run, const cJSON *left, const cJSON *right) {
    for (right = right->child, left = left->child; left != NULL; left = left->next) {
        if (!schema_equal(run, left, right)) return false;
        right = right->next;
    }
    return true;
}

static size_t children(struct schema_run *run, const cJSON *value) {
    size_t count = 0;
    for (const cJSON *child = value->child; child != NULL; child = child->next) count++;
    schema_spend(run, count);
    return count;
}

bool schema_equal(struct schema_run *run, const cJSON *left, const cJSON *right) {
    if (!schema_spend(run, 1) || (left->type & KIND_ANY) != (right->type & KIND_ANY)) return false;
    switch (left->type & KIND_ANY) {
    case cJSON_Number: return left->valuedouble == right->valuedouble;
    case cJSON_String: return same_text(run, left->valuestring, right->valuestring);
    case cJSON_Array:
        return children(run, left) == children(run, right) && same_items(run, left, right);
    case cJSON_Object:
        return children(run, left) == children(run, right) && same_members(run, left, right);
    default: return true;
    }
}

static uint32_t mix(uint32_t hash) {
    hash = (hash ^ hash >> 16) * 0x7feb352du;
    hash = (hash ^ hash >> 15) * 0x846ca68bu;
    return hash ^ hash >> 16;
}

static uint32_t hash_bytes(struct schema_run *run, const char *bytes, size_t size) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
    schema_spend(run, size / 8);
    return mix(hash);
}

/* The same for equal values: the order of members does not matter. */
static uint32_t hash_of(struct schema_run *run, const cJSON *value) {
    uint32_t hash = (uint32_t)(value->type & KIND_ANY);
    if (!schema_spend(run, 1)) return 0;
    if (cJSON_IsNumber(value)) {
        double number = value->valuedouble + 0.0; /* -0 is 0 */
        return hash_bytes(run, (const char *)&number, sizeof number);
    }
    if (cJSON_IsString(value)) {
        return hash_bytes(run, value->valuestring, strlen(value->valuestring));
    }
    for (const cJSON *child = value->child; child != NULL; child = child->next) {
        uint32_t part = hash_of(run, child);
        if (child->string == NULL) hash = mix(hash + part);
        else hash += mix(part ^ hash_bytes(run, child->string, strlen(child->string)));
    }
    return mix(hash);
}

bool schema_all_different(struct schema_run *run, const cJSON *array) {
    struct schema_memo memo = run->memo; /* the run's own is restored afterwards */
    bool different = true;
    run->memo = (struct schema_memo){NULL, 0, 0};
    for (const cJSON *item = array->child; item != NULL && different; item = item->next) {
        uint32_t hash = hash_of(run, item) | 1;
        const void **note = schema_note(run, hash);
        while (note != NULL && *note != NULL && different) {
            different = !schema_equal(run, *note, item);
            note = schema_note(run, hash += 2);
        }
        if (note == NULL || run->stopped) break;
        *note = item;
    }
    run->memo = memo;
    return different;
}
