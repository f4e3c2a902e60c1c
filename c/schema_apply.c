#include <string.h>

#include "schema_run.h"

#define UNUSED(keyword) (void)(keyword)

/* Whether to look at more: once something was not `valid`, only to say what else is wrong. */
static bool goes_on(const struct schema_run *run, bool valid) {
    return !run->stopped && (valid || run->quiet == 0);
}

struct schema_marks *schema_marks(struct schema_run *run, const cJSON *instance) {
    size_t count = 0;
    for (const cJSON *child = instance->child; child != NULL; child = child->next) count++;
    size_t words = count / 32 + 1;
    struct schema_marks *marks = NULL;
    if (schema_spend(run, count)) {
        marks = arena_allocate(run->problems->arena, sizeof *marks + words * sizeof *marks->bits);
    }
    if (marks == NULL) {
        run->stopped = true;
        return NULL;
    }
    marks->words = words;
    memset(marks->bits, 0, words * sizeof *marks->bits);
    return marks;
}

void schema_marks_add(struct schema_marks *to, const struct schema_marks *from) {
    for (size_t i = 0; i < from->words; i++) to->bits[i] |= from->bits[i];
}

static void mark(struct schema_marks *marks, size_t index) {
    if (marks != NULL) marks->bits[index / 32] |= (uint32_t)1 << index % 32;
}

static bool is_marked(const struct schema_marks *marks, size_t index) {
    return (marks->bits[index / 32] >> index % 32 & 1) != 0;
}

/* Applies `schema` to the child of the site's instance that has `index` others before it. */
static bool fits_child(struct schema_run *run, const struct schema_site *site, const cJSON *schema,
                       const cJSON *child, size_t index) {
    mark(site->marks, index);
    schema_enter(run, child->string, index);
    bool valid = schema_fits(run, schema, child, NULL);
    schema_leave(run);
    return valid;
}

/* The same, but says of a member that nothing allows that it is unknown. */
static bool fits_extra_child(struct schema_run *run, const struct schema_site *site,
                             const cJSON *schema, const cJSON *child, size_t index) {
    if (child->string == NULL || !cJSON_IsFalse(schema)) {
        return fits_child(run, site, schema, child, index);
    }
    return schema_fail_member(run, child->string, "is unknown");
}

/* Applies `schema` to the site's instance without saying anything. Marks count only if it fits. */
static bool fits_quietly(struct schema_run *run, const struct schema_site *site,
                         const cJSON *schema) {
    struct schema_marks *marks = site->marks == NULL ? NULL : schema_marks(run, site->instance);
    run->quiet++;
    bool valid = schema_fits(run, schema, site->instance, marks);
    run->quiet--;
    if (valid && marks != NULL) schema_marks_add(site->marks, marks);
    return valid;
}

/* Applies `schema` to the site's instance itself. */
static bool fits_here(struct schema_run *run, const struct schema_site *site, const cJSON *schema) {
    return schema_fits(run, schema, site->instance, site->marks);
}

/* The value of a keyword beside the one being looked at. */
static const cJSON *beside(struct schema_run *run, const struct schema_site *site,
                           const char *name) {
    return schema_member(run, site->schema, name, NULL);
}

bool schema_reference(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                      const struct schema_keyword *keyword) {
    UNUSED(keyword);
    const cJSON *target = schema_target(run, site->schema, value->valuestring);
    if (target != NULL) return fits_here(run, site, target);
    return schema_fail(run, "must fit a schema that is missing");
}

/* True if `schema`, after at most one $ref, is meant for values such as the site's instance: it has
   the same type and the same constant members. */
static bool is_meant(struct schema_run *run, const struct schema_site *site, const cJSON *schema) {
    const cJSON *ref = schema_member(run, schema, "$ref", NULL);
    if (cJSON_IsString(ref)) schema = schema_target(run, schema, ref->valuestring);
    const cJSON *type = schema_member(run, schema, "type", NULL);
    if (type != NULL && !schema_is_type(type, site->instance)) return false;
    const cJSON *properties = schema_member(run, schema, "properties", NULL);
    const cJSON *property = cJSON_IsObject(properties) ? properties->child : NULL;
    for (; property != NULL && !run->stopped; property = property->next) {
        const cJSON *constant = schema_member(run, property, "const", NULL);
        if (constant == NULL) continue;
        const cJSON *member = schema_member(run, site->instance, property->string, NULL);
        if (member != NULL && !schema_equal(run, constant, member)) return false;
    }
    return true;
}

/* None of the schemas fits: says what keeps the instance from fitting the one meant for it, if
   there is just one. */
static bool fail_some(struct schema_run *run, const struct schema_site *site, const cJSON *value) {
    const cJSON *meant = NULL;
    size_t count = 0;
    if (run->quiet > 0) return false;
    for (const cJSON *one = value->child; one != NULL && !run->stopped; one = one->next) {
        if (!is_meant(run, site, one)) continue;
        meant = one;
        count++;
    }
    if (count == 1) return fits_here(run, site, meant);
    return schema_fail(run, "must have one of the allowed forms");
}

/* anyOf, or oneOf if the keyword's detail is true. */
bool schema_some(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                 const struct schema_keyword *keyword) {
    size_t fitting = 0;
    for (const cJSON *one = value->child; one != NULL && !run->stopped; one = one->next) {
        if (!fits_quietly(run, site, one)) continue;
        fitting++;
        if (keyword->detail ? fitting > 1 : site->marks == NULL) break;
    }
    if (fitting == 0) return fail_some(run, site, value);
    if (fitting == 1 || !keyword->detail) return true;
    return schema_fail(run, "must have only one of the allowed forms");
}

bool schema_not(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                const struct schema_keyword *keyword) {
    UNUSED(keyword);
    struct schema_site unmarked = {site->schema, site->instance, NULL};
    if (!fits_quietly(run, &unmarked, value)) return true;
    return schema_fail(run, "must not have a form that is ruled out");
}

bool schema_if(struct schema_run *run, const struct schema_site *site, const cJSON *value,
               const struct schema_keyword *keyword) {
    UNUSED(keyword);
    const char *branch = fits_quietly(run, site, value) ? "then" : "else";
    const cJSON *schema = beside(run, site, branch);
    return schema == NULL || fits_here(run, site, schema);
}

bool schema_each(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                 const struct schema_keyword *keyword) {
    bool valid = true;
    for (const cJSON *one = value->child; one != NULL && goes_on(run, valid); one = one->next) {
        size_t index = 0;
        const cJSON *member = NULL;
        if (keyword->detail != EACH_OF_ALL) {
            member = schema_member(run, site->instance, one->string, &index);
            if (member == NULL) continue;
        }
        bool fits = keyword->detail == EACH_PROPERTY   ? fits_child(run, site, one, member, index)
                    : keyword->detail == EACH_REQUIRED ? schema_required(run, site, one, keyword)
                                                       : fits_here(run, site, one);
        valid = fits && valid;
    }
    return valid;
}

bool schema_pattern_properties(struct schema_run *run, const struct schema_site *site,
                               const cJSON *value, const struct schema_keyword *keyword) {
    UNUSED(keyword);
    bool valid = true;
    for (const cJSON *one = value->child; one != NULL; one = one->next) {
        const cJSON *child = site->instance->child;
        for (size_t i = 0; child != NULL && goes_on(run, valid); i++, child = child->next) {
            if (!schema_pattern_found(run, one->string, child->string)) continue;
            valid = fits_child(run, site, one, child, i) && valid;
        }
    }
    return valid;
}

/* Whether the properties or patternProperties beside it speak of the member `name`. */
static bool is_named(struct schema_run *run, const struct schema_site *site, const char *name) {
    if (schema_member(run, beside(run, site, "properties"), name, NULL) != NULL) return true;
    const cJSON *patterns = beside(run, site, "patternProperties");
    const cJSON *pattern = cJSON_IsObject(patterns) ? patterns->child : NULL;
    for (; pattern != NULL && !run->stopped; pattern = pattern->next) {
        if (schema_pattern_found(run, pattern->string, name)) return true;
    }
    return false;
}

/* prefixItems has a schema of its own for each of the first items; the others have one for all
   children that another keyword left. */
bool schema_children(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                     const struct schema_keyword *keyword) {
    bool valid = true;
    uint8_t which = keyword->detail;
    const cJSON *prefix = which == CHILDREN_FIRST ? value : NULL, *child = site->instance->child;
    if (which == CHILDREN_BEHIND) prefix = beside(run, site, "prefixItems");
    const cJSON *first = prefix == NULL ? NULL : prefix->child;
    for (size_t i = 0; child != NULL && goes_on(run, valid); i++, child = child->next) {
        const cJSON *schema = which == CHILDREN_FIRST ? first : value;
        bool left = which == CHILDREN_BEHIND     ? first == NULL
                    : which == CHILDREN_UNNAMED  ? !is_named(run, site, child->string)
                    : which == CHILDREN_UNMARKED ? !is_marked(site->marks, i)
                                                 : schema != NULL;
        if (left) valid = fits_extra_child(run, site, schema, child, i) && valid;
        if (first != NULL) first = first->next;
    }
    return valid;
}

bool schema_names(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                  const struct schema_keyword *keyword) {
    UNUSED(keyword);
    bool valid = true;
    const cJSON *child = site->instance->child;
    for (; child != NULL && goes_on(run, valid); child = child->next) {
        cJSON name = {.type = cJSON_String, .valuestring = child->string};
        struct schema_site named = {site->schema, &name, NULL};
        if (!fits_quietly(run, &named, value)) {
            valid = schema_fail_member(run, child->string, "must not be named so");
        }
    }
    return valid;
}

bool schema_contains(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                     const struct schema_keyword *keyword) {
    UNUSED(keyword);
    const cJSON *least = beside(run, site, "minContains"), *most = beside(run, site, "maxContains");
    size_t fitting = 0, index = 0;
    const cJSON *item = site->instance->child;
    for (; item != NULL && !run->stopped; item = item->next, index++) {
        struct schema_site element = {site->schema, item, NULL};
        if (!fits_quietly(run, &element, value)) continue;
        mark(site->marks, index);
        fitting++;
    }
    if (least == NULL ? fitting == 0 : (double)fitting < least->valuedouble) {
        return schema_fail_value(run, "must have more of the items asked for: at least ", least,
                                 "");
    }
    if (most == NULL || (double)fitting <= most->valuedouble) return true;
    return schema_fail_value(run, "must have fewer of the items asked for: at most ", most, "");
}
