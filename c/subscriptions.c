#include "subscriptions.h"

#include "limits.h"
#include "sha256.h"
#include "sse.h"
#include "task.h"

enum { TOPIC_BYTES = 12, UPDATE_MAILBOXES = 8 };

/* An action on the mailbox of the resource `uri`, and what its subscriptions are filed under. */
static struct mcp_action action_for(struct exchange *exchange, enum mcp_action_kind kind,
                                    struct text uri) {
    uint8_t digest[SHA256_BYTES];
    struct buffer mailbox = buffer_in(exchange->arena, 16), topic = buffer_in(exchange->arena, 32);
    sha256(uri, digest);
    buffer_append(&mailbox, TEXT("updates-"));
    buffer_append_integer(&mailbox, digest[TOPIC_BYTES] % UPDATE_MAILBOXES);
    buffer_append_base64url(&topic, digest, TOPIC_BYTES);
    return (struct mcp_action){
        .kind = kind, .mailbox = buffer_text(&mailbox), .topic = buffer_text(&topic)};
}

/* The same for this session's subscription: its topic names the session's stream. */
static struct mcp_action action_for_mine(struct exchange *exchange, enum mcp_action_kind kind,
                                         struct text uri) {
    struct mcp_action action = action_for(exchange, kind, uri);
    struct buffer topic = buffer_in(exchange->arena, 64);
    BUFFER_APPEND(&topic, action.topic, TEXT(" "),
                  session_mailbox(&exchange->session, exchange->arena), TEXT("/"),
                  session_topic(&exchange->session, exchange->arena));
    action.topic = buffer_text(&topic);
    return action;
}

/* The event that says that `uri` changed; `subscription` is the id of the request that asked, or
   empty. */
static struct text update_event(struct exchange *exchange, struct text uri,
                                struct text subscription) {
    struct buffer json = buffer_in(exchange->arena, 256), event = buffer_in(exchange->arena, 256);
    buffer_append(&json, TEXT("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                              "\"params\":{\"uri\":"));
    buffer_append_json_string(&json, uri);
    if (subscription.length > 0) {
        BUFFER_APPEND(&json, TEXT(",\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"),
                      subscription, TEXT("}"));
    }
    buffer_append(&json, TEXT("}}"));
    sse_append(&event, TEXT("message"), buffer_text(&json));
    return buffer_text(&event);
}

static void subscribe(struct exchange *exchange, struct text uri, struct text subscription) {
    struct mcp_action action = action_for_mine(exchange, MCP_ACTION_KEEP, uri);
    action.milliseconds = LIMIT_SUBSCRIPTION_SECONDS * 1000;
    action.body = update_event(exchange, uri, subscription);
    exchange_before(exchange, &action);
}

void subscriptions_publish(struct exchange *exchange, struct text uri) {
    struct mcp_action action = action_for(exchange, MCP_ACTION_PUBLISH, uri);
    exchange_before(exchange, &action);
}

/* The parameter uri of a request in a session. */
static struct outcome read_uri(struct exchange *exchange, const struct jsonrpc_message *request,
                               struct text *uri) {
    if (!json_string(jsonrpc_param(request, TEXT("uri")), exchange->arena, uri)) {
        return outcome_invalid_params(TEXT("The parameter uri is missing or not a string."));
    }
    if (!exchange->in_session) {
        struct outcome outcome = outcome_invalid_params(
            TEXT("Subscriptions belong to a session: send the Mcp-Session-Id that 'initialize' "
                 "gave you."));
        outcome.error = JSONRPC_INVALID_REQUEST;
        return outcome;
    }
    return outcome_ok;
}

struct outcome resources_subscribe(struct exchange *exchange, const struct jsonrpc_message *request,
                                   struct buffer *out) {
    struct text uri;
    struct outcome outcome = read_uri(exchange, request, &uri);
    (void)out;
    if (outcome.error == JSONRPC_OK) subscribe(exchange, uri, (struct text){NULL, 0});
    return outcome;
}

struct outcome resources_unsubscribe(struct exchange *exchange,
                                     const struct jsonrpc_message *request, struct buffer *out) {
    struct text uri;
    struct outcome outcome = read_uri(exchange, request, &uri);
    (void)out;
    if (outcome.error != JSONRPC_OK) return outcome;
    struct mcp_action action = action_for_mine(exchange, MCP_ACTION_COLLECT, uri);
    exchange_before(exchange, &action);
    return outcome_ok;
}

/* The acknowledgement: what of the filter is honoured. */
static struct text acknowledgement(struct exchange *exchange, struct text id,
                                   struct json_value uris, const struct buffer *tasks) {
    struct buffer json = buffer_in(exchange->arena, 256), event = buffer_in(exchange->arena, 256);
    BUFFER_APPEND(&json,
                  TEXT("{\"jsonrpc\":\"2.0\",\"method\":"
                       "\"notifications/subscriptions/acknowledged\",\"params\":{\"_meta\":{"
                       "\"io.modelcontextprotocol/subscriptionId\":"),
                  id, TEXT("},\"notifications\":{"));
    if (uris.kind == JSON_ARRAY) {
        BUFFER_APPEND(&json, TEXT("\"resourceSubscriptions\":"), uris.text);
        if (tasks->length > 0) buffer_append(&json, TEXT(","));
    }
    buffer_append(&json, buffer_text(tasks));
    buffer_append(&json, TEXT("}}}"));
    sse_append(&event, TEXT("message"), buffer_text(&json));
    return buffer_text(&event);
}

struct outcome subscriptions_listen(struct exchange *exchange,
                                    const struct jsonrpc_message *request, struct buffer *out) {
    struct json_value filter = jsonrpc_param(request, TEXT("notifications")), each;
    struct json_value uris = json_object_member(filter, TEXT("resourceSubscriptions"));
    size_t position = 0, count = 0;
    (void)out;
    if (filter.kind != JSON_OBJECT) {
        return outcome_invalid_params(
            TEXT("The parameter notifications is missing or not an object."));
    }
    if (!exchange->takes_events) {
        return outcome_bad_request(JSONRPC_INVALID_REQUEST,
                                   TEXT("The answer is a stream: send text/event-stream in the "
                                        "Accept header."));
    }
    exchange->session = session_new(&exchange->request, exchange->revision, 0);
    while (json_next_element(uris, &position, &each)) {
        struct text uri;
        if (!json_string(each, exchange->arena, &uri)) {
            return outcome_invalid_params(TEXT("resourceSubscriptions holds what is no string."));
        }
        if (++count > LIMIT_SUBSCRIPTIONS) {
            return outcome_invalid_params(
                TEXT("More than 100 resourceSubscriptions on one stream: open several."));
        }
        subscribe(exchange, uri, request->id);
    }
    struct buffer taken = buffer_in(exchange->arena, 0);
    struct json_value ids = json_object_member(filter, TEXT("taskIds"));
    const struct task_feature *tasks = ids.kind == JSON_ABSENT ? NULL : task_offered();
    struct outcome outcome = outcome_ok;
    if (tasks != NULL) outcome = tasks->listen(exchange, request, ids, &taken);
    if (outcome.error == JSONRPC_OK) {
        exchange->listens = acknowledgement(exchange, request->id, uris, &taken);
    }
    return outcome;
}

void resource_updated(struct tool_call *call, const char *uri) {
    subscriptions_publish(call->exchange, text_of(uri));
}
