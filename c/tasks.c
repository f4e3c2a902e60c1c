/* The methods of the tasks extension, and what makes a call a task (SEP-2663). */
#include "limits.h"
#include "modern.h"
#include "subscriptions.h"
#include "task.h"

/* True if the client takes tasks: each request says so anew. */
static bool takes_tasks(const struct jsonrpc_message *request) {
    struct json_value extensions =
        json_object_member(modern_client_capabilities(request), TEXT("extensions"));
    return json_object_member(extensions, TEXT(TASK_EXTENSION)).kind == JSON_OBJECT;
}

static struct outcome needs_tasks(const struct exchange *exchange) {
    return tool_call_missing(
        exchange,
        TEXT("This is for clients that take tasks, as the extension " TASK_EXTENSION " has them."),
        TEXT("{\"requiredCapabilities\":{\"extensions\":{\"" TASK_EXTENSION "\":{}}}}"));
}

/* -- Beginning -- */

/* Has the mailbox start a run at `place`, or report how the task stands, in `milliseconds`. */
static void wake(struct exchange *exchange, const struct task_place *place, uint32_t milliseconds) {
    struct mcp_action action = task_action(MCP_ACTION_WAKE, place);
    action.topic = task_feature.wake.path;
    action.body = task_wake(exchange, place);
    action.milliseconds = milliseconds;
    exchange_before(exchange, &action);
}

/* The task is kept before the client hears of it (SEP-2663, "Task Creation"). */
static struct outcome create(struct exchange *exchange, const struct jsonrpc_message *request,
                             struct text answers, struct buffer *out) {
    const struct principal *principal = &exchange->principal;
    bool secret = principal->by == PRINCIPAL_TOKEN;
    struct task_place place = task_place_new(exchange);
    struct task task = {.created = place.created,
                        .id = task_id(exchange, &place),
                        .by = principal->by,
                        .subject = secret ? (struct text){NULL, 0} : principal->subject,
                        .name = principal->name,
                        .limited = principal->limited,
                        .scopes = principal->scopes,
                        .request = request->document.root.text,
                        .answers = answers};
    if (!task_fits(&task)) {
        return outcome_invalid_params(TEXT("This request is too large to be kept as a task."));
    }
    struct mcp_action keep = task_keep(exchange, &place, &task);
    exchange_before(exchange, &keep);
    wake(exchange, &place, 0);
    task_append(out, &task);
    exchange->result_type = TEXT("task");
    return outcome_ok;
}

static bool takes_over(struct exchange *exchange, const struct tool *tool,
                       const struct jsonrpc_message *request, struct buffer *out,
                       struct outcome *outcome) {
    if (!exchange_has_mailbox(exchange)) return false;
    bool takes = revision_is_modern(exchange->revision) && takes_tasks(request);
    if (!takes && !tool->task_required) return false;
    exchange->may_become_task = takes && tool->task_later;
    /* with the key at hand, nothing stops the call once its function has run */
    if (!takes) *outcome = needs_tasks(exchange);
    else if (!exchange_has_key(exchange)) *outcome = outcome_ok;
    else if (tool->task_later) return false;
    else *outcome = create(exchange, request, (struct text){NULL, 0}, out);
    return true;
}

bool task_begins(struct tool_call *call) {
    call->becomes_task = call->exchange->may_become_task;
    return !call->becomes_task;
}

static struct outcome begin(struct tool_call *call, size_t start) {
    call->out->length = start;
    return create(call->exchange, call->request, buffer_text(&call->carried), call->out);
}

/* -- Methods -- */

/* Finds the task that `request` names. If false, the method has to end with `*outcome`, which is
   outcome_ok if the step is taken again. */
static bool find(struct exchange *exchange, const struct jsonrpc_message *request,
                 struct task_place *place, struct task *task, struct outcome *outcome) {
    struct text id, record;
    *outcome = outcome_ok;
    if (!takes_tasks(request)) {
        *outcome = needs_tasks(exchange);
    } else if (!json_string(jsonrpc_param(request, TEXT("taskId")), exchange->arena, &id)) {
        *outcome = outcome_invalid_params(TEXT("The parameter taskId is missing or not a string."));
    } else if (!exchange_has_key(exchange)) {
        return false;
    } else if (!task_id_open(exchange, id, place)) {
        *outcome = outcome_invalid_params(TEXT("There is no such task, or it is not yours."));
    } else if (task_is_over(place)) {
        *outcome = outcome_invalid_params(TEXT("The task has expired: its ttlMs is over."));
    } else if (!exchange_kept(exchange, place->mailbox, place->topic, &record)) {
        return false;
    } else if (!task_read(record, task)) {
        *outcome = outcome_invalid_params(TEXT("The task is not kept any more."));
    } else {
        return true;
    }
    return false;
}

static struct outcome tasks_get(struct exchange *exchange, const struct jsonrpc_message *request,
                                struct buffer *out) {
    struct task_place place;
    struct task task;
    struct outcome outcome;
    if (find(exchange, request, &place, &task, &outcome)) task_append(out, &task);
    return outcome;
}

/* Keeps what `task` became, and tells whoever listens. */
static void change(struct exchange *exchange, const struct task_place *place, struct task *task) {
    struct mcp_action keep = task_keep(exchange, place, task);
    struct mcp_action publish = task_publish(exchange, place, task);
    exchange_commit(exchange, &keep);
    exchange_before(exchange, &publish);
}

static struct outcome tasks_cancel(struct exchange *exchange, const struct jsonrpc_message *request,
                                   struct buffer *out) {
    struct task_place place;
    struct task task;
    struct outcome outcome;
    (void)out;
    if (!find(exchange, request, &place, &task, &outcome) || task.status >= TASK_COMPLETED) {
        return outcome;
    }
    task_end(&task, TASK_CANCELLED, (struct text){NULL, 0});
    change(exchange, &place, &task);
    return outcome;
}

static void append_member(struct buffer *out, struct text key, struct json_value value) {
    buffer_append_key(out, key);
    buffer_append(out, value.text);
}

/* The tool's own key: what it asked by, without the suffix that question_key of ask.c added. */
static struct text without_suffix(struct text key) {
    size_t end = key.length;
    while (end > 0 && key.bytes[end - 1] != '.') end--;
    return end > 0 ? (struct text){key.bytes, end - 1} : key;
}

/* Sorts the task's questions into those that `responses` answers and those that stay open. False if
   an answer is not an object. Any other response is nobody's, and is dropped (SEP-2663, "Task
   Update Requests"). */
static bool take_answers(struct exchange *exchange, struct task *task,
                         struct json_value responses) {
    struct json_document document;
    struct buffer asked = buffer_in(exchange->arena, task->questions.length + 2);
    struct buffer open = buffer_in(exchange->arena, 0), answers = buffer_in(exchange->arena, 0);
    buffer_append(&answers, task->answers);
    BUFFER_APPEND(&asked, TEXT("{"), task->questions, TEXT("}"));
    if (json_check(buffer_text(&asked), exchange->arena, &document) != JSON_OK) return true;
    const struct json_member *member = document.root.members;
    for (; member != NULL; member = member->next) {
        struct text key;
        if (!json_unescape(member->key, exchange->arena, &key)) continue;
        struct json_value answer = json_object_member(responses, key);
        if (answer.kind == JSON_ABSENT) append_member(&open, key, member->value);
        else if (answer.kind == JSON_OBJECT) append_member(&answers, without_suffix(key), answer);
        else return false;
    }
    task->questions = buffer_text(&open);
    task->answers = buffer_text(&answers);
    return true;
}

static struct outcome tasks_update(struct exchange *exchange, const struct jsonrpc_message *request,
                                   struct buffer *out) {
    struct task_place place;
    struct task task;
    struct outcome outcome;
    struct json_value responses = jsonrpc_param(request, TEXT("inputResponses"));
    (void)out;
    if (!find(exchange, request, &place, &task, &outcome)) return outcome;
    if (responses.kind != JSON_OBJECT) {
        return outcome_invalid_params(
            TEXT("The parameter inputResponses is missing or not an object."));
    }
    size_t before = task.questions.length;
    /* whoever repeats an update may do so because what was to run the task failed */
    if (task.status == TASK_WORKING) wake(exchange, &place, LIMIT_TASK_LISTEN_MS);
    if (task.status != TASK_INPUT_REQUIRED) return outcome_ok;
    if (!take_answers(exchange, &task, responses)) {
        return outcome_invalid_params(TEXT("An answer in inputResponses is not an object."));
    }
    if (task.questions.length == before) return outcome_ok;
    if (!task_fits(&task)) {
        return outcome_invalid_params(TEXT("The answers are too large to be kept."));
    }
    bool runs = task.questions.length == 0;
    if (runs) task.status = TASK_WORKING;
    change(exchange, &place, &task);
    if (runs) wake(exchange, &place, 0);
    return outcome_ok;
}

/* -- Status notifications -- */

/* The event for this stream, up to the task's own members. */
static struct text begin_event(struct exchange *exchange, struct text subscription) {
    struct buffer event = buffer_in(exchange->arena, 256);
    BUFFER_APPEND(&event,
                  TEXT("event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":"
                       "\"notifications/tasks\",\"params\":{\"_meta\":{"
                       "\"io.modelcontextprotocol/subscriptionId\":"),
                  subscription, TEXT("},"));
    return buffer_text(&event);
}

static void subscribe(struct exchange *exchange, const struct task_place *place, struct text event,
                      uint32_t milliseconds) {
    struct mcp_action keep = task_action(MCP_ACTION_KEEP, place);
    keep.topic = subscriptions_topic(exchange, place->topic);
    keep.body = event;
    keep.milliseconds = LIMIT_SUBSCRIPTION_SECONDS * 1000;
    exchange_before(exchange, &keep);
    wake(exchange, place, milliseconds);
}

static struct outcome listen(struct exchange *exchange, const struct jsonrpc_message *request,
                             struct json_value ids, struct buffer *taken) {
    struct text event = begin_event(exchange, request->id), separator = TEXT("taskIds\":[");
    struct json_value each;
    size_t position = 0;
    uint32_t count = 0, left = 0;
    if (!takes_tasks(request)) return needs_tasks(exchange);
    if (!exchange_has_key(exchange)) return outcome_ok;
    while (json_next_element(ids, &position, &each)) left++;
    for (position = 0; json_next_element(ids, &position, &each); left--) {
        struct text id;
        struct task_place place;
        if (!json_string(each, exchange->arena, &id)) {
            return outcome_invalid_params(TEXT("taskIds holds what is no string."));
        }
        if (++count > LIMIT_SUBSCRIPTIONS) {
            return outcome_invalid_params(
                TEXT("More than 100 taskIds on one stream: open several."));
        }
        if (!task_id_open(exchange, id, &place) || task_is_over(&place)) continue;
        subscribe(exchange, &place, event, LIMIT_TASK_LISTEN_MS + LIMIT_TASK_LISTEN_EACH_MS * left);
        BUFFER_APPEND(taken, separator, TEXT("\""), id, TEXT("\""));
        separator = TEXT(",");
    }
    buffer_append(taken, taken->length > 0 ? TEXT("]") : TEXT("taskIds\":[]"));
    return outcome_ok;
}

static const struct method rows[] = {
    {TEXT_INITIALIZER("tasks/get"), tasks_get, MODERN},
    {TEXT_INITIALIZER("tasks/update"), tasks_update, MODERN},
    {TEXT_INITIALIZER("tasks/cancel"), tasks_cancel, MODERN},
    SUBSCRIPTIONS_METHOD,
};

const bool tasks_linked = true;
const struct task_feature task_feature = {
    takes_over,
    begin,
    listen,
    {rows, sizeof rows / sizeof *rows},
    {TEXT_INITIALIZER("/tasks/wake"), TEXT_INITIALIZER("POST"), true, task_woken_head,
     task_woken_body, NULL},
};
