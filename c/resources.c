/* Resources and their templates: listing and reading them. Reached only from such declarations, so
   that other builds do without. */
#include "calls.h"
#include "completion.h"
#include "linked.h"
#include "lists.h"
#include "metadata.h"
#include "methods.h"
#include "subscriptions.h"
#include "tool_call.h"
#include "uri_template.h"

static void append_resource(struct buffer *out, const void *declaration, enum revision revision) {
    const struct resource *resource = declaration;
    lists_begin_entry(out, TEXT("uri"), resource->uri);
    metadata_append_resource(out, resource, revision);
}

static void append_template(struct buffer *out, const void *declaration, enum revision revision) {
    const struct resource_template *resource = declaration;
    lists_begin_entry(out, TEXT("uriTemplate"), resource->uri_template);
    metadata_append_string(out, TEXT("name"), resource->name);
    metadata_append_title(out, resource->title, revision);
    metadata_append_string(out, TEXT("description"), resource->description);
    metadata_append_string(out, TEXT("mimeType"), resource->mime_type);
    metadata_append_annotations(out, &resource->annotations, revision);
    metadata_append_icons(out, &resource->icons, revision);
}

static struct outcome resources_list(struct exchange *exchange,
                                     const struct jsonrpc_message *request, struct buffer *out) {
    return lists_append_page(exchange, request, REGISTRY_RESOURCES, TEXT("resources"), out);
}

static struct outcome resources_templates_list(struct exchange *exchange,
                                               const struct jsonrpc_message *request,
                                               struct buffer *out) {
    return lists_append_page(exchange, request, REGISTRY_TEMPLATES, TEXT("resourceTemplates"), out);
}

static struct outcome resource_not_found(struct exchange *exchange, struct text uri) {
    struct outcome outcome = calls_unknown(exchange, TEXT("There is no resource at "), uri);
    struct buffer data = buffer_in(exchange->arena, 0);
    buffer_append_member(&data, TEXT("{\"uri\":"), uri);
    buffer_append(&data, TEXT("}"));
    outcome.data = buffer_text(&data);
    if (!revision_is_modern(exchange->revision)) outcome.error = JSONRPC_RESOURCE_NOT_FOUND;
    return outcome;
}

/* What is at a URI: a resource, or else the template that matches most closely, and its variables'
   values. */
struct found {
    const struct resource *resource;
    const struct resource_template *template;
    struct text variables[RESOURCE_VARIABLES_MAX];
};

/* How many bytes of a template are outside its expressions. */
static size_t literal_bytes(const char *uri_template) {
    size_t count = 0;
    for (bool inside = false; *uri_template != '\0'; uri_template++) {
        if (*uri_template == '{') inside = true;
        count += !inside;
        if (*uri_template == '}') inside = false;
    }
    return count;
}

/* False if there is nothing at `uri`. */
static bool find(struct exchange *exchange, struct text uri, struct found *found) {
    size_t most = 0;
    *found = (struct found){.resource = registry_find(REGISTRY_RESOURCES, uri)};
    for (size_t i = 0; found->resource == NULL && i < registry_count(REGISTRY_TEMPLATES); i++) {
        struct found one = {.template = registry_at(REGISTRY_TEMPLATES, i)};
        size_t literal = literal_bytes(one.template->uri_template);
        if (literal <= most ||
            !uri_template_match(text_of(one.template->uri_template), uri, exchange->arena,
                                one.variables, RESOURCE_VARIABLES_MAX)) {
            continue;
        }
        most = literal;
        *found = one;
    }
    return found->resource != NULL || found->template != NULL;
}

/* Runs what is at `call->uri`. False if there is nothing. */
static bool read_resource(struct tool_call *call) {
    struct found found;
    if (!find(call->exchange, call->uri, &found)) return false;
    if (found.resource != NULL) {
        call->mime_type = found.resource->mime_type;
        call->meta = found.resource->meta;
        found.resource->read(call);
    } else {
        call->mime_type = found.template->mime_type;
        call->meta = found.template->meta;
        found.template->read(call, found.variables);
    }
    return !call->not_found;
}

static struct outcome resources_read(struct exchange *exchange,
                                     const struct jsonrpc_message *request, struct buffer *out) {
    struct tool_call call;
    size_t start = out->length;
    struct outcome outcome = tool_call_start(exchange, CALL_RESOURCE, request, out, &call);
    if (outcome.error == JSONRPC_OK) outcome = calls_read_uri(exchange, request, &call.uri);
    if (outcome.error != JSONRPC_OK) return outcome;
    buffer_append(out, TEXT("\"contents\":["));
    if (!read_resource(&call)) return resource_not_found(exchange, call.uri);
    if (call.is_error) return outcome_error(JSONRPC_INTERNAL_ERROR, call.said);
    buffer_append(out, TEXT("]"));
    /* what is there can change at any time, and a client that does not listen is not told */
    features_append_caching(exchange, out, TEXT("0"), TEXT("private"));
    return tool_call_end(&call, start);
}

/* Nothing is kept for a URI at which there is nothing. */
static struct outcome subscribe(struct exchange *exchange, const struct jsonrpc_message *request,
                                struct buffer *out) {
    struct text uri;
    struct found found;
    struct outcome outcome = calls_read_uri(exchange, request, &uri);
    if (outcome.error != JSONRPC_OK) return outcome;
    if (!find(exchange, uri, &found)) return resource_not_found(exchange, uri);
    return resources_subscribe(exchange, request, out);
}

static const struct method rows[] = {
    {TEXT_INITIALIZER("resources/read"), resources_read, BOTH},
    {TEXT_INITIALIZER("resources/list"), resources_list, BOTH},
    {TEXT_INITIALIZER("resources/templates/list"), resources_templates_list, BOTH},
    {TEXT_INITIALIZER("resources/subscribe"), subscribe, LEGACY},
    {TEXT_INITIALIZER("resources/unsubscribe"), resources_unsubscribe, LEGACY},
    SUBSCRIPTIONS_METHOD,
    COMPLETION_METHOD,
};
const bool resources_linked = true;
const struct feature resource_feature = {append_resource, {rows, sizeof rows / sizeof *rows}};
const struct feature template_feature = {append_template, {rows, sizeof rows / sizeof *rows}};
