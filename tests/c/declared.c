/* One of everything that a server can declare: tools that ask and answer in all ways, resources, a
   template and a prompt. check.h says how many tools. */
#include <stdio.h>

#include "tool.h"

struct name_answer {
    struct text name;
};

static const struct tool_field name_fields[] = {
    TOOL_STRING(struct name_answer, name, "Your name"),
};

/* What came of asking for a name, in one word; NULL where there is nothing to say now. */
static const char *word_for(enum ask asked) {
    switch (asked) {
    case ASK_DECLINED: return "declined";
    case ASK_CANCELLED: return "cancelled";
    default: return NULL;
    }
}

static void ask(struct tool_call *call, const void *arguments) {
    struct name_answer answer = {{NULL, 0}};
    enum ask asked =
        elicit(call, "who", "Who are you?", (struct tool_fields)FIELDS_OF(name_fields), &answer);
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
    if (elicit(call, "who", "Who?", (struct tool_fields)FIELDS_OF(name_fields), &answer) !=
        ASK_ACCEPTED) {
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
    else
        reply_text(call, "note %.*s of %.*s", TOOL_FORMAT(variables[1]), TOOL_FORMAT(variables[0]));
}

/* Offers 101 values for `id`, and none for others. */
static void complete_note(struct tool_call *call, struct text name, struct text begun) {
    for (int i = 0; i < 101 && name.length == 2; i++) reply_completion(call, begun);
}

RESOURCE_TEMPLATE(note, .uri_template = "test://{user}/notes/{id}", .name = "note",
                  .read = read_note, .complete = complete_note);

struct greet_arguments {
    struct text name;
    struct text style;
};

static const struct tool_field greet_fields[] = {
    TOOL_STRING(struct greet_arguments, name, "Whom to greet"),
    TOOL_STRING(struct greet_arguments, style, NULL, .optional = true),
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

struct routed_arguments {
    struct text region;
    int64_t shard;
};

static const struct tool_field routed_fields[] = {
    TOOL_STRING(struct routed_arguments, region, NULL, .header = "Region", .optional = true),
    TOOL_INTEGER(struct routed_arguments, shard, NULL, .header = "Shard", .optional = true),
};

static void routed(struct tool_call *call, const void *given) {
    const struct routed_arguments *arguments = given;
    reply_text(call, "%.*s %d", TOOL_FORMAT(arguments->region), (int)arguments->shard);
}

TOOL(routed, .description = "Its arguments stand in headers, too.", TOOL_FIELDS(routed_fields),
     .run = routed);
