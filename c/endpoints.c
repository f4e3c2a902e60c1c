#include "endpoints.h"

#include "issued_tokens.h"
#include "task.h"

static void answer_health(struct exchange *exchange) {
    struct buffer head = exchange_head(exchange, TEXT("application/json"));
    http_add_header(&head, TEXT("cache-control"), TEXT("no-store"));
    exchange_respond(exchange, 200, &head, TEXT("{\"status\":\"ok\"}"));
}

/* No HEAD behind a credential: GET opens a stream there, which nobody would read. */
static const struct endpoint endpoints[] = {
    {TEXT_INITIALIZER("/mcp"), TEXT_INITIALIZER("GET, POST"), false, streamable_head,
     streamable_body, streamable_answer},
    {TEXT_INITIALIZER("/sse/message"), TEXT_INITIALIZER("POST"), false, http_sse_message_head,
     http_sse_message_body, http_sse_message_answer},
    {TEXT_INITIALIZER("/sse"), TEXT_INITIALIZER("GET"), false, http_sse_open, NULL, NULL},
    {TEXT_INITIALIZER("/healthz"), TEXT_INITIALIZER("GET, HEAD"), true, answer_health, NULL, NULL},
};

static const struct endpoint *find_in(const struct endpoint *first, size_t count,
                                      struct text path) {
    for (size_t i = 0; i < count; i++) {
        if (text_equal(first[i].path, path)) return &first[i];
    }
    return NULL;
}

const struct endpoint *endpoint_find(const struct config *config, struct text path) {
    const struct endpoint *found = find_in(endpoints, sizeof endpoints / sizeof *endpoints, path);
    /* if there is no login, metadata would send a client with a static key into one */
    if (found == NULL && config_has_login(config)) {
        found = find_in(mcp_server.issued_tokens->metadata, WELL_KNOWN_ENDPOINTS, path);
    }
    if (found == NULL && mcp_server.page != NULL) found = find_in(mcp_server.page, 1, path);
    const struct task_feature *tasks = task_brought();
    return found == NULL && tasks != NULL ? find_in(&tasks->wake, 1, path) : found;
}

APART void endpoint_answer_preflight(struct exchange *exchange) {
    struct buffer head = exchange_head(exchange, (struct text){NULL, 0});
    buffer_append(&head, TEXT("access-control-allow-methods: GET, POST, DELETE\n"
                              "access-control-allow-headers: Authorization, Content-Type, Accept, "
                              "Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name, "
                              "Last-Event-ID, X-Api-Key, X-Auth-Token"));
    /* and those that tools declare, one per line */
    struct text names = exchange->parameter_names, name;
    while (names.length > 0 && text_next_field(&names, '\n', &name)) {
        BUFFER_APPEND(&head, TEXT(", "), name);
    }
    buffer_append(&head, TEXT("\naccess-control-max-age: 86400\n"));
    exchange_respond(exchange, 204, &head, (struct text){NULL, 0});
}
