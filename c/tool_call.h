/* A call of a tool, a resource or a prompt: what tool.h's functions work on. */
#ifndef TOOL_CALL_H
#define TOOL_CALL_H

#include "exchange.h"
#include "json.h"
#include "jsonrpc.h"
#include "tool.h"

enum tool_call_kind { CALL_TOOL, CALL_RESOURCE, CALL_PROMPT, CALL_COMPLETION };

/* What a client may offer, by enum client_capability. */
enum { TOOL_CALL_CAPABILITIES = 6 };
struct tool_call_capability {
    struct text name;
    struct text part;   /* the member of `name` that offers it; or empty */
    struct text unless; /* `name` offers it without the part, too, unless it has this one */
    enum revision since;
};
extern const struct tool_call_capability tool_call_capabilities[TOOL_CALL_CAPABILITIES];

/* Lives as long as the author's function runs. */
struct tool_call {
    struct exchange *exchange;
    enum tool_call_kind kind;
    struct buffer *out;                    /* the result's blocks so far */
    size_t count;                          /* of blocks */
    bool is_error;                         /* reply_error was called */
    struct text said;                      /* the last text, up to that of reply_error */
    bool not_found;                        /* resources: reply_not_found was called */
    enum prompt_role role;                 /* prompts: who says the next block */
    const struct annotations *annotations; /* of the next block, or NULL */
    struct text uri;                       /* resources: the URI that was asked for */
    const char *mime_type;                 /* resources: the declared one, or NULL */
    const char *meta;                      /* the same */
    const struct tool *tool;               /* tools: the one that runs */
    bool gave_output;                      /* tools: a structured result that fits was given */
    struct text structured;                /* tools: that, if this revision shows it to programs */
    const struct jsonrpc_message *request;
    struct json_value answers[2]; /* objects of answers by key: the newest first; or absent */
    struct buffer questions;      /* `"key":{...}`, comma-separated, that were asked now */
    struct buffer urls;           /* the parameters of those that are URL elicitations, likewise */
    bool asks_more;               /* there are questions of other kinds */
    struct buffer carried;        /* the answers used, in the same form: they are asked for once */
    bool progressed;              /* `progress` was reported */
    double progress, total;       /* the last that was */
    double looked;                /* when cancellation was last checked; 0: not yet */
    bool cancelled;               /* its request was, while it waited: nobody wants a response */
    uint32_t silent_milliseconds; /* for which the call has waited since it last showed life */
    bool becomes_task;            /* task_begins said so */
    bool missing[TOOL_CALL_CAPABILITIES]; /* by enum client_capability: it was needed */
};

/* The capabilities object `offered` as the bits of struct session. */
uint8_t tool_call_offered(struct json_value offered);

/* True if the call needed something that its client does not offer. */
bool tool_call_misses(const struct tool_call *call);

/* The error for that (2026-07-28, Overview, "_meta"), or its like in a legacy revision: `data` is
   the JSON object with `requiredCapabilities`. */
struct outcome tool_call_missing(const struct exchange *exchange, struct text sentence,
                                 struct text data);

/* What tells this call from all others, in all its rounds: so many digits of base64url. */
enum { NONCE_DIGITS = 12 };
struct text tool_call_nonce(struct tool_call *call);

/* Appends the member `_meta` with the request's trace context, and a comma; nothing if it has
   none. */
void tool_call_append_trace(const struct tool_call *call, struct buffer *out);

/* A notification of the kind `method`, up to its parameters' members. Append those, then end it,
   which has it sent before the response. */
struct buffer tool_call_begin_notification(struct tool_call *call, struct text method);
void tool_call_end_notification(struct tool_call *call, struct buffer *json);

/* Starts a call for `request`; the result's blocks go to `out`. May set exchange->key_missing or
   exchange->kept.missing. */
struct outcome tool_call_start(struct exchange *exchange, enum tool_call_kind kind,
                               const struct jsonrpc_message *request, struct buffer *out,
                               struct tool_call *call);

/* Ends it: if questions were asked, they replace the result's members, which begin at `start` in
   `out`. outcome_cancelled if nobody wants a response; an error if the call was given up, or could
   not ask what it has to. */
struct outcome tool_call_end(struct tool_call *call, size_t start);

/* Makes `json` the tool's structured result, or replies with an error that says why it cannot
   be. */
void tool_call_give_output(struct tool_call *call, struct text json);

/* Replies with an error if the tool ran to its end and declares an output, but gave none. */
void tool_call_demand_output(struct tool_call *call);

/* Appends `text` as a block of the call's kind. */
void tool_call_append_text(struct tool_call *call, struct text text);

#endif
