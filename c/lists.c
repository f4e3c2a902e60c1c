/* The lists: one page at a time, in the order of their keys, with the same bytes each time. */
#include "lists.h"

#include <string.h>

#include "arguments.h"
#include "extensions.h"
#include "features.h"
#include "host.h"
#include "limits.h"
#include "linked.h"
#include "logging.h"
#include "metadata.h"
#include "methods.h"
#include "scopes.h"
#include "server.h"

void lists_begin_entry(struct buffer *out, struct text key, const char *value) {
    BUFFER_APPEND(out, TEXT("{\""), key, TEXT("\":"));
    buffer_append_json_string(out, text_of(value));
}

/* Before 2026-07-28 an output must be an object, and its schema must say so. */
static bool shows_output(const struct tool *tool, struct arena *arena, enum revision revision) {
    struct json_document document;
    if (tool->output.count == 0 && tool->output_schema == NULL) return false;
    if (revision_is_modern(revision)) return true;
    if (!revision_has_titles(revision) || tool->output_schema == NULL) {
        return revision_has_titles(revision);
    }
    return json_check(text_of(tool->output_schema), arena, &document) == JSON_OK &&
           text_equal(json_object_member(document.root, TEXT("type")).text, TEXT("\"object\""));
}

static void append_tool(struct buffer *out, const void *declaration, enum revision revision) {
    const struct tool *tool = declaration;
    lists_begin_entry(out, TEXT("name"), tool->name);
    metadata_append_title(out, tool->title, revision);
    metadata_append_string(out, TEXT("description"), tool->description);
    buffer_append(out, TEXT(",\"inputSchema\":"));
    if (tool->input_schema != NULL) buffer_append(out, text_of(tool->input_schema));
    else arguments_append_schema(out, &tool->fields, true);
    if (shows_output(tool, out->arena, revision)) {
        buffer_append(out, TEXT(",\"outputSchema\":"));
        if (tool->output_schema != NULL) buffer_append(out, text_of(tool->output_schema));
        else arguments_append_schema(out, &tool->output, true);
    }
    metadata_append_hints(out, tool, revision);
    metadata_append_icons(out, &tool->icons, revision);
}

/* The function that appends an entry to such a list. */
static list_entry *entry_of(enum registry registry) {
    return registry == REGISTRY_TOOLS ? append_tool : registry_feature(registry)->append_entry;
}

void lists_append_entry(struct buffer *out, enum registry registry, const void *declaration,
                        enum revision revision, bool views) {
    entry_of(registry)(out, declaration, revision);
    extensions_append_meta(out, registry, declaration, revision, views);
    buffer_append(out, TEXT("}"));
}

/* Cursors belong to nobody: a cache may give a page, and the cursor on it, to anybody. */
static const struct principal anybody = {.by = PRINCIPAL_ANYBODY};

/* A cursor is sealed: the list it belongs to, and then the key that the next page begins with. */
struct outcome lists_read_cursor(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct text list, struct text *key) {
    struct text sealed, payload;
    struct json_value cursor = jsonrpc_param(request, TEXT("cursor"));
    *key = (struct text){NULL, 0};
    if (cursor.kind == JSON_ABSENT) return outcome_ok;
    if (!json_string(cursor, exchange->arena, &sealed)) {
        return outcome_invalid_params(TEXT("The parameter cursor is not a string."));
    }
    if (!exchange_has_key(exchange)) return outcome_ok;
    if (!seal_open(&exchange->config->seal_key, SEAL_CURSOR, &anybody, sealed, exchange->arena,
                   &payload) ||
        !text_take(&payload, list)) {
        return outcome_invalid_params(
            TEXT("The cursor is none of this list: ask for it again without one."));
    }
    *key = payload;
    return outcome_ok;
}

void lists_append_cursor(struct exchange *exchange, struct text list, struct text key,
                         struct buffer *out) {
    if (!exchange_has_key(exchange)) return;
    struct buffer payload = buffer_in(exchange->arena, 0);
    BUFFER_APPEND(&payload, list, key);
    struct text cursor = seal_close(&exchange->config->seal_key, SEAL_CURSOR, &anybody,
                                    buffer_text(&payload), exchange->arena);
    BUFFER_APPEND(out, TEXT(",\"nextCursor\":\""), cursor, TEXT("\""));
}

/* Appends those entries from `start` to `end` that a client of `principal` is shown. */
static void append_entries(struct buffer *out, enum registry registry, size_t start, size_t end,
                           const struct principal *principal, enum revision revision, bool views) {
    for (size_t i = start; i < end; i++) {
        const void *declaration = registry_at(registry, i);
        if (!extensions_show(registry, declaration, views)) continue;
        if (registry == REGISTRY_TOOLS && !scopes_allow_tool(principal, declaration)) continue;
        buffer_separate(out);
        lists_append_entry(out, registry, declaration, revision, views);
    }
}

/* True if this list differs from client to client, by its scopes or by whether it shows views: on
   all pages alike (2026-07-28, Caching, "Interaction with Pagination"). */
static bool differs(enum registry registry) {
    if (registry == REGISTRY_RESOURCES) return extensions_have_views();
    if (registry != REGISTRY_TOOLS) return false;
    for (size_t i = 0; i < registry_count(registry); i++) {
        const struct tool *tool = registry_at(registry, i);
        if (tool->scopes != NULL || tool->view != NULL || tool->visibility != 0) return true;
    }
    return false;
}

struct outcome lists_append_page(struct exchange *exchange, const struct jsonrpc_message *request,
                                 enum registry registry, struct text name, struct buffer *out) {
    struct text key;
    bool views = extensions_client_has_views(exchange, request);
    struct outcome outcome = lists_read_cursor(exchange, request, name, &key);
    if (outcome.error != JSONRPC_OK) return outcome;
    size_t start = registry_position(registry, key), end = registry_count(registry);
    bool more = end - start > LIMIT_PAGE_ENTRIES;
    if (more) end = start + LIMIT_PAGE_ENTRIES;
    BUFFER_APPEND(out, TEXT("\""), name, TEXT("\":["));
    append_entries(out, registry, start, end, &exchange->principal, exchange->revision, views);
    buffer_append(out, TEXT("]"));
    if (more) lists_append_cursor(exchange, name, registry_key(registry, end), out);
    features_append_caching(exchange, out, TEXT(SERVER_TTL_MS),
                            differs(registry) ? TEXT("private") : TEXT("public"));
    return outcome_ok;
}

struct outcome tools_list(struct exchange *exchange, const struct jsonrpc_message *request,
                          struct buffer *out) {
    return lists_append_page(exchange, request, REGISTRY_TOOLS, TEXT("tools"), out);
}

void features_append_caching(const struct exchange *exchange, struct buffer *out,
                             struct text milliseconds, struct text scope) {
    if (!revision_is_modern(exchange->revision)) return;
    BUFFER_APPEND(out, TEXT(",\"ttlMs\":"), milliseconds, TEXT(",\"cacheScope\":\""), scope,
                  TEXT("\""));
}

/* True if this exchange's client will hear of a list that changes: because this build says so when
   one does, or because a legacy session remembers its lists and so notices a deploy
   (list_changes.h). Over stdio there is nobody to say it. */
static bool tells_of_changes(const struct exchange *exchange) {
    bool remembers = exchange->stream_topic.length == 0 && !revision_is_modern(exchange->revision);
    return exchange_has_mailbox(exchange) && (mcp_server.lists_change != NULL || remembers);
}

void features_append_capabilities(const struct exchange *exchange, struct buffer *out) {
    bool tells = tells_of_changes(exchange);
    buffer_append(out, logging_linked ? TEXT("{\"logging\":{},") : TEXT("{"));
    buffer_append(out, tells ? TEXT("\"tools\":{\"listChanged\":true}") : TEXT("\"tools\":{}"));
    if (resources_linked) {
        bool keeps = exchange_has_mailbox(exchange);
        buffer_append(out, keeps ? TEXT(",\"resources\":{\"subscribe\":true")
                                 : TEXT(",\"resources\":{"));
        buffer_append(out, tells ? TEXT(",\"listChanged\":true}") : TEXT("}"));
    }
    if (prompts_linked) {
        buffer_append(out, tells ? TEXT(",\"prompts\":{\"listChanged\":true}")
                                 : TEXT(",\"prompts\":{}"));
    }
    if ((resources_linked || prompts_linked) && features_offer_completion()) {
        buffer_append(out, TEXT(",\"completions\":{}"));
    }
    extensions_append_capability(exchange, out);
    buffer_append(out, TEXT("}"));
}

void features_digest_lists(uint8_t digests[SESSION_LISTS_BYTES], struct arena *arena) {
    /* the list of tool.h that each registry is a part of */
    static const enum tool_list list_of[] = {
        [REGISTRY_TOOLS] = LIST_TOOLS,
        [REGISTRY_RESOURCES] = LIST_RESOURCES,
        [REGISTRY_TEMPLATES] = LIST_RESOURCES,
        [REGISTRY_PROMPTS] = LIST_PROMPTS,
    };
    for (int list = LIST_TOOLS; list <= LIST_PROMPTS; list++) {
        struct buffer out = buffer_in(arena, 0);
        uint8_t digest[SHA256_BYTES];
        for (int registry = 0; registry <= REGISTRY_PROMPTS; registry++) {
            if (list_of[registry] != (enum tool_list)list) continue;
            append_entries(&out, (enum registry)registry, 0,
                           registry_count((enum registry)registry), &anybody, REVISION_COUNT - 1,
                           true);
        }
        sha256(buffer_text(&out), digest);
        memcpy(digests + list * SESSION_LIST_BYTES, digest, SESSION_LIST_BYTES);
    }
}

const uint8_t *features_lists(struct exchange *exchange) {
    struct list_digests *digests = exchange->lists;
    if (!digests->known) {
        features_digest_lists(digests->bytes, exchange->arena);
        digests->known = !exchange->arena->exhausted; /* else they cover only what fitted */
    }
    return digests->bytes;
}
