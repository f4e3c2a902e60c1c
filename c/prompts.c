/* Prompts: listing and getting them. Reached only from such declarations, so that other builds do
   without. */
#include "calls.h"
#include "completion.h"
#include "linked.h"
#include "lists.h"
#include "metadata.h"
#include "methods.h"
#include "tool_call.h"

static void append_prompt(struct buffer *out, const void *declaration, enum revision revision) {
    const struct prompt *prompt = declaration;
    lists_begin_entry(out, TEXT("name"), prompt->name);
    metadata_append_title(out, prompt->title, revision);
    metadata_append_string(out, TEXT("description"), prompt->description);
    metadata_append_icons(out, &prompt->icons, revision);
    for (size_t i = 0; i < prompt->fields.count; i++) {
        const struct tool_field *field = &prompt->fields.first[i];
        buffer_append(out, i == 0 ? TEXT(",\"arguments\":[") : TEXT(","));
        lists_begin_entry(out, TEXT("name"), field->name);
        metadata_append_string(out, TEXT("description"), field->description);
        bool required = !field->optional && field->default_json == NULL;
        buffer_append(out, required ? TEXT(",\"required\":true}") : TEXT("}"));
    }
    if (prompt->fields.count > 0) buffer_append(out, TEXT("]"));
}

static struct outcome prompts_list(struct exchange *exchange, const struct jsonrpc_message *request,
                                   struct buffer *out) {
    return lists_append_page(exchange, request, REGISTRY_PROMPTS, TEXT("prompts"), out);
}

static struct outcome prompts_get(struct exchange *exchange, const struct jsonrpc_message *request,
                                  struct buffer *out) {
    struct text name;
    struct json_value given;
    struct outcome outcome = calls_read(exchange, request, &name, &given);
    if (outcome.error != JSONRPC_OK) return outcome;
    const struct prompt *prompt = registry_find(REGISTRY_PROMPTS, name);
    if (prompt == NULL) return calls_unknown(exchange, TEXT("Unknown prompt: "), name);
    struct tool_call call;
    size_t start = out->length;
    outcome = tool_call_start(exchange, CALL_PROMPT, request, out, &call);
    if (outcome.error != JSONRPC_OK) return outcome;
    struct buffer problems = buffer_in(exchange->arena, 0);
    const void *arguments = calls_bind(exchange, &prompt->fields, given, &problems);
    if (arguments == NULL) return outcome_invalid_params(buffer_text(&problems));
    if (prompt->description != NULL) {
        buffer_append_member(out, TEXT("\"description\":"), text_of(prompt->description));
        buffer_append(out, TEXT(","));
    }
    buffer_append(out, TEXT("\"messages\":["));
    prompt->run(&call, arguments);
    if (call.is_error) return outcome_error(JSONRPC_INTERNAL_ERROR, call.said);
    buffer_append(out, TEXT("]"));
    return tool_call_end(&call, start);
}

static const struct method rows[] = {
    {TEXT_INITIALIZER("prompts/get"), prompts_get, BOTH},
    {TEXT_INITIALIZER("prompts/list"), prompts_list, BOTH},
    COMPLETION_METHOD,
};
const bool prompts_linked = true;
const struct feature prompt_feature = {append_prompt, {rows, sizeof rows / sizeof *rows}};
