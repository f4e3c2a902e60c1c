/* Running a task: what its mailbox posts to /tasks/wake. The mailbox waits for the answer, and
   posts again if none comes, so a run that is lost with its machine is started again. One run at a
   time is the rule, but a mailbox that takes a run for dead may be wrong; so a run first claims the
   task with a version of its own, and ends it only if that is still the one kept. */
#include "features.h"
#include "limits.h"
#include "modern.h"
#include "task.h"

void task_woken_head(struct exchange *exchange) {
    uint64_t length;
    /* what the mailbox posts is short; anything else is not read */
    if (!text_to_number(exchange->request.headers[HTTP_CONTENT_LENGTH], &length) ||
        length > LIMIT_TASK_ID_BYTES) {
        exchange_fail(exchange, HTTP_ERROR_NOT_FOUND);
        return;
    }
    exchange->action = (struct mcp_action){.kind = MCP_ACTION_READ_BODY};
}

static void answer(struct exchange *exchange, uint32_t status) {
    exchange_answer(exchange, status, (struct text){NULL, 0});
}

static void tell(struct exchange *exchange, const struct task_place *place,
                 const struct task *task) {
    struct mcp_action publish = task_publish(exchange, place, task);
    exchange_before(exchange, &publish);
}

/* The task is over, or asks something. */
static void end(struct exchange *exchange, const struct task_place *place, struct task *task) {
    static const struct outcome too_large = {
        JSONRPC_INTERNAL_ERROR, TEXT_INITIALIZER("What came of this task is too large to be kept."),
        TEXT_INITIALIZER(""), 0};
    if (!task_fits(task)) task_fail(exchange, task, &too_large);
    struct mcp_action keep = task_keep(exchange, place, task);
    exchange_commit(exchange, &keep);
    tell(exchange, place, task);
    answer(exchange, 204);
}

/* Makes this the task's only run; the step is then taken again. */
static void claim(struct exchange *exchange, const struct task_place *place, struct task *task) {
    static const struct outcome failed = {JSONRPC_INTERNAL_ERROR,
                                          TEXT_INITIALIZER("The tool failed again and again."),
                                          TEXT_INITIALIZER(""), 0};
    if (++task->attempts > LIMIT_TASK_ATTEMPTS) {
        task_fail(exchange, task, &failed);
        end(exchange, place, task);
        return;
    }
    struct mcp_action keep = task_keep(exchange, place, task);
    exchange->claim = keep.body.bytes;
    exchange_commit(exchange, &keep);
}

static bool keep_message(struct exchange *exchange, struct task_run *run) {
    struct mcp_action keep = task_keep(exchange, &run->place, &run->task);
    struct mcp_action publish = task_publish(exchange, &run->place, &run->task);
    if (!text_equal(exchange_perform(exchange, &keep), TEXT("\1"))) return false;
    exchange_perform(exchange, &publish);
    return true;
}

static bool is_unchanged(struct exchange *exchange, const struct task_run *run) {
    struct mcp_action peek = task_action(MCP_ACTION_PEEK, &run->place);
    struct task now;
    return task_read(exchange_perform(exchange, &peek), &now) && now.version == run->task.version;
}

/* Takes over into the task what the tool said last; false if that is nothing new, or too much. */
static bool take_message(struct task_run *run) {
    struct text before = run->task.message;
    if (text_equal(buffer_text(&run->message), before)) return false;
    run->task.message = buffer_text(&run->message);
    if (!task_fits(&run->task)) {
        run->task.message = before;
        return false;
    }
    run->kept_message.length = 0;
    buffer_append(&run->kept_message, buffer_text(&run->message));
    run->task.message = buffer_text(&run->kept_message);
    return true;
}

/* The call is about to wait: shows what it said, and looks whether it was cancelled, but not each
   time, because a task may wait a thousand times, and the platform counts what a run asks for. What
   this takes of the arena is given back. */
static bool is_wanted(struct exchange *exchange) {
    struct task_run *run = exchange->task;
    if (run->lost) return false;
    double now = host_now();
    bool news = now - run->told >= LIMIT_TASK_CHECK_MS && take_message(run);
    if (exchange->arena->exhausted) return false;
    if (!news && now - run->checked < LIMIT_TASK_CHECK_MS) return true;
    size_t mark = exchange->arena->used;
    run->lost = news ? !keep_message(exchange, run) : !is_unchanged(exchange, run);
    run->checked = now;
    if (news) run->told = now;
    if (!exchange->arena->exhausted) arena_reset(exchange->arena, mark);
    return !run->lost;
}

/* Reads what the run needs from the record: the message, and the answers so far. */
static bool prepare(struct exchange *exchange, struct task_run *run,
                    struct jsonrpc_message *request) {
    struct json_document message, answers;
    struct buffer object = buffer_in(exchange->arena, run->task.answers.length + 2);
    BUFFER_APPEND(&object, TEXT("{"), run->task.answers, TEXT("}"));
    if (json_check(run->task.request, exchange->arena, &message) != JSON_OK ||
        json_check(buffer_text(&object), exchange->arena, &answers) != JSON_OK) {
        return false;
    }
    *request = jsonrpc_read(&message);
    exchange->answers = answers.root;
    exchange->principal = (struct principal){.by = (enum principal_by)run->task.by,
                                             .subject = run->task.subject,
                                             .name = run->task.name,
                                             .limited = run->task.limited != 0,
                                             .scopes = run->task.scopes};
    return modern_revision(request, &exchange->revision);
}

/* Calls the tool; `*result` is what it replied. */
static struct outcome call(struct exchange *exchange, struct task_run *run,
                           const struct jsonrpc_message *request, struct buffer *result) {
    struct buffer suffix = buffer_in(exchange->arena, 24);
    buffer_append(&suffix, TEXT("."));
    buffer_append_integer(&suffix, run->task.version);
    run->suffix = buffer_text(&suffix);
    run->message = buffer_in(exchange->arena, 128);
    run->kept_message = buffer_in(exchange->arena, 128);
    buffer_append(&run->message, run->task.message);
    run->checked = host_now();
    exchange->task = run;
    exchange->asking.nonce = (struct text){run->place.topic.bytes, NONCE_DIGITS};
    exchange->while_waiting = is_wanted;
    buffer_append(result, TEXT("{"));
    struct outcome outcome = tools_call(exchange, request, result);
    modern_end_result(exchange, result, false);
    buffer_append(result, TEXT("}"));
    exchange->while_waiting = NULL;
    exchange->task = NULL;
    return outcome;
}

static void run(struct exchange *exchange, const struct task_place *place,
                const struct task *task) {
    struct task_run run = {.place = *place, .task = *task};
    struct jsonrpc_message request;
    struct buffer result = buffer_in(exchange->arena, 512);
    if (!prepare(exchange, &run, &request)) {
        answer(exchange, 503);
        return;
    }
    struct outcome outcome = call(exchange, &run, &request, &result);
    if (run.interrupted) {
        answer(exchange, run.lost ? 204 : 503);
        return;
    }
    if (outcome.error != JSONRPC_OK) {
        task_fail(exchange, &run.task, &outcome);
    } else if (run.questions.length > 0) {
        run.task.status = TASK_INPUT_REQUIRED;
        run.task.attempts = 0;
        run.task.message = buffer_text(&run.message);
        run.task.questions = run.questions;
        run.task.answers = run.carried;
    } else {
        task_end(&run.task, TASK_COMPLETED, buffer_text(&result));
    }
    end(exchange, place, &run.task);
}

void task_woken_body(struct exchange *exchange) {
    struct text body = {exchange->body, exchange->body_length}, record;
    struct task_place place;
    struct task task;
    if (!exchange_has_key(exchange)) return;
    if (!task_wake_open(exchange, body, &place)) {
        exchange_fail(exchange, HTTP_ERROR_NOT_FOUND);
    } else if (!exchange_kept(exchange, place.mailbox, place.topic, &record)) {
        return;
    } else if (task_is_over(&place) || !task_read(record, &task)) {
        answer(exchange, 204);
    } else if (exchange->claim != NULL && exchange->claim != record.bytes) {
        answer(exchange, 204); /* somebody else was faster */
    } else if (task.status != TASK_WORKING) {
        tell(exchange, &place, &task);
        answer(exchange, 204);
    } else if (exchange->claim == NULL) {
        claim(exchange, &place, &task);
    } else {
        run(exchange, &place, &task);
    }
}
