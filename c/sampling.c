/* Sampling: what the client's model is asked, and what it answers (2025-11-25, Sampling). */
#include <math.h>

#include "arguments.h"
#include "ask.h"
#include "base64.h"
#include "metadata.h"
#include "number.h"

static void append_media(struct buffer *out, const struct sampling_content *block) {
    buffer_append_member(out, TEXT(",\"mimeType\":"), block->mime_type);
    buffer_append(out, TEXT(",\"data\":\""));
    buffer_append_base64(out, (const uint8_t *)block->data.bytes, block->data.length);
    buffer_append(out, TEXT("\""));
}

static void append_tool_use(struct buffer *out, const struct sampling_content *block) {
    buffer_append_member(out, TEXT(",\"id\":"), block->id);
    buffer_append_member(out, TEXT(",\"name\":"), block->name);
    BUFFER_APPEND(out, TEXT(",\"input\":"), block->text);
}

static void append_tool_result(struct buffer *out, const struct sampling_content *block) {
    buffer_append_member(out, TEXT(",\"toolUseId\":"), block->id);
    buffer_append_member(out, TEXT(",\"content\":[{\"type\":\"text\",\"text\":"), block->text);
    buffer_append(out, block->is_error ? TEXT("}],\"isError\":true") : TEXT("}]"));
}

static void append_text(struct buffer *out, const struct sampling_content *block) {
    buffer_append_member(out, TEXT(",\"text\":"), block->text);
}

static const struct {
    struct text type;
    void (*append)(struct buffer *out, const struct sampling_content *block);
} kinds[] = {
    [SAMPLING_TEXT] = {TEXT_INITIALIZER("text"), append_text},
    [SAMPLING_IMAGE] = {TEXT_INITIALIZER("image"), append_media},
    [SAMPLING_AUDIO] = {TEXT_INITIALIZER("audio"), append_media},
    [SAMPLING_TOOL_USE] = {TEXT_INITIALIZER("tool_use"), append_tool_use},
    [SAMPLING_TOOL_RESULT] = {TEXT_INITIALIZER("tool_result"), append_tool_result},
};

static void append_block(struct buffer *out, const struct sampling_content *block,
                         enum revision revision) {
    const struct sampling_content placeholder = {
        .text = TEXT("(a sound, which this revision cannot carry)")};
    if (block->kind == SAMPLING_AUDIO && revision == REVISION_2024_11_05) block = &placeholder;
    BUFFER_APPEND(out, TEXT("{\"type\":\""), kinds[block->kind].type, TEXT("\""));
    kinds[block->kind].append(out, block);
    buffer_append(out, TEXT("}"));
}

/* One message of these blocks: a single one stands by itself, which every revision can read. */
static void append_message(struct buffer *out, enum prompt_role role,
                           const struct sampling_content *blocks, size_t count,
                           enum revision revision) {
    BUFFER_APPEND(out, TEXT("{\"role\":\""), role == PROMPT_USER ? TEXT("user") : TEXT("assistant"),
                  TEXT("\",\"content\":"));
    if (count != 1) buffer_append(out, TEXT("["));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_append(out, TEXT(","));
        append_block(out, &blocks[i], revision);
    }
    buffer_append(out, count != 1 ? TEXT("]},") : TEXT("},"));
}

/* Before 2025-11-25 a message has only one block: several become several messages. */
static void append_messages(struct buffer *out, const struct sampling *what,
                            enum revision revision) {
    buffer_append(out, TEXT("\"messages\":["));
    if (what->prompt != NULL) {
        const struct sampling_content prompt = {.text = text_of(what->prompt)};
        append_message(out, PROMPT_USER, &prompt, 1, revision);
    }
    for (size_t i = 0; i < what->message_count; i++) {
        const struct sampling_message *message = &what->messages[i];
        size_t step = revision >= REVISION_2025_11_25 ? message->count : 1;
        for (size_t at = 0; at < message->count; at += step) {
            append_message(out, message->role, message->content + at, step, revision);
        }
    }
    if (out->bytes != NULL && out->bytes[out->length - 1] == ',') out->length--;
    buffer_append(out, TEXT("],"));
}

static void append_strings(struct buffer *out, struct text open, struct text before,
                           const char *const *strings, size_t count, struct text after) {
    for (size_t i = 0; i < count; i++) {
        BUFFER_APPEND(out, i == 0 ? open : TEXT(","), before);
        buffer_append_json_string(out, text_of(strings[i]));
        buffer_append(out, after);
    }
    if (count > 0) buffer_append(out, TEXT("],"));
}

static void append_optional(struct buffer *out, struct text name, const double *number) {
    if (number == NULL) return;
    BUFFER_APPEND(out, TEXT("\""), name, TEXT("\":"));
    number_append(out, *number);
    buffer_append(out, TEXT(","));
}

static void append_preferences(struct buffer *out, const struct sampling *what) {
    size_t start = out->length;
    buffer_append(out, TEXT("\"modelPreferences\":{"));
    size_t empty = out->length;
    append_strings(out, TEXT("\"hints\":["), TEXT("{\"name\":"), what->model_hints,
                   what->model_hint_count, TEXT("}"));
    append_optional(out, TEXT("costPriority"), what->cost_priority);
    append_optional(out, TEXT("speedPriority"), what->speed_priority);
    append_optional(out, TEXT("intelligencePriority"), what->intelligence_priority);
    if (out->length == empty) {
        out->length = start;
    } else {
        out->length--;
        buffer_append(out, TEXT("},"));
    }
}

static void append_context(struct tool_call *call, const struct sampling *what) {
    bool must_be_offered = call->exchange->revision >= REVISION_2025_11_25;
    if (what->include_context == SAMPLING_NO_CONTEXT ||
        (must_be_offered && !client_supports(call, CLIENT_SAMPLING_CONTEXT))) {
        return;
    }
    buffer_append(&call->questions, what->include_context == SAMPLING_THIS_SERVER
                                        ? TEXT("\"includeContext\":\"thisServer\",")
                                        : TEXT("\"includeContext\":\"allServers\","));
}

static void append_tools(struct buffer *out, const struct sampling *what) {
    static const struct text choices[] = {
        [SAMPLING_TOOLS_AUTO] = TEXT_INITIALIZER("auto"),
        [SAMPLING_TOOLS_REQUIRED] = TEXT_INITIALIZER("required"),
        [SAMPLING_TOOLS_NONE] = TEXT_INITIALIZER("none"),
    };
    for (size_t i = 0; i < what->tool_count; i++) {
        const struct sampling_tool *tool = &what->tools[i];
        buffer_append_member(out, i == 0 ? TEXT("\"tools\":[{\"name\":") : TEXT(",{\"name\":"),
                             text_of(tool->name));
        if (tool->title != NULL) {
            buffer_append_member(out, TEXT(",\"title\":"), text_of(tool->title));
        }
        if (tool->description != NULL) {
            buffer_append_member(out, TEXT(",\"description\":"), text_of(tool->description));
        }
        buffer_append(out, TEXT(",\"inputSchema\":"));
        arguments_append_schema(out, &tool->fields, true);
        buffer_append(out, TEXT("}"));
    }
    if (what->tool_count == 0) return;
    BUFFER_APPEND(out, TEXT("],\"toolChoice\":{\"mode\":\""), choices[what->tool_choice],
                  TEXT("\"},"));
}

static bool has_result(const struct sampling_message *message, struct text id) {
    for (size_t i = 0; i < message->count; i++) {
        const struct sampling_content *block = &message->content[i];
        if (block->kind == SAMPLING_TOOL_RESULT && text_equal(block->id, id)) return true;
    }
    return false;
}

static size_t count_kind(const struct sampling_message *message, enum sampling_content_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < message->count; i++) count += message->content[i].kind == kind;
    return count;
}

/* 2025-11-25, Sampling, "Tool Use and Result Balance": all tool uses of a message are answered by
   the next, which holds nothing else. */
static bool is_balanced(const struct sampling *what) {
    static const struct sampling_message none = {PROMPT_USER, NULL, 0};
    const struct sampling_message *before = &none;
    for (size_t i = 0; i <= what->message_count; i++) {
        const struct sampling_message *message =
            i < what->message_count ? &what->messages[i] : &none;
        size_t uses = count_kind(before, SAMPLING_TOOL_USE);
        size_t results = count_kind(message, SAMPLING_TOOL_RESULT);
        if (results != uses || (results > 0 && results != message->count)) return false;
        for (size_t at = 0; at < before->count; at++) {
            const struct sampling_content *block = &before->content[at];
            if (block->kind == SAMPLING_TOOL_USE && !has_result(message, block->id)) return false;
        }
        before = message;
    }
    return true;
}

/* Clients refuse a priority that is not from 0 to 1, and what is no number. */
static bool is_measured(const struct sampling *what) {
    const double *const priorities[] = {what->cost_priority, what->speed_priority,
                                        what->intelligence_priority};
    for (size_t i = 0; i < sizeof priorities / sizeof *priorities; i++) {
        if (!metadata_fits_priority(priorities[i])) return false;
    }
    return what->temperature == NULL || isfinite(*what->temperature);
}

static enum ask put_question(struct tool_call *call, struct text key, const struct sampling *what) {
    struct buffer *out = &call->questions;
    if (!is_balanced(what)) {
        reply_error(call, "This tool answers its model's tool uses wrongly: its author has to mend "
                          "it.");
        return ASK_UNSUPPORTED;
    }
    if (!is_measured(what)) {
        reply_error(call, "This tool asks its model with a priority that is not from 0 to 1, or a "
                          "temperature that is no number: its author has to mend it.");
        return ASK_UNSUPPORTED;
    }
    if (what->tool_count > 0 && !ask_needs(call, CLIENT_SAMPLING_TOOLS)) return ASK_UNSUPPORTED;
    if (!ask_begin(call, key, CLIENT_SAMPLING)) return ASK_UNSUPPORTED;
    append_messages(out, what, call->exchange->revision);
    if (what->system_prompt != NULL) {
        buffer_append_member(out, TEXT("\"systemPrompt\":"), text_of(what->system_prompt));
        buffer_append(out, TEXT(","));
    }
    append_preferences(out, what);
    append_context(call, what);
    append_optional(out, TEXT("temperature"), what->temperature);
    append_strings(out, TEXT("\"stopSequences\":["), TEXT(""), what->stop_sequences,
                   what->stop_sequence_count, TEXT(""));
    if (what->metadata != NULL) {
        BUFFER_APPEND(out, TEXT("\"metadata\":"), text_of(what->metadata), TEXT(","));
    }
    append_tools(out, what);
    buffer_append(out, TEXT("\"maxTokens\":"));
    buffer_append_integer(out, what->max_tokens);
    ask_end(call);
    return ASK_PENDING;
}

static bool read_string(struct tool_call *call, struct json_value block, struct text name,
                        struct text *value) {
    return json_string(json_object_member(block, name), call->exchange->arena, value);
}

static bool read_media(struct tool_call *call, struct json_value block,
                       struct sampling_content *content) {
    struct text digits;
    size_t size;
    if (!read_string(call, block, TEXT("mimeType"), &content->mime_type) ||
        !read_string(call, block, TEXT("data"), &digits)) {
        return false;
    }
    uint8_t *bytes = arena_allocate(call->exchange->arena, digits.length);
    if (bytes == NULL || !base64_decode(digits, bytes, &size)) return false;
    content->data = (struct text){(const char *)bytes, size};
    return true;
}

/* Reads one block of an answer. False if it is unknown, or nothing that was asked for. */
static bool read_block(struct tool_call *call, struct json_value block,
                       struct sampling_content *content) {
    struct text type;
    *content = (struct sampling_content){.kind = SAMPLING_TEXT};
    if (!read_string(call, block, TEXT("type"), &type)) return false;
    while (!text_equal(type, kinds[content->kind].type)) {
        if (content->kind == SAMPLING_TOOL_USE) return false;
        content->kind++;
    }
    if (content->kind == SAMPLING_TEXT) {
        return read_string(call, block, TEXT("text"), &content->text);
    }
    if (content->kind != SAMPLING_TOOL_USE) return read_media(call, block, content);
    struct json_value input = json_object_member(block, TEXT("input"));
    content->text = input.text;
    return input.kind == JSON_OBJECT && read_string(call, block, TEXT("id"), &content->id) &&
           read_string(call, block, TEXT("name"), &content->name);
}

/* Reads `content`, which is one block or, from 2025-11-25 on, several; unknown blocks are left out.
   False if nothing is left. */
static bool read_content(struct tool_call *call, struct json_value content,
                         struct sampling_message *message) {
    struct json_value block = content;
    size_t room = 0, position = 0;
    while (json_next_element(content, &position, &block)) room++;
    if (content.kind == JSON_OBJECT) room = 1;
    struct sampling_content *blocks = arena_allocate(call->exchange->arena, room * sizeof *blocks);
    if (blocks == NULL) return false;
    *message = (struct sampling_message){PROMPT_ASSISTANT, blocks, 0};
    position = 0;
    block = content;
    for (size_t i = 0; i < room; i++) {
        json_next_element(content, &position, &block);
        if (read_block(call, block, &blocks[message->count])) message->count++;
    }
    return message->count > 0;
}

enum ask sample_message(struct tool_call *call, const char *key, const struct sampling *what,
                        struct sampling_answer *answer) {
    struct json_value value = ask_find_answer(call, text_of(key));
    *answer = (struct sampling_answer){.message = {PROMPT_ASSISTANT, NULL, 0}};
    if (ask_is_declined(value)) {
        ask_carry(call, text_of(key), value);
        return ASK_DECLINED;
    }
    if (!read_content(call, json_object_member(value, TEXT("content")), &answer->message)) {
        return put_question(call, text_of(key), what);
    }
    read_string(call, value, TEXT("model"), &answer->model);
    read_string(call, value, TEXT("stopReason"), &answer->stop_reason);
    for (size_t i = answer->message.count; i-- > 0;) {
        const struct sampling_content *block = &answer->message.content[i];
        if (block->kind == SAMPLING_TEXT) answer->text = block->text;
    }
    ask_carry(call, text_of(key), value);
    return ASK_ACCEPTED;
}

enum ask sample(struct tool_call *call, const char *key, const struct sampling *what,
                struct text *answer) {
    struct sampling_answer whole;
    enum ask asked = sample_message(call, key, what, &whole);
    *answer = whole.text;
    return asked;
}

bool sampling_input(struct tool_call *call, const struct sampling_content *use,
                    struct tool_fields fields, void *input, struct text *problem) {
    struct buffer problems = buffer_in(call->exchange->arena, 0);
    struct json_value given = {JSON_OBJECT, use->text, NULL};
    bool fits = use->kind == SAMPLING_TOOL_USE &&
                arguments_bind(SCHEMA_ARGUMENTS, &fields, given, input, &problems);
    *problem = buffer_text(&problems);
    return fits;
}
