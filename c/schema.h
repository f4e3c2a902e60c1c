/* JSON Schema 2020-12: is a schema one that is known here in full, and does a value fit it?

   Both are trees of tree_parse, that is, of texts that json_check accepted. Nothing is fetched:
   $ref leads to places within the schema only. What a check costs is bounded (LIMIT_SCHEMA_STEPS,
   LIMIT_SCHEMA_DEPTH) whatever the schema and the value are; what would cost more does not fit.

   Known: boolean schemas, type, enum, const, multipleOf, minimum, maximum, exclusiveMinimum,
   exclusiveMaximum, minLength, maxLength, pattern (see pattern.h), properties, patternProperties,
   additionalProperties, propertyNames, required, minProperties, maxProperties, dependentRequired,
   dependentSchemas, prefixItems, items, contains, minContains, maxContains, uniqueItems, minItems,
   maxItems, allOf, anyOf, oneOf, not, if, then, else, unevaluatedProperties, unevaluatedItems,
   $ref, $defs, definitions, $id, $anchor. Known and shown, but not asked when values are checked:
   format (but see SCHEMA_FIELDS), $schema, $comment, title, description, default, examples,
   deprecated, readOnly, writeOnly, contentEncoding, contentMediaType, contentSchema, enumNames, and
   all that begin with "x-". Unknown: $dynamicRef, $dynamicAnchor, $vocabulary, and all others; a
   tool whose schema has one is not built (declarations.h). */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdbool.h>

#include <cJSON.h>

#include "buffer.h"

/* What a value is for: it decides what the sentences call its parts. */
enum schema_use {
    SCHEMA_ARGUMENTS, /* "The argument 'address.zip' must be a string." */
    SCHEMA_OUTPUT,    /* "The output's 'address.zip' must be a string." */
    /* For these format is asserted: email, uri, date, date-time, all that elicitation has. */
    SCHEMA_ANSWER, /* "The answer's 'address.zip' must be a string." */
    SCHEMA_FIELDS, /* as SCHEMA_ARGUMENTS, for those that are declared in C */
};

/* True where `schema` uses only keywords that are known here, each with a well-formed value, and
   every $ref leads to a schema within it. Else appends a sentence for each of the first
   LIMIT_SCHEMA_PROBLEMS problems to `problems`, naming the place by its JSON pointer. Allocates
   from the arena of `problems`; false, with the arena exhausted, where that has no room. */
bool schema_check(const cJSON *schema, struct buffer *problems);

/* True where `instance` fits `schema`, which schema_check accepted (with another one this is as
   safe, but ignores what it does not know). Else appends a sentence for each of the first
   LIMIT_SCHEMA_PROBLEMS problems to `problems`, for people and models, naming the place by its
   path. Where the check would cost too much, one of the sentences says so. Allocates from the arena
   of `problems`; false, with the arena exhausted, where that has no room. */
bool schema_validate(enum schema_use use, const cJSON *schema, const cJSON *instance,
                     struct buffer *problems);

/* Appends the name of a member as the ways in those sentences write it: "address", ".zip" where it
   is not the `first` of its way, "[\"a.b\"]" where it could be misread. */
void schema_append_name(struct buffer *out, const char *name, bool first);

#endif
