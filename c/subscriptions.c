#include "subscriptions.h"

#include <string.h>

#include "calls.h"
#include "linked.h"
#include "list_changes.h"
#include "sha256.h"
#include "sse.h"
#include "task.h"

enum { TOPIC_BYTES = 12, UPDATE_MAILBOXES = 8 };

struct text subscriptions_topic(struct exchange *exchange, struct text topic) {
    struct buffer mine = buffer_in(exchange->arena, 64);
    BUFFER_APPEND(&mine, topic, TEXT(" "), exchange_mailbox(exchange), TEXT("/"),
                  exchange_topic(exchange));
    return buffer_text(&mine);
}

/* An action on the mailbox of the resource `uri`, with what its subscriptions are filed under. */
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

/* The same for this session's subscription. */
static struct mcp_action action_for_mine(struct exchange *exchange, enum mcp_action_kind kind,
                                         struct text uri) {
    struct mcp_action action = action_for(exchange, kind, uri);
    action.topic = subscriptions_topic(exchange, action.topic);
    return action;
}

/* The event for the notification `method`, about `uri` unless that is empty; `subscription` is the
   id of the request that asked for it, or empty. */
static struct text event_of(struct exchange *exchange, struct text method, struct text uri,
                            struct text subscription) {
    struct buffer json = buffer_in(exchange->arena, 256), event = buffer_in(exchange->arena, 256);
    struct text separator = TEXT(",\"params\":{");
    BUFFER_APPEND(&json, TEXT("{\"jsonrpc\":\"2.0\",\"method\":\""), method, TEXT("\""));
    if (uri.length > 0) {
        BUFFER_APPEND(&json, separator, TEXT("\"uri\":"));
        buffer_append_json_string(&json, uri);
        separator = TEXT(",");
    }
    if (subscription.length > 0) {
        BUFFER_APPEND(&json, separator,
                      TEXT("\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"), subscription,
                      TEXT("}"));
        separator = TEXT(",");
    }
    buffer_append(&json, separator.length == 1 ? TEXT("}}") : TEXT("}"));
    sse_append(&event, TEXT("message"), buffer_text(&json));
    return buffer_text(&event);
}

/* Keeps `event` for this session's stream, for when somebody publishes the subject. */
static void subscribe(struct exchange *exchange, struct text subject, struct text event) {
    struct mcp_action action = action_for_mine(exchange, MCP_ACTION_KEEP, subject);
    action.milliseconds = LIMIT_SUBSCRIPTION_SECONDS * 1000;
    if (!revision_is_modern(exchange->revision)) action.milliseconds *= 2; /* its streams return */
    action.body = event;
    exchange_before(exchange, &action);
}

static void subscribe_to_resource(struct exchange *exchange, struct text uri,
                                  struct text subscription) {
    subscribe(exchange, uri,
              event_of(exchange, TEXT("notifications/resources/updated"), uri, subscription));
}

/* Tells all who subscribed to `subject`, before the exchange's own action. */
static void publish(struct exchange *exchange, struct text subject) {
    struct mcp_action action = action_for(exchange, MCP_ACTION_PUBLISH, subject);
    action.milliseconds = SUBSCRIPTION_ENDS_MS;
    exchange_before(exchange, &action);
}

/* The name of a list, with what makes it that of something else. */
static struct text name_of_list(struct exchange *exchange, struct text before, int list,
                                struct text after) {
    struct buffer name = buffer_in(exchange->arena, 0);
    BUFFER_APPEND(&name, before, changing_lists[list].name, after);
    return buffer_text(&name);
}

/* What a list's subscriptions are filed under: no URI, as JSON has no NUL. */
static struct text subject_of(struct exchange *exchange, int list) {
    return name_of_list(exchange, TEXT("\0"), list, TEXT(""));
}

/* Keeps the notification that the list has changed for this session's stream. */
static void subscribe_to_list(struct exchange *exchange, int list, struct text subscription) {
    struct text method =
        name_of_list(exchange, TEXT("notifications/"), list, TEXT("/list_changed"));
    subscribe(exchange, subject_of(exchange, list),
              event_of(exchange, method, TEXT(""), subscription));
}

static void subscribe_to_lists(struct exchange *exchange) {
    for (int list = 0; list < LISTS; list++) {
        if (*changing_lists[list].offered) subscribe_to_list(exchange, list, TEXT(""));
    }
}

static struct outcome uri_too_long(void) {
    return outcome_invalid_params(TEXT("No resource has a URI of more than 8192 bytes."));
}

/* The parameter `uri` of a request in a session. */
static struct outcome read_uri(struct exchange *exchange, const struct jsonrpc_message *request,
                               struct text *uri) {
    struct outcome outcome = calls_read_uri(exchange, request, uri);
    if (outcome.error != JSONRPC_OK) return outcome;
    if (!exchange->in_session) {
        return outcome_error(
            JSONRPC_INVALID_REQUEST,
            TEXT("Subscriptions belong to a session: send the Mcp-Session-Id that 'initialize' "
                 "gave you."));
    }
    return uri->length > LIMIT_URI_BYTES ? uri_too_long() : outcome_ok;
}

struct outcome resources_subscribe(struct exchange *exchange, const struct jsonrpc_message *request,
                                   struct buffer *out) {
    struct text uri;
    struct outcome outcome = read_uri(exchange, request, &uri);
    (void)out;
    if (outcome.error == JSONRPC_OK) subscribe_to_resource(exchange, uri, TEXT(""));
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

/* The acknowledgement: what is honoured of the filter. */
static struct text acknowledgement(struct exchange *exchange, struct text id,
                                   const bool listens[LISTS], struct json_value uris,
                                   const struct buffer *tasks) {
    struct buffer json = buffer_in(exchange->arena, 256), event = buffer_in(exchange->arena, 256);
    struct text separator = TEXT("\"");
    BUFFER_APPEND(&json,
                  TEXT("{\"jsonrpc\":\"2.0\",\"method\":"
                       "\"notifications/subscriptions/acknowledged\",\"params\":{\"_meta\":{"
                       "\"io.modelcontextprotocol/subscriptionId\":"),
                  id, TEXT("},\"notifications\":{"));
    for (int list = 0; list < LISTS; list++) {
        if (!listens[list]) continue;
        BUFFER_APPEND(&json, separator, changing_lists[list].name, TEXT("ListChanged\":true"));
        separator = TEXT(",\"");
    }
    if (uris.kind == JSON_ARRAY) {
        BUFFER_APPEND(&json, separator, TEXT("resourceSubscriptions\":"), uris.text);
        separator = TEXT(",\"");
    }
    if (tasks->length > 0) BUFFER_APPEND(&json, separator, buffer_text(tasks));
    buffer_append(&json, TEXT("}}}"));
    sse_append(&event, TEXT("message"), buffer_text(&json));
    return buffer_text(&event);
}

/* Subscribes to the lists that `filter` names, if this build's can change. */
static void listen_to_lists(struct exchange *exchange, struct json_value filter, struct text id,
                            bool listens[LISTS]) {
    for (int list = 0; list < LISTS; list++) {
        struct text wanted = name_of_list(exchange, TEXT(""), list, TEXT("ListChanged"));
        listens[list] = json_object_member(filter, wanted).kind == JSON_TRUE &&
                        mcp_server.lists_change != NULL && *changing_lists[list].offered;
        if (listens[list]) subscribe_to_list(exchange, list, id);
    }
}

static struct outcome listen_to_resources(struct exchange *exchange, struct json_value uris,
                                          struct text subscription) {
    struct json_value each;
    size_t position = 0, count = 0;
    while (json_next_element(uris, &position, &each)) {
        struct text uri;
        if (!json_string(each, exchange->arena, &uri)) {
            return outcome_invalid_params(TEXT("resourceSubscriptions holds what is no string."));
        }
        if (uri.length > LIMIT_URI_BYTES) return uri_too_long();
        if (++count > LIMIT_SUBSCRIPTIONS) {
            return outcome_invalid_params(
                TEXT("More than 100 resourceSubscriptions on one stream: open several."));
        }
        subscribe_to_resource(exchange, uri, subscription);
    }
    return outcome_ok;
}

static bool is_array_or_absent(struct json_value value) {
    return value.kind == JSON_ABSENT || value.kind == JSON_ARRAY;
}

struct outcome subscriptions_listen(struct exchange *exchange,
                                    const struct jsonrpc_message *request, struct buffer *out) {
    struct json_value filter = jsonrpc_param(request, TEXT("notifications"));
    struct json_value uris = json_object_member(filter, TEXT("resourceSubscriptions"));
    struct json_value ids = json_object_member(filter, TEXT("taskIds"));
    (void)out;
    if (!exchange_has_mailbox(exchange)) return methods_unknown(exchange, request);
    if (filter.kind != JSON_OBJECT) {
        return outcome_invalid_params(
            TEXT("The parameter notifications is missing or not an object."));
    }
    if (!is_array_or_absent(uris) || !is_array_or_absent(ids)) {
        return outcome_invalid_params(
            TEXT("The filters resourceSubscriptions and taskIds are arrays of strings."));
    }
    if (!exchange->takes_events) {
        return outcome_bad_request(JSONRPC_INVALID_REQUEST,
                                   TEXT("The answer is a stream: send text/event-stream in the "
                                        "Accept header."));
    }
    if (!resources_linked) uris.kind = JSON_ABSENT;
    exchange->session = session_new(&exchange->request, exchange->revision, 0);
    size_t before = exchange->before_count;
    bool listens[LISTS];
    struct buffer taken = buffer_in(exchange->arena, 0);
    listen_to_lists(exchange, filter, request->id, listens);
    struct outcome outcome = listen_to_resources(exchange, uris, request->id);
    const struct task_feature *tasks = ids.kind == JSON_ABSENT ? NULL : task_offered(exchange);
    if (outcome.error == JSONRPC_OK && tasks != NULL) {
        outcome = tasks->listen(exchange, request, ids, &taken);
    }
    if (outcome.error == JSONRPC_OK) {
        exchange->listens = acknowledgement(exchange, request->id, listens, uris, &taken);
    } else {
        exchange->before_count = before; /* a refused request subscribes to nothing */
    }
    return outcome;
}

static const struct method rows[] = {SUBSCRIPTIONS_METHOD};
const struct list_changes list_changes = {{rows, sizeof rows / sizeof *rows}, subscribe_to_lists};

void list_changed(struct tool_call *call, enum tool_list list) {
    if (mcp_server.lists_change == NULL) return;
    publish(call->exchange, subject_of(call->exchange, (int)list));
}

void resource_updated(struct tool_call *call, const char *uri) {
    publish(call->exchange, text_of(uri));
}
