#include "task.h"

#include <string.h>

#include "base64.h"
#include "date.h"
#include "limits.h"
#include "sse.h"
#include "subscriptions.h"
#include "utf8.h"

/* -- Places and ids -- */

enum { FORMAT = 1, TIME_BYTES = 8, RANDOM_BYTES = 12 };
_Static_assert(TASK_PLACE_BYTES == 1 + TIME_BYTES + RANDOM_BYTES, "what is sealed");

static const struct principal nobody = {.by = PRINCIPAL_ANYBODY};

static void fill_place(struct task_place *place, struct text payload, struct arena *arena) {
    struct buffer topic = buffer_in(arena, 16), mailbox = buffer_in(arena, 32);
    const uint8_t *bytes = (const uint8_t *)payload.bytes + 1;
    memcpy(place->payload, payload.bytes, sizeof place->payload);
    place->created = 0;
    for (int i = 0; i < TIME_BYTES; i++) place->created = place->created << 8 | bytes[i];
    buffer_append_base64url(&topic, bytes + TIME_BYTES, RANDOM_BYTES);
    place->topic = buffer_text(&topic);
    BUFFER_APPEND(&mailbox, TEXT("task-"), place->topic);
    place->mailbox = buffer_text(&mailbox);
}

struct task_place task_place_new(struct exchange *exchange) {
    struct task_place place;
    char payload[TASK_PLACE_BYTES] = {FORMAT};
    int64_t now = (int64_t)host_now();
    for (int i = TIME_BYTES; i > 0; i--, now >>= 8) payload[i] = (char)(now & 0xff);
    uint8_t *random = (uint8_t *)payload + 1 + TIME_BYTES;
    host_random(random, RANDOM_BYTES);
    /* what was asked before the task began keeps its id */
    if (exchange->asking.nonce.length > 0) base64url_decode(exchange->asking.nonce, random);
    fill_place(&place, (struct text){payload, sizeof payload}, exchange->arena);
    return place;
}

static struct text seal(struct exchange *exchange, const struct task_place *place,
                        enum seal_kind kind, const struct principal *principal) {
    return seal_close(&exchange->config->seal_key, kind, principal,
                      (struct text){place->payload, sizeof place->payload}, exchange->arena);
}

static bool open(struct exchange *exchange, struct text sealed, enum seal_kind kind,
                 const struct principal *principal, struct task_place *place) {
    struct text payload;
    if (sealed.length > LIMIT_TASK_ID_BYTES ||
        !seal_open(&exchange->config->seal_key, kind, principal, sealed, exchange->arena,
                   &payload) ||
        payload.length != TASK_PLACE_BYTES || payload.bytes[0] != FORMAT) {
        return false;
    }
    fill_place(place, payload, exchange->arena);
    return true;
}

struct text task_id(struct exchange *exchange, const struct task_place *place) {
    return seal(exchange, place, SEAL_TASK, &exchange->principal);
}

bool task_id_open(struct exchange *exchange, struct text id, struct task_place *place) {
    return open(exchange, id, SEAL_TASK, &exchange->principal, place);
}

struct text task_wake(struct exchange *exchange, const struct task_place *place) {
    return seal(exchange, place, SEAL_TASK_WAKE, &nobody);
}

bool task_wake_open(struct exchange *exchange, struct text wake, struct task_place *place) {
    return open(exchange, wake, SEAL_TASK_WAKE, &nobody, place);
}

bool task_is_over(const struct task_place *place) {
    return (int64_t)host_now() - place->created > LIMIT_TASK_SECONDS * 1000;
}

/* -- Records: each number and a colon; then each text, preceded by its length and a colon -- */

enum { NUMBERS = 7, TEXTS = 9 };

/* The members of `*task`, in the order in which they are written. */
static void list_members(struct task *task, int64_t *numbers[NUMBERS], struct text *texts[TEXTS]) {
    int64_t *const all_numbers[NUMBERS] = {&task->version,  &task->created, &task->updated,
                                           &task->attempts, &task->status,  &task->by,
                                           &task->limited};
    struct text *const all_texts[TEXTS] = {&task->id,      &task->message,   &task->subject,
                                           &task->name,    &task->scopes,    &task->request,
                                           &task->answers, &task->questions, &task->outcome};
    memcpy(numbers, all_numbers, sizeof all_numbers);
    memcpy(texts, all_texts, sizeof all_texts);
}

static struct text write_record(const struct task *task, struct arena *arena) {
    struct task copy = *task;
    int64_t *numbers[NUMBERS];
    struct text *texts[TEXTS];
    struct buffer out = buffer_in(arena, 512);
    list_members(&copy, numbers, texts);
    for (int i = 0; i < NUMBERS; i++) {
        buffer_append_integer(&out, *numbers[i]);
        buffer_append(&out, TEXT(":"));
    }
    for (int i = 0; i < TEXTS; i++) {
        buffer_append_integer(&out, (int64_t)texts[i]->length);
        BUFFER_APPEND(&out, TEXT(":"), *texts[i]);
    }
    return buffer_text(&out);
}

static bool read_number(struct text *record, uint64_t *number) {
    struct text digits;
    return text_next_field(record, ':', &digits) && text_to_number(digits, number);
}

bool task_read(struct text record, struct task *task) {
    int64_t *numbers[NUMBERS];
    struct text *texts[TEXTS];
    uint64_t number;
    list_members(task, numbers, texts);
    for (int i = 0; i < NUMBERS; i++) {
        if (!read_number(&record, &number)) return false;
        *numbers[i] = (int64_t)number;
    }
    for (int i = 0; i < TEXTS; i++) {
        if (!read_number(&record, &number) || number > record.length) return false;
        *texts[i] = (struct text){record.bytes, (size_t)number};
        record = text_from(record, (size_t)number);
    }
    return task->status < TASK_STATUS_COUNT;
}

bool task_fits(const struct task *task) {
    enum { NUMBERS_BYTES = (NUMBERS + TEXTS) * 20 };
    struct task copy = *task;
    int64_t *numbers[NUMBERS];
    struct text *texts[TEXTS];
    size_t size = NUMBERS_BYTES;
    list_members(&copy, numbers, texts);
    for (int i = 0; i < TEXTS; i++) size += texts[i]->length;
    return size <= LIMIT_KEPT_BYTES;
}

/* -- Changes -- */

void task_end(struct task *task, enum task_status status, struct text outcome) {
    task->status = status;
    task->outcome = outcome;
    task->message = task->request = task->answers = task->questions = (struct text){NULL, 0};
}

void task_fail(struct exchange *exchange, struct task *task, const struct outcome *outcome) {
    struct buffer error = buffer_in(exchange->arena, 0);
    jsonrpc_append_error_object(&error, outcome);
    task_end(task, TASK_FAILED, buffer_text(&error));
    task->message = outcome->sentence;
}

struct mcp_action task_action(enum mcp_action_kind kind, const struct task_place *place) {
    return (struct mcp_action){.kind = kind, .mailbox = place->mailbox, .topic = place->topic};
}

struct mcp_action task_keep(struct exchange *exchange, const struct task_place *place,
                            struct task *task) {
    struct mcp_action keep = task_action(MCP_ACTION_KEEP, place);
    int64_t left = place->created + LIMIT_TASK_SECONDS * 1000 - (int64_t)host_now();
    task->version++;
    task->updated = (int64_t)host_now();
    keep.body = write_record(task, exchange->arena);
    keep.version = (uint32_t)task->version;
    keep.milliseconds = left > 0 ? (uint32_t)left : 1; /* 0 would mean forever */
    return keep;
}

void task_says(struct task_run *run, const char *message) {
    struct text said = text_of(message);
    /* what is not UTF-8 would be in the way of the task's result, too */
    if (message == NULL || utf8_valid(said) < said.length) return;
    run->message.length = 0;
    buffer_append(&run->message, said);
}

/* -- What a client is shown -- */

static const struct text statuses[] = {
    [TASK_WORKING] = TEXT_INITIALIZER("working"),
    [TASK_INPUT_REQUIRED] = TEXT_INITIALIZER("input_required"),
    [TASK_COMPLETED] = TEXT_INITIALIZER("completed"),
    [TASK_FAILED] = TEXT_INITIALIZER("failed"),
    [TASK_CANCELLED] = TEXT_INITIALIZER("cancelled"),
};

static void append_time(struct buffer *out, struct text name, int64_t milliseconds) {
    BUFFER_APPEND(out, TEXT(",\""), name, TEXT("\":\""));
    date_append(out, (double)milliseconds, true);
    buffer_append(out, TEXT("\""));
}

void task_append(struct buffer *out, const struct task *task) {
    BUFFER_APPEND(out, TEXT("\"taskId\":\""), task->id, TEXT("\",\"status\":\""),
                  statuses[task->status], TEXT("\""));
    if (task->message.length > 0) {
        buffer_append_member(out, TEXT(",\"statusMessage\":"), task->message);
    }
    append_time(out, TEXT("createdAt"), task->created);
    append_time(out, TEXT("lastUpdatedAt"), task->updated);
    buffer_append(out, TEXT(",\"ttlMs\":"));
    buffer_append_integer(out, LIMIT_TASK_SECONDS * 1000);
    buffer_append(out, TEXT(",\"pollIntervalMs\":"));
    buffer_append_integer(out, LIMIT_TASK_POLL_MS);
    if (task->status == TASK_INPUT_REQUIRED) {
        /* all of them, whatever this request offers: the call that began the task offered it
           (SEP-2663, "Task Polling") */
        BUFFER_APPEND(out, TEXT(",\"inputRequests\":{"), task->questions, TEXT("}"));
    } else if (task->outcome.length > 0) {
        BUFFER_APPEND(out, task->status == TASK_FAILED ? TEXT(",\"error\":") : TEXT(",\"result\":"),
                      task->outcome);
    }
}

struct mcp_action task_publish(struct exchange *exchange, const struct task_place *place,
                               const struct task *task) {
    struct mcp_action publish = task_action(MCP_ACTION_PUBLISH, place);
    struct buffer json = buffer_in(exchange->arena, 256), end = buffer_in(exchange->arena, 256);
    task_append(&json, task);
    sse_append_json(&end, buffer_text(&json));
    buffer_append(&end, TEXT("}}\n\n")); /* ends the event that each listener's line begins */
    publish.body = buffer_text(&end);
    publish.milliseconds = SUBSCRIPTION_ENDS_MS;
    return publish;
}
