#include "endpoints.h"

#include "task.h"

static void answer_health(struct exchange *exchange) {
    struct buffer head = exchange_head(exchange, TEXT("application/json"));
    http_add_header(&head, TEXT("cache-control"), TEXT("no-store"));
    exchange_respond(exchange, 200, &head, TEXT("{\"status\":\"ok\"}"));
}

static const struct endpoint endpoints[] = {
    {TEXT_INITIALIZER("/mcp"), TEXT_INITIALIZER("GET, POST"), false, streamable_head,
     streamable_body, streamable_answer},
    {TEXT_INITIALIZER("/sse/message"), TEXT_INITIALIZER("POST"), false, http_sse_message_head,
     http_sse_message_body, http_sse_message_answer},
    {TEXT_INITIALIZER("/sse"), TEXT_INITIALIZER("GET"), false, http_sse_open, NULL, NULL},
    {TEXT_INITIALIZER("/"), TEXT_INITIALIZER("GET"), true, page_answer, NULL, NULL},
    {TEXT_INITIALIZER("/.well-known/oauth-protected-resource"), TEXT_INITIALIZER("GET"), true,
     well_known_answer, NULL, NULL},
    {TEXT_INITIALIZER("/.well-known/oauth-protected-resource/mcp"), TEXT_INITIALIZER("GET"), true,
     well_known_answer, NULL, NULL},
    {TEXT_INITIALIZER("/.well-known/oauth-protected-resource/sse"), TEXT_INITIALIZER("GET"), true,
     well_known_answer, NULL, NULL},
    {TEXT_INITIALIZER("/healthz"), TEXT_INITIALIZER("GET"), true, answer_health, NULL, NULL},
};

/* Metadata where there is no login would send a client with a static key into one. */
static bool is_there(const struct config *config, const struct endpoint *endpoint) {
    return endpoint->on_head != well_known_answer ||
           (config->error == NULL && (config->auth_jwt || config->auth_oauth));
}

const struct endpoint *endpoint_find(const struct config *config, struct text path) {
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        if (!text_equal(endpoints[i].path, path)) continue;
        return is_there(config, &endpoints[i]) ? &endpoints[i] : NULL;
    }
    const struct task_feature *tasks = task_offered();
    if (tasks != NULL && text_equal(tasks->wake.path, path)) return &tasks->wake;
    return NULL;
}

void endpoint_answer_preflight(struct exchange *exchange) {
    struct buffer head = exchange_head(exchange, (struct text){NULL, 0});
    http_add_header(&head, TEXT("access-control-allow-methods"), TEXT("GET, POST"));
    http_add_header(&head, TEXT("access-control-allow-headers"),
                    TEXT("Authorization, Content-Type, Accept, Mcp-Session-Id, "
                         "MCP-Protocol-Version, Mcp-Method, Mcp-Name, Last-Event-ID, X-Api-Key, "
                         "X-Auth-Token"));
    http_add_header(&head, TEXT("access-control-max-age"), TEXT("86400"));
    exchange_respond(exchange, 204, &head, (struct text){NULL, 0});
}
