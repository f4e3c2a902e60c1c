/* The questions of tool.h: what each says, and how its answer is read. */
#include "arguments.h"
#include "modern.h"
#include "task.h"
#include "tool_call.h"

const struct tool_call_capability tool_call_capabilities[] = {
    [CLIENT_ELICITATION] = {TEXT_INITIALIZER("elicitation"),
                            TEXT_INITIALIZER("elicitation/create")},
    [CLIENT_SAMPLING] = {TEXT_INITIALIZER("sampling"), TEXT_INITIALIZER("sampling/createMessage")},
    [CLIENT_ROOTS] = {TEXT_INITIALIZER("roots"), TEXT_INITIALIZER("roots/list")},
};

uint8_t tool_call_offered(struct json_value offered) {
    uint8_t bits = 0;
    for (size_t i = 0; i < TOOL_CALL_CAPABILITIES; i++) {
        struct json_value value = json_object_member(offered, tool_call_capabilities[i].name);
        if (value.kind == JSON_OBJECT) bits = (uint8_t)(bits | 1u << i);
    }
    return bits;
}

bool client_supports(const struct tool_call *call, enum client_capability capability) {
    const struct exchange *exchange = call->exchange;
    if (capability == CLIENT_ELICITATION && !revision_has_elicitation(exchange->revision)) {
        return false;
    }
    uint8_t offered = revision_is_modern(exchange->revision)
                          ? tool_call_offered(modern_client_capabilities(call->request))
                          : exchange->session.capabilities;
    return (offered >> capability & 1) != 0;
}

/* The answer to `key`, as it came: absent where there is none that is an object. */
static struct json_value find_answer(struct tool_call *call, struct text key) {
    for (size_t i = 0; i < 2; i++) {
        struct json_value answer = json_object_member(call->answers[i], key);
        if (answer.kind == JSON_OBJECT) return answer;
    }
    return (struct json_value){JSON_ABSENT, {NULL, 0}};
}

static void append_entry(struct buffer *out, struct text key) {
    if (out->length > 0) buffer_append(out, TEXT(","));
    buffer_append_json_string(out, key);
    buffer_append(out, TEXT(":"));
}

/* The answer served: it goes along with the request from now on. */
static void carry(struct tool_call *call, struct text key, struct json_value answer) {
    append_entry(&call->carried, key);
    buffer_append(&call->carried, answer.text);
}

/* The question's key as the client sees it: in a task no key may stand for two questions, and one
   whose answer did not fit is asked again (SEP-2663, "Task Update Requests"). */
static struct text question_key(struct tool_call *call, struct text key) {
    struct buffer whole = buffer_in(call->exchange->arena, 0);
    if (call->exchange->task == NULL) return key;
    BUFFER_APPEND(&whole, key, call->exchange->task->suffix);
    return buffer_text(&whole);
}

/* Appends the question up to its parameters' members; end it with two braces. */
static bool begin_question(struct tool_call *call, struct text key,
                           enum client_capability capability) {
    if (!client_supports(call, capability)) {
        call->missing[capability] = true;
        return false;
    }
    append_entry(&call->questions, question_key(call, key));
    BUFFER_APPEND(&call->questions, TEXT("{\"method\":\""),
                  tool_call_capabilities[capability].method, TEXT("\",\"params\":{"));
    return true;
}

/* What the user did with an elicitation: its `action`. */
static enum ask read_action(struct json_value answer) {
    struct json_value action = json_object_member(answer, TEXT("action"));
    if (text_equal(action.text, TEXT("\"accept\""))) return ASK_ACCEPTED;
    if (text_equal(action.text, TEXT("\"decline\""))) return ASK_DECLINED;
    return text_equal(action.text, TEXT("\"cancel\"")) ? ASK_CANCELLED : ASK_PENDING;
}

enum ask elicit(struct tool_call *call, const char *key, const char *message,
                struct tool_fields fields, void *answers) {
    struct json_value answer = find_answer(call, text_of(key));
    struct buffer problems = buffer_in(call->exchange->arena, 0);
    enum ask action = read_action(answer);
    if (action == ASK_ACCEPTED &&
        !arguments_bind_as(SCHEMA_ANSWER, &fields, json_object_member(answer, TEXT("content")),
                           answers, &problems)) {
        action = ASK_PENDING;
    }
    if (action != ASK_PENDING) {
        carry(call, text_of(key), answer);
        return action;
    }
    if (!begin_question(call, text_of(key), CLIENT_ELICITATION)) return ASK_UNSUPPORTED;
    buffer_append(&call->questions, TEXT("\"message\":"));
    buffer_append_json_string(&call->questions, text_of(message));
    buffer_append(&call->questions, TEXT(",\"requestedSchema\":"));
    arguments_append_schema(&call->questions, &fields, false);
    buffer_append(&call->questions, TEXT("}}"));
    return ASK_PENDING;
}

/* The text in `content`, which is one block or, from 2025-11-25 on, several. */
static bool read_text(struct tool_call *call, struct json_value content, struct text *text) {
    struct json_value block = content;
    size_t position = 0;
    bool more = content.kind == JSON_ARRAY ? json_next_element(content, &position, &block)
                                           : content.kind == JSON_OBJECT;
    while (more) {
        struct json_value value = json_object_member(block, TEXT("text"));
        if (json_string(value, call->exchange->arena, text)) return true;
        more = json_next_element(content, &position, &block);
    }
    return false;
}

enum ask sample(struct tool_call *call, const char *key, const struct sampling *what,
                struct text *answer) {
    struct json_value value = find_answer(call, text_of(key));
    if (read_text(call, json_object_member(value, TEXT("content")), answer)) {
        carry(call, text_of(key), value);
        return ASK_ACCEPTED;
    }
    if (!begin_question(call, text_of(key), CLIENT_SAMPLING)) return ASK_UNSUPPORTED;
    struct buffer *out = &call->questions;
    buffer_append(out, TEXT("\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\","
                            "\"text\":"));
    buffer_append_json_string(out, text_of(what->prompt));
    buffer_append(out, TEXT("}}],"));
    if (what->system_prompt != NULL) {
        buffer_append(out, TEXT("\"systemPrompt\":"));
        buffer_append_json_string(out, text_of(what->system_prompt));
        buffer_append(out, TEXT(","));
    }
    buffer_append(out, TEXT("\"maxTokens\":"));
    buffer_append_integer(out, what->max_tokens);
    buffer_append(out, TEXT("}}"));
    return ASK_PENDING;
}

enum ask list_roots(struct tool_call *call, const char *key, struct root *roots, size_t room,
                    size_t *count) {
    struct json_value value = find_answer(call, text_of(key)), element;
    struct json_value list = json_object_member(value, TEXT("roots"));
    size_t position = 0;
    *count = 0;
    if (list.kind != JSON_ARRAY) {
        if (!begin_question(call, text_of(key), CLIENT_ROOTS)) return ASK_UNSUPPORTED;
        buffer_append(&call->questions, TEXT("}}"));
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
    carry(call, text_of(key), value);
    return ASK_ACCEPTED;
}
