/* tools/call, and what it shares with other calls. */
#include "calls.h"

#include <string.h>

#include "arguments.h"
#include "audit.h"
#include "limits.h"
#include "parameter_headers.h"
#include "registry.h"
#include "task.h"
#include "tool_call.h"
#include "waiting.h"

struct outcome calls_unknown(struct exchange *exchange, struct text sentence, struct text what) {
    struct buffer out = buffer_in(exchange->arena, 0);
    BUFFER_APPEND(&out, sentence, what);
    return outcome_invalid_params(buffer_text(&out));
}

bool calls_is_object_or_absent(struct json_value value) {
    return value.kind == JSON_ABSENT || value.kind == JSON_OBJECT;
}

struct outcome calls_read(struct exchange *exchange, const struct jsonrpc_message *request,
                          struct text *name, struct json_value *arguments) {
    *arguments = jsonrpc_param(request, TEXT("arguments"));
    if (!json_string(jsonrpc_param(request, TEXT("name")), exchange->arena, name)) {
        return outcome_invalid_params(TEXT("The parameter name is missing or not a string."));
    }
    if (!calls_is_object_or_absent(*arguments)) {
        return outcome_invalid_params(TEXT("The parameter arguments is not an object."));
    }
    return outcome_ok;
}

struct outcome calls_read_uri(struct exchange *exchange, const struct jsonrpc_message *request,
                              struct text *uri) {
    if (json_string(jsonrpc_param(request, TEXT("uri")), exchange->arena, uri)) return outcome_ok;
    return outcome_invalid_params(TEXT("The parameter uri is missing or not a string."));
}

void *calls_bind(struct exchange *exchange, const struct tool_fields *fields,
                 struct json_value given, struct buffer *problems) {
    size_t size = arguments_bytes(fields);
    void *arguments = arena_allocate(exchange->arena, size);
    if (arguments == NULL) return NULL;
    memset(arguments, 0, size);
    bool bound = arguments_bind(SCHEMA_ARGUMENTS, fields, given, arguments, problems);
    return bound ? arguments : NULL;
}

/* Runs the tool if its arguments are right, and makes sure that it gives the output it declares. */
static void run_tool(struct tool_call *call, const struct tool *tool, struct json_value given) {
    struct buffer problems = buffer_in(call->exchange->arena, 0);
    struct text json = given.kind == JSON_OBJECT ? given.text : TEXT("{}");
    const void *arguments = &json;
    call->tool = tool;
    if (tool->input_schema == NULL) {
        arguments = calls_bind(call->exchange, &tool->fields, given, &problems);
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

/* How the call turned out, for the log. */
static const char *outcome_word(const struct tool_call *call) {
    if (waiting_gave_up(call->exchange)) return "given_up";
    if (call->is_error) return "tool_error";
    return call->questions.length > 0 ? "asked" : "ok";
}

struct outcome tools_call(struct exchange *exchange, const struct jsonrpc_message *request,
                          struct buffer *out) {
    struct text name;
    struct json_value given;
    struct outcome outcome = calls_read(exchange, request, &name, &given);
    if (outcome.error != JSONRPC_OK) return outcome;
    const struct tool *tool = registry_find(REGISTRY_TOOLS, name);
    if (tool == NULL) return calls_unknown(exchange, TEXT("Unknown tool: "), name);
    struct tool_call call;
    size_t start = out->length;
    if (parameter_headers_linked && revision_is_modern(exchange->revision) &&
        exchange->task == NULL) {
        outcome = parameter_headers.check(exchange, &tool->fields, given);
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
    exchange->call_began = exchange->config->audit ? host_now() : 0; /* asking costs */
    exchange->last_words.keep_alive = name;
    run_tool(&call, tool, given);
    exchange->last_words.keep_alive.length = 0;
    audit_call(exchange, name, outcome_word(&call), exchange->call_began);
    buffer_append(out, call.is_error ? TEXT("],\"isError\":true") : TEXT("]"));
    if (call.structured.length > 0) {
        BUFFER_APPEND(out, TEXT(",\"structuredContent\":"), call.structured);
    }
    return call.becomes_task ? tool->task->begin(&call, start) : tool_call_end(&call, start);
}
