#include "declarations.h"

#include <string.h>

#include "declarations_run.h"
#include "limits.h"
#include "registry.h"
#include "uri.h"

void checking_say(const struct checking *checking, const struct text *texts, size_t count) {
    struct buffer *said = checking->said;
    BUFFER_APPEND(said, text_of(checking->place.file), TEXT(":"));
    buffer_append_integer(said, checking->place.line);
    BUFFER_APPEND(said, TEXT(": error: the "), text_of(checking->noun));
    if (checking->name != NULL) BUFFER_APPEND(said, TEXT(" '"), text_of(checking->name), TEXT("'"));
    buffer_append(said, TEXT(" "));
    for (size_t i = 0; i < count; i++) buffer_append(said, texts[i]);
    buffer_append(said, TEXT("\n"));
}

void checking_json(const struct checking *checking, const char *what, enum json_error error,
                   const struct json_document *document) {
    struct buffer offset = buffer_in(checking->scratch, 0);
    buffer_append_integer(&offset, (int64_t)document->error_offset);
    SAY(checking, TEXT("has a "), text_of(what),
        error == JSON_DUPLICATE_KEY ? TEXT(" that has the same key twice in one object")
        : error == JSON_TOO_DEEP    ? TEXT(" that lies deeper than LIMIT_JSON_DEPTH says")
                                    : TEXT(" that is not JSON"),
        TEXT(" at its byte "), buffer_text(&offset));
}

void checking_text(const struct checking *checking, const char *what, const char *string) {
    struct json_document document;
    struct buffer json = buffer_in(checking->scratch, 0);
    if (string == NULL) return;
    if (*string == '\0') SAY(checking, TEXT("has an empty "), text_of(what));
    buffer_append_json_string(&json, text_of(string));
    if (json_check(buffer_text(&json), checking->scratch, &document) == JSON_UTF8) {
        SAY(checking, TEXT("has a "), text_of(what), TEXT(" that is not UTF-8"));
    }
}

static void check_needed(const struct checking *checking, const char *what, const char *string) {
    if (string == NULL) SAY(checking, TEXT("has no "), text_of(what));
    else checking_text(checking, what, string);
}

/* `json`, called `what`, must be an object; if `inside` is set, it holds only the members of
   one. */
static void check_object(const struct checking *checking, const char *what, const char *json,
                         bool inside) {
    struct json_document document;
    struct buffer whole = buffer_in(checking->scratch, 0);
    if (json == NULL) return;
    BUFFER_APPEND(&whole, inside ? TEXT("{") : TEXT(""), text_of(json),
                  inside ? TEXT("}") : TEXT(""));
    enum json_error error = json_check(buffer_text(&whole), checking->scratch, &document);
    if (error != JSON_OK) {
        checking_json(checking, what, error, &document);
    } else if (document.root.kind != JSON_OBJECT) {
        SAY(checking, TEXT("has a "), text_of(what), TEXT(" that is no object"));
    }
}

/* 2025-11-25, Tools, "Tool Names"; the same goes for prompts. */
static void check_name(const struct checking *checking, const char *name) {
    size_t length = text_of(name).length;
    bool valid = length >= 1 && length <= 128;
    for (size_t i = 0; i < length; i++) {
        if (!text_is_alphanumeric(name[i]) && !text_has(TEXT("_-."), name[i])) valid = false;
    }
    if (!valid) SAY(checking, TEXT("must be named with 1 to 128 of A-Z a-z 0-9 _ - ."));
}

/* RFC 6749, section 3.3: printable, without quotes and backslashes, with single spaces between. */
static bool are_scopes(const char *scopes) {
    for (const char *at = scopes; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\') return false;
        if (*at == ' ' && (at == scopes || at[1] == ' ' || at[1] == '\0')) return false;
    }
    return *scopes != '\0';
}

void checking_media_type(const struct checking *checking, const char *media_type) {
    if (media_type == NULL) return;
    size_t slash = text_find(text_of(media_type), '/');
    if (slash == 0 || media_type[slash] == '\0' || media_type[slash + 1] == '\0') {
        SAY(checking, TEXT("has a .mime_type that is none, such as text/plain"));
    }
}

static void check_tool(struct checking *checking, const void *declaration) {
    const struct tool *tool = declaration;
    checking->place = tool->place;
    check_name(checking, tool->name);
    checking_text(checking, "title", tool->title);
    check_needed(checking, "description", tool->description);
    if (tool->run == NULL) SAY(checking, TEXT("has no .run"));
    if (tool->scopes != NULL && !are_scopes(tool->scopes)) {
        SAY(checking, TEXT("has .scopes that are none: such as \"files:read files:write\""));
    }
    if (tool->input_schema != NULL && tool->fields.count > 0) {
        SAY(checking, TEXT("has both TOOL_FIELDS and TOOL_SCHEMA"));
    }
    if (tool->output_schema != NULL && tool->output.count > 0) {
        SAY(checking, TEXT("has both TOOL_OUTPUT and TOOL_OUTPUT_SCHEMA"));
    }
    if (tool->task == NULL && (tool->task_required || tool->task_later)) {
        SAY(checking, TEXT("has .task_required or .task_later without TOOL_TASK_OPTIONAL or "
                           "TOOL_TASK_REQUIRED"));
    }
    check_object(checking, ".meta", tool->meta, true);
    checking_view(checking, tool);
    checking_icons(checking, &tool->icons);
    checking_fields(checking, &tool->fields, FIELDS_ARGUMENTS);
    checking_fields(checking, &tool->output, FIELDS_OUTPUT);
    checking_schema(checking, "TOOL_SCHEMA", tool->input_schema, tool->fits, true);
    checking_schema(checking, "TOOL_OUTPUT_SCHEMA", tool->output_schema, tool->output_fits, false);
}

static void check_resource(struct checking *checking, const void *declaration) {
    const struct resource *resource = declaration;
    checking->place = resource->place;
    if (!uri_is_valid(resource->uri, NULL)) SAY(checking, TEXT("has no valid .uri: SCHEME:REST"));
    check_needed(checking, "name", resource->name);
    checking_text(checking, "title", resource->title);
    checking_text(checking, "description", resource->description);
    checking_media_type(checking, resource->mime_type);
    check_object(checking, ".meta", resource->meta, true);
    checking_annotations(checking, &resource->annotations);
    checking_icons(checking, &resource->icons);
    if (resource->read == NULL) SAY(checking, TEXT("has no .read"));
}

static void check_template(struct checking *checking, const void *declaration) {
    const struct resource_template *resource = declaration;
    size_t variables = 0;
    checking->place = resource->place;
    if (!uri_is_valid(resource->uri_template, &variables)) {
        SAY(checking, TEXT("has no valid .uri_template: SCHEME:REST with expressions {name}"));
    } else if (variables == 0) {
        SAY(checking, TEXT("has no expression {name}: declare it with RESOURCE"));
    } else if (variables > RESOURCE_VARIABLES_MAX) {
        SAY(checking, TEXT("has more expressions than RESOURCE_VARIABLES_MAX"));
    } else if (uri_template_repeats(resource->uri_template)) {
        SAY(checking, TEXT("has an expression twice"));
    } else if (strstr(resource->uri_template, "}{") != NULL) {
        SAY(checking, TEXT("has two expressions side by side: nothing says where the first ends"));
    }
    check_needed(checking, "name", resource->name);
    checking_text(checking, "title", resource->title);
    checking_text(checking, "description", resource->description);
    checking_media_type(checking, resource->mime_type);
    check_object(checking, ".meta", resource->meta, true);
    checking_annotations(checking, &resource->annotations);
    checking_icons(checking, &resource->icons);
    if (resource->read == NULL) SAY(checking, TEXT("has no .read"));
}

static void check_prompt(struct checking *checking, const void *declaration) {
    const struct prompt *prompt = declaration;
    checking->place = prompt->place;
    check_name(checking, prompt->name);
    checking_text(checking, "title", prompt->title);
    checking_text(checking, "description", prompt->description);
    if (prompt->run == NULL) SAY(checking, TEXT("has no .run"));
    check_object(checking, ".meta", prompt->meta, true);
    checking_icons(checking, &prompt->icons);
    checking_fields(checking, &prompt->fields, FIELDS_PROMPT);
}

static void check_skill(struct checking *checking, const void *declaration) {
    const struct skill *skill = declaration;
    checking->place = skill->place;
    if (!uri_is_valid(skill->uri, NULL)) {
        SAY(checking, TEXT("has no valid .uri: skill://NAME/SKILL.md"));
    }
    if (skill->frontmatter == NULL) SAY(checking, TEXT("has no .frontmatter"));
    check_object(checking, ".frontmatter", skill->frontmatter, false);
    checking_frontmatter(checking, skill);
}

static void check_form(struct checking *checking, const void *declaration) {
    const struct form *form = declaration;
    checking->place = form->place;
    checking_fields(checking, &form->fields, FIELDS_FORM);
}

/* There is one at most, and it has no name. */
static void check_server(struct buffer *said, struct arena *scratch) {
    const struct checking checking = {said, scratch, "SERVER", NULL, mcp_server.place};
    checking_text(&checking, "description", mcp_server.description);
    checking_text(&checking, "text in .instructions", mcp_server.instructions);
    if (mcp_server.website_url != NULL && !uri_is_valid(mcp_server.website_url, NULL)) {
        SAY(&checking, TEXT("has no valid .website_url: SCHEME:REST"));
    }
    checking_icons(&checking, &mcp_server.icons);
}

static const struct {
    const char *noun;
    void (*check)(struct checking *checking, const void *declaration);
    bool shared; /* two may have the same key */
} nouns[REGISTRY_COUNT] = {
    [REGISTRY_TOOLS] = {"tool", check_tool, false},
    [REGISTRY_RESOURCES] = {"resource", check_resource, false},
    [REGISTRY_TEMPLATES] = {"resource template", check_template, false},
    [REGISTRY_PROMPTS] = {"prompt", check_prompt, false},
    [REGISTRY_SKILLS] = {"skill", check_skill, false},
    [REGISTRY_FORMS] = {"form", check_form, true},
};

static void say_twice(const struct checking *checking, struct place other) {
    struct buffer line = buffer_in(checking->scratch, 0);
    buffer_append_integer(&line, other.line);
    SAY(checking, TEXT("is declared in "), text_of(other.file), TEXT(":"), buffer_text(&line),
        TEXT(", too"));
}

static void check_registry(enum registry registry, struct buffer *said, struct arena *scratch) {
    struct checking before = {.name = NULL};
    for (size_t i = 0; i < registry_count(registry); i++) {
        const char *key = registry_key(registry, i).bytes;
        struct checking checking = {said, scratch, nouns[registry].noun, key, {NULL, 0}};
        if (key == NULL) checking.name = "(without a name)";
        nouns[registry].check(&checking, registry_at(registry, i));
        if (scratch->exhausted) SAY(&checking, TEXT("is too large to be checked"));
        if (before.name != NULL && key != NULL && strcmp(before.name, key) == 0 &&
            !nouns[registry].shared) {
            say_twice(&checking, before.place);
        }
        before = checking;
        arena_reset(scratch, 0);
    }
}

static bool commit_nothing(struct arena *arena, size_t wanted) {
    (void)arena, (void)wanted;
    return false;
}

const char *declarations_check(void) {
    enum { BYTES = 4 << 20 };
    static _Alignas(16) char memory[2][BYTES];
    static struct arena arenas[2];
    for (size_t i = 0; i < 2; i++) {
        arenas[i] = (struct arena){
            .base = memory[i], .committed = BYTES, .limit = BYTES, .commit = commit_nothing};
    }
    struct buffer said = buffer_in(&arenas[0], 1);
    registry_start();
    for (int registry = 0; registry < REGISTRY_COUNT; registry++) {
        check_registry((enum registry)registry, &said, &arenas[1]);
    }
    check_server(&said, &arenas[1]);
    if (registry_declared() > LIMIT_DECLARATIONS) {
        buffer_append(&said, TEXT("error: there are "));
        buffer_append_integer(&said, (int64_t)registry_declared());
        buffer_append(&said, TEXT(" declarations, a resource for each file of a skill among them: "
                                  "LIMIT_DECLARATIONS says how many there may be\n"));
    }
    buffer_append(&said, TEXT("\0"));
    return said.bytes;
}
