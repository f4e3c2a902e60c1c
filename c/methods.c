#include "methods.h"

#include "extensions.h"
#include "list_changes.h"
#include "logging.h"
#include "modern.h"
#include "server.h"
#include "task.h"
#include "tool_call.h"
#include "utf8.h"

/* 2025-11-25, Lifecycle, "Version Negotiation": an unknown version, or one without a handshake, is
   answered with the newest that has one. */
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
    struct json_value capabilities = jsonrpc_param(request, TEXT("capabilities"));
    exchange->offered =
        (uint8_t)(tool_call_offered(capabilities) | extensions_offered(capabilities));
    BUFFER_APPEND(out, TEXT("\"protocolVersion\":\""), revision_name(revision),
                  TEXT("\",\"capabilities\":"));
    features_append_capabilities(exchange, out);
    buffer_append(out, TEXT(",\"serverInfo\":"));
    server_append_info(out, revision);
    server_append_instructions(out);
    return outcome_ok;
}

static struct outcome ping(struct exchange *exchange, const struct jsonrpc_message *request,
                           struct buffer *out) {
    (void)exchange, (void)request, (void)out;
    return outcome_ok;
}

/* 2026-07-28, Discovery. */
static struct outcome discover(struct exchange *exchange, const struct jsonrpc_message *request,
                               struct buffer *out) {
    (void)request;
    buffer_append(out, TEXT("\"supportedVersions\":"));
    revision_append_all(out);
    buffer_append(out, TEXT(",\"capabilities\":"));
    features_append_capabilities(exchange, out);
    server_append_instructions(out);
    features_append_caching(exchange, out, TEXT(SERVER_TTL_MS), TEXT("public"));
    return outcome_ok;
}

static const struct method rows[] = {
    {TEXT_INITIALIZER("tools/call"), tools_call, BOTH},
    {TEXT_INITIALIZER("tools/list"), tools_list, BOTH},
    {TEXT_INITIALIZER("initialize"), initialize, LEGACY},
    {TEXT_INITIALIZER("ping"), ping, LEGACY},
    {TEXT_INITIALIZER("server/discover"), discover, MODERN},
};
static const struct method_table methods = {rows, sizeof rows / sizeof *rows};

static const struct method *find_in(const struct method_table *table,
                                    const struct jsonrpc_message *request, enum era era) {
    for (size_t i = 0; i < table->count; i++) {
        const struct method *method = &table->first[i];
        if ((method->era & era) != 0 && json_says(request->method, method->name)) return method;
    }
    return NULL;
}

/* The same among the methods that are there because of what is declared. */
static const struct method *find_brought(const struct exchange *exchange,
                                         const struct jsonrpc_message *request, enum era era) {
    const struct task_feature *tasks = task_offered(exchange);
    const struct list_changes *lists = mcp_server.lists_change;
    const struct method *found = NULL;
    for (int i = REGISTRY_RESOURCES; i <= REGISTRY_SKILLS && found == NULL; i++) {
        const struct feature *feature = registry_feature((enum registry)i);
        if (feature != NULL) found = find_in(&feature->methods, request, era);
    }
    if (found == NULL && tasks != NULL) found = find_in(&tasks->methods, request, era);
    if (found == NULL && logging_linked) found = find_in(&logging.methods, request, era);
    return found == NULL && lists != NULL ? find_in(&lists->methods, request, era) : found;
}

/* The method that the request asks for, or NULL. */
static const struct method *find_method(const struct exchange *exchange,
                                        const struct jsonrpc_message *request, enum era era) {
    const struct method *found = find_in(&methods, request, era);
    return found != NULL ? found : find_brought(exchange, request, era);
}

struct outcome methods_unknown(struct exchange *exchange, const struct jsonrpc_message *request) {
    struct text name = {NULL, 0};
    struct buffer sentence = buffer_in(exchange->arena, 0);
    json_string(request->method, exchange->arena, &name);
    BUFFER_APPEND(&sentence, TEXT("Method not found: "), name);
    struct outcome outcome = outcome_error(JSONRPC_METHOD_NOT_FOUND, buffer_text(&sentence));
    /* 2026-07-28, Streamable HTTP, "Protocol Version Header" */
    if (revision_is_modern(exchange->revision)) outcome.status = 404;
    return outcome;
}

static struct outcome run_method(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct buffer *out) {
    bool modern = revision_is_modern(exchange->revision);
    const struct method *method = find_method(exchange, request, modern ? MODERN : LEGACY);
    if (method == NULL) return methods_unknown(exchange, request);
    if (exchange->in_batch && method->run == initialize) {
        return outcome_bad_request(JSONRPC_INVALID_REQUEST, TEXT(NOT_IN_A_BATCH));
    }
    struct outcome outcome = method->run(exchange, request, out);
    if (modern && outcome.error == JSONRPC_OK) {
        modern_end_result(exchange, out, method->run == discover);
    }
    return outcome;
}

struct outcome methods_answer(struct exchange *exchange, const struct jsonrpc_message *request,
                              struct buffer *out) {
    size_t start = out->length;
    exchange->request_id = request->id;
    /* on a stream of the client's, something can still be said when all else fails */
    if (exchange->stream_topic.length > 0) exchange_prepare_last_words(exchange);
    jsonrpc_begin_result(out, request->id);
    struct outcome outcome = run_method(exchange, request, out);
    struct text said = text_from(buffer_text(out), start);
    if (said.length > 0 && utf8_valid(said) < said.length) { /* and so not JSON */
        outcome = outcome_error(JSONRPC_INTERNAL_ERROR,
                                TEXT("The result is not UTF-8: its author has to mend it."));
    }
    if (outcome.error == JSONRPC_OK && outcome.status != 202) {
        jsonrpc_end_result(out);
        return outcome;
    }
    out->length = start;
    if (outcome.error != JSONRPC_OK) jsonrpc_append_error(out, request->id, &outcome);
    return outcome;
}
