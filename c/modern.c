#include "modern.h"

#include "header_value.h"
#include "logging.h"
#include "server.h"

#define META "io.modelcontextprotocol/"

static struct json_value meta_of(const struct jsonrpc_message *message) {
    return jsonrpc_param(message, TEXT("_meta"));
}

static bool is_legacy_name(struct text name) {
    enum revision revision;
    return revision_find(name, &revision) && !revision_is_modern(revision);
}

bool modern_is(const struct exchange *exchange, const struct jsonrpc_message *message) {
    struct text header = exchange->request.headers[HTTP_MCP_PROTOCOL_VERSION];
    if (header.bytes != NULL && !is_legacy_name(header)) return true;
    /* HTTP+SSE is older and needs no headers: whoever probes there is told of an unknown method */
    if (header.bytes == NULL && exchange->stream_topic.length > 0) return false;
    struct json_value version = json_object_member(meta_of(message), TEXT(META "protocolVersion"));
    if (version.kind == JSON_ABSENT) return false;
    return !json_string(version, exchange->arena, &header) || !is_legacy_name(header);
}

/* Checks that `header` says what the body's `value` says. */
static struct outcome check_header(struct exchange *exchange, enum http_header header,
                                   struct text name, struct json_value value) {
    struct text said = exchange->request.headers[header], meant;
    if (exchange->endpoint == NULL) return outcome_ok; /* stdio has no headers */
    if (!http_has(&exchange->request, header)) {
        return header_value_mismatch(exchange->arena, name, HEADER_VALUE_MISSING);
    }
    /* a gateway that goes by any other header reads it undecoded */
    if (header == HTTP_MCP_NAME && !header_value_decode(said, exchange->arena, &said)) {
        return header_value_mismatch(exchange->arena, name, HEADER_VALUE_UNREADABLE);
    }
    if (!json_string(value, exchange->arena, &meant) || !text_equal(said, meant)) {
        return header_value_mismatch(exchange->arena, name, HEADER_VALUE_DIFFERS);
    }
    return outcome_ok;
}

/* The methods whose requests name something, and the parameter that does. */
static const struct {
    struct text method, parameter;
} named[] = {
    {TEXT_INITIALIZER("tools/call"), TEXT_INITIALIZER("name")},
    {TEXT_INITIALIZER("prompts/get"), TEXT_INITIALIZER("name")},
    {TEXT_INITIALIZER("resources/read"), TEXT_INITIALIZER("uri")},
    {TEXT_INITIALIZER("tasks/get"), TEXT_INITIALIZER("taskId")},
    {TEXT_INITIALIZER("tasks/update"), TEXT_INITIALIZER("taskId")},
    {TEXT_INITIALIZER("tasks/cancel"), TEXT_INITIALIZER("taskId")},
};

static struct outcome check_standard_headers(struct exchange *exchange,
                                             const struct jsonrpc_message *request) {
    struct outcome outcome =
        check_header(exchange, HTTP_MCP_METHOD, TEXT("Mcp-Method"), request->method);
    for (size_t i = 0; i < sizeof named / sizeof *named && outcome.error == JSONRPC_OK; i++) {
        if (!json_says(request->method, named[i].method)) continue;
        struct json_value value = jsonrpc_param(request, named[i].parameter);
        /* a missing one is the method's own error */
        if (value.kind != JSON_STRING) continue;
        outcome = check_header(exchange, HTTP_MCP_NAME, TEXT("Mcp-Name"), value);
    }
    return outcome;
}

static struct outcome unsupported_version(struct exchange *exchange, struct text requested) {
    struct outcome outcome =
        outcome_bad_request(JSONRPC_UNSUPPORTED_PROTOCOL_VERSION,
                            TEXT("Unsupported protocol version: use one of data.supported."));
    struct buffer data = buffer_in(exchange->arena, 256);
    buffer_append(&data, TEXT("{\"supported\":"));
    revision_append_all(&data);
    buffer_append_member(&data, TEXT(",\"requested\":"), requested);
    buffer_append(&data, TEXT("}"));
    outcome.data = buffer_text(&data);
    return outcome;
}

struct outcome modern_check_version(struct exchange *exchange) {
    enum revision known;
    struct text header = exchange->request.headers[HTTP_MCP_PROTOCOL_VERSION];
    if (header.bytes == NULL || revision_find(header, &known)) return outcome_ok;
    /* a header may hold any bytes; JSON may not */
    return unsupported_version(exchange, header_value_is_plain(header) ? header : TEXT(""));
}

struct outcome modern_check(struct exchange *exchange, const struct jsonrpc_message *request) {
    struct json_value meta = meta_of(request);
    struct json_value version = json_object_member(meta, TEXT(META "protocolVersion"));
    struct text name;
    struct outcome outcome =
        version.kind == JSON_ABSENT ? modern_check_version(exchange) : outcome_ok;
    if (outcome.error != JSONRPC_OK) return outcome;
    if (!json_string(version, exchange->arena, &name)) {
        return outcome_bad_request(
            JSONRPC_INVALID_PARAMS,
            TEXT("The request's _meta has no " META "protocolVersion that is a string."));
    }
    outcome =
        check_header(exchange, HTTP_MCP_PROTOCOL_VERSION, TEXT("MCP-Protocol-Version"), version);
    if (outcome.error != JSONRPC_OK) return outcome;
    if (!revision_find(name, &exchange->revision)) return unsupported_version(exchange, name);
    if (json_object_member(meta, TEXT(META "clientCapabilities")).kind != JSON_OBJECT) {
        return outcome_bad_request(
            JSONRPC_INVALID_PARAMS,
            TEXT("The request's _meta has no " META "clientCapabilities that is an object."));
    }
    enum log_level level;
    struct json_value wanted = json_object_member(meta, TEXT(META "logLevel"));
    if (wanted.kind != JSON_ABSENT && !log_level_find(wanted, &level)) {
        return outcome_invalid_params(TEXT("The request's " META "logLevel is no log level."));
    }
    return check_standard_headers(exchange, request);
}

bool modern_revision(const struct jsonrpc_message *request, enum revision *revision) {
    struct json_value version = json_object_member(meta_of(request), TEXT(META "protocolVersion"));
    if (version.kind != JSON_STRING) return false;
    return revision_find((struct text){version.text.bytes + 1, version.text.length - 2}, revision);
}

struct json_value modern_client_capabilities(const struct jsonrpc_message *request) {
    return json_object_member(meta_of(request), TEXT(META "clientCapabilities"));
}

bool modern_log_level(const struct jsonrpc_message *request, enum log_level *level) {
    return log_level_find(json_object_member(meta_of(request), TEXT(META "logLevel")), level);
}

void modern_end_result(const struct exchange *exchange, struct buffer *out, bool in_full) {
    buffer_separate(out);
    BUFFER_APPEND(out, TEXT("\"resultType\":\""),
                  exchange->result_type.length > 0 ? exchange->result_type : TEXT("complete"),
                  TEXT("\",\"_meta\":{\"" META "serverInfo\":"));
    if (in_full) server_append_info(out, exchange->revision);
    else buffer_append(out, TEXT(SERVER_INFO_JSON));
    buffer_append(out, TEXT("}"));
}
