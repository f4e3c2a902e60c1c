/* What all calls share, of a tool or of anything else that an author declared. */
#ifndef CALLS_H
#define CALLS_H

#include "features.h"
#include "tool.h"

/* JSONRPC_INVALID_PARAMS: `sentence`, then `what` was asked for. */
struct outcome calls_unknown(struct exchange *exchange, struct text sentence, struct text what);

/* True if `value` is an object, or absent. */
bool calls_is_object_or_absent(struct json_value value);

/* Reads a call's name and what it is given: the parameters name, a string, and arguments, an object
   or absent. Both are views of the body, except for a name with escapes, which is in the arena. */
struct outcome calls_read(struct exchange *exchange, const struct jsonrpc_message *request,
                          struct text *name, struct json_value *arguments);

/* Reads the parameter uri, a string. `*uri` lives in the arena, or is a view of the body. */
struct outcome calls_read_uri(struct exchange *exchange, const struct jsonrpc_message *request,
                              struct text *uri);

/* A struct for the fields in the arena, zeroed, then filled from `given`; NULL if something is
   wrong, and `problems` says what. */
void *calls_bind(struct exchange *exchange, const struct tool_fields *fields,
                 struct json_value given, struct buffer *problems);

#endif
