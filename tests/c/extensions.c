/* Skills and MCP Apps, with what declared.c declares. */
#include <stdio.h>

#include "check.h"

static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0"
                                                      "0123456789abcdef0123456789abcdef\0");

#define VIEWS(types) "\"extensions\":{\"io.modelcontextprotocol/ui\":{\"mimeTypes\":" types "}}"
#define HAS_VIEWS VIEWS("[\"text/html;profile=mcp-app\"]")

static const char *const eras[] = {"2025-11-25", "2026-07-28", "2025-06-18"};

#define CHECK_SILENT(json, part) CHECK_CASE(!text_contains((json), TEXT(part)), part)

/* A session of a client with `capabilities`, in a legacy revision. */
static struct text begun(struct mcp *mcp, const char *revision, const char *capabilities) {
    char body[512];
    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
             "\"protocolVersion\":\"%s\",\"capabilities\":{%s}}}",
             revision, capabilities);
    struct sent sent = post(exact(text_of(body)));
    struct text id = exact(exchanged(mcp, &sent).session_id);
    mcp_reset(mcp);
    return id;
}

/* What a client with `capabilities` is answered to `method` with `params`, which end with a comma
   if there are any. `name` is the Mcp-Name header of a modern request, NULL for none. */
static struct text asked_offering(const char *revision, const char *capabilities,
                                  const char *method, const char *name, const char *params) {
    char body[1536];
    bool modern = strcmp(revision, "2026-07-28") == 0;
    struct mcp *mcp = started(variables);
    struct text session = modern ? (struct text){NULL, 0} : begun(mcp, revision, capabilities);
    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{%s\"_meta\":{"
             "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
             "\"io.modelcontextprotocol/clientCapabilities\":{%s}}}}",
             method, params, modern ? capabilities : "");
    if (!modern) {
        snprintf(body, sizeof body,
                 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{%s\"x\":0}}", method,
                 params);
    }
    struct sent sent = post(exact(text_of(body)));
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = text_of(revision);
    sent.headers[HTTP_MCP_METHOD] = text_of(method);
    if (name != NULL) sent.headers[HTTP_MCP_NAME] = text_of(name);
    if (!modern) sent.headers[HTTP_MCP_SESSION_ID] = session;
    struct text json = exact(exchanged(mcp, &sent).body);
    mcp_reset(mcp);
    return json;
}

static struct text last_page_of(const char *method, const char *revision,
                                const char *capabilities) {
    struct text cursor = {NULL, 0}, json;
    do {
        char params[512] = "";
        if (cursor.length > 0) {
            snprintf(params, sizeof params, "\"cursor\":\"%.*s\",", (int)cursor.length,
                     cursor.bytes);
        }
        json = asked_offering(revision, capabilities, method, NULL, params);
        cursor = behind(json, TEXT("\"nextCursor\":\""), '"');
    } while (cursor.length > 0);
    return json;
}

static struct text last_page(const char *revision, const char *capabilities) {
    return last_page_of("tools/list", revision, capabilities);
}

/* -- MCP Apps -- */

#define TOOL_META "\"_meta\":{\"example.com/x\":1,\"ui\":{\"resourceUri\":\"ui://a\"}}}"

static void tells_of_views_who_knows_them(void) {
    for (size_t i = 0; i < COUNT(eras); i++) {
        struct text tools = last_page(eras[i], HAS_VIEWS);
        CHECK_SAYS(tools, TOOL_META);
        CHECK_SAYS(tools, "{\"name\":\"z_button\",\"description\":\"For the view alone.\","
                          "\"inputSchema\":{\"type\":\"object\"");
        CHECK_SAYS(tools, "\"_meta\":{\"ui\":{\"visibility\":[\"app\"]}}}");
        CHECK_SAYS(last_page_of("resources/list", eras[i], HAS_VIEWS),
                   "{\"uri\":\"ui://a\",\"name\":\"a\",\"mimeType\":\"text/html;profile=mcp-app\","
                   "\"_meta\":{\"ui\":{\"prefersBorder\":true}}}]");
    }
}

static void tells_nobody_else(void) {
    static const char *const others[] = {
        "",
        VIEWS("[]"),
        VIEWS("[\"text/html\"]"),
        VIEWS("\"text/html;profile=mcp-app\""),
        "\"extensions\":{\"io.modelcontextprotocol/ui\":{}}",
        "\"extensions\":{\"x/ui\":{\"mimeTypes\":[\"text/html;profile=mcp-app\"]}}",
    };
    for (size_t i = 0; i < COUNT(eras); i++) {
        for (size_t j = 0; j < COUNT(others); j++) {
            struct text tools = last_page(eras[i], others[j]);
            CHECK_CASE(text_contains(tools, TEXT("\"_meta\":{\"example.com/x\":1}}")), others[j]);
            CHECK_CASE(!text_contains(tools, TEXT("\"ui\"")), others[j]);
            CHECK_CASE(!text_contains(tools, TEXT("z_button")), others[j]);
            CHECK_CASE(
                !text_contains(last_page_of("resources/list", eras[i], others[j]), TEXT("ui://a")),
                others[j]);
        }
    }
    CHECK_SILENT(last_page("2025-03-26", ""), "_meta");
    CHECK_SAYS(last_page("2025-03-26", HAS_VIEWS), TOOL_META);
}

static void lists_that_differ_are_private(void) {
    CHECK_SAYS(last_page(eras[1], HAS_VIEWS), "\"cacheScope\":\"private\"");
    CHECK_SAYS(last_page(eras[1], ""), "\"cacheScope\":\"private\"");
    CHECK_SAYS(asked_offering(eras[1], "", "prompts/list", NULL, ""), "\"cacheScope\":\"public\"");
}

static void tools_know_whether_there_is_a_view(void) {
    for (size_t i = 0; i < COUNT(eras); i++) {
        const char *params = "\"name\":\"viewed\",";
        CHECK_SAYS(asked_offering(eras[i], HAS_VIEWS, "tools/call", "viewed", params),
                   "\"structuredContent\":{\"shown\":true}");
        CHECK_SAYS(asked_offering(eras[i], "", "tools/call", "viewed", params),
                   "\"structuredContent\":{\"shown\":false}");
    }
}

static void reads_a_view_with_its_metadata(void) {
    for (int i = 0; i < REVISION_COUNT; i++) {
        const char *revision = revision_name((enum revision)i).bytes;
        if (i == REVISION_2024_11_05) continue; /* has no sessions on /mcp */
        CHECK_SAYS(asked_offering(revision, "", "resources/read", "ui://a", "\"uri\":\"ui://a\","),
                   "\"contents\":[{\"uri\":\"ui://a\",\"mimeType\":\"text/html;profile=mcp-app\","
                   "\"text\":\"<!doctype html><title>A</title>\","
                   "\"_meta\":{\"ui\":{\"prefersBorder\":true}}}]");
    }
}

/* -- Skills -- */

#define SKILL_A                                                                                    \
    "{\"uri\":\"skill://a/SKILL.md\",\"frontmatter\":{\"name\":\"a\",\"description\":\"A\"},"      \
    "\"resources\":[{\"uri\":\"skill://a/SKILL.md\",\"digest\":\"sha256:00\",\"size\":6}]}"

static void lists_skills(void) {
    for (size_t i = 0; i < COUNT(eras); i++) {
        struct text json = asked_offering(eras[i], "", "skills/list", NULL, "");
        CHECK_SAYS(json, "\"result\":{\"skills\":[" SKILL_A ",{\"uri\":\"skill://ab/SKILL.md\",");
        CHECK_SAYS(json, "\"resources\":\"dynamic\"}]");
        CHECK_EQUAL(text_contains(json, TEXT("\"ttlMs\"")), i == 1);
        CHECK_SAYS(asked_offering(eras[i], "", "skills/list", NULL, "\"cursor\":\"x\","), "-32602");
    }
    CHECK_SAYS(asked_offering("2025-03-26", "", "skills/list", NULL, ""), SKILL_A);
    CHECK_SAYS(asked_offering("2024-11-05", "", "skills/list", NULL, ""), SKILL_A);
}

static struct text skill_at(const char *params) {
    return asked_offering(eras[1], "", "skills/get", NULL, params);
}

static void gets_a_skill_by_its_uri(void) {
    CHECK_SAYS(skill_at("\"uri\":\"skill://a/SKILL.md\","), "\"result\":{\"skill\":" SKILL_A ",");
    CHECK_SAYS(skill_at("\"uri\":\"skill://a\","), "-32602");
    CHECK_SAYS(skill_at("\"uri\":\"skill://a/b/1\","), "-32602");
    CHECK_SAYS(skill_at("\"uri\":5,"), "-32602");
    CHECK_SAYS(skill_at(""), "-32602");
}

static struct text directory(const char *uri, struct text cursor) {
    char params[512];
    int length = snprintf(params, sizeof params, "\"uri\":\"%s\",", uri);
    if (cursor.length > 0) {
        snprintf(params + length, sizeof params - (size_t)length, "\"cursor\":\"%.*s\",",
                 (int)cursor.length, cursor.bytes);
    }
    return asked_offering(eras[1], "", "resources/directory/read", NULL, params);
}

static const struct text no_cursor = {NULL, 0};

#define FOLDER(path, name)                                                                         \
    "{\"uri\":\"skill://" path name "\",\"name\":\"" name "\",\"mimeType\":\"inode/directory\"}"
#define FILE_ENTRY(path, name) "{\"uri\":\"skill://" path name "\",\"name\":\"" name "\"}"

static void reads_a_directory(void) {
    CHECK_SAYS(directory("skill://a", no_cursor),
               "\"resources\":[" FILE_ENTRY("a/", "SKILL.md") "," FOLDER(
                   "a/", "b-d") "," FILE_ENTRY("a/", "b.md") "," FOLDER("a/", "b") "],");
    CHECK_SAYS(directory("skill://a/b", no_cursor),
               "\"resources\":[" FILE_ENTRY("a/b/", "1") "," FOLDER("a/b/", "c") "],\"ttlMs\":");
}

static void refuses_what_is_no_directory(void) {
    static const char *const uris[] = {
        "skill://a/SKILL.md", "skill://a/",   "skill://", "skill:/", "skill:", "skill", "",
        "skill://x",          "skill://a/b/", "://",      "/",       "ui://a"};
    for (size_t i = 0; i < COUNT(uris); i++) {
        struct text json = directory(uris[i], no_cursor);
        CHECK_CASE(text_contains(json, TEXT("-32602,\"message\":\"There is no directory")),
                   uris[i]);
    }
    CHECK_SAYS(asked_offering(eras[1], "", "resources/directory/read", NULL, ""), "-32602");
}

/* How often `part` occurs in `whole`. */
static size_t count(struct text whole, struct text part) {
    size_t found = 0;
    for (size_t i = 0; i < whole.length; i++) found += text_starts_with(text_from(whole, i), part);
    return found;
}

static void pages_through_a_directory(void) {
    struct text first = directory("skill://ab/many", no_cursor);
    struct text cursor = behind(first, TEXT("\"nextCursor\":\""), '"');
    struct text second = directory("skill://ab/many", cursor);
    CHECK_EQUAL(count(first, TEXT("{\"uri\"")), 100);
    CHECK_EQUAL(count(second, TEXT("{\"uri\"")), 10);
    CHECK_SILENT(second, "nextCursor");
    /* 10, 10x, ... 64, 64x, each once: half are directories */
    CHECK_EQUAL(count(first, TEXT("inode/directory")) + count(second, TEXT("inode/directory")), 55);
    CHECK_SAYS(first, "\"name\":\"10\"");
    CHECK_SAYS(second, "\"name\":\"64x\"");
    CHECK_SAYS(directory("skill://ab", cursor), "\"The cursor is none of this list");
    CHECK_SAYS(directory("skill://a", cursor), "\"The cursor is none of this list");
    char params[512];
    snprintf(params, sizeof params, "\"cursor\":\"%.*s\",", (int)cursor.length, cursor.bytes);
    CHECK_SAYS(asked_offering(eras[1], "", "resources/list", NULL, params),
               "\"The cursor is none of this list");
}

static const struct test tests[] = {
    {"tells clients that can show views which views there are", tells_of_views_who_knows_them},
    {"shows all other clients the tool without its view", tells_nobody_else},
    {"marks lists that differ between clients as private", lists_that_differ_are_private},
    {"a tool knows whether its client shows views", tools_know_whether_there_is_a_view},
    {"reads a view with its metadata", reads_a_view_with_its_metadata},
    {"lists skills, those with digests from the build and dynamic ones", lists_skills},
    {"gets a skill only by the URI of its SKILL.md", gets_a_skill_by_its_uri},
    {"reads a directory: files, and folders once each", reads_a_directory},
    {"refuses to read what is not a directory: -32602", refuses_what_is_no_directory},
    {"pages through a directory", pages_through_a_directory},
};
SUITE(extensions, tests);
