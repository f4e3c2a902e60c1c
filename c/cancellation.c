#include "cancellation.h"

#include "asking.h"
#include "host.h"
#include "limits.h"
#include "sha256.h"

const bool cancellation_linked = true;

enum { NAME_BYTES = 12 };

static const struct text mark = TEXT_INITIALIZER(".cancelled.");

struct text cancellation_topic(struct exchange *exchange, struct text kind, struct text id) {
    uint8_t digest[SHA256_BYTES];
    struct buffer topic = buffer_in(exchange->arena, 64);
    sha256(id, digest);
    BUFFER_APPEND(&topic, exchange_topic(exchange), kind);
    buffer_append_base64url(&topic, digest, NAME_BYTES);
    return buffer_text(&topic);
}

void cancellation_take(struct exchange *exchange, const struct jsonrpc_message *notification) {
    struct json_value id = jsonrpc_param(notification, TEXT("requestId"));
    if (!exchange->in_session) return;
    if (!json_says(notification->method, TEXT("notifications/cancelled"))) return;
    if (id.kind != JSON_STRING && id.kind != JSON_NUMBER) return;
    /* before the call is looked for: a call looks for the mark once it can be found */
    if (!exchange->kept.known) {
        exchange_keep(exchange, cancellation_topic(exchange, mark, id.text), TEXT("\1"),
                      LIMIT_CANCELLED_SECONDS);
    }
    if (asking_linked) asking.cancel(exchange, id.text);
}

bool cancellation_look(struct tool_call *call) {
    struct exchange *exchange = call->exchange;
    if (!exchange->in_session) return false;
    if (call->cancelled) return true; /* nobody takes that back */
    struct mcp_action peek = {.kind = MCP_ACTION_PEEK,
                              .mailbox = exchange_mailbox(exchange),
                              .topic = cancellation_topic(exchange, mark, call->request->id)};
    call->cancelled = exchange_perform(exchange, &peek).length > 0;
    return call->cancelled;
}

bool cancellation_came(struct tool_call *call) {
    double now = host_now();
    if (call->exchange->stream_topic.length == 0) return false;
    if (call->looked == 0) call->looked = now;
    if (now - call->looked < LIMIT_TASK_CHECK_MS) return call->cancelled;
    call->looked = now;
    return cancellation_look(call);
}
