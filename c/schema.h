/* JSON Schema 2020-12: is a schema fully supported here, and does a value fit it?

   Both are trees from tree_parse, that is, of texts that json_check accepted. Nothing is fetched:
   $ref leads only to places within the schema. The cost of a check is bounded (LIMIT_SCHEMA_STEPS,
   LIMIT_SCHEMA_DEPTH) for any schema and value; what would cost more does not fit.

   Supported: boolean schemas, type, enum, const, multipleOf, minimum, maximum, exclusiveMinimum,
   exclusiveMaximum, minLength, maxLength, pattern (see pattern.h), properties, patternProperties,
   additionalProperties, propertyNames, required, minProperties, maxProperties, dependentRequired,
   dependentSchemas, prefixItems, items, contains, minContains, maxContains, uniqueItems, minItems,
   maxItems, allOf, anyOf, oneOf, not, if, then, else, unevaluatedProperties, unevaluatedItems,
   $ref, $defs, definitions, $id, $anchor. Accepted and shown, but not used to check values: format
   (but see SCHEMA_FIELDS), $schema, $comment, title, description, default, examples, deprecated,
   readOnly, writeOnly, contentEncoding, contentMediaType, contentSchema, enumNames, and all that
   begin with "x-". Unsupported: $dynamicRef, $dynamicAnchor, $vocabulary, and all others; a tool
   whose schema has one is not built (declarations.h). */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdbool.h>

#include <cJSON.h>

#include "buffer.h"

/* What a value is for, which decides what the sentences call its parts. */
enum schema_use {
    SCHEMA_ARGUMENTS, /* "The argument 'address.zip' must be a string." */
    SCHEMA_OUTPUT,    /* "The output's 'address.zip' must be a string." */
    /* For these two, format is asserted: email, uri, date, date-time, all that elicitation has. */
    SCHEMA_ANSWER, /* "The answer's 'address.zip' must be a string." */
    SCHEMA_FIELDS, /* as SCHEMA_ARGUMENTS, for fields declared in C */
};

/* True if `schema` uses only supported keywords, each with a well-formed value, and every $ref
   leads to a schema within it. Otherwise appends a sentence for each of the first
   LIMIT_SCHEMA_PROBLEMS problems to `problems`, naming the place by its JSON pointer. Allocates
   from the arena of `problems`; false, with the arena exhausted, if that runs out. */
bool schema_check(const cJSON *schema, struct buffer *problems);

/* True if `instance` fits `schema`, which schema_check accepted (any other is as safe, but what is
   not supported is ignored). Otherwise appends a sentence for each of the first
   LIMIT_SCHEMA_PROBLEMS problems to `problems`, for people and models, naming the place by its
   path. If the check would cost too much, one of the sentences says so. Allocates from the arena of
   `problems`; false, with the arena exhausted, if that runs out. */
bool schema_validate(enum schema_use use, const cJSON *schema, const cJSON *instance,
                     struct buffer *problems);

/* Appends a member's name as the paths in those sentences write it: "address", ".zip" if it is not
   the `first` of its path, "[\"a.b\"]" if it could be misread. */
void schema_append_name(struct buffer *out, const char *name, bool first);

#endif
