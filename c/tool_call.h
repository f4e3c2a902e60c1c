/* A call of a tool, a resource or a prompt: what tool.h's functions work on. */
#ifndef TOOL_CALL_H
#define TOOL_CALL_H

#include "exchange.h"
#include "tool.h"

enum tool_call_kind { CALL_TOOL, CALL_RESOURCE, CALL_PROMPT, CALL_COMPLETION };

/* Lives as long as the author's function runs. */
struct tool_call {
    struct exchange *exchange;
    enum tool_call_kind kind;
    struct buffer *out;     /* the result's blocks, as far as they have come */
    size_t count;           /* of blocks */
    bool is_error;          /* tools: reply_error was called */
    bool not_found;         /* resources: reply_not_found was called */
    enum prompt_role role;  /* prompts: who says the next block */
    struct text uri;        /* resources: the URI that was asked for */
    const char *mime_type;  /* resources: the declared one, or NULL */
    struct text structured; /* tools: the structured result; empty if there is none */
};

/* Appends `text` as a block of the call's kind. */
void tool_call_append_text(struct tool_call *call, struct text text);

#endif
