/* Tasks: tool calls that are answered at once with a handle, and run afterwards (SEP-2663, the
   extension io.modelcontextprotocol/tasks). This is a task as it is kept: its id, its record, and
   what a client is shown of it.

   The id is sealed: it says when the task began and which mailbox keeps it. A forged id, or
   somebody else's, is refused without reading any storage. Each task has a mailbox of its own. The
   record is kept there in versions, each replaced only by the next, so that of several who change a
   task at once, one wins and the others see the result. */
#ifndef TASK_H
#define TASK_H

#include "endpoints.h"
#include "exchange.h"
#include "linked.h"
#include "methods.h"
#include "tool_call.h"

#define TASK_EXTENSION "io.modelcontextprotocol/tasks"

enum task_status {
    TASK_WORKING,
    TASK_INPUT_REQUIRED,
    /* from here on it no longer changes */
    TASK_COMPLETED,
    TASK_FAILED,
    TASK_CANCELLED,
    TASK_STATUS_COUNT,
};

/* Where a task is kept. Texts belong to the arena it was made in. */
enum { TASK_PLACE_BYTES = 21 };
struct task_place {
    char payload[TASK_PLACE_BYTES]; /* what is sealed: a format, `created`, random bytes */
    int64_t created;                /* milliseconds since 1970-01-01 UTC */
    struct text mailbox, topic;
};

/* A task as it is kept. Texts are views of the record it was read from. */
struct task {
    int64_t version;  /* of the record; the first is 1 */
    int64_t created;  /* milliseconds since 1970-01-01 UTC */
    int64_t updated;  /* the same, of the last change that a client sees */
    int64_t attempts; /* how often it was run since it last finished or asked */
    int64_t status;   /* enum task_status */
    int64_t by;       /* of the principal, and whether it is limited to the scopes */
    int64_t limited;
    struct text id;
    struct text message; /* the tool's progress message; empty if there is none */
    struct text subject; /* the principal's, unless it is a token: no secret is kept */
    struct text name;    /* the principal's, and its scopes */
    struct text scopes;
    struct text request;   /* the message that began it, while it may still run */
    struct text answers;   /* members of an object: the answers, by the tool's keys */
    struct text questions; /* members of an object: the questions, by keys of its own */
    struct text outcome;   /* JSON: the result, or the error */
};

/* A new place for a task of this exchange. Its topic begins with the call's nonce
   (tool_call_nonce): that of the exchange, or a new one. */
struct task_place task_place_new(struct exchange *exchange);

/* The id of the task at `place`, for the exchange's principal. The sealing key must be known. */
struct text task_id(struct exchange *exchange, const struct task_place *place);

/* Reads `id`. False if it is forged or another principal's. The sealing key must be known. */
bool task_id_open(struct exchange *exchange, struct text id, struct task_place *place);

/* What the mailbox posts to have the task at `place` run, and the way back to its place. Sealed as
   a kind of its own, it opens nothing else, and is shown to nobody. */
struct text task_wake(struct exchange *exchange, const struct task_place *place);
bool task_wake_open(struct exchange *exchange, struct text wake, struct task_place *place);

/* True if the task has expired. */
bool task_is_over(const struct task_place *place);

/* Reads `record`, as task_keep wrote it. False if it is not one. */
bool task_read(struct text record, struct task *task);

/* True if its record is within LIMIT_KEPT_BYTES. */
bool task_fits(const struct task *task);

/* An action of the kind `kind` on what is kept at `place`. */
struct mcp_action task_action(enum mcp_action_kind kind, const struct task_place *place);

/* The action that keeps the next version of `task`, which `*task` becomes, updated now. */
struct mcp_action task_keep(struct exchange *exchange, const struct task_place *place,
                            struct task *task);

/* The action that tells all listeners the current state of `task`. */
struct mcp_action task_publish(struct exchange *exchange, const struct task_place *place,
                               const struct task *task);

/* Gives the task this status and outcome, and drops what only a running one needs. */
void task_end(struct task *task, enum task_status status, struct text outcome);

/* Makes it TASK_FAILED with this error. */
void task_fail(struct exchange *exchange, struct task *task, const struct outcome *outcome);

/* Appends the members shown to a client, including those of its status (SEP-2663, "Tasks",
   DetailedTask). */
void task_append(struct buffer *out, const struct task *task);

/* A task while it runs. */
struct task_run {
    struct task_place place;
    struct task task;      /* as it was kept last */
    struct text suffix;    /* of the keys of this run's questions */
    struct buffer message; /* the tool's latest message, and the one kept last */
    struct buffer kept_message;
    double checked;                 /* when the task was last seen unchanged by others */
    double told;                    /* when its message was last kept for its client */
    bool lost;                      /* somebody changed it: this run no longer counts */
    bool interrupted;               /* the run was cut short: its result counts for nothing */
    struct text questions, carried; /* its questions, and the answers that it used */
};

/* The running task's tool reports `message`, which may be NULL. */
void task_says(struct task_run *run, const char *message);

/* Only in builds with a tool that may run as a task, and the same in all of them. */
struct task_feature {
    /* Takes a call of `tool`. True if it goes no further; `*outcome` is then what became of it, an
       error or a task. */
    bool (*takes_over)(struct exchange *exchange, const struct tool *tool,
                       const struct jsonrpc_message *request, struct buffer *out,
                       struct outcome *outcome);
    /* The call said task_begins: makes it a task. The result's members begin at `start`. */
    struct outcome (*begin)(struct tool_call *call, size_t start);
    /* Subscribes the exchange's stream to the tasks `ids`. Appends the member taskIds, with those
       that exist, to `taken`, without its first quote. */
    struct outcome (*listen)(struct exchange *exchange, const struct jsonrpc_message *request,
                             struct json_value ids, struct buffer *taken);
    struct method_table methods;
    struct endpoint wake;
};

extern const struct task_feature task_feature __attribute__((weak));

/* This build's; NULL if no tool runs as a task. */
static inline const struct task_feature *task_brought(void) {
    return tasks_linked ? &task_feature : NULL;
}

/* The same if a task can be kept and woken; else NULL, and a tool runs while its client waits. */
static inline const struct task_feature *task_offered(const struct exchange *exchange) {
    return exchange_has_mailbox(exchange) ? task_brought() : NULL;
}

/* In task_run.c: /tasks/wake. */
void task_woken_head(struct exchange *exchange);
void task_woken_body(struct exchange *exchange);

#endif
