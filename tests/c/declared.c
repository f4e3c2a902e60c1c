/* One of everything that a server can declare: tools that ask and answer in every way, resources, a
   template and a prompt. check.h has the number of tools. */
#include <stdio.h>

#include "edge.h"

struct name_answer {
    struct text name;
};

static const struct tool_field name_fields[] = {
    TOOL_STRING(struct name_answer, name, "Your name"),
};

FORM(name, name_fields);

/* The outcome of asking for a name, in one word; NULL if there is nothing to say yet. */
static const char *word_for(enum ask asked) {
    switch (asked) {
    case ASK_DECLINED: return "declined";
    case ASK_CANCELLED: return "cancelled";
    default: return NULL;
    }
}

static void ask(struct tool_call *call, const void *arguments) {
    struct name_answer answer = {{NULL, 0}};
    enum ask asked = elicit(call, "who", "Who are you?", form_name.fields, &answer);
    const char *word = word_for(asked);
    (void)arguments;
    if (asked == ASK_ACCEPTED) reply_text(call, "Hello, %.*s!", TOOL_FORMAT(answer.name));
    else if (word != NULL) reply_text(call, "%s", word);
}

static const struct tool_field ask_fields[] = {
    TOOL_STRING(struct name_answer, name, NULL, .optional = true),
};

TOOL(ask, .description = "Asks who is there.", TOOL_FIELDS(ask_fields), .run = ask);

/* Three questions, one after the other. */
static void ask_all(struct tool_call *call, const void *arguments) {
    struct name_answer answer = {{NULL, 0}};
    struct sampling what = {.prompt = "Say \"a\"", .system_prompt = "Be brief", .max_tokens = 9};
    struct text said;
    struct root roots[1];
    size_t count;
    (void)arguments;
    if (elicit(call, "who", "Who?", form_name.fields, &answer) != ASK_ACCEPTED) {
        return;
    }
    if (sample(call, "model", &what, &said) != ASK_ACCEPTED) return;
    if (list_roots(call, "roots", roots, 1, &count) != ASK_ACCEPTED) return;
    reply_text(call, "%.*s, %.*s, %zu: %.*s", TOOL_FORMAT(answer.name), TOOL_FORMAT(said), count,
               TOOL_FORMAT(roots[0].uri));
}

TOOL(ask_all, .description = "Asks for everything.", .run = ask_all);

static void read_text(struct tool_call *call) {
    reply_text(call, "a \"text\"");
}

RESOURCE(text, .uri = "test://text", .name = "text", .title = "Text", .mime_type = "text/plain",
         .read = read_text);

static void read_blob(struct tool_call *call) {
    reply_blob(call, "\0\1\2\377", 4);
}

RESOURCE(blob, .uri = "test://blob", .name = "blob", .mime_type = "application/octet-stream",
         .read = read_blob);

static void read_note(struct tool_call *call, const struct text *variables) {
    if (variables[0].length > 8) reply_not_found(call);
    else if (variables[1].length == 6)
        reply_error(call, "This note is %.*s.", TOOL_FORMAT(variables[1]));
    else
        reply_text(call, "note %.*s of %.*s", TOOL_FORMAT(variables[1]), TOOL_FORMAT(variables[0]));
}

/* Offers 101 values for `id`; for `user` it tries to ask the client, and for `error` it replies as
   none can. */
static void complete_note(struct tool_call *call, struct text name, struct text begun) {
    struct name_answer answer = {{NULL, 0}};
    if (name.length == 4 &&
        elicit(call, "who", "Who?", form_name.fields, &answer) == ASK_UNSUPPORTED) {
        reply_completion(call, (struct text){"nobody to ask", 13});
    }
    if (name.length == 5) reply_text(call, "a value");
    for (int i = 0; i < 101 && name.length == 2; i++) reply_completion(call, begun);
}

RESOURCE_TEMPLATE(note, .uri_template = "test://{user}/notes/{id}", .name = "note",
                  .read = read_note, .complete = complete_note);

static void read_file_of_note(struct tool_call *call, const struct text *variables) {
    reply_text(call, "file %.*s of %.*s", TOOL_FORMAT(variables[1]), TOOL_FORMAT(variables[0]));
}

/* What it matches the one above matches, too. */
RESOURCE_TEMPLATE(file_of_note, .uri_template = "test://{user}/notes/{id}.txt", .name = "file",
                  .read = read_file_of_note);

struct greet_arguments {
    struct text name;
    struct text style;
};

static const struct tool_field greet_fields[] = {
    TOOL_STRING(struct greet_arguments, name, "Whom to greet"),
    TOOL_STRING(struct greet_arguments, style, NULL, .default_json = "\"plain\""),
};

static void greet(struct tool_call *call, const void *given) {
    const struct greet_arguments *arguments = given;
    reply_text(call, "Greet %.*s.", TOOL_FORMAT(arguments->name));
    reply_as(call, PROMPT_ASSISTANT);
    reply_text(call, "Hello!");
}

static void complete_greet(struct tool_call *call, struct text name, struct text begun) {
    struct text whom;
    (void)begun;
    if (name.length != 5) return;
    if (completion_argument(call, "name", &whom)) {
        const char *value = tool_string(call, whom);
        char like[40];
        int length = snprintf(like, sizeof like, "as %s likes it", value);
        reply_completion(call, (struct text){like, (size_t)length});
    }
    reply_completion(call, (struct text){"formal", 6});
    reply_completion(call, (struct text){"fo\"x", 4});
}

PROMPT(greet, .description = "Greets.", TOOL_FIELDS(greet_fields), .run = greet,
       .complete = complete_greet);

static void media(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_audio(call, "audio/wav", "abc", 3);
    reply_link(call, &resource_text);
    reply_image(call, "image/png", "abcd", 4);
    reply_resource(call, (struct text){"test://x", 8}, "text/plain", (struct text){"in", 2});
    reply_structured(call, "{\"n\":%d}", 5);
}

TOOL(media, .description = "Everything that a result can hold.", .run = media);

struct routed_place {
    struct text zone;
};

struct routed_arguments {
    struct text region;
    int64_t shard;
    struct routed_place place;
};

static const struct tool_field routed_place_fields[] = {
    TOOL_STRING(struct routed_place, zone, NULL, TOOL_HEADER("Zone"), .optional = true),
};

static const struct tool_field routed_fields[] = {
    TOOL_STRING(struct routed_arguments, region, NULL, TOOL_HEADER("Region"), .optional = true),
    TOOL_INTEGER(struct routed_arguments, shard, NULL, TOOL_HEADER("Shard"), .optional = true),
    TOOL_OBJECT(struct routed_arguments, place, struct routed_place, routed_place_fields, NULL,
                .optional = true),
};

static void routed(struct tool_call *call, const void *given) {
    const struct routed_arguments *arguments = given;
    reply_text(call, "%.*s %d", TOOL_FORMAT(arguments->region), (int)arguments->shard);
}

TOOL(routed, .description = "Its arguments stand in headers, too.", TOOL_FIELDS(routed_fields),
     .run = routed);

static void read_page(struct tool_call *call) {
    reply_text(call, "<!doctype html><title>A</title>");
}

RESOURCE(view, .uri = "ui://a", .name = "a", .mime_type = VIEW_MIME_TYPE, .read = read_page,
         .meta = "\"ui\":{\"prefersBorder\":true}");

static void viewed(struct tool_call *call, const void *arguments) {
    (void)arguments;
    reply_structured(call, "{\"shown\":%s}", client_shows_views(call) ? "true" : "false");
}

TOOL(viewed, .description = "Has a view.", .run = viewed, .view = "ui://a",
     .meta = "\"example.com/x\":1");

TOOL(z_button, .description = "For the view alone.", .run = viewed, .visibility = VISIBLE_TO_APP);

static void read_file(struct tool_call *call) {
    reply_text(call, "%.*s", TOOL_FORMAT(TEXT("a file")));
}

/* Skills: one with folders and files whose names begin alike, one with a folder of 110 entries. */
#define FILE_AT(symbol, path, last)                                                                \
    RESOURCE(symbol, .uri = "skill://" path last, .name = last, .read = read_file)

FILE_AT(a_skill, "a/", "SKILL.md");
FILE_AT(a_b_1, "a/b/", "1");
FILE_AT(a_b_c_1, "a/b/c/", "1");
FILE_AT(a_b_d_1, "a/b-d/", "1");
FILE_AT(a_b_md, "a/", "b.md");
FILE_AT(ab_skill, "ab/", "SKILL.md");

/* One macro per line: clang-format has no stable layout for several. Each number makes two entries
   of the folder: a file and a folder. */
#define PAIR(digits)                                                                               \
    FILE_AT(many_##digits, "ab/many/", #digits);                                                   \
    FILE_AT(many_##digits##_x, "ab/many/" #digits "x/", "1");
#define FIVE(tens, a, b, c, d, e)                                                                  \
    PAIR(tens##a) PAIR(tens##b) PAIR(tens##c) PAIR(tens##d) PAIR(tens##e)
#define TEN(tens) FIVE(tens, 3, 0, 2, 1, 4) FIVE(tens, 8, 5, 9, 7, 6)

TEN(1)
TEN(4)
TEN(2)
TEN(5)
TEN(3)
FIVE(6, 0, 1, 2, 3, 4)

SKILL(a, .uri = "skill://a/SKILL.md", .frontmatter = "{\"name\":\"a\",\"description\":\"A\"}",
      .resources = "[{\"uri\":\"skill://a/SKILL.md\",\"digest\":\"sha256:00\",\"size\":6}]");
SKILL(ab, .uri = "skill://ab/SKILL.md", .frontmatter = "{\"name\":\"ab\",\"description\":\"\"}");

/* Reports progress, closes the connection if it can, and waits. */
static void wait_a_moment(struct tool_call *call, const void *arguments) {
    (void)arguments;
    report_progress(call, 1, 2, "waiting");
    bool closed = edge_close_connection(call, 5);
    edge_sleep(call, 1);
    report_progress(call, 2, 2, "done");
    reply_text(call, "closed %d", closed);
}

TOOL(wait, .description = "Waits.", .run = wait_a_moment);
