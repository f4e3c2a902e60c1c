/* What the parts of declarations_check share: declarations.c checks what is declared,
   declarations_fields.c its fields and schemas, declarations_metadata.c what else it says. */
#ifndef DECLARATIONS_RUN_H
#define DECLARATIONS_RUN_H

#include "arguments.h"
#include "tool.h"

/* What is being checked. */
struct checking {
    struct buffer *said;   /* what is wrong, so far */
    struct arena *scratch; /* cleared after each declaration */
    const char *noun;      /* "tool" */
    const char *name;
    struct place place;
};

/* Says `FILE:LINE: error: the NOUN 'NAME' ...`. */
void checking_say(const struct checking *checking, const struct text *texts, size_t count);
#define SAY(checking, ...)                                                                         \
    checking_say((checking), (const struct text[]){__VA_ARGS__},                                   \
                 sizeof((const struct text[]){__VA_ARGS__}) / sizeof(struct text))

/* Says what json_check found wrong with the text called `what`, and where. */
void checking_json(const struct checking *checking, const char *what, enum json_error error,
                   const struct json_document *document);

/* What fields are for decides what they may be. */
enum fields_use { FIELDS_ARGUMENTS, FIELDS_OUTPUT, FIELDS_PROMPT, FIELDS_FORM };

/* Checks fields, and the schema that they make. */
void checking_fields(const struct checking *checking, const struct tool_fields *fields,
                     enum fields_use use);

/* Checks a hand-written JSON Schema, if there is one: set by the macro `macro`, together with
   `fits`; for `arguments` it must be one of objects. */
void checking_schema(const struct checking *checking, const char *macro, const char *schema,
                     tool_fits *fits, bool arguments);

/* Checks a text that clients are shown: it must be valid UTF-8 and not empty. NULL is fine. */
void checking_text(const struct checking *checking, const char *what, const char *string);

/* Checks a media type, if there is one. */
void checking_media_type(const struct checking *checking, const char *media_type);

/* Check icons, annotations, what a tool says about its view, and a skill's frontmatter. */
void checking_icons(const struct checking *checking, const struct icons *icons);
void checking_annotations(const struct checking *checking, const struct annotations *annotations);
void checking_view(const struct checking *checking, const struct tool *tool);
void checking_frontmatter(const struct checking *checking, const struct skill *skill);

#endif
