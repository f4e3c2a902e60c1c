/* What the questions of tool.h share: finding the answer, and asking the question. */
#ifndef ASK_H
#define ASK_H

#include "tool_call.h"

/* The answer to `key`, as received; absent if there is none that is an object. */
struct json_value ask_find_answer(struct tool_call *call, struct text key);

/* The answer was used: it goes along with the request from now on. */
void ask_carry(struct tool_call *call, struct text key, struct json_value answer);

/* True if the client offers `capability`; otherwise notes it as missing. */
bool ask_needs(struct tool_call *call, enum client_capability capability);

/* Appends the question, up to its parameters' members; after those, end it with ask_end. False if
   the client cannot be asked this. */
bool ask_begin(struct tool_call *call, struct text key, enum client_capability capability);
void ask_end(struct tool_call *call);

/* True if the client refused: a legacy one by an error (legacy_ask.c), or by its action. */
bool ask_is_declined(struct json_value answer);

#endif
