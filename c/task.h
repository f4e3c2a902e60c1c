/* Tasks: calls of tools that are answered at once with a handle, and run afterwards (SEP-2663, the
   extension io.modelcontextprotocol/tasks). This is a task as it is kept: its id, its record and
   what of it a client is shown.

   The id is sealed: it says when the task began, and which mailbox keeps it; a forged one, or
   somebody else's, is refused without a look at any storage. Each task has a mailbox of its own.
   The record is kept there in versions, and is only ever replaced by the version after it, so that
   of several who change a task at once one wins and the others see what became of it. */
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
    /* from here on it does not change any more */
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
    int64_t attempts; /* how often it was run since it last came to an end or a question */
    int64_t status;   /* enum task_status */
    int64_t by;       /* of the principal, and whether it is limited to the scopes */
    int64_t limited;
    struct text id;
    struct text message; /* what the tool says of its progress; empty where it says nothing */
    struct text subject; /* of the principal, but for one that is a token: no secret is kept */
    struct text name;    /* the principal's, and its scopes */
    struct text scopes;
    struct text request;   /* the message that began it, while it may still run */
    struct text answers;   /* members of an object: what was answered, by the tool's keys */
    struct text questions; /* members of an object: what is asked, by keys of its own */
    struct text outcome;   /* JSON: the result, or the error */
};

/* A new place for a task of this exchange. */
struct task_place task_place_new(struct exchange *exchange);

/* The id of the task at `place`, for the exchange's principal. The sealing key must be there. */
struct text task_id(struct exchange *exchange, const struct task_place *place);

/* Reads `id`. False where it is forged or another principal's. The key must be there. */
bool task_id_open(struct exchange *exchange, struct text id, struct task_place *place);

/* What the mailbox posts to have the task at `place` run, and its place again. Sealed as a kind of
   its own, it opens nothing else, and is shown to nobody. */
struct text task_wake(struct exchange *exchange, const struct task_place *place);
bool task_wake_open(struct exchange *exchange, struct text wake, struct task_place *place);

/* True where its time is over. */
bool task_is_over(const struct task_place *place);

/* Reads `record`, as task_keep wrote it. False where it is none. */
bool task_read(struct text record, struct task *task);

/* True where its record is within LIMIT_KEPT_BYTES. */
bool task_fits(const struct task *task);

/* An action of that kind on what is kept at `place`. */
struct mcp_action task_action(enum mcp_action_kind kind, const struct task_place *place);

/* The action that keeps the version after `task`'s, which `*task` then is, changed now. */
struct mcp_action task_keep(struct exchange *exchange, const struct task_place *place,
                            struct task *task);

/* The action that tells all who listen what `task` is now. */
struct mcp_action task_publish(struct exchange *exchange, const struct task_place *place,
                               const struct task *task);

/* Makes the task `status` with this outcome, and forgets what only a running one needs. */
void task_end(struct task *task, enum task_status status, struct text outcome);

/* Makes it TASK_FAILED with this error. */
void task_fail(struct exchange *exchange, struct task *task, const struct outcome *outcome);

/* Appends the members that a client is shown, among them those of its status ("Tasks",
   DetailedTask). */
void task_append(struct buffer *out, const struct task *task);

/* A task while it runs. */
struct task_run {
    struct task_place place;
    struct task task;      /* as it was kept last */
    struct text suffix;    /* of the keys of the questions that this run asks */
    struct buffer message; /* what the tool said last, and what of that was kept last */
    struct buffer kept_message;
    double checked;                 /* when it was last seen that nobody else changed the task */
    double told;                    /* when what it says was last kept for its client */
    bool lost;                      /* somebody did: this run is nobody's */
    bool interrupted;               /* the run was cut short: what came of it is worth nothing */
    struct text questions, carried; /* what it asked, and the answers that it used */
};

/* The running task's tool reports `message`, which may be NULL. */
void task_says(struct task_run *run, const char *message);

/* The same for all builds that have a tool that may run as a task: what only these carry. */
struct task_feature {
    /* A call of `tool` came. True where it goes no further: `*outcome` is then what became of it,
       an error or a task. */
    bool (*takes_over)(struct exchange *exchange, const struct tool *tool,
                       const struct jsonrpc_message *request, struct buffer *out,
                       struct outcome *outcome);
    /* The call said task_begins: it goes on as a task. The result's members begin at `start`. */
    struct outcome (*begin)(struct tool_call *call, size_t start);
    /* Subscribes the exchange's stream to the tasks `ids`, and appends those that there are to
       `taken`, the elements of an array. */
    struct outcome (*listen)(struct exchange *exchange, const struct jsonrpc_message *request,
                             struct json_value ids, struct buffer *taken);
    struct method_table methods;
    struct endpoint wake;
};

extern const struct task_feature task_feature __attribute__((weak));

/* That of this build; NULL where no tool runs as a task. */
static inline const struct task_feature *task_brought(void) {
    return tasks_linked ? &task_feature : NULL;
}

/* The same, where a task can be kept and woken; else a tool runs while its client waits. */
static inline const struct task_feature *task_offered(const struct exchange *exchange) {
    return exchange_has_mailbox(exchange) ? task_brought() : NULL;
}

/* In task_run.c: /tasks/wake. */
void task_woken_head(struct exchange *exchange);
void task_woken_body(struct exchange *exchange);

#endif
