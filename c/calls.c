/* tools/call, resources/read, prompts/get and completion/complete: finding what is asked for, and
   running its author's function. */
#include <string.h>

#include "arguments.h"
#include "audit.h"
#include "features.h"
#include "limits.h"
#include "parameter_headers.h"
#include "registry.h"
#include "task.h"
#include "tool_call.h"
#include "uri_template.h"

/* `sentence` followed by what was asked for. */
static struct outcome unknown(struct exchange *exchange, struct text sentence, struct text what) {
    struct buffer out = buffer_in(exchange->arena, 0);
    BUFFER_APPEND(&out, sentence, what);
    return outcome_invalid_params(buffer_text(&out));
}

/* Reads the parameter `name`, which must be a string. */
static bool read_string(struct exchange *exchange, const struct jsonrpc_message *request,
                        struct text name, struct text *value) {
    return json_string(jsonrpc_param(request, name), exchange->arena, value);
}

static bool is_object_or_absent(struct json_value value) {
    return value.kind == JSON_ABSENT || value.kind == JSON_OBJECT;
}

/* A struct for the fields, all zeros, filled from `given`; NULL where something is wrong. */
static void *bind(struct exchange *exchange, const struct tool_fields *fields,
                  struct json_value given, struct buffer *problems) {
    size_t size = arguments_bytes(fields);
    void *arguments = arena_allocate(exchange->arena, size);
    if (arguments == NULL) return NULL;
    memset(arguments, 0, size);
    bool bound = arguments_bind_as(SCHEMA_ARGUMENTS, fields, given, arguments, problems);
    return bound ? arguments : NULL;
}

/* Runs the tool if its arguments are right, and sees that it gives what it declares. */
static void run_tool(struct tool_call *call, const struct tool *tool, struct json_value given) {
    struct buffer problems = buffer_in(call->exchange->arena, 0);
    struct text json = given.kind == JSON_OBJECT ? given.text : TEXT("{}");
    const void *arguments = &json;
    call->tool = tool;
    if (tool->input_schema == NULL) {
        arguments = bind(call->exchange, &tool->fields, given, &problems);
    } else if (!tool->fits(SCHEMA_ARGUMENTS, text_of(tool->input_schema), json, &problems)) {
        arguments = NULL;
    }
    if (arguments != NULL) {
        tool->run(call, arguments);
        tool_call_demand_output(call);
        return;
    }
    tool_call_append_text(call, buffer_text(&problems));
    call->is_error = true;
}

/* What came of the call, for the log. */
static const char *outcome_word(const struct tool_call *call) {
    if (call->is_error) return "tool_error";
    return call->questions.length > 0 ? "asked" : "ok";
}

struct outcome tools_call(struct exchange *exchange, const struct jsonrpc_message *request,
                          struct buffer *out) {
    struct text name;
    struct json_value given = jsonrpc_param(request, TEXT("arguments"));
    if (!read_string(exchange, request, TEXT("name"), &name)) {
        return outcome_invalid_params(TEXT("The parameter name is missing or not a string."));
    }
    if (!is_object_or_absent(given)) {
        return outcome_invalid_params(TEXT("The parameter arguments is not an object."));
    }
    const struct tool *tool = registry_find(REGISTRY_TOOLS, name);
    if (tool == NULL) return unknown(exchange, TEXT("Unknown tool: "), name);
    struct tool_call call;
    size_t start = out->length;
    struct outcome outcome = outcome_ok;
    if (revision_is_modern(exchange->revision) && exchange->task == NULL) {
        outcome = parameter_headers_check(exchange, &tool->fields, given);
    }
    if (outcome.error == JSONRPC_OK && tool->task != NULL && exchange->task == NULL &&
        tool->task->takes_over(exchange, tool, request, out, &outcome)) {
        return outcome;
    }
    if (outcome.error == JSONRPC_OK) {
        outcome = tool_call_start(exchange, CALL_TOOL, request, out, &call);
    }
    if (outcome.error != JSONRPC_OK) return outcome;
    buffer_append(out, TEXT("\"content\":["));
    double began = host_now();
    run_tool(&call, tool, given);
    audit_call(exchange, name, outcome_word(&call), began);
    buffer_append(out, call.is_error ? TEXT("],\"isError\":true") : TEXT("]"));
    if (call.structured.length > 0) {
        BUFFER_APPEND(out, TEXT(",\"structuredContent\":"), call.structured);
    }
    return call.becomes_task ? tool->task->begin(&call, start) : tool_call_end(&call, start);
}

static struct outcome resource_not_found(struct exchange *exchange, struct text uri) {
    struct outcome outcome = unknown(exchange, TEXT("There is no resource at "), uri);
    struct buffer data = buffer_in(exchange->arena, 0);
    buffer_append(&data, TEXT("{\"uri\":"));
    buffer_append_json_string(&data, uri);
    buffer_append(&data, TEXT("}"));
    outcome.data = buffer_text(&data);
    if (!revision_is_modern(exchange->revision)) outcome.error = JSONRPC_RESOURCE_NOT_FOUND;
    return outcome;
}

/* Runs the resource at `call->uri`, or the template that matches it. False where there is none. */
static bool read_resource(struct tool_call *call) {
    const struct resource *resource = registry_find(REGISTRY_RESOURCES, call->uri);
    if (resource != NULL) {
        call->mime_type = resource->mime_type;
        call->meta = resource->meta;
        resource->read(call);
        return !call->not_found;
    }
    for (size_t i = 0; i < registry_count(REGISTRY_TEMPLATES); i++) {
        const struct resource_template *template = registry_at(REGISTRY_TEMPLATES, i);
        struct text variables[RESOURCE_VARIABLES_MAX];
        if (!uri_template_match(text_of(template->uri_template), call->uri, call->exchange->arena,
                                variables, RESOURCE_VARIABLES_MAX)) {
            continue;
        }
        call->mime_type = template->mime_type;
        call->meta = template->meta;
        template->read(call, variables);
        return !call->not_found;
    }
    return false;
}

struct outcome resources_read(struct exchange *exchange, const struct jsonrpc_message *request,
                              struct buffer *out) {
    struct tool_call call;
    size_t start = out->length;
    struct outcome outcome = tool_call_start(exchange, CALL_RESOURCE, request, out, &call);
    if (outcome.error != JSONRPC_OK) return outcome;
    if (!read_string(exchange, request, TEXT("uri"), &call.uri)) {
        return outcome_invalid_params(TEXT("The parameter uri is missing or not a string."));
    }
    buffer_append(out, TEXT("\"contents\":["));
    if (!read_resource(&call)) return resource_not_found(exchange, call.uri);
    buffer_append(out, TEXT("]"));
    features_append_caching(exchange, out, TEXT("private"));
    return tool_call_end(&call, start);
}

struct outcome prompts_get(struct exchange *exchange, const struct jsonrpc_message *request,
                           struct buffer *out) {
    struct text name;
    struct json_value given = jsonrpc_param(request, TEXT("arguments"));
    if (!read_string(exchange, request, TEXT("name"), &name)) {
        return outcome_invalid_params(TEXT("The parameter name is missing or not a string."));
    }
    if (!is_object_or_absent(given)) {
        return outcome_invalid_params(TEXT("The parameter arguments is not an object."));
    }
    const struct prompt *prompt = registry_find(REGISTRY_PROMPTS, name);
    if (prompt == NULL) return unknown(exchange, TEXT("Unknown prompt: "), name);
    struct tool_call call;
    size_t start = out->length;
    struct outcome outcome = tool_call_start(exchange, CALL_PROMPT, request, out, &call);
    if (outcome.error != JSONRPC_OK) return outcome;
    struct buffer problems = buffer_in(exchange->arena, 0);
    const void *arguments = bind(exchange, &prompt->fields, given, &problems);
    if (arguments == NULL) return outcome_invalid_params(buffer_text(&problems));
    if (prompt->description != NULL) {
        buffer_append(out, TEXT("\"description\":"));
        buffer_append_json_string(out, text_of(prompt->description));
        buffer_append(out, TEXT(","));
    }
    buffer_append(out, TEXT("\"messages\":["));
    prompt->run(&call, arguments);
    buffer_append(out, TEXT("]"));
    return tool_call_end(&call, start);
}

/* Finds whose argument is to be completed. False where there is no such prompt or template. */
static bool find_completer(struct exchange *exchange, struct json_value reference,
                           void (**complete)(struct tool_call *, struct text, struct text)) {
    struct text type, key;
    *complete = NULL;
    if (!json_string(json_object_member(reference, TEXT("type")), exchange->arena, &type)) {
        return false;
    }
    bool is_prompt = text_equal(type, TEXT("ref/prompt"));
    struct text member = is_prompt ? TEXT("name") : TEXT("uri");
    if (!is_prompt && !text_equal(type, TEXT("ref/resource"))) return false;
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
    if (!is_object_or_absent(context)) {
        return outcome_invalid_params(TEXT("The parameter context is not an object."));
    }
    struct tool_call call = {
        .exchange = exchange, .kind = CALL_COMPLETION, .out = out, .request = request};
    buffer_append(out, TEXT("\"completion\":{\"values\":["));
    if (complete != NULL) complete(&call, name, begun);
    buffer_append(out, TEXT("],\"total\":"));
    buffer_append_integer(out, (int64_t)call.count);
    buffer_append(out, call.count > LIMIT_COMPLETIONS ? TEXT(",\"hasMore\":true}")
                                                      : TEXT(",\"hasMore\":false}"));
    return outcome_ok;
}
