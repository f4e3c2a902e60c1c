/* What the parts of the validator share. A run checks one instance against one schema:

     schema.c           the run, the keywords' table, one schema applied to one value
     schema_values.c    the keywords that look only at a value
     schema_apply.c     the keywords that apply other schemas, to the value or to its children
     schema_equal.c     comparing values
     schema_format.c    format
     schema_refs.c      where a $ref leads
     schema_report.c    the sentences
     schema_check.c     schema_check

   Whatever allocates or costs steps may stop the run: then every function quickly returns false (or
   NULL), and so does the run as a whole. */
#ifndef SCHEMA_RUN_H
#define SCHEMA_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "pattern_program.h"
#include "schema.h"

/* cJSON's types are bits, one for each kind of value. */
enum {
    KIND_BOOLEAN = cJSON_False | cJSON_True,
    KIND_ANY = 0xff,
};

/* The form of a keyword's value. The first ones hold schemas. */
enum schema_form {
    FORM_SCHEMA,      /* a schema */
    FORM_SCHEMA_LIST, /* an array of at least one */
    FORM_SCHEMA_MAP,  /* an object of schemas */
    FORM_PATTERN_MAP, /* the same, its keys patterns */
    FORM_LAST_OF_SCHEMAS = FORM_PATTERN_MAP,
    FORM_ANY,
    FORM_ARRAY,
    FORM_BOOLEAN,
    FORM_COUNT, /* a whole number from 0 on */
    FORM_NUMBER,
    FORM_NUMBER_ABOVE_0,
    FORM_STRING,
    FORM_STRINGS,     /* an array of strings, each once */
    FORM_STRINGS_MAP, /* an object of those */
    FORM_TYPE,        /* a type's name, or an array of some, each once */
    FORM_PATTERN,
    FORM_DIALECT, /* the URI of 2020-12 */
    FORM_ID,
    FORM_ANCHOR,
    FORM_REF,
};

/* One step of the path from the instance, or the schema, to a part of it. */
struct schema_place {
    const char *name; /* of a member; NULL for an element */
    size_t index;     /* of an element */
};

/* Maps addresses to what was found out about them. All zeros is an empty one. */
struct schema_memo {
    struct schema_memo_entry {
        uintptr_t key;
        const void *value;
    } * entries;
    size_t capacity, count;
};

struct schema_resource;
struct schema_anchor;

struct schema_run {
    const cJSON *root; /* of the schema */
    struct buffer *problems;
    enum schema_use use;
    uint32_t steps;     /* that are left */
    uint32_t depth;     /* nested schemas being applied */
    uint32_t quiet;     /* above 0: what does not fit is not reported */
    uint32_t sentences; /* said so far */
    bool stopped;       /* out of steps, depth or memory, or enough was said */
    bool too_complex;
    struct schema_place *path;
    size_t path_length;
    struct schema_memo memo; /* schemas to resources, $refs to schemas, texts to patterns */
    struct schema_resource *resources;
    struct schema_anchor *anchors;
};

/* Which children of an array or object were evaluated: unevaluatedItems and unevaluatedProperties
   leave them alone. */
struct schema_marks {
    size_t words;
    uint32_t bits[];
};

/* One schema, applied to one value. `marks` is NULL if nobody needs them. */
struct schema_site {
    const cJSON *schema;
    const cJSON *instance;
    struct schema_marks *marks;
};

struct schema_keyword;

/* Checks the instance of a site against the keyword whose value is `value`. */
typedef bool schema_handler(struct schema_run *run, const struct schema_site *site,
                            const cJSON *value, const struct schema_keyword *keyword);

struct schema_keyword {
    const char *name;
    uint8_t form;            /* enum schema_form */
    uint8_t kinds;           /* of values that it looks at */
    uint8_t detail;          /* for a handler of several keywords */
    schema_handler *handler; /* NULL: another one looks at it */
};

/* schema.c */

/* Prepares a run; false if the arena is exhausted. */
bool schema_start(struct schema_run *run, const cJSON *schema, struct buffer *problems);

/* Spends steps; false, with the run stopped, if there are not enough left. */
bool schema_spend(struct schema_run *run, size_t steps);

/* The keyword `name`; NULL if it neither validates nor holds schemas. */
const struct schema_keyword *schema_keyword(const char *name);

/* True if `value` is of a kind that the keyword takes. */
bool schema_is_shaped(const struct schema_keyword *keyword, const cJSON *value);

/* True if `instance` fits `schema`. Marks evaluated children in `marks`, if that is not NULL. */
bool schema_fits(struct schema_run *run, const cJSON *schema, const cJSON *instance,
                 struct schema_marks *marks);

/* The member `name` of `object`; NULL if there is none. `*index` is how many precede it. */
const cJSON *schema_member(struct schema_run *run, const cJSON *object, const char *name,
                           size_t *index);

/* The place of the value noted for `key`, which is NULL at first; NULL, with the run stopped, if
   the arena is exhausted. Valid until the next call. */
const void **schema_note(struct schema_run *run, uintptr_t key);

/* schema_values.c */
schema_handler schema_type, schema_enum, schema_const, schema_number, schema_multiple, schema_count,
    schema_match, schema_unique, schema_required;

/* A type: its name in schemas and in sentences, and the kinds of values it has. */
struct schema_type {
    const char *name, *phrase;
    uint8_t kinds;
};

/* The type that the string `name` names; NULL if there is none, or it is no string. */
const struct schema_type *schema_type_named(const cJSON *name);

/* True if `instance` is of the type, or of one of the types, `type`. */
bool schema_is_type(const cJSON *type, const cJSON *instance);

enum { AT_LEAST, AT_MOST, ABOVE, BELOW }; /* details of the bounds */

/* The pattern `source`, compiled once; its address is its key. NULL if it cannot be: `*problem` is
   as pattern_compile leaves it. */
struct pattern *schema_pattern(struct schema_run *run, const char *source, const char **problem);

/* True if the pattern `source` is found in `subject`. */
bool schema_pattern_found(struct schema_run *run, const char *source, const char *subject);

/* schema_apply.c */
schema_handler schema_reference, schema_some, schema_not, schema_if, schema_each, schema_children,
    schema_pattern_properties, schema_names, schema_contains;

/* What schema_each does with each element or member of the keyword. */
enum {
    EACH_OF_ALL,    /* applies it to the instance */
    EACH_DEPENDENT, /* the same, if the instance has a member of that name */
    EACH_REQUIRED,  /* and then needs the members it names */
    EACH_PROPERTY,  /* applies it to that member */
};

/* To which children schema_children applies the keyword. */
enum {
    CHILDREN_FIRST,    /* its elements to the first items */
    CHILDREN_BEHIND,   /* to the items after those */
    CHILDREN_UNNAMED,  /* to members that neither properties nor patternProperties cover */
    CHILDREN_UNMARKED, /* to what was not evaluated */
};

/* Empty marks, with room for the children of `instance`; NULL if the run is stopped. */
struct schema_marks *schema_marks(struct schema_run *run, const cJSON *instance);

/* Adds the marks `from` to `to`. */
void schema_marks_add(struct schema_marks *to, const struct schema_marks *from);

/* schema_equal.c */

/* True if both are the same value. */
bool schema_equal(struct schema_run *run, const cJSON *left, const cJSON *right);

/* True if no two elements of `array` are the same. */
bool schema_all_different(struct schema_run *run, const cJSON *array);

/* schema_format.c */
schema_handler schema_format;

/* schema_refs.c */

/* Where the reference `ref`, the string of a $ref in `schema`, leads; NULL if nowhere. */
const cJSON *schema_target(struct schema_run *run, const cJSON *schema, const char *ref);

/* schema_report.c: all return false. `predicate` continues "The argument 'x' ", without a
   period. */
bool schema_fail(struct schema_run *run, const char *predicate);

/* Adds `value` (NULL: 1) after the predicate, then `unit`, in the plural unless `value` is 1. */
bool schema_fail_value(struct schema_run *run, const char *predicate, const cJSON *value,
                       const char *unit);

/* Says that it must be one of the elements of `values` or, with `types`, of one of the types so
   named. */
bool schema_fail_choice(struct schema_run *run, const cJSON *values, bool types);

/* schema_fail about the member `name` of the place. */
bool schema_fail_member(struct schema_run *run, const char *name, const char *predicate);

/* schema_fail about a place in the schema itself, named by its pointer. */
bool schema_fail_pointer(struct schema_run *run, const char *predicate);

/* Goes to the member `name` (NULL: the element `index`) of the place, or back. */
void schema_enter(struct schema_run *run, const char *name, size_t index);
void schema_leave(struct schema_run *run);

#endif
