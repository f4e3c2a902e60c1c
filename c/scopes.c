#include "scopes.h"

#include "audit.h"
#include "registry.h"

/* True if `scopes` has each of `wanted`; both have spaces in between. */
static bool include(struct text scopes, struct text wanted) {
    struct text want;
    while (text_next_field(&wanted, ' ', &want)) {
        if (want.length > 0 && !text_has_field(scopes, ' ', want)) return false;
    }
    return true;
}

bool scopes_allow_tool(const struct principal *principal, const struct tool *tool) {
    return !principal->limited || tool->scopes == NULL ||
           include(principal->scopes, text_of(tool->scopes));
}

/* Appends those of `scopes` that `out` does not have yet. */
static void append_new(struct buffer *out, struct text scopes) {
    struct text scope;
    while (text_next_field(&scopes, ' ', &scope)) {
        if (include(buffer_text(out), scope)) continue;
        if (out->length > 0) buffer_append(out, TEXT(" "));
        buffer_append(out, scope);
    }
}

/* The tool that `message` calls, or NULL. */
static const struct tool *called_tool(struct exchange *exchange, struct json_value message) {
    struct text name;
    struct json_value params = json_object_member(message, TEXT("params"));
    if (!json_says(json_object_member(message, TEXT("method")), TEXT("tools/call")) ||
        !json_string(json_object_member(params, TEXT("name")), exchange->arena, &name)) {
        return NULL;
    }
    return registry_find(REGISTRY_TOOLS, name);
}

/* scopes_allow_body for a principal that has some scopes only. */
APART static bool limited_allow_body(struct exchange *exchange, struct json_value body) {
    struct json_value message = body;
    struct buffer needed = buffer_in(exchange->arena, 0);
    bool batch = body.kind == JSON_ARRAY, allowed = true;
    size_t position = 0;
    while (!batch || json_next_element(body, &position, &message)) {
        const struct tool *tool = called_tool(exchange, message);
        if (tool != NULL && tool->scopes != NULL) {
            append_new(&needed, text_of(tool->scopes));
            if (!scopes_allow_tool(&exchange->principal, tool)) {
                audit_call(exchange, text_of(tool->name), "insufficient_scope", host_now());
                allowed = false;
            }
        }
        if (!batch) break;
    }
    exchange->scopes_needed = buffer_text(&needed);
    return allowed;
}

bool scopes_allow_body(struct exchange *exchange, struct json_value body) {
    return !exchange->principal.limited || limited_allow_body(exchange, body);
}

void scopes_append_all(struct buffer *out) {
    for (size_t i = 0; i < registry_count(REGISTRY_TOOLS); i++) {
        const struct tool *tool = registry_at(REGISTRY_TOOLS, i);
        if (tool->scopes != NULL) append_new(out, text_of(tool->scopes));
    }
}
