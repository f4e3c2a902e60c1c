/* A tool's arguments: their JSON Schema, and their way from JSON into the tool's struct. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "buffer.h"
#include "json.h"
#include "tool.h"

/* Appends the JSON Schema that is derived from `fields`; `closed` says that nothing else may be
   given (MCP, Tool.inputSchema), which an elicitation's schema cannot say. */
void arguments_append_schema(struct buffer *out, const struct tool_fields *fields, bool closed);

/* Checks `given`, an object or absent, against `fields` and fills `target`, a struct for them that
   is all zeros. Everything wrong is appended to `problems`, a sentence each that names its
   argument; false where there is any. Where not `closed`, what else was given is left alone. The
   strings belong to the buffer's arena. */
bool arguments_bind(const struct tool_fields *fields, struct json_value given, bool closed,
                    void *target, struct buffer *problems);

#endif
