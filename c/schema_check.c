#include <math.h>
#include <string.h>

#include "limits.h"
#include "schema_run.h"

/* The keywords that play no part in validating: those that describe or name, or that a neighbour
   reads. MCP's own (enumNames, x-mcp-header) are among them; any other x-... may be there too. */
static const struct schema_keyword others[] = {
    {"$anchor", FORM_ANCHOR, 0, 0, NULL},
    {"$comment", FORM_STRING, 0, 0, NULL},
    {"$id", FORM_ID, 0, 0, NULL},
    {"$schema", FORM_DIALECT, 0, 0, NULL},
    {"contentEncoding", FORM_STRING, 0, 0, NULL},
    {"contentMediaType", FORM_STRING, 0, 0, NULL},
    {"default", FORM_ANY, 0, 0, NULL},
    {"deprecated", FORM_BOOLEAN, 0, 0, NULL},
    {"description", FORM_STRING, 0, 0, NULL},
    {"enumNames", FORM_ARRAY, 0, 0, NULL},
    {"examples", FORM_ARRAY, 0, 0, NULL},
    {"maxContains", FORM_COUNT, 0, 0, NULL},
    {"minContains", FORM_COUNT, 0, 0, NULL},
    {"readOnly", FORM_BOOLEAN, 0, 0, NULL},
    {"title", FORM_STRING, 0, 0, NULL},
    {"writeOnly", FORM_BOOLEAN, 0, 0, NULL},
    {"x-mcp-header", FORM_STRING, 0, 0, NULL},
};

static const struct schema_keyword *find_keyword(const char *name) {
    static const struct schema_keyword extension = {"x-", FORM_ANY, 0, 0, NULL};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(others[i].name, name) == 0) return &others[i];
    }
    return strncmp(name, "x-", 2) == 0 ? &extension : schema_keyword(name);
}

/* True if `array` holds only strings, each once. */
static bool are_strings(struct schema_run *run, const cJSON *array) {
    for (const cJSON *one = array->child; one != NULL; one = one->next) {
        if (!cJSON_IsString(one)) return false;
    }
    return schema_all_different(run, array);
}

static bool is_count(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    (void)run, (void)schema;
    double number = value->valuedouble;
    return number >= 0 && isfinite(number) && number == floor(number);
}

static bool is_number(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    (void)run, (void)schema;
    return isfinite(value->valuedouble);
}

static bool is_above_0(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    (void)run, (void)schema;
    return isfinite(value->valuedouble) && value->valuedouble > 0;
}

static bool is_strings(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    (void)schema;
    return are_strings(run, value);
}

static bool is_strings_map(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    (void)schema;
    for (const cJSON *one = value->child; one != NULL; one = one->next) {
        if (!cJSON_IsArray(one) || !are_strings(run, one)) return false;
    }
    return true;
}

static bool is_type(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    (void)schema;
    if (cJSON_IsString(value)) return schema_type_named(value) != NULL;
    if (value->child == NULL || !are_strings(run, value)) return false;
    for (const cJSON *one = value->child; one != NULL; one = one->next) {
        if (schema_type_named(one) == NULL) return false;
    }
    return true;
}

static bool is_dialect(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    (void)run, (void)schema;
    static const char uri[] = "https://json-schema.org/draft/2020-12/schema";
    return strncmp(value->valuestring, uri, sizeof uri - 1) == 0 &&
           (value->valuestring[sizeof uri - 1] == '\0' ||
            strcmp(value->valuestring + sizeof uri - 1, "#") == 0);
}

static bool is_id(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    const char *id = value->valuestring, *fragment = strchr(id, '#');
    if (fragment != NULL && fragment[1] != '\0') return false;
    bool absolute = id[strcspn(id, ":/?#")] == ':';
    return (absolute || schema == run->root) && schema_target(run, schema, id) == schema;
}

static bool is_anchor(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    const char *name = value->valuestring;
    if (strspn(name, "0123456789-.") > 0) return false;
    size_t length =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");
    if (length == 0 || name[length] != '\0') return false;
    struct buffer ref = buffer_in(run->problems->arena, length + 2);
    BUFFER_APPEND(&ref, TEXT("#"), text_of(name), (struct text){"", 1});
    return ref.bytes != NULL && schema_target(run, schema, ref.bytes) == schema;
}

/* A reference must lead to a schema, and a chain of them to one that is more than a $ref. */
static bool is_reference(struct schema_run *run, const cJSON *schema, const cJSON *value) {
    const cJSON *target = schema_target(run, schema, value->valuestring);
    for (int hops = 0; target != NULL && hops < LIMIT_SCHEMA_DEPTH; hops++) {
        const cJSON *next = schema_member(run, target, "$ref", NULL);
        if (!cJSON_IsString(next)) return true;
        target = schema_target(run, target, next->valuestring);
    }
    return false;
}

/* What, besides its shape, makes the value of a keyword of each form well-formed, and the sentence
   for all that can be wrong with it. */
static const struct {
    bool (*test)(struct schema_run *run, const cJSON *schema, const cJSON *value);
    const char *predicate;
} forms[] = {
    [FORM_SCHEMA] = {NULL, "must be a schema: an object, true or false"},
    [FORM_SCHEMA_LIST] = {NULL, "must be an array of schemas, at least one"},
    [FORM_SCHEMA_MAP] = {NULL, "must be an object whose members are schemas"},
    [FORM_PATTERN_MAP] = {NULL, "must be an object whose members are schemas"},
    [FORM_ANY] = {NULL, ""},
    [FORM_ARRAY] = {NULL, "must be an array"},
    [FORM_BOOLEAN] = {NULL, "must be true or false"},
    [FORM_COUNT] = {is_count, "must be a whole number from 0 on"},
    [FORM_NUMBER] = {is_number, "must be a number"},
    [FORM_NUMBER_ABOVE_0] = {is_above_0, "must be a number above 0"},
    [FORM_STRING] = {NULL, "must be a string"},
    [FORM_STRINGS] = {is_strings, "must be an array of strings, each once"},
    [FORM_STRINGS_MAP] = {is_strings_map,
                          "must be an object whose members are arrays of strings, each once"},
    [FORM_TYPE] = {is_type, "must be one of array, boolean, integer, null, number, object and "
                            "string, or an array of some, each once"},
    [FORM_PATTERN] = {NULL, "must be a string"},
    [FORM_DIALECT] = {is_dialect, "must be https://json-schema.org/draft/2020-12/schema"},
    [FORM_ID] = {is_id,
                 "must be a URI with a scheme and without a fragment that no other schema has"},
    [FORM_ANCHOR] = {is_anchor, "must be a name of letters, digits, - . and _ that begins with a "
                                "letter or _ and that no other schema has"},
    [FORM_REF] = {is_reference, "must lead to a schema within this one, and not back to itself"},
};

static bool check_pattern(struct schema_run *run, const char *source) {
    const char *problem;
    if (schema_pattern(run, source, &problem) != NULL) return true;
    return schema_fail_pointer(run, problem == NULL ? "must be a smaller pattern" : problem);
}

static bool check_schema(struct schema_run *run, const cJSON *schema);

/* The value of a keyword that holds several schemas. */
static bool check_schemas(struct schema_run *run, enum schema_form form, const cJSON *value) {
    bool valid = true;
    size_t index = 0;
    for (const cJSON *one = value->child; one != NULL && !run->stopped; one = one->next) {
        schema_enter(run, one->string, index++);
        if (form == FORM_PATTERN_MAP) valid = check_pattern(run, one->string) && valid;
        valid = check_schema(run, one) && valid;
        schema_leave(run);
    }
    if (form == FORM_SCHEMA_LIST && index == 0) {
        valid = schema_fail_pointer(run, forms[form].predicate);
    }
    return valid;
}

static bool check_keyword(struct schema_run *run, const cJSON *schema, const cJSON *member) {
    const struct schema_keyword *keyword = find_keyword(member->string);
    if (keyword == NULL) return schema_fail_pointer(run, "is a keyword that is not known here");
    enum schema_form form = keyword->form;
    if (form == FORM_SCHEMA) return check_schema(run, member);
    if (!schema_is_shaped(keyword, member)) return schema_fail_pointer(run, forms[form].predicate);
    if (form <= FORM_LAST_OF_SCHEMAS) return check_schemas(run, form, member);
    if (form == FORM_PATTERN) return check_pattern(run, member->valuestring);
    if (forms[form].test == NULL || forms[form].test(run, schema, member)) return true;
    return schema_fail_pointer(run, forms[form].predicate);
}

static bool check_schema(struct schema_run *run, const cJSON *schema) {
    bool valid = true;
    if (cJSON_IsBool(schema)) return true;
    if (!cJSON_IsObject(schema)) return schema_fail_pointer(run, forms[FORM_SCHEMA].predicate);
    for (const cJSON *member = schema->child; member != NULL; member = member->next) {
        if (!schema_spend(run, 1)) return false;
        schema_enter(run, member->string, 0);
        valid = check_keyword(run, schema, member) && valid;
        schema_leave(run);
    }
    return valid;
}

bool schema_check(const cJSON *schema, struct buffer *problems) {
    struct schema_run run;
    if (!schema_start(&run, schema, problems)) return false;
    bool valid = check_schema(&run, schema) && !run.stopped;
    if (run.too_complex) {
        run = (struct schema_run){.problems = problems, .path = run.path};
        schema_fail_pointer(&run, "must be simpler to be checked in time");
    }
    return valid;
}
