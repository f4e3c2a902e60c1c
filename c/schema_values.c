#include <float.h>
#include <math.h>
#include <string.h>

#include "schema_run.h"

const struct schema_type *schema_type_named(const cJSON *name) {
    static const struct schema_type types[] = {
        {"array", "an array", cJSON_Array},          {"boolean", "true or false", KIND_BOOLEAN},
        {"integer", "a whole number", cJSON_Number}, {"null", "null", cJSON_NULL},
        {"number", "a number", cJSON_Number},        {"object", "an object", cJSON_Object},
        {"string", "a string", cJSON_String},
    };
    for (size_t i = 0; cJSON_IsString(name) && i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i].name, name->valuestring) == 0) return &types[i];
    }
    return NULL;
}

static bool is_one_type(const cJSON *name, const cJSON *instance) {
    const struct schema_type *type = schema_type_named(name);
    if (type == NULL || (type->kinds & instance->type) == 0) return false;
    double number = instance->valuedouble; /* 1e999 is none: many clients have no such number */
    return isfinite(number) && (type->name[0] != 'i' || number == floor(number));
}

bool schema_is_type(const cJSON *type, const cJSON *instance) {
    if (!cJSON_IsArray(type)) return is_one_type(type, instance);
    for (const cJSON *one = type->child; one != NULL; one = one->next) {
        if (is_one_type(one, instance)) return true;
    }
    return false;
}

bool schema_type(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                 const struct schema_keyword *keyword) {
    (void)keyword;
    if (schema_is_type(value, site->instance)) return true;
    return schema_fail_choice(run, value, true);
}

bool schema_enum(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                 const struct schema_keyword *keyword) {
    (void)keyword;
    for (const cJSON *one = value->child; one != NULL && !run->stopped; one = one->next) {
        if (schema_equal(run, one, site->instance)) return true;
    }
    return schema_fail_choice(run, value, false);
}

bool schema_const(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                  const struct schema_keyword *keyword) {
    (void)keyword;
    if (schema_equal(run, value, site->instance)) return true;
    return schema_fail_value(run, "must be ", value, "");
}

static bool within(uint8_t bound, double number, double limit) {
    return bound == AT_LEAST  ? number >= limit
           : bound == AT_MOST ? number <= limit
           : bound == ABOVE   ? number > limit
                              : number < limit;
}

bool schema_number(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                   const struct schema_keyword *keyword) {
    static const char *const phrases[] = {
        [AT_LEAST] = "must be at least ",
        [AT_MOST] = "must be at most ",
        [ABOVE] = "must be more than ",
        [BELOW] = "must be less than ",
    };
    if (within(keyword->detail, site->instance->valuedouble, value->valuedouble)) return true;
    return schema_fail_value(run, phrases[keyword->detail], value, "");
}

/* The number of characters in a string, or of children. */
static size_t size_of(struct schema_run *run, const cJSON *instance) {
    size_t size = 0;
    if (cJSON_IsString(instance)) {
        const char *at = instance->valuestring;
        for (; *at != '\0'; at++) size += (*at & 0xc0) != 0x80;
        schema_spend(run, size / 8);
    } else {
        for (const cJSON *child = instance->child; child != NULL; child = child->next) size++;
        schema_spend(run, size);
    }
    return size;
}

bool schema_count(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                  const struct schema_keyword *keyword) {
    const cJSON *instance = site->instance;
    double size = (double)size_of(run, instance);
    if (within(keyword->detail, size, value->valuedouble)) return true;
    const char *phrase = keyword->detail == AT_LEAST ? "must have at least " : "must have at most ";
    const char *unit = cJSON_IsString(instance)  ? " character"
                       : cJSON_IsArray(instance) ? " item"
                                                 : " member";
    return schema_fail_value(run, phrase, value, unit);
}

/* Splits `number`, finite and not 0, into an odd whole number, which is returned, times 2 to the
   power of `*exponent`. */
static uint64_t odd_part(double number, int *exponent) {
    uint64_t whole = (uint64_t)ldexp(fabs(frexp(number, exponent)), DBL_MANT_DIG);
    int zeros = __builtin_ctzll(whole);
    *exponent += zeros;
    return whole >> zeros;
}

/* True if `number` is an exact multiple of `unit`. */
static bool is_exact_multiple(double number, double unit) {
    int power, unit_power;
    if (!isfinite(number) || !isfinite(unit) || unit == 0) return false;
    if (number == 0) return true;
    uint64_t odd = odd_part(number, &power);
    return odd % odd_part(unit, &unit_power) == 0 && power >= unit_power;
}

/* A multiple in decimals, which doubles only approximate: the quotient may be off by as much as
   rounding both numbers and dividing them can make it. Between whole numbers nothing is rounded. */
static bool is_multiple(double number, double unit) {
    if (is_exact_multiple(number, unit)) return true;
    double quotient = number / unit;
    if (unit == floor(unit) || !isfinite(quotient)) return false;
    return fabs(quotient - floor(quotient + 0.5)) <= fabs(quotient) * 2 * DBL_EPSILON;
}

bool schema_multiple(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                     const struct schema_keyword *keyword) {
    (void)keyword;
    if (is_multiple(site->instance->valuedouble, value->valuedouble)) return true;
    return schema_fail_value(run, "must be a multiple of ", value, "");
}

bool schema_match(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                  const struct schema_keyword *keyword) {
    (void)keyword;
    if (schema_pattern_found(run, value->valuestring, site->instance->valuestring)) return true;
    return schema_fail_value(run, "must match the regular expression ", value, "");
}

bool schema_unique(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                   const struct schema_keyword *keyword) {
    (void)keyword;
    if (!cJSON_IsTrue(value) || schema_all_different(run, site->instance)) return true;
    return schema_fail(run, "must not have the same item twice");
}

bool schema_required(struct schema_run *run, const struct schema_site *site, const cJSON *value,
                     const struct schema_keyword *keyword) {
    (void)keyword;
    bool valid = true;
    for (const cJSON *name = value->child; name != NULL && !run->stopped; name = name->next) {
        if (!cJSON_IsString(name)) continue;
        if (schema_member(run, site->instance, name->valuestring, NULL) != NULL) continue;
        valid = schema_fail_member(run, name->valuestring, "is missing");
    }
    return valid;
}

struct pattern *schema_pattern(struct schema_run *run, const char *source, const char **problem) {
    const void **note = schema_note(run, (uintptr_t)source);
    *problem = NULL;
    if (note == NULL) return NULL;
    if (*note == NULL) *note = pattern_compile(text_of(source), run->problems->arena, problem);
    return (struct pattern *)(uintptr_t)*note;
}

bool schema_pattern_found(struct schema_run *run, const char *source, const char *subject) {
    const char *problem;
    struct pattern *pattern = schema_pattern(run, source, &problem);
    if (pattern == NULL || run->stopped) return false;
    bool found = pattern_found(pattern, text_of(subject), &run->steps);
    if (run->steps == 0) run->too_complex = run->stopped = true;
    return found;
}
