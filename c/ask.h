/* What the questions of tool.h share: finding the answer, and putting the question. */
#ifndef ASK_H
#define ASK_H

#include "tool_call.h"

/* The answer to `key`, as it came: absent where there is none that is an object. */
struct json_value ask_find_answer(struct tool_call *call, struct text key);

/* The answer served: it goes along with the request from now on. */
void ask_carry(struct tool_call *call, struct text key, struct json_value answer);

/* True where the client offers `capability`; else it is noted as missing. */
bool ask_needs(struct tool_call *call, enum client_capability capability);

/* Appends the question up to its parameters' members; end it with ask_end, behind them. False where
   the client cannot be asked this. */
bool ask_begin(struct tool_call *call, struct text key, enum client_capability capability);
void ask_end(struct tool_call *call);

/* True where the client refused: a legacy one by an error (legacy_ask.c), or by its action. */
bool ask_is_declined(struct json_value answer);

#endif
