/* The fields of tools' arguments and outputs, of prompts and of forms: declared once in C, with the
   JSON Schema derived from that. Part of tool.h, which is what authors include. */
#ifndef TOOL_FIELDS_H
#define TOOL_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

struct tool_call;

/* -- Arguments -- */

/* What a field, or each item of its array, is in C and in JSON. The macros below choose it; a build
   has only the kinds that its fields use. */
struct tool_field_kind;
extern const struct tool_field_kind tool_field_number, /* double, finite */
    tool_field_integer,                                /* int64_t, at most 53 bits */
    tool_field_string,                                 /* struct text, valid UTF-8 without NUL */
    tool_field_boolean,                                /* bool */
    tool_field_choice,  /* int: the index of a choice; -1 if none was given */
    tool_field_choices, /* uint32_t: one bit for each of up to 32 choices */
    tool_field_json,    /* struct text: any JSON, as received */
    tool_field_object;  /* a struct with fields of its own */
struct tool_field_array;
extern const struct tool_field_array tool_field_array;

/* One of several values. `title` is what people see; either all choices have one or none (NULL),
   and then they see the value. */
struct tool_choice {
    const char *value;
    const char *title;
};

/* An array as the member of a struct: TOOL_ARRAY(double) samples; */
#define TOOL_ARRAY(type)                                                                           \
    struct {                                                                                       \
        const type *items;                                                                         \
        size_t count;                                                                              \
    }

/* A place in the source: an error about a wrong declaration begins with it. */
struct place {
    const char *file;
    int line;
};
#define PLACE_HERE                                                                                 \
    { __FILE__, __LINE__ }

/* The fields of a struct: what a tool or a prompt takes, what a tool returns, what a user is asked.
   Empty: nothing. */
struct tool_fields {
    const struct tool_field *first;
    size_t count;
};

/* True if `json` fits `schema`; otherwise sentences about it are appended to `problems`. `use` is
   an enum schema_use. */
struct buffer;
typedef bool tool_fits(int use, struct text schema, struct text json, struct buffer *problems);

/* One field. Made by the macros below, which take further members:
   TOOL_STRING(struct greet, name, "Whom to greet", .optional = true, .default_json = "\"you\"") */
struct tool_field {
    const struct tool_field_kind *kind; /* of the member or, with `array`, of each of its items */
    const char *name;
    size_t offset; /* of the member in the struct; with `array`, of `items` */
    const char *description;
    bool optional;            /* if it is not given, the member is its default, or all zeros; a
                                 CHOICE is then -1, an OBJECT has its own fields' defaults */
    const char *default_json; /* JSON, shown to the client and used if nothing is given: a field
                                 that has it need not be given, `optional` or not */
    const struct tool_choice *choices; /* for CHOICE and CHOICES */
    size_t choice_count;
    bool choice_names;  /* titles as `enumNames`, as in all forms before 2025-11-25 */
    const char *header; /* set by TOOL_HEADER, like the next */
    const struct parameter_headers *headers;
    const char *also; /* more of its JSON Schema; set by TOOL_ALSO */
    tool_fits *fits;
    const struct tool_field_array *array; /* NULL: the member is one value */
    size_t count_offset;                  /* arrays: of `count` */
    uint32_t min_items, max_items;        /* arrays: bounds of `count`; max_items 0: any number */
    struct tool_fields fields;            /* OBJECT: those of the struct */
    const char *type;                     /* OBJECT: that struct's name */
    const char *structure;                /* the struct whose member this is, and its size */
    size_t structure_bytes;
    struct place place;
};

/* The compiler checks the member's type. The description may be NULL. The plural macros, except
   TOOL_CHOICES, are for TOOL_ARRAYs. `table` is the array of struct tool_field for the member's
   struct: TOOL_OBJECT(struct line, start, struct point, point_fields, "Where it starts"). */
#define TOOL_NUMBER(structure, member, ...)                                                        \
    TOOL_FIELD(number, double, structure, member, __VA_ARGS__)
#define TOOL_INTEGER(structure, member, ...)                                                       \
    TOOL_FIELD(integer, int64_t, structure, member, __VA_ARGS__)
#define TOOL_STRING(structure, member, ...)                                                        \
    TOOL_FIELD(string, struct text, structure, member, __VA_ARGS__)
#define TOOL_BOOLEAN(structure, member, ...)                                                       \
    TOOL_FIELD(boolean, bool, structure, member, __VA_ARGS__)
#define TOOL_CHOICE(structure, member, array, ...)                                                 \
    TOOL_FIELD(choice, int, structure, member, __VA_ARGS__, TOOL_CHOICE_ARRAY(array))
#define TOOL_CHOICES(structure, member, array, ...)                                                \
    TOOL_FIELD(choices, uint32_t, structure, member, __VA_ARGS__, TOOL_CHOICE_ARRAY(array))
#define TOOL_JSON(structure, member, ...)                                                          \
    TOOL_FIELD(json, struct text, structure, member, __VA_ARGS__)
#define TOOL_OBJECT(structure, member, type_name, table, ...)                                      \
    TOOL_FIELD(object, type_name, structure, member, __VA_ARGS__, TOOL_TABLE(type_name, table))
#define TOOL_NUMBERS(structure, member, ...)                                                       \
    TOOL_ITEMS(number, double, structure, member, __VA_ARGS__)
#define TOOL_INTEGERS(structure, member, ...)                                                      \
    TOOL_ITEMS(integer, int64_t, structure, member, __VA_ARGS__)
#define TOOL_STRINGS(structure, member, ...)                                                       \
    TOOL_ITEMS(string, struct text, structure, member, __VA_ARGS__)
#define TOOL_BOOLEANS(structure, member, ...)                                                      \
    TOOL_ITEMS(boolean, bool, structure, member, __VA_ARGS__)
#define TOOL_OBJECTS(structure, member, type_name, table, ...)                                     \
    TOOL_ITEMS(object, type_name, structure, member, __VA_ARGS__, TOOL_TABLE(type_name, table))

/* More of a field's JSON Schema, as members of an object: TOOL_ALSO("\"minimum\":0"). Clients see
   them, and values are checked against them; arguments and answers also against a `format` of
   email, uri, date or date-time. schema.h lists the keywords. They are part of the schema of all
   fields, where pointers start: what a $ref leads to needs an $anchor. A build without TOOL_ALSO,
   TOOL_SCHEMA and TOOL_OUTPUT_SCHEMA has no validator. */
#define TOOL_ALSO(members) .also = (members), .fits = tool_schema_fits

/* The client repeats the argument in the header Mcp-Param-NAME, for gateways to route by
   (2026-07-28, Tools, "x-mcp-header"); only for STRING, INTEGER, BOOLEAN and CHOICE, and for
   nothing in an array. */
#define TOOL_HEADER(name) .header = (name), .headers = &parameter_headers
struct parameter_headers;
extern const struct parameter_headers parameter_headers;

#define TOOL_CHOICE_ARRAY(array) .choices = (array), .choice_count = sizeof(array) / sizeof *(array)
#define TOOL_TABLE(type_name, table) .type = #type_name, .fields = FIELDS_OF(table)
#define TOOL_FIELD(kind_name, member_type, structure_name, member, ...)                            \
    {                                                                                              \
        .kind = &tool_field_##kind_name, .name = #member, .place = PLACE_HERE,                     \
        .structure = #structure_name, .structure_bytes = sizeof(structure_name),                   \
        .offset = _Generic(((structure_name *)0)->member, member_type                              \
                           : offsetof(structure_name, member)),                                    \
        .description = __VA_ARGS__                                                                 \
    }
#define TOOL_ITEMS(kind_name, item_type, structure_name, member, ...)                                              \
    {                                                                                                              \
        .kind = &tool_field_##kind_name, .name = #member, .place = PLACE_HERE, .array = &tool_field_array,       \
        .structure = #structure_name, .structure_bytes = sizeof(structure_name),                   \
        .offset = _Generic(((structure_name *)0)->member.items, const item_type *                  \
                           : offsetof(structure_name, member.items)),                              \
        .count_offset = offsetof(structure_name, member.count), .description = __VA_ARGS__ \
    }

/* Sets the member `.fields`, or `.output`, to an array of struct tool_field. */
#define TOOL_FIELDS(array) .fields = FIELDS_OF(array)
#define TOOL_OUTPUT(array) .output = FIELDS_OF(array)
#define FIELDS_OF(array)                                                                           \
    { (array), sizeof(array) / sizeof *(array) }

#endif
