/* A tool's arguments: their JSON Schema, and their way from JSON into the tool's struct. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "buffer.h"
#include "json.h"
#include "tool.h"

/* Appends the JSON Schema (MCP, Tool.inputSchema) that is derived from `fields`. */
void arguments_append_schema(struct buffer *out, const struct tool_fields *fields);

/* Checks `given`, an object or absent, against `fields` and fills `target`, which has
   TOOL_ARGUMENTS_BYTES zero bytes. Everything wrong is appended to `problems`, a sentence each that
   names its argument; false where there is any. The strings belong to the buffer's arena. */
bool arguments_bind(const struct tool_fields *fields, struct json_value given, void *target,
                    struct buffer *problems);

#endif
