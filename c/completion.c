#include "completion.h"

#include "calls.h"
#include "limits.h"
#include "registry.h"
#include "tool_call.h"

bool features_offer_completion(void) {
    for (size_t i = 0; i < registry_count(REGISTRY_PROMPTS); i++) {
        const struct prompt *prompt = registry_at(REGISTRY_PROMPTS, i);
        if (prompt->complete != NULL) return true;
    }
    for (size_t i = 0; i < registry_count(REGISTRY_TEMPLATES); i++) {
        const struct resource_template *resource = registry_at(REGISTRY_TEMPLATES, i);
        if (resource->complete != NULL) return true;
    }
    return false;
}

/* Finds whose argument is to be completed. False if `reference` leads to nothing. */
static bool find_completer(struct exchange *exchange, struct json_value reference,
                           void (**complete)(struct tool_call *, struct text, struct text)) {
    struct json_value type = json_object_member(reference, TEXT("type"));
    struct text key;
    *complete = NULL;
    bool is_prompt = json_says(type, TEXT("ref/prompt"));
    struct text member = is_prompt ? TEXT("name") : TEXT("uri");
    if (!is_prompt && !json_says(type, TEXT("ref/resource"))) return false;
    if (!json_string(json_object_member(reference, member), exchange->arena, &key)) return false;
    if (is_prompt) {
        const struct prompt *prompt = registry_find(REGISTRY_PROMPTS, key);
        if (prompt != NULL) *complete = prompt->complete;
        return prompt != NULL;
    }
    const struct resource_template *template = registry_find(REGISTRY_TEMPLATES, key);
    if (template != NULL) *complete = template->complete;
    return template != NULL || registry_find(REGISTRY_RESOURCES, key) != NULL;
}

struct outcome completion_complete(struct exchange *exchange, const struct jsonrpc_message *request,
                                   struct buffer *out) {
    struct text name, begun;
    void (*complete)(struct tool_call *, struct text, struct text);
    struct json_value argument = jsonrpc_param(request, TEXT("argument"));
    if (!features_offer_completion()) return methods_unknown(exchange, request);
    if (!find_completer(exchange, jsonrpc_param(request, TEXT("ref")), &complete)) {
        return outcome_invalid_params(
            TEXT("The parameter ref names no prompt and no resource template of this server."));
    }
    if (!json_string(json_object_member(argument, TEXT("name")), exchange->arena, &name) ||
        !json_string(json_object_member(argument, TEXT("value")), exchange->arena, &begun)) {
        return outcome_invalid_params(
            TEXT("The parameter argument is not an object with the strings name and value."));
    }
    struct json_value context = jsonrpc_param(request, TEXT("context"));
    if (!calls_is_object_or_absent(context)) {
        return outcome_invalid_params(TEXT("The parameter context is not an object."));
    }
    struct tool_call call = {
        .exchange = exchange, .kind = CALL_COMPLETION, .out = out, .request = request};
    buffer_append(out, TEXT("\"completion\":{\"values\":["));
    if (complete != NULL) complete(&call, name, begun);
    if (call.is_error) {
        return outcome_error(
            JSONRPC_INTERNAL_ERROR,
            TEXT(
                "What this completion replied is no reply_completion: its author has to mend it."));
    }
    buffer_append(out, TEXT("],\"total\":"));
    buffer_append_integer(out, (int64_t)call.count);
    buffer_append(out, call.count > LIMIT_COMPLETIONS ? TEXT(",\"hasMore\":true}")
                                                      : TEXT(",\"hasMore\":false}"));
    return outcome_ok;
}
