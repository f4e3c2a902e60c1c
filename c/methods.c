#include "methods.h"

#include "arguments.h"
#include "limits.h"
#include "modern.h"
#include "registry.h"
#include "server.h"
#include "tool_call.h"

#define CAPABILITIES "{\"tools\":{}}"

/* Lifecycle, "Initialization": a version that is not known here, or has no handshake, is answered
   with the newest one that has. */
static struct outcome initialize(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct buffer *out) {
    struct text wanted;
    enum revision revision;
    if (!json_string(jsonrpc_param(request, TEXT("protocolVersion")), exchange->arena, &wanted)) {
        return outcome_invalid_params(
            TEXT("The parameter protocolVersion is missing or not a string."));
    }
    if (!revision_find(wanted, &revision) || revision_is_modern(revision)) {
        revision = REVISION_NEWEST_LEGACY;
    }
    exchange->initialized = true;
    exchange->agreed = revision;
    BUFFER_APPEND(out, TEXT("\"protocolVersion\":\""), revision_name(revision),
                  TEXT("\",\"capabilities\":" CAPABILITIES ",\"serverInfo\":"),
                  revision_has_titles(revision) ? TEXT(SERVER_INFO_JSON)
                                                : TEXT(SERVER_INFO_JSON_UNTITLED));
    return outcome_ok;
}

static struct outcome ping(struct exchange *exchange, const struct jsonrpc_message *request,
                           struct buffer *out) {
    (void)exchange, (void)request, (void)out;
    return outcome_ok;
}

/* How long a client may keep a list, and that it is the same for everybody. */
static void append_caching(struct exchange *exchange, struct buffer *out) {
    if (!revision_is_modern(exchange->revision)) return;
    buffer_append(out, TEXT(",\"ttlMs\":" SERVER_LIST_TTL_MS ",\"cacheScope\":\"public\""));
}

/* 2026-07-28, Discovery. */
static struct outcome discover(struct exchange *exchange, const struct jsonrpc_message *request,
                               struct buffer *out) {
    (void)request;
    buffer_append(out, TEXT("\"supportedVersions\":"));
    revision_append_all(out);
    buffer_append(out, TEXT(",\"capabilities\":" CAPABILITIES));
    append_caching(exchange, out);
    return outcome_ok;
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
    if (cursor.kind == JSON_ABSENT) return outcome_ok;
    if (!json_string(cursor, exchange->arena, &sealed)) {
        return outcome_invalid_params(TEXT("The parameter cursor is not a string."));
    }
    if (!exchange_has_key(exchange)) return outcome_ok;
    if (!seal_open(exchange->config->seal_key, SEAL_CURSOR, exchange_principal(exchange), sealed,
                   exchange->arena, &name)) {
        return outcome_invalid_params(TEXT("The cursor is not one that this server gave you: ask "
                                           "for the list again without one."));
    }
    *start = registry_position(name);
    return outcome_ok;
}

static void append_next_cursor(struct exchange *exchange, struct buffer *out, size_t next) {
    if (next >= registry_count() || !exchange_has_key(exchange)) return;
    struct text cursor =
        seal_close(exchange->config->seal_key, SEAL_CURSOR, exchange_principal(exchange),
                   text_of(registry_at(next)->name), exchange->arena);
    BUFFER_APPEND(out, TEXT(",\"nextCursor\":\""), cursor, TEXT("\""));
}

static struct outcome tools_list(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct buffer *out) {
    size_t start;
    struct outcome outcome = read_cursor(exchange, jsonrpc_param(request, TEXT("cursor")), &start);
    if (outcome.error != JSONRPC_OK) return outcome;
    size_t end = registry_count();
    if (end - start > LIMIT_TOOLS_PAGE) end = start + LIMIT_TOOLS_PAGE;
    buffer_append(out, TEXT("\"tools\":["));
    for (size_t i = start; i < end; i++) {
        if (i > start) buffer_append(out, TEXT(","));
        append_tool(out, registry_at(i), exchange->revision);
    }
    buffer_append(out, TEXT("]"));
    append_next_cursor(exchange, out, end);
    append_caching(exchange, out);
    return outcome_ok;
}

static struct outcome tools_call(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct buffer *out) {
    struct text name;
    struct json_value arguments = jsonrpc_param(request, TEXT("arguments"));
    if (!json_string(jsonrpc_param(request, TEXT("name")), exchange->arena, &name)) {
        return outcome_invalid_params(TEXT("The parameter name is missing or not a string."));
    }
    if (arguments.kind != JSON_ABSENT && arguments.kind != JSON_OBJECT) {
        return outcome_invalid_params(TEXT("The parameter arguments is not an object."));
    }
    const struct tool *tool = registry_find(name);
    if (tool == NULL) {
        struct buffer sentence = buffer_in(exchange->arena, 0);
        BUFFER_APPEND(&sentence, TEXT("Unknown tool: "), name);
        return outcome_invalid_params(buffer_text(&sentence));
    }
    tool_call_run(exchange, tool, arguments, out);
    return outcome_ok;
}

enum era { LEGACY = 1, MODERN = 2, BOTH = LEGACY | MODERN };

static const struct method {
    struct text name;
    /* Appends the members of the result, if there is one. */
    struct outcome (*run)(struct exchange *, const struct jsonrpc_message *, struct buffer *);
    enum era era;
    bool alone; /* may not stand in a batch */
} methods[] = {
    {TEXT_INITIALIZER("tools/call"), tools_call, BOTH, false},
    {TEXT_INITIALIZER("tools/list"), tools_list, BOTH, false},
    {TEXT_INITIALIZER("initialize"), initialize, LEGACY, true},
    {TEXT_INITIALIZER("ping"), ping, LEGACY, false},
    {TEXT_INITIALIZER("server/discover"), discover, MODERN, false},
};

static const struct method *find_method(const struct jsonrpc_message *request, enum era era) {
    struct text name = {request->method.text.bytes + 1, request->method.text.length - 2};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if ((methods[i].era & era) != 0 && json_string_says(name, methods[i].name)) {
            return &methods[i];
        }
    }
    return NULL;
}

static struct outcome unknown_method(struct exchange *exchange,
                                     const struct jsonrpc_message *request) {
    struct text name = {NULL, 0};
    struct buffer sentence = buffer_in(exchange->arena, 0);
    json_string(request->method, exchange->arena, &name);
    BUFFER_APPEND(&sentence, TEXT("Method not found: "), name);
    struct outcome outcome = {JSONRPC_METHOD_NOT_FOUND, buffer_text(&sentence), {NULL, 0}, 0};
    /* 2026-07-28, Streamable HTTP, "Protocol Version Header" */
    if (revision_is_modern(exchange->revision)) outcome.status = 404;
    return outcome;
}

static struct outcome run_method(struct exchange *exchange, const struct jsonrpc_message *request,
                                 bool in_batch, struct buffer *out) {
    bool modern = revision_is_modern(exchange->revision);
    const struct method *method = find_method(request, modern ? MODERN : LEGACY);
    if (method == NULL) return unknown_method(exchange, request);
    if (in_batch && method->alone) {
        return outcome_bad_request(JSONRPC_INVALID_REQUEST,
                                   TEXT("The method initialize cannot stand in a batch."));
    }
    if (modern) modern_begin_result(out);
    return method->run(exchange, request, out);
}

struct outcome methods_answer(struct exchange *exchange, const struct jsonrpc_message *request,
                              bool in_batch, struct buffer *out) {
    size_t start = out->length;
    jsonrpc_begin_result(out, request->id);
    struct outcome outcome = run_method(exchange, request, in_batch, out);
    if (outcome.error == JSONRPC_OK) {
        jsonrpc_end_result(out);
    } else {
        out->length = start;
        jsonrpc_append_error(out, request->id, &outcome);
    }
    return outcome;
}
