/* The questions of tool.h: what each sends, and how its answer is read. */
#include "ask.h"

#include "arguments.h"
#include "arguments_kinds.h"
#include "legacy_ask.h"
#include "rounds.h"
#include "task.h"
#include "uri.h"

/* The method that asks for each capability. */
static const struct text methods[TOOL_CALL_CAPABILITIES] = {
    [CLIENT_ELICITATION] = TEXT_INITIALIZER("elicitation/create"),
    [CLIENT_ELICITATION_URL] = TEXT_INITIALIZER("elicitation/create"),
    [CLIENT_SAMPLING] = TEXT_INITIALIZER("sampling/createMessage"),
    [CLIENT_SAMPLING_TOOLS] = TEXT_INITIALIZER("sampling/createMessage"),
    [CLIENT_SAMPLING_CONTEXT] = TEXT_INITIALIZER("sampling/createMessage"),
    [CLIENT_ROOTS] = TEXT_INITIALIZER("roots/list"),
};

const bool asking_linked = true;
const struct asking asking = {
    legacy_ask_keep,      rounds_start,      rounds_end,        legacy_ask_unwrap,
    legacy_ask_is_answer, legacy_ask_resume, legacy_ask_cancel,
};

struct json_value ask_find_answer(struct tool_call *call, struct text key) {
    for (size_t i = 0; i < 2; i++) {
        struct json_value answer = json_object_member(call->answers[i], key);
        if (answer.kind == JSON_OBJECT) return answer;
    }
    return (struct json_value){.kind = JSON_ABSENT};
}

void ask_carry(struct tool_call *call, struct text key, struct json_value answer) {
    buffer_append_key(&call->carried, key);
    buffer_append(&call->carried, answer.text);
}

/* The question's key as the client sees it: in a task no key may stand for two questions, yet one
   whose answer did not fit is asked again (SEP-2663, "Task Update Requests"). */
static struct text question_key(struct tool_call *call, struct text key) {
    struct buffer whole = buffer_in(call->exchange->arena, 0);
    if (call->exchange->task == NULL) return key;
    BUFFER_APPEND(&whole, key, call->exchange->task->suffix);
    return buffer_text(&whole);
}

bool ask_needs(struct tool_call *call, enum client_capability capability) {
    if (client_supports(call, capability)) return true;
    call->missing[capability] = true;
    return false;
}

bool ask_begin(struct tool_call *call, struct text key, enum client_capability capability) {
    if (!ask_needs(call, capability)) return false;
    if (capability != CLIENT_ELICITATION_URL) call->asks_more = true;
    buffer_append_key(&call->questions, question_key(call, key));
    BUFFER_APPEND(&call->questions, TEXT("{\"method\":\""), methods[capability],
                  TEXT("\",\"params\":{"));
    tool_call_append_trace(call, &call->questions);
    return true;
}

void ask_end(struct tool_call *call) {
    struct buffer *out = &call->questions;
    if (out->length > 0 && out->bytes[out->length - 1] == ',') out->length--;
    buffer_append(out, TEXT("}}"));
}

bool ask_is_declined(struct json_value answer) {
    return json_says(json_object_member(answer, TEXT("action")), TEXT("decline"));
}

/* What the user did with an elicitation: its `action`. */
static enum ask read_action(struct json_value answer) {
    struct json_value action = json_object_member(answer, TEXT("action"));
    if (json_says(action, TEXT("accept"))) return ASK_ACCEPTED;
    if (json_says(action, TEXT("decline"))) return ASK_DECLINED;
    return json_says(action, TEXT("cancel")) ? ASK_CANCELLED : ASK_PENDING;
}

/* Before 2025-11-25 no field of a form is an array (schema, PrimitiveSchemaDefinition). */
static bool form_fits(const struct tool_call *call, const struct tool_fields *fields) {
    if (call->exchange->revision >= REVISION_2025_11_25) return true;
    for (size_t i = 0; i < fields->count; i++) {
        if (text_equal(fields->first[i].kind->schema, TEXT("\"type\":\"array\""))) return false;
    }
    return true;
}

/* Appends the form's schema. Before 2025-11-25 the titles of choices can only be `enumNames`
   (schema, EnumSchema): a client that knows no other form would ask for any text. */
static void append_form(struct tool_call *call, const struct tool_fields *fields) {
    struct arena *arena = call->exchange->arena;
    struct tool_field *older = arena_allocate(arena, (fields->count + 1) * sizeof *older);
    bool named = call->exchange->revision < REVISION_2025_11_25;
    for (size_t i = 0; older != NULL && i < fields->count; i++) {
        older[i] = fields->first[i];
        bool titled = older[i].choice_count > 0 && older[i].choices[0].title != NULL;
        older[i].choice_names = older[i].choice_names || (named && titled);
    }
    if (older == NULL) return;
    arguments_append_schema(&call->questions, &(struct tool_fields){older, fields->count}, false);
}

enum ask elicit(struct tool_call *call, const char *key, const char *message,
                struct tool_fields fields, void *answers) {
    struct json_value answer = ask_find_answer(call, text_of(key));
    struct buffer problems = buffer_in(call->exchange->arena, 0);
    enum ask action = read_action(answer);
    if (action == ASK_ACCEPTED &&
        !arguments_bind(SCHEMA_ANSWER, &fields, json_object_member(answer, TEXT("content")),
                        answers, &problems)) {
        action = ASK_PENDING;
    }
    if (action != ASK_PENDING) {
        ask_carry(call, text_of(key), answer);
        return action;
    }
    if (!form_fits(call, &fields)) {
        call->missing[CLIENT_ELICITATION] = true;
        return ASK_UNSUPPORTED;
    }
    if (!ask_begin(call, text_of(key), CLIENT_ELICITATION)) return ASK_UNSUPPORTED;
    struct buffer said = buffer_in(call->exchange->arena, 0);
    buffer_append(&said, text_of(message));
    if (problems.length > 0) BUFFER_APPEND(&said, TEXT(" "), buffer_text(&problems));
    buffer_append_member(&call->questions, TEXT("\"message\":"), buffer_text(&said));
    buffer_append(&call->questions, TEXT(",\"requestedSchema\":"));
    append_form(call, &fields);
    ask_end(call);
    return ASK_PENDING;
}

const char *elicitation_id(struct tool_call *call, const char *key) {
    struct buffer id = buffer_in(call->exchange->arena, 64);
    BUFFER_APPEND(&id, tool_call_nonce(call), TEXT("."), text_of(key));
    return tool_string(call, buffer_text(&id));
}

/* The parameters of a URL elicitation: 2025-11-25 has ids for them, 2026-07-28 has none. */
static void append_url(struct tool_call *call, struct buffer *out, const char *key,
                       const char *message, const char *url) {
    buffer_append_member(out, TEXT("\"mode\":\"url\",\"message\":"), text_of(message));
    buffer_append_member(out, TEXT(",\"url\":"), text_of(url));
    if (revision_is_modern(call->exchange->revision)) return;
    buffer_append_member(out, TEXT(",\"elicitationId\":"), text_of(elicitation_id(call, key)));
}

enum ask elicit_url(struct tool_call *call, const char *key, const char *message, const char *url) {
    struct json_value answer = ask_find_answer(call, text_of(key));
    enum ask action = read_action(answer);
    if (action != ASK_PENDING) {
        ask_carry(call, text_of(key), answer);
        return action;
    }
    if (!uri_is_valid(url, NULL)) {
        reply_error(call, "elicit_url needs a url, such as https://example.com/login: its author "
                          "has to mend it.");
        return ASK_UNSUPPORTED;
    }
    if (!ask_begin(call, text_of(key), CLIENT_ELICITATION_URL)) return ASK_UNSUPPORTED;
    append_url(call, &call->questions, key, message, url);
    ask_end(call);
    buffer_separate(&call->urls);
    buffer_append(&call->urls, TEXT("{"));
    append_url(call, &call->urls, key, message, url);
    buffer_append(&call->urls, TEXT("}"));
    return ASK_PENDING;
}

void elicitation_completed(struct tool_call *call, const char *key) {
    /* 2026-07-28 has no such notification, and no ids */
    if (!call->exchange->takes_events || revision_is_modern(call->exchange->revision)) return;
    struct buffer json =
        tool_call_begin_notification(call, TEXT("notifications/elicitation/complete"));
    buffer_append_member(&json, TEXT("\"elicitationId\":"), text_of(elicitation_id(call, key)));
    tool_call_end_notification(call, &json);
}

enum ask list_roots(struct tool_call *call, const char *key, struct root *roots, size_t room,
                    size_t *count) {
    struct json_value value = ask_find_answer(call, text_of(key)), element;
    struct json_value list = json_object_member(value, TEXT("roots"));
    size_t position = 0;
    *count = 0;
    if (ask_is_declined(value)) {
        ask_carry(call, text_of(key), value);
        return ASK_DECLINED;
    }
    if (list.kind != JSON_ARRAY) {
        if (!ask_begin(call, text_of(key), CLIENT_ROOTS)) return ASK_UNSUPPORTED;
        ask_end(call);
        return ASK_PENDING;
    }
    while (*count < room && json_next_element(list, &position, &element)) {
        struct root *root = &roots[*count];
        struct arena *arena = call->exchange->arena;
        root->name = (struct text){NULL, 0};
        if (!json_string(json_object_member(element, TEXT("uri")), arena, &root->uri)) continue;
        json_string(json_object_member(element, TEXT("name")), arena, &root->name);
        (*count)++;
    }
    ask_carry(call, text_of(key), value);
    return ASK_ACCEPTED;
}
