/* Agent skills (SEP-2640): those that the build found in c/skills/, and those declared by SKILL.
   Reached only from such declarations, so that other builds do without. */
#include "calls.h"
#include "features.h"
#include "limits.h"
#include "linked.h"
#include "lists.h"
#include "methods.h"
#include "server.h"

static void append_skill(struct buffer *out, const void *declaration, enum revision revision) {
    const struct skill *skill = declaration;
    (void)revision;
    lists_begin_entry(out, TEXT("uri"), skill->uri);
    BUFFER_APPEND(out, TEXT(",\"frontmatter\":"), text_of(skill->frontmatter),
                  TEXT(",\"resources\":"),
                  skill->resources != NULL ? text_of(skill->resources) : TEXT("\"dynamic\""));
}

/* SEP-2640, "Listing Skills". */
static struct outcome skills_list(struct exchange *exchange, const struct jsonrpc_message *request,
                                  struct buffer *out) {
    return lists_append_page(exchange, request, REGISTRY_SKILLS, TEXT("skills"), out);
}

static struct outcome not_there(struct exchange *exchange, struct text before, struct text uri,
                                struct text after) {
    struct buffer sentence = buffer_in(exchange->arena, 0);
    BUFFER_APPEND(&sentence, before, uri, after);
    return outcome_invalid_params(buffer_text(&sentence));
}

/* SEP-2640, "Getting a Skill". */
static struct outcome skills_get(struct exchange *exchange, const struct jsonrpc_message *request,
                                 struct buffer *out) {
    struct text uri;
    struct outcome outcome = calls_read_uri(exchange, request, &uri);
    if (outcome.error != JSONRPC_OK) return outcome;
    const struct skill *skill = registry_find(REGISTRY_SKILLS, uri);
    if (skill == NULL) {
        return not_there(exchange, TEXT("There is no skill at "), uri,
                         TEXT(": skills/list names the SKILL.md of each."));
    }
    buffer_append(out, TEXT("\"skill\":"));
    lists_append_entry(out, REGISTRY_SKILLS, skill, exchange->revision, false);
    features_append_caching(exchange, out, TEXT(SERVER_TTL_MS), TEXT("public"));
    return outcome_ok;
}

/* A directory: not a resource of its own, but what the resources below `path`, which ends in a
   slash, have in common. They are side by side, because resources are sorted by URI. */
struct directory {
    struct text path;
    size_t at; /* the index of the next resource */
};

/* Takes the next child into `*uri`: a file of the directory, or a directory within it. `*file` is
   the file's resource, or NULL. False after the last. */
static bool next_child(struct directory *directory, struct text *uri,
                       const struct resource **file) {
    size_t count = registry_count(REGISTRY_RESOURCES);
    if (directory->at >= count) return false;
    struct text key = registry_key(REGISTRY_RESOURCES, directory->at);
    if (!text_starts_with(key, directory->path)) return false;
    size_t end = directory->path.length + text_find(text_from(key, directory->path.length), '/');
    *uri = (struct text){key.bytes, end};
    *file = end == key.length ? registry_at(REGISTRY_RESOURCES, directory->at) : NULL;
    struct text below = {key.bytes, end + 1};
    do {
        directory->at++;
    } while (*file == NULL && directory->at < count &&
             text_starts_with(registry_key(REGISTRY_RESOURCES, directory->at), below));
    return true;
}

static void append_child(struct exchange *exchange, const struct directory *directory,
                         struct text uri, const struct resource *file, struct buffer *out) {
    if (file != NULL) {
        lists_append_entry(out, REGISTRY_RESOURCES, file, exchange->revision, false);
        return;
    }
    buffer_append_member(out, TEXT("{\"uri\":"), uri);
    buffer_append_member(out, TEXT(",\"name\":"), text_from(uri, directory->path.length));
    buffer_append(out, TEXT(",\"mimeType\":\"inode/directory\"}"));
}

/* Finds the directory that `uri` names: one that has children. The URI must have something after
   its scheme. */
static bool find_directory(struct text uri, struct text path, struct directory *directory) {
    struct text authority = text_from(uri, text_find(uri, ':')), child;
    const struct resource *file;
    if (!text_starts_with(authority, TEXT("://")) || authority.length == 3) return false;
    *directory = (struct directory){path, registry_position(REGISTRY_RESOURCES, path)};
    struct directory first = *directory;
    return next_child(&first, &child, &file);
}

static void append_children(struct exchange *exchange, struct directory *directory,
                            struct buffer *out) {
    const struct resource *file;
    struct text uri;
    size_t count = 0;
    buffer_append(out, TEXT("\"resources\":["));
    while (count < LIMIT_PAGE_ENTRIES && next_child(directory, &uri, &file)) {
        count++;
        buffer_separate(out);
        append_child(exchange, directory, uri, file, out);
    }
    buffer_append(out, TEXT("]"));
}

/* SEP-2640, "Reading Directories". */
static struct outcome resources_directory_read(struct exchange *exchange,
                                               const struct jsonrpc_message *request,
                                               struct buffer *out) {
    struct text uri, key;
    struct directory directory;
    const struct resource *file;
    struct buffer list = buffer_in(exchange->arena, 0);
    struct outcome outcome = calls_read_uri(exchange, request, &uri);
    if (outcome.error != JSONRPC_OK) return outcome;
    BUFFER_APPEND(&list, uri, TEXT("/ ")); /* no URI has a space, so it ends the cursor's list */
    struct text name = buffer_text(&list), path = {name.bytes, uri.length + 1};
    if (name.length == 0 || !find_directory(uri, path, &directory)) {
        return not_there(exchange, TEXT("There is no directory at "), uri,
                         TEXT(": a file's is its URI up to the last slash."));
    }
    outcome = lists_read_cursor(exchange, request, name, &key);
    if (outcome.error != JSONRPC_OK) return outcome;
    if (key.length > 0) directory.at = registry_position(REGISTRY_RESOURCES, key);
    append_children(exchange, &directory, out);
    size_t next = directory.at;
    if (next_child(&directory, &uri, &file)) {
        lists_append_cursor(exchange, name, registry_key(REGISTRY_RESOURCES, next), out);
    }
    features_append_caching(exchange, out, TEXT(SERVER_TTL_MS), TEXT("public"));
    return outcome_ok;
}

static const struct method rows[] = {
    {TEXT_INITIALIZER("skills/list"), skills_list, BOTH},
    {TEXT_INITIALIZER("skills/get"), skills_get, BOTH},
    {TEXT_INITIALIZER("resources/directory/read"), resources_directory_read, BOTH},
};
const bool skills_linked = true;
const struct feature skill_feature = {append_skill, {rows, sizeof rows / sizeof *rows}};
