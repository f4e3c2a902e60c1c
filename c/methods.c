#include "methods.h"

#include "arguments.h"
#include "limits.h"
#include "registry.h"
#include "server.h"
#include "tool_call.h"

/* What became of a method: JSONRPC_OK, and the result was appended; or an error and its sentence.
 */
struct outcome {
    enum jsonrpc_error error;
    struct text sentence;
};

static const struct outcome ok = {JSONRPC_OK, {NULL, 0}};

static struct outcome invalid_params(struct text sentence) {
    return (struct outcome){JSONRPC_INVALID_PARAMS, sentence};
}

/* Lifecycle, "Initialization": an unknown version is answered with the newest one known here. */
static struct outcome initialize(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct buffer *out) {
    struct text wanted;
    enum revision revision = REVISION_NEWEST;
    if (!json_string(jsonrpc_param(request, TEXT("protocolVersion")), exchange->arena, &wanted)) {
        return invalid_params(TEXT("The parameter protocolVersion is missing or not a string."));
    }
    revision_find(wanted, &revision);
    exchange->initialized = true;
    exchange->agreed = revision;
    BUFFER_APPEND(
        out, TEXT("{\"protocolVersion\":\""), revision_name(revision),
        TEXT("\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"" SERVER_NAME "\""));
    if (revision_has_titles(revision)) buffer_append(out, TEXT(",\"title\":\"" SERVER_TITLE "\""));
    buffer_append(out, TEXT(",\"version\":\"" SERVER_VERSION "\"}}"));
    return ok;
}

static struct outcome ping(struct exchange *exchange, const struct jsonrpc_message *request,
                           struct buffer *out) {
    (void)exchange, (void)request;
    buffer_append(out, TEXT("{}"));
    return ok;
}

static void append_string_member(struct buffer *out, struct text name, const char *value) {
    if (value == NULL) return;
    BUFFER_APPEND(out, TEXT(",\""), name, TEXT("\":"));
    buffer_append_json_string(out, text_of(value));
}

static void append_tool(struct buffer *out, const struct tool *tool, enum revision revision) {
    buffer_append(out, TEXT("{\"name\":"));
    buffer_append_json_string(out, text_of(tool->name));
    if (revision_has_titles(revision)) append_string_member(out, TEXT("title"), tool->title);
    append_string_member(out, TEXT("description"), tool->description);
    buffer_append(out, TEXT(",\"inputSchema\":"));
    arguments_append_schema(out, tool);
    if (tool->read_only) buffer_append(out, TEXT(",\"annotations\":{\"readOnlyHint\":true}"));
    buffer_append(out, TEXT("}"));
}

/* A cursor is the sealed name of the tool that the next page begins with. */
static struct outcome read_cursor(struct exchange *exchange, struct json_value cursor,
                                  size_t *start) {
    struct text sealed, name;
    *start = 0;
    if (cursor.kind == JSON_ABSENT) return ok;
    if (!json_string(cursor, exchange->arena, &sealed)) {
        return invalid_params(TEXT("The parameter cursor is not a string."));
    }
    if (!exchange_has_key(exchange)) return ok;
    if (!seal_open(exchange->config->seal_key, SEAL_CURSOR, exchange_principal(exchange), sealed,
                   exchange->arena, &name)) {
        return invalid_params(TEXT("The cursor is not one that this server gave you: ask for the "
                                   "list again without one."));
    }
    *start = registry_position(name);
    return ok;
}

static struct outcome tools_list(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct buffer *out) {
    size_t start;
    struct outcome outcome = read_cursor(exchange, jsonrpc_param(request, TEXT("cursor")), &start);
    if (outcome.error != JSONRPC_OK) return outcome;
    size_t end = registry_count();
    if (end - start > LIMIT_TOOLS_PAGE) end = start + LIMIT_TOOLS_PAGE;
    buffer_append(out, TEXT("{\"tools\":["));
    for (size_t i = start; i < end; i++) {
        if (i > start) buffer_append(out, TEXT(","));
        append_tool(out, registry_at(i), exchange->revision);
    }
    buffer_append(out, TEXT("]"));
    if (end < registry_count() && exchange_has_key(exchange)) {
        struct text next =
            seal_close(exchange->config->seal_key, SEAL_CURSOR, exchange_principal(exchange),
                       text_of(registry_at(end)->name), exchange->arena);
        BUFFER_APPEND(out, TEXT(",\"nextCursor\":\""), next, TEXT("\""));
    }
    buffer_append(out, TEXT("}"));
    return ok;
}

static struct outcome tools_call(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct buffer *out) {
    struct text name;
    struct json_value arguments = jsonrpc_param(request, TEXT("arguments"));
    if (!json_string(jsonrpc_param(request, TEXT("name")), exchange->arena, &name)) {
        return invalid_params(TEXT("The parameter name is missing or not a string."));
    }
    if (arguments.kind != JSON_ABSENT && arguments.kind != JSON_OBJECT) {
        return invalid_params(TEXT("The parameter arguments is not an object."));
    }
    const struct tool *tool = registry_find(name);
    if (tool == NULL) {
        struct buffer sentence = buffer_in(exchange->arena, 0);
        BUFFER_APPEND(&sentence, TEXT("Unknown tool: "), name);
        return invalid_params(buffer_text(&sentence));
    }
    tool_call_run(exchange, tool, arguments, out);
    return ok;
}

static const struct method {
    struct text name;
    struct outcome (*run)(struct exchange *, const struct jsonrpc_message *, struct buffer *);
    bool alone; /* may not stand in a batch */
} methods[] = {
    {TEXT_INITIALIZER("tools/call"), tools_call, false},
    {TEXT_INITIALIZER("tools/list"), tools_list, false},
    {TEXT_INITIALIZER("initialize"), initialize, true},
    {TEXT_INITIALIZER("ping"), ping, false},
};

static const struct method *find_method(const struct jsonrpc_message *request) {
    struct text name = {request->method.text.bytes + 1, request->method.text.length - 2};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (json_string_says(name, methods[i].name)) return &methods[i];
    }
    return NULL;
}

static void append_unknown_method(struct exchange *exchange, const struct jsonrpc_message *request,
                                  struct buffer *out) {
    struct text name = {NULL, 0};
    struct buffer sentence = buffer_in(exchange->arena, 0);
    json_string(request->method, exchange->arena, &name);
    BUFFER_APPEND(&sentence, TEXT("Method not found: "), name);
    jsonrpc_append_error(out, request->id, JSONRPC_METHOD_NOT_FOUND, buffer_text(&sentence));
}

void methods_answer(struct exchange *exchange, const struct jsonrpc_message *request, bool in_batch,
                    struct buffer *out) {
    const struct method *method = find_method(request);
    if (method == NULL) {
        append_unknown_method(exchange, request, out);
        return;
    }
    if (in_batch && method->alone) {
        jsonrpc_append_error(out, request->id, JSONRPC_INVALID_REQUEST,
                             TEXT("The method initialize cannot stand in a batch."));
        return;
    }
    size_t start = out->length;
    jsonrpc_begin_result(out, request->id);
    struct outcome outcome = method->run(exchange, request, out);
    if (outcome.error == JSONRPC_OK) {
        jsonrpc_end_result(out);
    } else {
        out->length = start;
        jsonrpc_append_error(out, request->id, outcome.error, outcome.sentence);
    }
}
