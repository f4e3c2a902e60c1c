#include "jsonrpc.h"

#include "limits.h"

bool jsonrpc_is_id(struct json_value id) {
    if (id.text.length > LIMIT_ID_BYTES) return false;
    if (id.kind == JSON_STRING) return true;
    if (id.kind != JSON_NUMBER) return false;
    for (size_t i = id.text.bytes[0] == '-' ? 1 : 0; i < id.text.length; i++) {
        if (id.text.bytes[i] < '0' || id.text.bytes[i] > '9') return false;
    }
    return true;
}

static struct outcome invalid(struct text reason) {
    return outcome_bad_request(JSONRPC_INVALID_REQUEST, reason);
}

static struct outcome read_response(struct jsonrpc_message *message, bool has_id) {
    bool result = json_object_member(message->document.root, TEXT("result")).kind != JSON_ABSENT;
    bool error = json_object_member(message->document.root, TEXT("error")).kind == JSON_OBJECT;
    if (result == error) {
        /* No id: this one is of a request that the server made, not of the client's. */
        if (result) message->id = (struct text){NULL, 0};
        return invalid(TEXT("The message has neither a method nor one of result and error."));
    }
    if (!has_id && result) return invalid(TEXT("The response has no id that a request can have."));
    message->kind = JSONRPC_RESPONSE;
    return outcome_ok;
}

/* Reads the members of `message`, whose document is set; says what is wrong with them. */
static struct outcome read_members(struct jsonrpc_message *message) {
    struct json_value root = message->document.root;
    if (root.kind != JSON_OBJECT) return invalid(TEXT("A message is a JSON object."));
    struct json_value id = json_object_member(root, TEXT("id"));
    bool has_id = jsonrpc_is_id(id);
    if (has_id) message->id = id.text;
    if (!json_says(json_object_member(root, TEXT("jsonrpc")), TEXT("2.0"))) {
        return invalid(TEXT("The member jsonrpc is not \"2.0\"."));
    }
    message->method = json_object_member(root, TEXT("method"));
    message->params = json_object_member(root, TEXT("params"));
    if (message->method.kind == JSON_ABSENT) return read_response(message, has_id);
    if (message->method.kind != JSON_STRING) {
        return invalid(TEXT("The member method is not a string."));
    }
    if (id.kind != JSON_ABSENT && !has_id) {
        return invalid(
            TEXT("The member id is neither a string nor an integer of up to 1,024 bytes."));
    }
    if (message->params.kind != JSON_ABSENT && message->params.kind != JSON_OBJECT) {
        return outcome_bad_request(JSONRPC_INVALID_PARAMS,
                                   TEXT("The member params is not an object."));
    }
    message->kind = has_id ? JSONRPC_REQUEST : JSONRPC_NOTIFICATION;
    return outcome_ok;
}

struct jsonrpc_message jsonrpc_read(const struct json_document *document) {
    struct jsonrpc_message message = {.kind = JSONRPC_INVALID, .document = *document};
    message.invalid = read_members(&message);
    return message;
}

struct json_value jsonrpc_param(const struct jsonrpc_message *message, struct text name) {
    return json_object_member(message->params, name);
}

/* An error that answers no request in particular has no id: in MCP an id is never null (schema,
   RequestId; 2025-11-25, Transports, "Sending Messages to the Server"). */
static void begin_response(struct buffer *out, struct text id) {
    buffer_append(out, TEXT("{\"jsonrpc\":\"2.0\""));
    if (id.length > 0) BUFFER_APPEND(out, TEXT(",\"id\":"), id);
}

void jsonrpc_begin_result(struct buffer *out, struct text id) {
    begin_response(out, id);
    buffer_append(out, TEXT(",\"result\":{"));
}

void jsonrpc_end_result(struct buffer *out) {
    buffer_append(out, TEXT("}}"));
}

void jsonrpc_append_error_object(struct buffer *out, const struct outcome *outcome) {
    buffer_append(out, TEXT("{\"code\":"));
    buffer_append_integer(out, outcome->error);
    buffer_append_member(out, TEXT(",\"message\":"), outcome->sentence);
    if (outcome->data.length > 0) BUFFER_APPEND(out, TEXT(",\"data\":"), outcome->data);
    buffer_append(out, TEXT("}"));
}

void jsonrpc_append_error(struct buffer *out, struct text id, const struct outcome *outcome) {
    begin_response(out, id);
    buffer_append(out, TEXT(",\"error\":"));
    jsonrpc_append_error_object(out, outcome);
    buffer_append(out, TEXT("}"));
}
