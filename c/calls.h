/* What all calls share, of a tool or of what else an author declared. */
#ifndef CALLS_H
#define CALLS_H

#include "features.h"
#include "tool.h"

/* Invalid params: `sentence` followed by `what` was asked for. */
struct outcome calls_unknown(struct exchange *exchange, struct text sentence, struct text what);

/* True where `value` is an object, or not there. */
bool calls_is_object_or_absent(struct json_value value);

/* Reads what names a call and what it is given: the parameters name, a string, and arguments, an
   object or not there. `*name` lives in the arena, `*arguments` is a view of the body. */
struct outcome calls_read(struct exchange *exchange, const struct jsonrpc_message *request,
                          struct text *name, struct json_value *arguments);

/* A struct for the fields in the arena, all zeros, filled from `given`; NULL where something is
   wrong, and `problems` says what. */
void *calls_bind(struct exchange *exchange, const struct tool_fields *fields,
                 struct json_value given, struct buffer *problems);

#endif
