/* The kinds of field that tool_fields.h names: how their values are read, written and described in
   JSON Schema. */
#ifndef ARGUMENTS_KINDS_H
#define ARGUMENTS_KINDS_H

#include "arguments.h"

/* State while reading one struct. */
struct binding {
    enum schema_use use;
    uint32_t sentences; /* said so far */
    struct buffer *problems;
};

/* The path to a value: the member `name`, or the item `index`, of what `before` leads to. */
struct way {
    const struct way *before;
    const char *name;
    size_t index;
};

struct tool_field_kind {
    const char *phrase; /* what a value must be, in sentences */
    size_t bytes;       /* of one value; 0: as the struct of `fields` */
    struct text schema; /* the members of its JSON Schema */
    /* Appends more of them, each after a comma; NULL: there are none. */
    void (*append_schema)(struct buffer *out, const struct tool_field *field);
    /* Stores `value` at `target`; false if it is of another kind. */
    bool (*store)(struct binding *binding, const struct way *way, const struct tool_field *field,
                  struct json_value value, char *target);
    /* Stores at `target` what stands for no value; NULL: zeros do. */
    void (*store_none)(struct binding *binding, const struct way *way,
                       const struct tool_field *field, char *target);
    /* Appends the value at `from` as JSON. What JSON cannot express is null. */
    void (*append)(struct buffer *out, const struct tool_field *field, const char *from);
    /* True if the value at `from` stands for no value; NULL: none does. */
    bool (*is_none)(const char *from);
};

/* The same for arrays of a kind; the struct holds where their items are and how many there are. */
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

/* The field is not given, nor need it be: stores its default, or what stands for no value. */
void arguments_bind_absent(struct binding *binding, const struct way *way,
                           const struct tool_field *field, char *structure);

/* Begins a sentence about the value that `way` leads to, up to its name; false if enough was
   said. */
bool arguments_begin_problem(struct binding *binding, const struct way *way);

/* Appends the schema of one value, of the field or of one of its items, up to its closing brace. */
void arguments_append_value_schema(struct buffer *out, const struct tool_field *field);

/* Appends the members of an object's schema, after its type. */
void arguments_append_members_schema(struct buffer *out, const struct tool_fields *fields,
                                     bool closed);

#endif
