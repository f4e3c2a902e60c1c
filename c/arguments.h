/* Fields between JSON and C: deriving their JSON Schema, reading them into a struct, writing them
   from it. They are a tool's arguments, its output, or a user's answer. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "buffer.h"
#include "json.h"
#include "schema.h"
#include "tool.h"

/* Appends the JSON Schema derived from `fields`; `closed` says that nothing else may be given (MCP,
   Tool.inputSchema), which an elicitation's schema cannot say. Nested objects are closed. */
void arguments_append_schema(struct buffer *out, const struct tool_fields *fields, bool closed);

/* Appends the schema of one field. */
void arguments_append_field(struct buffer *out, const struct tool_field *field);

/* The size of the struct that `fields` describe, in bytes. */
size_t arguments_bytes(const struct tool_fields *fields);

/* The size of one item of an array, in bytes. */
size_t arguments_item_bytes(const struct tool_field *field);

/* Checks `given`, an object or absent, against `fields` and fills `target`, a struct for them that
   is all zeros. False if anything is wrong: `problems` then has a sentence for each of the first
   LIMIT_SCHEMA_PROBLEMS, naming the path to it ('points[2].x'). Unknown members are wrong, except
   in a SCHEMA_ANSWER, where they are ignored. Strings and arrays belong to the buffer's arena; a
   string without escapes is a view of `given`. */
bool arguments_bind(enum schema_use use, const struct tool_fields *fields, struct json_value given,
                    void *target, struct buffer *problems);

/* Appends the struct `structure` as the JSON object that `fields` describe. What JSON cannot
   express is null, which then does not fit. */
void arguments_append_json(struct buffer *out, const struct tool_fields *fields,
                           const void *structure);

#endif
