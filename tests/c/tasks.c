/* Tasks: what is kept of them, who may have them, and what happens when several change one at once.
   Waiting in workerd is tested in e2e/tasks.test.mjs. */
#include <stdio.h>

#include "check.h"
#include "edge.h"
#include "host.h"
#include "seal.h"
#include "sha256.h"
#include "task.h"

/* -- Tools -- */

static size_t runs;           /* of any of these tools */
static struct text meanwhile; /* what somebody else keeps, once, while `work` runs */

struct work_arguments {
    struct text name;
};

static const struct tool_field work_fields[] = {
    TOOL_STRING(struct work_arguments, name, "A name", .optional = true),
};

static void work(struct tool_call *call, const void *given) {
    const struct work_arguments *arguments = given;
    struct text scopes;
    runs++;
    mailbox.rival = meanwhile;
    meanwhile.length = 0;
    reply_text(call, "Worked for %.*s, %.*s.", TOOL_FORMAT(arguments->name),
               TOOL_FORMAT(tool_caller(call)));
    if (tool_caller_scopes(call, &scopes)) reply_text(call, "Only %.*s.", TOOL_FORMAT(scopes));
}

TOOL(work, .description = "Works.", TOOL_FIELDS(work_fields), TOOL_TASK_OPTIONAL, .run = work);

static void work_hard(struct tool_call *call, const void *given) {
    (void)given;
    runs++;
    reply_text(call, "%.*s", TOOL_FORMAT(repeated("", LIMIT_KEPT_BYTES, "x", "")));
}

TOOL(work_hard, .description = "Says too much.", TOOL_TASK_REQUIRED, .run = work_hard);

static void work_asking(struct tool_call *call, const void *given) {
    struct work_arguments who = {{NULL, 0}}, where = {{NULL, 0}};
    (void)given;
    runs++;
    const char *id = elicitation_id(call, "who");
    enum ask first = elicit(call, "who", id, (struct tool_fields)FIELDS_OF(work_fields), &who);
    enum ask second =
        elicit(call, "whe.re", "Where?", (struct tool_fields)FIELDS_OF(work_fields), &where);
    if (first != ASK_ACCEPTED || second != ASK_ACCEPTED) return;
    reply_text(call, "%s", id);
    reply_text(call, "%.*s in %.*s", TOOL_FORMAT(who.name), TOOL_FORMAT(where.name));
}

TOOL(work_asking, .description = "Asks.", TOOL_TASK_OPTIONAL, .run = work_asking);

static void work_later(struct tool_call *call, const void *given) {
    struct work_arguments who = {{NULL, 0}};
    const char *id = elicitation_id(call, "who");
    (void)given;
    if (elicit(call, "who", id, (struct tool_fields)FIELDS_OF(work_fields), &who) != ASK_ACCEPTED ||
        !task_begins(call)) {
        return;
    }
    runs++;
    reply_text(call, "%s", id);
    reply_text(call, "Later, %.*s", TOOL_FORMAT(who.name));
}

TOOL(work_later, .description = "Asks first.", TOOL_TASK_OPTIONAL, .task_later = true,
     .run = work_later);

/* The native host_perform does nothing with a mailbox: to the core it looks as if somebody else had
   changed the task. */
static void work_waiting(struct tool_call *call, const void *given) {
    (void)given;
    runs++;
    report_progress(call, 1, 2, "Half \"way\"");
    reply_text(call, edge_sleep(call, 1) ? "waited" : "was cancelled");
}

TOOL(work_waiting, .description = "Waits.", TOOL_TASK_OPTIONAL, .run = work_waiting);

static struct mcp *instance; /* the one that runs `work_looking` */

static void work_looking(struct tool_call *call, const void *given) {
    (void)given;
    bool has_room = mcp_input(instance, LIMIT_KEPT_BYTES) != NULL;
    reply_text(call, has_room ? "has room" : "has none");
}

TOOL(work_looking, .description = "Looks at its record.", TOOL_TASK_OPTIONAL, .run = work_looking);

/* -- Requests -- */

#define KEY "0123456789abcdef0123456789abcdef"
static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0" KEY "\0");

#define TOKEN "a.token.of.the.caller"
#define TAKES_TASKS "\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}"
#define TAKES "\"elicitation\":{}," TAKES_TASKS
#define CHECK_ERROR(json, code) CHECK_SAYS(json, "\"error\":{\"code\":" #code ",")

/* Sends `method` for the tool or task `name`, with these capabilities and more parameters, each
   after a comma. Returns the response's body, copied. */
static struct text sent_with(struct mcp *mcp, const char *method, struct text name,
                             const char *capabilities, struct text more) {
    struct buffer body = buffer_in(&mcp->arena, 512);
    bool is_call = text_equal(text_of(method), TEXT("tools/call"));
    BUFFER_APPEND(&body, TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""), text_of(method),
                  TEXT("\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"
                       "\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{"),
                  text_of(capabilities), TEXT("}},\""), is_call ? TEXT("name") : TEXT("taskId"),
                  TEXT("\":\""), name, TEXT("\""), more, TEXT("}}"));
    struct sent sent = post(exact(buffer_text(&body)));
    mcp_reset(mcp);
    sent.headers[HTTP_ACCEPT] = TEXT("application/json, text/event-stream");
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = TEXT("2026-07-28");
    sent.headers[HTTP_MCP_METHOD] = text_of(method);
    sent.headers[HTTP_MCP_NAME] = name;
    sent.headers[HTTP_AUTHORIZATION] = TEXT("Bearer " TOKEN);
    struct text json = exact(exchanged(mcp, &sent).body);
    mcp_reset(mcp);
    return json;
}

static struct text called(struct mcp *mcp, const char *tool, const char *more) {
    return sent_with(mcp, "tools/call", text_of(tool), TAKES, text_of(more));
}

static struct text of_task(struct mcp *mcp, const char *method, struct text id, const char *more) {
    return sent_with(mcp, method, id, TAKES, text_of(more));
}

/* The task's id in `json`, copied. */
static struct text id_in(struct text json) {
    struct text mark = TEXT("\"taskId\":\"");
    for (size_t i = 0; i + mark.length < json.length; i++) {
        struct text rest = text_from(json, i + mark.length);
        if (!text_starts_with(text_from(json, i), mark)) continue;
        return exact((struct text){rest.bytes, text_find(rest, '"')});
    }
    return TEXT("");
}

/* Posts `body` as the mailbox does to wake a task; returns the status. */
static uint32_t woken_by(struct mcp *mcp, struct text body) {
    char length[8];
    struct sent sent = {.method = "POST", .url = "https://mailbox/tasks/wake", .body = body};
    snprintf(length, sizeof length, "%zu", body.length);
    sent.headers[HTTP_CONTENT_LENGTH] = text_of(length);
    struct mcp_action action = exchanged(mcp, &sent);
    CHECK_EQUAL(action.kind, MCP_ACTION_RESPOND);
    mcp_reset(mcp);
    return action.status;
}

static uint32_t woken(struct mcp *mcp) {
    return woken_by(mcp, mailbox.posted);
}

static struct mcp *begun(void) {
    runs = meanwhile.length = 0;
    return started(variables);
}

/* -- Tests -- */

static void keeps_before_it_answers(void) {
    struct mcp *mcp = begun();
    struct text json = called(mcp, "work", ",\"arguments\":{\"name\":\"Eve\"}"), id = id_in(json);
    CHECK_SAYS(json, "\"result\":{\"taskId\":\"");
    CHECK_SAYS(json, "\",\"status\":\"working\",\"createdAt\":\"20");
    CHECK_SAYS(json, "\"ttlMs\":86400000,\"pollIntervalMs\":2000,\"resultType\":\"task\",");
    CHECK_EQUAL(id.length, 50);
    CHECK_EQUAL(mailbox.keeps, 1);
    CHECK_EQUAL(mailbox.version, 1);
    CHECK_EQUAL(mailbox.wakes, 1);
    CHECK_EQUAL(runs, 0);
    CHECK(text_starts_with(mailbox.mailbox, TEXT("task-")));
    CHECK_TEXT(text_from(mailbox.mailbox, 5), mailbox.topic);
    CHECK(!text_contains(mailbox.kept, TEXT(TOKEN))); /* no credential is kept */
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "\"status\":\"working\"");
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_EQUAL(runs, 1);
    json = of_task(mcp, "tasks/get", id, "");
    CHECK_SAYS(json, "\"status\":\"completed\"");
    CHECK_SAYS(json, "\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"Worked for Eve, .\"}],"
                     "\"resultType\":\"complete\",");
    CHECK_SAYS(mailbox.published, "\"status\":\"completed\"");
    CHECK(!text_contains(mailbox.kept, TEXT("arguments"))); /* nor is what is no longer needed */
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_EQUAL(runs, 1);
    struct text topic = mailbox.topic;
    mailbox.version = 0; /* nothing is kept at the other place */
    called(mcp, "work", "");
    CHECK(!text_equal(mailbox.topic, topic)); /* another task has a place of its own */
}

/* Nobody but the record says whose it is when it is woken: a tool that goes by scopes must know. */
static void runs_for_whoever_began_it(void) {
    uint8_t digest[SHA256_BYTES];
    struct mcp *mcp = begun();
    struct buffer named = buffer_in(fresh_arena(), 0);
    sha256(TEXT(TOKEN), digest);
    buffer_append(&named, TEXT("AUTH_MODE\0tokens\0SEAL_KEY\0" KEY "\0TOKENS\0alice:"));
    for (size_t i = 0; i < sizeof digest; i++) {
        char hex[3];
        snprintf(hex, sizeof hex, "%02x", digest[i]);
        buffer_append(&named, text_of(hex));
    }
    buffer_append(&named, TEXT(":scopes=read+write\0"));
    mcp = started(exact(buffer_text(&named)));
    struct text id = id_in(called(mcp, "work", ""));
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "\"text\":\"Worked for , alice.\"},{\"type\":"
                                                  "\"text\",\"text\":\"Only read write.\"}");
}

static void runs_at_once_for_others(void) {
    struct mcp *mcp = begun();
    CHECK_SAYS(sent_with(mcp, "tools/call", TEXT("work"), "", TEXT("")), "Worked for");
    struct text json = sent_with(mcp, "tools/call", TEXT("work_hard"), "", TEXT(""));
    CHECK_ERROR(json, -32021);
    CHECK_SAYS(json, "{\"requiredCapabilities\":{\"extensions\":{"
                     "\"io.modelcontextprotocol/tasks\":{}}}}");
    struct sent legacy = post(TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                                   "\"params\":{\"name\":\"work_hard\"}}"));
    CHECK_ERROR(exchanged(mcp, &legacy).body, -32600);
    mcp_reset(mcp);
    legacy.body = TEXT("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tasks/get\",\"params\":{}}");
    CHECK_ERROR(exchanged(mcp, &legacy).body, -32601);
    mcp_reset(mcp);
    CHECK_EQUAL(mailbox.keeps + mailbox.wakes, 0);
}

/* `id` with another start time, sealed anew. */
static struct text begun_at(struct mcp *mcp, struct text id, int64_t time) {
    struct principal principal = {.by = PRINCIPAL_TOKEN, .subject = TEXT(TOKEN)};
    struct text payload;
    CHECK(seal_open(key_of(TEXT(KEY)), SEAL_TASK, &principal, id, &mcp->arena, &payload));
    char *bytes = (char *)(uintptr_t)payload.bytes;
    for (int i = 8; i > 0; i--, time >>= 8) bytes[i] = (char)(time & 0xff);
    struct text sealed =
        exact(seal_close(key_of(TEXT(KEY)), SEAL_TASK, &principal, payload, &mcp->arena));
    mcp_reset(mcp);
    return sealed;
}

static void forgets_after_its_time(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work", ""));
    int64_t day = (int64_t)LIMIT_TASK_SECONDS * 1000, now = (int64_t)host_now();
    CHECK_SAYS(of_task(mcp, "tasks/get", begun_at(mcp, id, now - day + 60000), ""), "\"working\"");
    struct text json = of_task(mcp, "tasks/get", begun_at(mcp, id, now - day - 1000), "");
    CHECK_ERROR(json, -32602);
    CHECK_SAYS(json, "The task has expired");
    mailbox.kept = TEXT("");
    CHECK_ERROR(of_task(mcp, "tasks/get", id, ""), -32602);
    CHECK_EQUAL(woken(mcp), 204);
}

static void refuses_foreign_ids(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work", ""));
    struct principal other = {.by = PRINCIPAL_TOKEN, .subject = TEXT("abd")};
    struct text payload = {repeated("\1", 20, "x", "").bytes, 21};
    const struct text ids[] = {
        exact(seal_close(key_of(TEXT(KEY)), SEAL_TASK, &other, payload, &mcp->arena)),
        mailbox.posted,
        repeated("", 50, "A", ""),
        repeated("", 100, "A", ""),
        TEXT("no task"),
    };
    mcp_reset(mcp);
    for (size_t i = 0; i < COUNT(ids); i++) {
        CHECK_ERROR(of_task(mcp, "tasks/get", ids[i], ""), -32602);
        CHECK_ERROR(of_task(mcp, "tasks/cancel", ids[i], ""), -32602);
        CHECK_EQUAL(woken_by(mcp, i == 1 ? id : ids[i]), 404);
    }
    CHECK_EQUAL(mailbox.keeps, 1);
    CHECK_EQUAL(runs, 0);
}

#define ACCEPT(name) "{\"action\":\"accept\",\"content\":{\"name\":\"" name "\"}}"

static void asks_by_keys_of_its_own(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work_asking", ""));
    woken(mcp);
    struct text json = of_task(mcp, "tasks/get", id, "");
    CHECK_SAYS(json, "\"status\":\"input_required\"");
    CHECK_SAYS(json, "\"inputRequests\":{\"who.2\":{\"method\":\"elicitation/create\"");
    CHECK_SAYS(json, "\"whe.re.2\":{\"method\"");
    json = sent_with(mcp, "tasks/get", id, TAKES_TASKS, TEXT(""));
    CHECK_SAYS(json, "\"inputRequests\":{\"who.2\":{"); /* to whoever may have the task */
    of_task(mcp, "tasks/update", id,
            ",\"inputResponses\":{\"who\":{},\"x\":7,\"who.2\":" ACCEPT("Eve") "}");
    json = of_task(mcp, "tasks/get", id, "");
    CHECK_SAYS(json, "\"inputRequests\":{\"whe.re.2\":");
    CHECK_EQUAL(mailbox.wakes, 1);
    CHECK_ERROR(of_task(mcp, "tasks/update", id, ",\"inputResponses\":{\"whe.re.2\":[]}"), -32602);
    CHECK_ERROR(of_task(mcp, "tasks/update", id, ",\"inputResponses\":[]"), -32602);
    CHECK_ERROR(of_task(mcp, "tasks/update", id, ""), -32602);
    of_task(mcp, "tasks/update", id,
            ",\"inputResponses\":{\"whe.re.2\":{\"action\":\"accept\",\"content\":{\"name\":1}}}");
    CHECK_EQUAL(mailbox.wakes, 2);
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "\"status\":\"working\"");
    woken(mcp);
    /* the answer did not fit: asked again, under another key; the other answer stays */
    json = of_task(mcp, "tasks/get", id, "");
    CHECK_SAYS(json, "\"inputRequests\":{\"whe.re.6\":");
    of_task(
        mcp, "tasks/update", id,
        ",\"inputResponses\":{\"whe.re.2\":" ACCEPT("Rome") ",\"whe.re.6\":" ACCEPT("Bonn") "}");
    woken(mcp);
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "Eve in Bonn");
    CHECK_EQUAL(runs, 3);
}

/* Who began the task says what it can be asked; each request says so anew, but the call is that
   one. */
static void asks_only_what_was_offered_at_its_beginning(void) {
    struct mcp *mcp = begun();
    struct text json = sent_with(mcp, "tools/call", TEXT("work_asking"), TAKES_TASKS, TEXT(""));
    struct text id = id_in(json);
    woken(mcp);
    json = of_task(mcp, "tasks/get", id, "");
    CHECK_SAYS(json, "\"status\":\"failed\"");
    CHECK_SAYS(json, "\"code\":-32021");
    CHECK_SAYS(json, "{\"requiredCapabilities\":{\"elicitation\":{\"form\":{}}}}");
    CHECK(!text_contains(json, TEXT("inputRequests")));
}

/* A page at a URL with the id knows the question by it, in whichever run that is looked for. */
static void keeps_the_id_of_a_question(void) {
    struct mcp *mcp = begun();
    struct text task = id_in(called(mcp, "work_asking", ""));
    woken(mcp);
    struct text id = behind(of_task(mcp, "tasks/get", task, ""), TEXT("\"message\":\""), '"');
    CHECK(id.length > sizeof ".who");
    of_task(mcp, "tasks/update", task,
            ",\"inputResponses\":{\"who.2\":" ACCEPT("Eve") ",\"whe.re.2\":" ACCEPT("Bonn") "}");
    woken(mcp);
    CHECK_TEXT(behind(of_task(mcp, "tasks/get", task, ""), TEXT("\"text\":\""), '"'), id);
}

static void keeps_the_id_when_it_begins_later(void) {
    struct mcp *mcp = begun();
    struct text json = called(mcp, "work_later", "");
    struct text id = behind(json, TEXT("\"message\":\""), '"');
    struct text state = behind(json, TEXT("\"requestState\":\""), '"');
    struct buffer more = buffer_in(fresh_arena(), 0);
    BUFFER_APPEND(&more,
                  TEXT(",\"inputResponses\":{\"who\":" ACCEPT("Eve") "},\"requestState\":\""),
                  state, TEXT("\""));
    struct text answered = exact(buffer_text(&more));
    mcp = started(variables);
    json = sent_with(mcp, "tools/call", TEXT("work_later"), TAKES, answered);
    woken(mcp);
    json = of_task(mcp, "tasks/get", id_in(json), "");
    CHECK_TEXT(behind(json, TEXT("\"text\":\""), '"'), id);
}

static void begins_later(void) {
    struct mcp *mcp = begun();
    struct text json = called(mcp, "work_later", "");
    CHECK_SAYS(json, "\"resultType\":\"input_required\"");
    CHECK_SAYS(json, "{\"who\":{\"method\"");
    CHECK_EQUAL(mailbox.keeps, 0);
    json = called(mcp, "work_later", ",\"inputResponses\":{\"who\":" ACCEPT("Eve") "}");
    CHECK_SAYS(json, "\"resultType\":\"task\"");
    CHECK(!text_contains(json, TEXT("content")));
    CHECK_EQUAL(runs, 0);
    woken(mcp);
    CHECK_SAYS(of_task(mcp, "tasks/get", id_in(json), ""), "Later, Eve");
    json = sent_with(mcp, "tools/call", TEXT("work_later"), "\"elicitation\":{}",
                     TEXT(",\"inputResponses\":{\"who\":" ACCEPT("Eve") "}"));
    CHECK_SAYS(json, "Later, Eve");
}

/* The record as a cancellation leaves it; the cancellation itself is undone. */
static struct text cancelled(struct mcp *mcp, struct text id) {
    struct mailbox before = mailbox;
    of_task(mcp, "tasks/cancel", id, "");
    struct text record = mailbox.kept;
    mailbox = before;
    return record;
}

/* A run has no action before it ends, so its input was once taken for a head, and limited to the
   size of one. */
static void may_look_at_a_large_record_while_it_runs(void) {
    struct mcp *mcp = instance = begun();
    struct text id = id_in(called(mcp, "work_looking", ""));
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "has room");
}

/* It was once kept for 0 ms, which means forever. */
static void keeps_no_late_result_for_ever(void) {
    struct mcp *mcp = begun();
    struct exchange *exchange = &mcp->exchange;
    exchange->arena = &mcp->arena;
    struct task_place place = task_place_new(exchange);
    struct task task = {.created = place.created};
    place.created -= (int64_t)LIMIT_TASK_SECONDS * 1000 + 5000;
    CHECK_EQUAL(task_keep(exchange, &place, &task).milliseconds, 1);
    mcp_reset(mcp);
}

static void lets_no_result_replace_an_end(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work", "")), first = mailbox.kept;
    /* cancelled between being read and being claimed: not run at all */
    mailbox.rival = cancelled(mcp, id);
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_EQUAL(runs, 0);
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "\"status\":\"cancelled\"");
    /* cancelled while it runs: its reply is dropped, and nobody is told of it */
    mailbox.kept = first;
    mailbox.version = 1;
    struct mailbox before = mailbox;
    meanwhile = cancelled(mcp, id);
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_EQUAL(runs, 1);
    CHECK_EQUAL(mailbox.publications, before.publications);
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "\"status\":\"cancelled\"");
    /* another run was faster: it is not run again */
    mailbox = before;
    woken(mcp);
    struct text completed = mailbox.kept;
    mailbox = before;
    mailbox.rival = completed;
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_EQUAL(runs, 2);
    /* a cancellation that comes too late changes nothing, but is acknowledged */
    mailbox = before;
    mailbox.rival = completed;
    CHECK_SAYS(of_task(mcp, "tasks/cancel", id, ""), "\"result\":{\"resultType\":\"complete\"");
    CHECK_TEXT(mailbox.kept, completed);
}

static void is_run_by_one_at_a_time(void) {
    struct mcp *mcp = begun();
    called(mcp, "work_waiting", "");
    struct mailbox before = mailbox;
    woken(mcp);
    CHECK_EQUAL(runs, 1);
    struct text claimed = mailbox.kept;
    mailbox = before;
    mailbox.rival = claimed;
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_EQUAL(runs, 1);
    CHECK_TEXT(mailbox.kept, claimed);
}

static void stops_waiting_when_it_is_changed(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work_waiting", ""));
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_EQUAL(runs, 1);
    CHECK_EQUAL(mailbox.version, 2); /* claimed; its reply is dropped */
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "\"status\":\"working\"");
}

static void gives_up_after_some_attempts(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work_waiting", ""));
    for (int i = 0; i < LIMIT_TASK_ATTEMPTS; i++) woken(mcp);
    CHECK_EQUAL(runs, LIMIT_TASK_ATTEMPTS);
    CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "\"status\":\"working\"");
    CHECK_EQUAL(woken(mcp), 204);
    CHECK_EQUAL(runs, LIMIT_TASK_ATTEMPTS);
    struct text json = of_task(mcp, "tasks/get", id, "");
    CHECK_SAYS(json,
               "\"status\":\"failed\",\"statusMessage\":\"The tool failed again and again.\"");
    CHECK_ERROR(json, -32603);
    CHECK_SAYS(mailbox.published, "\"status\":\"failed\"");
}

/* Listens for `ids`, elements of an array; returns the beginning of the stream, or the error. */
static struct text listened(struct mcp *mcp, struct text ids) {
    struct buffer more = buffer_in(&mcp->arena, 0);
    BUFFER_APPEND(&more, TEXT(",\"notifications\":{\"taskIds\":["), ids, TEXT("]}"));
    return sent_with(mcp, "subscriptions/listen", TEXT(""), TAKES, exact(buffer_text(&more)));
}

static void is_listened_to(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work", ""));
    char ids[128];
    snprintf(ids, sizeof ids, "\"nobody\",\"%.*s\"", (int)id.length, id.bytes);
    struct text event = listened(mcp, text_of(ids));
    snprintf(ids, sizeof ids, "\"notifications\":{\"taskIds\":[\"%.*s\"]}}}", (int)id.length,
             id.bytes);
    CHECK(text_contains(event, text_of(ids)));
    CHECK_EQUAL(mailbox.keeps, 2);
    CHECK_EQUAL(mailbox.wakes, 2);
    woken(mcp);
    CHECK(text_starts_with(mailbox.published, TEXT("\"taskId\":\"")));
    CHECK_SAYS(mailbox.published, "}}\n\n");
    /* woken after its end, it tells those who listen now once more */
    mailbox.publications = 0;
    woken(mcp);
    CHECK_EQUAL(mailbox.publications, 1);
    CHECK_SAYS(mailbox.published, "\"status\":\"completed\"");
    CHECK_SAYS(listened(mcp, TEXT("\"nobody\"")), "\"notifications\":{\"taskIds\":[]}");
    CHECK_SAYS(listened(mcp, TEXT("\"nobody\"],\"resourceSubscriptions\":[\"a:b\"")),
               "\"notifications\":{\"resourceSubscriptions\":[\"a:b\"],\"taskIds\":[]}}}");
    CHECK_ERROR(listened(mcp, TEXT("1")), -32602);
    struct text many = repeated("\"x\"", LIMIT_SUBSCRIPTIONS - 1, ",\"x\"", "");
    CHECK_SAYS(listened(mcp, many), "acknowledged");
    many = repeated("\"x\"", LIMIT_SUBSCRIPTIONS, ",\"x\"", "");
    CHECK_ERROR(listened(mcp, many), -32602);
    size_t keeps = mailbox.keeps;
    snprintf(ids, sizeof ids, "\"%.*s\",1", (int)id.length, id.bytes);
    CHECK_ERROR(listened(mcp, text_of(ids)), -32602);
    CHECK_EQUAL(mailbox.keeps, keeps);
}

static void keeps_no_more_than_its_limit(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work_hard", ""));
    woken(mcp);
    struct text json = of_task(mcp, "tasks/get", id, "");
    CHECK_SAYS(json, "\"status\":\"failed\"");
    CHECK_SAYS(json, "What came of this task is too large to be kept.");
    mailbox = (struct mailbox){0};
    struct text large = repeated(",\"x\":\"", LIMIT_KEPT_BYTES - 1000, "x", "\"");
    CHECK_SAYS(sent_with(mcp, "tools/call", TEXT("work"), TAKES, large), "\"working\"");
    mailbox = (struct mailbox){0};
    large = repeated(",\"x\":\"", LIMIT_KEPT_BYTES, "x", "\"");
    CHECK_ERROR(sent_with(mcp, "tools/call", TEXT("work"), TAKES, large), -32602);
    CHECK_EQUAL(mailbox.keeps, 0);
}

static void runs_again_without_memory(void) {
    struct mcp *mcp = begun();
    struct text id = id_in(called(mcp, "work", ""));
    struct mailbox before = mailbox;
    size_t allocations = 1, failed = 0;
    for (size_t i = 1; i <= allocations; i++) {
        mailbox = before;
        mcp->arena.committed = mcp->arena.used;
        failing = i;
        commits = 0;
        failed += woken(mcp) == 503;
        mcp->arena.committed = mcp->arena.used;
        failing = commits = 0;
        CHECK_EQUAL(woken(mcp), 204);
        if (i == 1) allocations = commits;
        CHECK_SAYS(of_task(mcp, "tasks/get", id, ""), "\"status\":\"completed\"");
    }
    CHECK_EQUAL(failed, allocations);
    CHECK(allocations >= 10);
}

/* Once it was kept, and whoever asked for the task got an error instead. */
static void keeps_no_message_that_is_not_utf8(void) {
    struct task_run run = {.message = buffer_in(fresh_arena(), 16)};
    task_says(&run, "caf\303\251");
    task_says(&run, "caf\351");
    CHECK_TEXT(buffer_text(&run.message), TEXT("caf\303\251"));
}

static const struct test tests[] = {
    {"keeps no message that is not UTF-8", keeps_no_message_that_is_not_utf8},
    {"is kept before the client hears of it, and runs when it is woken", keeps_before_it_answers},
    {"runs as whoever began it, with that name and those scopes", runs_for_whoever_began_it},
    {"is only for clients that take tasks: others wait, or are refused", runs_at_once_for_others},
    {"is refused after its time, or if nothing is kept of it", forgets_after_its_time},
    {"is refused to others and under forged ids, and so is waking it", refuses_foreign_ids},
    {"asks under keys that never stand for two questions", asks_by_keys_of_its_own},
    {"asks only what the client offered when the task began",
     asks_only_what_was_offered_at_its_beginning},
    {"gives a question the same id in each run", keeps_the_id_of_a_question},
    {"gives it the id that it had before the task began", keeps_the_id_when_it_begins_later},
    {"begins later if the tool says so, with the answers so far", begins_later},
    {"has one end, whoever is faster", lets_no_result_replace_an_end},
    {"is run by whoever claims it first, and by nobody else", is_run_by_one_at_a_time},
    {"stops waiting when somebody else has changed it", stops_waiting_when_it_is_changed},
    {"fails after LIMIT_TASK_ATTEMPTS attempts that come to no end", gives_up_after_some_attempts},
    {"can be listened to, and ids that are not the client's are left out", is_listened_to},
    {"is kept up to LIMIT_KEPT_BYTES", keeps_no_more_than_its_limit},
    {"can have a record that is read while it runs, however large",
     may_look_at_a_large_record_while_it_runs},
    {"is not kept forever if it ends late", keeps_no_late_result_for_ever},
    {"answers 503 if memory runs out, and is run again", runs_again_without_memory},
};
SUITE(tasks, tests);
