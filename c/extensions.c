#include "extensions.h"

#include <string.h>

#include "linked.h"
#include "modern.h"
#include "task.h"
#include "tool_call.h"

#define VIEWS "io.modelcontextprotocol/ui"
#define VIEW_SCHEME TEXT("ui://")

bool extensions_have_views(void) {
    size_t at = registry_position(REGISTRY_RESOURCES, VIEW_SCHEME);
    return resources_linked && at < registry_count(REGISTRY_RESOURCES) &&
           text_starts_with(registry_key(REGISTRY_RESOURCES, at), VIEW_SCHEME);
}

/* Appends one of the extensions, which begin at `start` in `out`. */
static void append_extension(struct buffer *out, size_t start, struct text extension) {
    BUFFER_APPEND(out, out->length == start ? TEXT(",\"extensions\":{") : TEXT(","), extension);
}

void extensions_append_capability(const struct exchange *exchange, struct buffer *out) {
    size_t start = out->length;
    if (skills_linked) {
        append_extension(out, start,
                         TEXT("\"io.modelcontextprotocol/skills\":{\"directoryRead\":true}"));
    }
    if (extensions_have_views()) append_extension(out, start, TEXT("\"" VIEWS "\":{}"));
    /* SEP-2663, "Backward Compatibility" */
    if (revision_is_modern(exchange->revision) && task_offered(exchange) != NULL) {
        append_extension(out, start, TEXT("\"" TASK_EXTENSION "\":{}"));
    }
    if (out->length > start) buffer_append(out, TEXT("}"));
}

/* MCP Apps, "Client<>Server Capability Negotiation": the client lists the types that it shows. */
uint8_t extensions_offered(struct json_value offered) {
    struct json_value settings =
        json_object_member(json_object_member(offered, TEXT("extensions")), TEXT(VIEWS));
    struct json_value types = json_object_member(settings, TEXT("mimeTypes")), type;
    size_t position = 0;
    while (types.kind == JSON_ARRAY && json_next_element(types, &position, &type)) {
        if (json_says(type, TEXT(VIEW_MIME_TYPE))) return EXTENSIONS_VIEWS;
    }
    return 0;
}

bool extensions_client_has_views(const struct exchange *exchange,
                                 const struct jsonrpc_message *request) {
    uint8_t offered = revision_is_modern(exchange->revision)
                          ? extensions_offered(modern_client_capabilities(request))
                          : exchange->session.capabilities;
    return (offered & EXTENSIONS_VIEWS) != 0;
}

bool client_shows_views(const struct tool_call *call) {
    return extensions_client_has_views(call->exchange, call->request);
}

bool extensions_show(enum registry registry, const void *declaration, bool views) {
    const struct tool *tool = declaration;
    const struct resource *resource = declaration;
    if (views) return true;
    if (registry == REGISTRY_TOOLS) return tool->visibility != VISIBLE_TO_APP;
    if (registry != REGISTRY_RESOURCES) return true;
    return !text_starts_with(text_of(resource->uri), VIEW_SCHEME);
}

/* MCP Apps, McpUiToolMeta. */
static void append_tool_ui(struct buffer *out, const struct tool *tool) {
    static const struct text visibilities[] = {
        [VISIBLE_TO_MODEL] = TEXT_INITIALIZER("\"visibility\":[\"model\"]"),
        [VISIBLE_TO_APP] = TEXT_INITIALIZER("\"visibility\":[\"app\"]"),
        [VISIBLE_TO_MODEL | VISIBLE_TO_APP] =
            TEXT_INITIALIZER("\"visibility\":[\"model\",\"app\"]"),
    };
    buffer_separate(out);
    buffer_append(out, TEXT("\"ui\":{"));
    if (tool->view != NULL) {
        buffer_append_member(out, TEXT("\"resourceUri\":"), text_of(tool->view));
    }
    if (tool->visibility != 0) buffer_separate(out);
    BUFFER_APPEND(out, visibilities[tool->visibility & 3], TEXT("}"));
}

/* Where each kind of declaration has its `meta`. */
static const size_t meta_offsets[REGISTRY_COUNT] = {
    [REGISTRY_TOOLS] = offsetof(struct tool, meta),
    [REGISTRY_RESOURCES] = offsetof(struct resource, meta),
    [REGISTRY_TEMPLATES] = offsetof(struct resource_template, meta),
    [REGISTRY_PROMPTS] = offsetof(struct prompt, meta),
};

void extensions_append_meta(struct buffer *out, enum registry registry, const void *declaration,
                            enum revision revision, bool views) {
    const struct tool *tool = declaration;
    const char *meta = NULL;
    if (meta_offsets[registry] > 0 && (views || revision_has_titles(revision))) {
        memcpy(&meta, (const char *)declaration + meta_offsets[registry], sizeof meta);
    }
    bool shown =
        registry == REGISTRY_TOOLS && views && (tool->view != NULL || tool->visibility != 0);
    if (meta == NULL && !shown) return;
    BUFFER_APPEND(out, TEXT(",\"_meta\":{"), text_of(meta));
    if (shown) append_tool_ui(out, tool);
    buffer_append(out, TEXT("}"));
}

void extensions_append_contents_meta(struct buffer *out, const char *meta, enum revision revision,
                                     struct text uri) {
    /* before 2025-06-18 contents had none; but whoever reads a view understands the view's own */
    bool shown = revision_has_titles(revision) || text_starts_with(uri, VIEW_SCHEME);
    if (meta != NULL && shown) {
        BUFFER_APPEND(out, TEXT(",\"_meta\":{"), text_of(meta), TEXT("}"));
    }
}
