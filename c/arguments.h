/* Fields between JSON and C: their JSON Schema, what is read into a struct, what is written from
   it. They are a tool's arguments, its output, or a user's answer. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "buffer.h"
#include "json.h"
#include "schema.h"
#include "tool.h"

/* Appends the JSON Schema that is derived from `fields`; `closed` says that nothing else may be
   given (MCP, Tool.inputSchema), which an elicitation's schema cannot say. Objects within are
   closed. */
void arguments_append_schema(struct buffer *out, const struct tool_fields *fields, bool closed);

/* Appends the schema of one field. */
void arguments_append_field(struct buffer *out, const struct tool_field *field);

/* The size of the struct that `fields` describe, in bytes. */
size_t arguments_bytes(const struct tool_fields *fields);

/* The size of one item of an array, in bytes. */
size_t arguments_item_bytes(const struct tool_field *field);

/* Checks `given`, an object or absent, against `fields` and fills `target`, a struct for them that
   is all zeros. What is wrong is appended to `problems`, a sentence for each of the first
   LIMIT_SCHEMA_PROBLEMS that names the way to it ('points[2].x'); false where anything is. What
   else is given than the fields is wrong but in a SCHEMA_ANSWER, where it is left alone. Strings
   and arrays belong to the buffer's arena; a string without escapes is a view of `given`. */
bool arguments_bind(enum schema_use use, const struct tool_fields *fields, struct json_value given,
                    void *target, struct buffer *problems);

/* Appends the struct `structure` as the JSON object that `fields` describe. What cannot be said in
   JSON is null, which then does not fit. */
void arguments_append_json(struct buffer *out, const struct tool_fields *fields,
                           const void *structure);

#endif
