/* Resources, prompts, completion, content and parameter headers, with what declared.c declares. */
#include <stdio.h>

#include "check.h"
#include "tool_call.h"

static const struct text variables = TEXT_INITIALIZER("AUTH_MODE\0any\0SEAL_KEY\0"
                                                      "0123456789abcdef0123456789abcdef\0");

#define META                                                                                       \
    "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","                       \
    "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}}"

struct text asked(const char *revision, const char *method, const char *name, const char *params,
                  struct text parameters) {
    char body[1024];
    bool modern = strcmp(revision, "2026-07-28") == 0;
    struct mcp *mcp = started(variables);
    snprintf(body, sizeof body,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{%s%s}}", method, params,
             modern ? "," META : "");
    struct sent sent = post(exact(text_of(body)));
    sent.headers[HTTP_MCP_PROTOCOL_VERSION] = text_of(revision);
    sent.headers[HTTP_MCP_METHOD] = text_of(method);
    if (name != NULL) sent.headers[HTTP_MCP_NAME] = text_of(name);
    sent.parameters = parameters;
    struct text json = exact(exchanged(mcp, &sent).body);
    mcp_reset(mcp);
    return json;
}

static const char *const eras[] = {"2025-11-25", "2026-07-28"};

static struct text read(const char *revision, const char *uri) {
    char params[256];
    snprintf(params, sizeof params, "\"uri\":\"%s\"", uri);
    return asked(revision, "resources/read", uri, params, (struct text){NULL, 0});
}

static void reads_resources(void) {
    for (size_t i = 0; i < COUNT(eras); i++) {
        CHECK_SAYS(read(eras[i], "test://text"),
                   "\"result\":{\"contents\":[{\"uri\":\"test://text\",\"mimeType\":\"text/plain\","
                   "\"text\":\"a \\\"text\\\"\"}]");
        CHECK_SAYS(read(eras[i], "test://blob"),
                   "{\"uri\":\"test://blob\",\"mimeType\":\"application/octet-stream\",\"blob\":"
                   "\"AAEC/w==\"}]");
        CHECK_SAYS(read(eras[i], "test://m%20e/notes/7"),
                   "[{\"uri\":\"test://m%20e/notes/7\",\"text\":\"note 7 of m e\"}]");
        /* once the template that came first in the list was read, and this one never */
        CHECK_SAYS(read(eras[i], "test://me/notes/7.txt"), "\"text\":\"file 7 of me\"");
        CHECK_SAYS(read(eras[i], "test://me/notes/broken"),
                   "\"error\":{\"code\":-32603,\"message\":\"This note is broken.\"}");
    }
    CHECK_SAYS(read(eras[1], "test://text"),
               "],\"ttlMs\":0,\"cacheScope\":\"private\",\"resultType\":\"complete\",");
    CHECK(!text_contains(read(eras[0], "test://text"), TEXT("ttlMs")));
}

static void finds_no_resource(void) {
    static const char *const uris[] = {"test://nothing", "test://a/notes/", "TEST://text",
                                       "test://everybody/notes/1", ""};
    for (size_t i = 0; i < COUNT(uris); i++) {
        struct text legacy = read(eras[0], uris[i]), modern = read(eras[1], uris[i]);
        char data[128];
        snprintf(data, sizeof data, "\"data\":{\"uri\":\"%s\"}", uris[i]);
        CHECK_SAYS(legacy, "\"error\":{\"code\":-32002,");
        CHECK_SAYS(modern, "\"error\":{\"code\":-32602,");
        CHECK_CASE(text_contains(legacy, text_of(data)), data);
        CHECK_CASE(text_contains(modern, text_of(data)), data);
    }
}

static struct text get(const char *revision, const char *params) {
    return asked(revision, "prompts/get", "greet", params, (struct text){NULL, 0});
}

static void gets_prompts(void) {
    for (size_t i = 0; i < COUNT(eras); i++) {
        CHECK_SAYS(get(eras[i], "\"name\":\"greet\",\"arguments\":{\"name\":\"Bob\"}"),
                   "\"description\":\"Greets.\",\"messages\":[{\"role\":\"user\",\"content\":{"
                   "\"type\":\"text\",\"text\":\"Greet Bob.\"}},{\"role\":\"assistant\","
                   "\"content\":{\"type\":\"text\",\"text\":\"Hello!\"}}]");
        CHECK_SAYS(get(eras[i], "\"name\":\"greet\""),
                   "\"error\":{\"code\":-32602,\"message\":\"The argument 'name' is missing.");
        CHECK_SAYS(get(eras[i], "\"name\":\"greet\",\"arguments\":{\"name\":1}"), "-32602");
        CHECK_SAYS(get(eras[i], "\"name\":\"greet\",\"arguments\":[]"), "-32602");
        CHECK_SAYS(asked(eras[i], "prompts/get", "x", "\"name\":\"x\"", (struct text){NULL, 0}),
                   "\"code\":-32602,\"message\":\"Unknown prompt: x\"");
    }
}

/* An argument with a default need not be given, whether it is .optional or not. */
static void shows_which_arguments_prompts_need(void) {
    for (size_t i = 0; i < COUNT(eras); i++) {
        CHECK_SAYS(asked(eras[i], "prompts/list", NULL, "\"x\":1", (struct text){NULL, 0}),
                   "\"arguments\":[{\"name\":\"name\",\"description\":\"Whom to greet\","
                   "\"required\":true},{\"name\":\"style\"}]");
    }
}

static struct text complete(const char *ref, const char *name) {
    char params[256];
    snprintf(params, sizeof params, "\"ref\":{%s},\"argument\":{\"name\":\"%s\",\"value\":\"f\"}",
             ref, name);
    return asked(eras[0], "completion/complete", NULL, params, (struct text){NULL, 0});
}

static void completes(void) {
    const char *prompt = "\"type\":\"ref/prompt\",\"name\":\"greet\"";
    const char *template = "\"type\":\"ref/resource\",\"uri\":\"test://{user}/notes/{id}\"";
    CHECK_SAYS(complete(prompt, "style"),
               "{\"values\":[\"formal\",\"fo\\\"x\"],\"total\":2,\"hasMore\":false}");
    CHECK_SAYS(complete(prompt, "name"), "{\"values\":[],\"total\":0,\"hasMore\":false}");
    struct text many = complete(template, "id"), piece = TEXT("\"f\"");
    CHECK_SAYS(many, "\"f\"],\"total\":101,\"hasMore\":true}");
    size_t count = 0;
    for (size_t i = 0; i < many.length; i++) count += text_starts_with(text_from(many, i), piece);
    CHECK_EQUAL(count, 100);
    CHECK_SAYS(complete("\"type\":\"ref/resource\",\"uri\":\"test://text\"", "x"), "\"values\":[]");
    CHECK_SAYS(complete("\"type\":\"ref/prompt\",\"name\":\"x\"", "x"), "-32602");
    CHECK_SAYS(
        asked(eras[0], "completion/complete", NULL,
              "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greet\"},\"argument\":{\"name\":"
              "\"style\",\"value\":\"\"},\"context\":{\"arguments\":{\"name\":\"E\\u0076e\"}}",
              (struct text){NULL, 0}),
        "\"values\":[\"as Eve likes it\",\"formal\",\"fo\\\"x\"]");
    CHECK_SAYS(asked(eras[0], "completion/complete", NULL,
                     "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"greet\"},\"argument\":{\"name\":"
                     "\"style\",\"value\":\"\"},\"context\":[]",
                     (struct text){NULL, 0}),
               "-32602");
    CHECK_SAYS(complete("\"type\":\"ref/x\",\"name\":\"greet\"", "x"), "-32602");
    CHECK_SAYS(complete("\"name\":\"greet\"", "x"), "-32602");
}

/* Once the block that it made stood among the values, which are strings. */
static void replies_only_values_while_it_completes(void) {
    CHECK_SAYS(complete("\"type\":\"ref/resource\",\"uri\":\"test://{user}/notes/{id}\"", "error"),
               "\"error\":{\"code\":-32603,\"message\":\"What this completion replied is no "
               "reply_completion: its author has to mend it.\"");
}

/* No revision allows a question here, so it is as if the client could not be asked anything. */
static void asks_nothing_while_it_completes(void) {
    CHECK_SAYS(asked(eras[1], "completion/complete", NULL,
                     "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"test://{user}/notes/{id}\"},"
                     "\"argument\":{\"name\":\"user\",\"value\":\"\"}",
                     (struct text){NULL, 0}),
               "{\"values\":[\"nobody to ask\"],\"total\":1,\"hasMore\":false}");
}

static void says_what_it_can(void) {
    struct text json =
        asked(eras[0], "initialize", NULL, "\"protocolVersion\":\"x\"", (struct text){NULL, 0});
    CHECK_SAYS(json, "\"capabilities\":{\"logging\":{},\"tools\":{\"listChanged\":true},"
                     "\"resources\":{\"subscribe\":true,\"listChanged\":true},"
                     "\"prompts\":{\"listChanged\":true},\"completions\":{},\"extensions\":{"
                     "\"io.modelcontextprotocol/skills\":{\"directoryRead\":true},"
                     "\"io.modelcontextprotocol/ui\":{}}}");
}

/* Checks that the list of `method` has `part` in the revision `since` and later, not before. */
static void lists_since(const char *method, enum revision since, const char *part) {
    for (int revision = 0; revision < REVISION_COUNT; revision++) {
        const char *name = revision_name((enum revision)revision).bytes;
        struct text json = asked(name, method, NULL, "\"x\":1", (struct text){NULL, 0});
        CHECK_EQUAL_CASE(text_contains(json, text_of(part)), revision >= (int)since, part);
    }
}

#define RICH_ICONS                                                                                 \
    "\"icons\":[{\"src\":\"https://example.com/i.png\",\"mimeType\":\"image/png\",\"sizes\":["     \
    "\"48x48\",\"96x96\"],\"theme\":\"dark\"},{\"src\":\"data:image/svg+xml,x\"}]"

static void shows_icons_from_2025_11_25_on(void) {
    static const char *const methods[] = {"tools/list", "resources/list",
                                          "resources/templates/list", "prompts/list"};
    for (size_t i = 0; i < COUNT(methods); i++) {
        lists_since(methods[i], REVISION_2025_11_25, RICH_ICONS);
    }
}

static void shows_annotations_and_sizes(void) {
    lists_since("tools/list", REVISION_2025_03_26,
                "\"readOnlyHint\":false,\"destructiveHint\":false,\"idempotentHint\":true,"
                "\"openWorldHint\":true}");
    lists_since(
        "resources/list", REVISION_2024_11_05,
        "\"size\":12,\"annotations\":{\"audience\":[\"user\",\"assistant\"],\"priority\":0.5");
    lists_since("resources/list", REVISION_2025_06_18,
                "\"priority\":0.5,\"lastModified\":\"2025-01-12T15:00:58Z\"}");
    lists_since("resources/templates/list", REVISION_2024_11_05,
                "\"annotations\":{\"audience\":[\"assistant\"]}");
    /* a tool's title is among its annotations only if the revision has no better place */
    CHECK_SAYS(asked("2025-03-26", "tools/list", NULL, "\"x\":1", (struct text){NULL, 0}),
               "\"annotations\":{\"title\":\"Rich\",\"readOnlyHint\"");
    CHECK_SAYS(asked("2025-06-18", "tools/list", NULL, "\"x\":1", (struct text){NULL, 0}),
               "\"annotations\":{\"readOnlyHint\"");
}

static void annotates_blocks(void) {
    struct text json =
        asked(eras[1], "tools/call", "rich", "\"name\":\"rich\"", (struct text){NULL, 0});
    CHECK_SAYS(json,
               "\"content\":[{\"type\":\"text\",\"text\":\"for you\",\"annotations\":{"
               "\"audience\":[\"user\"],\"priority\":1}},{\"type\":\"text\",\"text\":\"plain\"},{"
               "\"type\":\"resource_link\",\"uri\":\"rich://it\",\"name\":\"rich\",\"size\":12,"
               "\"annotations\":{\"audience\":[\"user\",\"assistant\"],");
}

static void says_who_it_is(void) {
    static const char *const versions[] = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"};
    for (size_t i = 0; i < COUNT(versions); i++) {
        char params[64];
        snprintf(params, sizeof params, "\"protocolVersion\":\"%s\"", versions[i]);
        struct text json = asked(versions[3], "initialize", NULL, params, (struct text){NULL, 0});
        CHECK_SAYS(json, ",\"instructions\":\"Call \\\"rich\\\".\"}");
        CHECK_EQUAL_CASE(text_contains(json, TEXT("\"title\":\"Remote")), i >= 2, versions[i]);
        CHECK_EQUAL_CASE(
            text_contains(json, TEXT("\"description\":\"A test.\",\"websiteUrl\":"
                                     "\"https://example.com/\"," RICH_ICONS "},\"instr")),
            i >= 3, versions[i]);
    }
    struct text json = asked(eras[1], "server/discover", NULL, "\"x\":1", (struct text){NULL, 0});
    CHECK_SAYS(json, ",\"instructions\":\"Call \\\"rich\\\".\",\"ttlMs\":");
    CHECK_SAYS(json, "\"websiteUrl\":\"https://example.com/\"," RICH_ICONS "}}}}");
    /* other results only name the server */
    json = asked(eras[1], "prompts/list", NULL, "\"x\":1", (struct text){NULL, 0});
    CHECK(!text_contains(json, TEXT("websiteUrl")));
}

/* Content that a revision does not have becomes text. */
static void replies_in_every_revision(void) {
    for (int revision = 0; revision < REVISION_COUNT; revision++) {
        const char *name = revision_name((enum revision)revision).bytes;
        struct text json =
            asked(name, "tools/call", "media", "\"name\":\"media\"", (struct text){NULL, 0});
        bool audio = revision > REVISION_2024_11_05, titles = revision >= REVISION_2025_06_18;
        CHECK_EQUAL_CASE(text_contains(json, TEXT("{\"type\":\"audio\",\"mimeType\":\"audio/wav\","
                                                  "\"data\":\"YWJj\"}")),
                         audio, name);
        CHECK_EQUAL_CASE(text_contains(json, TEXT("{\"type\":\"text\",\"text\":\"(a sound of ")),
                         !audio, name);
        CHECK_EQUAL_CASE(
            text_contains(json, TEXT("{\"type\":\"resource_link\",\"uri\":\"test://text\",\"name\":"
                                     "\"text\",\"title\":\"Text\",\"mimeType\":\"text/plain\"}")),
            titles, name);
        CHECK_EQUAL_CASE(
            text_contains(json, TEXT("{\"type\":\"text\",\"text\":\"text: test://text\"}")),
            !titles, name);
        CHECK_EQUAL_CASE(text_contains(json, TEXT("],\"structuredContent\":{\"n\":5}")), titles,
                         name);
        CHECK_SAYS(json, "{\"type\":\"text\",\"text\":\"{\\\"n\\\":5}\"}");
        CHECK_SAYS(json, "{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\"YWJjZA==\"}");
        CHECK_SAYS(json, "{\"type\":\"resource\",\"resource\":{\"uri\":\"test://x\",\"mimeType\":"
                         "\"text/plain\",\"text\":\"in\"}}");
    }
}

/* As format.h says, even if the whole text is that string. */
static void says_so_where_a_string_is_not_there(void) {
    struct exchange exchange = {.arena = fresh_arena()};
    struct buffer out = buffer_in(exchange.arena, 0);
    struct tool_call call = {.exchange = &exchange, .kind = CALL_TOOL, .out = &out};
    const char *volatile nothing = NULL; /* volatile, so that no compiler sees and warns of it */
    reply_text(&call, "%s", nothing);
    reply_text(&call, "%.*s", 9, nothing);
    reply_text(&call, "%.*s", 0, nothing);
    CHECK_TEXT(
        buffer_text(&out),
        TEXT("{\"type\":\"text\",\"text\":\"(null)\"},{\"type\":\"text\",\"text\":\"(null)\"},"
             "{\"type\":\"text\",\"text\":\"\"}"));
}

static struct text route(const char *revision, const char *arguments, struct text parameters) {
    char params[256];
    snprintf(params, sizeof params, "\"name\":\"routed\",\"arguments\":{%s}", arguments);
    return asked(revision, "tools/call", "routed", params, parameters);
}

static void compares_parameter_headers(void) {
    const char *both = "\"region\":\"eu\",\"shard\":7";
    CHECK_SAYS(route(eras[1], both, TEXT("\neu\n7")), "\"text\":\"eu 7\"");
    CHECK_SAYS(route(eras[1], both, TEXT("\n=?base64?ZXU=?=\n7")), "\"text\":\"eu 7\"");
    CHECK_SAYS(route(eras[1], both, TEXT("\neu\n7.0")), "\"text\":\"eu 7\"");
    CHECK_SAYS(route(eras[1], "\"region\":\"eu\",\"shard\":7.0", TEXT("\neu\n7")),
               "\"text\":\"eu 7\"");
    CHECK_SAYS(route(eras[1], both, TEXT("\neu\n")), "-32020");
    CHECK_SAYS(route(eras[1], both, TEXT("\neu\n7.5")), "-32020");
    CHECK_SAYS(route(eras[1], both, TEXT("\neu\n\"7\"")), "-32020");
    CHECK_SAYS(route(eras[1], both, TEXT("\neu\n07")), "-32020");
    CHECK_SAYS(route(eras[1], "", TEXT("\n\0\n\0")), "\"text\":\" 0\"");
    /* an argument within another, too */
    const char *zone = "\"place\":{\"zone\":\"b\"}";
    CHECK(!text_contains(route(eras[1], zone, TEXT("\n\0\n\0\nb")), TEXT("error")));
    CHECK_SAYS(route(eras[1], zone, TEXT("\n\0\n\0\nc")), "-32020");
    CHECK_SAYS(route(eras[1], zone, TEXT("\n\0\n\0\n\0")), "-32020");
    CHECK_SAYS(route(eras[1], "\"region\":null", TEXT("\n\0\n\0")), "\"isError\":true");
    CHECK_SAYS(route(eras[1], both, TEXT("\neu\n\0")), "-32020");
    CHECK_SAYS(route(eras[1], both, TEXT("\nus\n7")), "-32020");
    CHECK_SAYS(route(eras[1], both, TEXT("\neu\n8")), "-32020");
    CHECK_SAYS(route(eras[1], both, TEXT("\n=?base64?ZXU?=\n7")), "-32020");
    CHECK_SAYS(route(eras[1], "\"shard\":7", TEXT("\neu\n7")), "-32020");
    /* once a header was missing that the official client does not send, and nobody heard why */
    CHECK_SAYS(route(eras[1], "\"region\":[\"eu\"]", TEXT("\n\0\n\0")),
               "The argument 'region' must be a string.");
    CHECK_SAYS(route(eras[1], "\"shard\":9007199254740993", TEXT("\n\0\n\0")),
               "The argument 'shard' must be a whole number");
    CHECK_SAYS(route(eras[1], "\"shard\":9007199254740991", TEXT("\n\0\n\0")), "-32020");
    CHECK_SAYS(route(eras[1], "\"region\":[\"eu\"]", TEXT("\neu\n\0")), "-32020");
    CHECK_SAYS(route(eras[0], both, TEXT("\nus\n\0")), "\"text\":\"eu 7\"");
}

static const struct test tests[] = {
    {"reads texts, blobs and templates in both eras", reads_resources},
    {"refuses an unknown resource: -32002, or -32602 in the modern revision", finds_no_resource},
    {"gets prompts, and says which argument is missing", gets_prompts},
    {"shows which arguments a prompt needs", shows_which_arguments_prompts_need},
    {"completes arguments, with 100 values at most", completes},
    {"asks the client nothing during a completion", asks_nothing_while_it_completes},
    {"replies to a completion with values only", replies_only_values_while_it_completes},
    {"declares its capabilities", says_what_it_can},
    {"shows icons from 2025-11-25 on, in every list", shows_icons_from_2025_11_25_on},
    {"shows annotations and sizes in the revisions that have them", shows_annotations_and_sizes},
    {"annotates content blocks", annotates_blocks},
    {"describes itself, as far as the revision can", says_who_it_is},
    {"replies in every revision with what it can carry", replies_in_every_revision},
    {"writes (null) for a string that is NULL", says_so_where_a_string_is_not_there},
    {"compares headers with the arguments they repeat", compares_parameter_headers},
};
SUITE(features, tests);
