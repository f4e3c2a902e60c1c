/* What each kind of field is, as tool_fields.h names them: how its value is read, written and said
   to be in JSON Schema. */
#ifndef ARGUMENTS_KINDS_H
#define ARGUMENTS_KINDS_H

#include "arguments.h"

/* Reading one struct. */
struct binding {
    enum schema_use use;
    uint32_t sentences; /* said so far */
    struct buffer *problems;
};

/* The way to a value: the member `name`, or the item `index`, of what `before` leads to. */
struct way {
    const struct way *before;
    const char *name;
    size_t index;
};

struct tool_field_kind {
    const char *phrase; /* what a value must be, in sentences */
    size_t bytes;       /* of one value; 0: the struct of `fields` says */
    struct text schema; /* the members of its JSON Schema */
    /* Appends more of them, each behind a comma; NULL: there are none. */
    void (*append_schema)(struct buffer *out, const struct tool_field *field);
    /* Stores `value` at `target`; false where it is of another kind. */
    bool (*store)(struct binding *binding, const struct way *way, const struct tool_field *field,
                  struct json_value value, char *target);
    /* Stores at `target` what stands for none; NULL: zeros do. */
    void (*store_none)(struct binding *binding, const struct way *way,
                       const struct tool_field *field, char *target);
    /* Appends the value at `from` as JSON. What cannot be said in JSON is null. */
    void (*append)(struct buffer *out, const struct tool_field *field, const char *from);
    /* True where the value at `from` stands for none; NULL: none does. */
    bool (*is_none)(const char *from);
};

/* The same for the arrays of a kind, of which a struct holds where they are and how many items they
   have. */
struct tool_field_array {
    /* Appends the whole schema, up to its closing brace. */
    void (*append_schema)(struct buffer *out, const struct tool_field *field);
    void (*store)(struct binding *binding, const struct way *way, const struct tool_field *field,
                  struct json_value value, char *structure);
    void (*append)(struct buffer *out, const struct tool_field *field, const char *structure);
};

/* Reads the members of `given` into `target`, a struct for `fields` that is all zeros. */
void arguments_bind_members(struct binding *binding, const struct way *way,
                            const struct tool_fields *fields, struct json_value given,
                            char *target);

/* Reads one value, or says that it is of the wrong kind. */
void arguments_bind_value(struct binding *binding, const struct way *way,
                          const struct tool_field *field, struct json_value given, char *target);

/* The field is not given, nor need it be: its default, or what stands for none. */
void arguments_bind_absent(struct binding *binding, const struct way *way,
                           const struct tool_field *field, char *structure);

/* Begins a sentence about the value that `way` leads to, up to its name; false where enough was
   said. */
bool arguments_begin_problem(struct binding *binding, const struct way *way);

/* Appends the schema of one value, up to its closing brace: of the field, or of one of its items.
 */
void arguments_append_value_schema(struct buffer *out, const struct tool_field *field);

/* Appends the members of an object's schema behind its type. */
void arguments_append_members_schema(struct buffer *out, const struct tool_fields *fields,
                                     bool closed);

#endif
