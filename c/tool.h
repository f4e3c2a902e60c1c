/* The one header of a tool author. A tool is one file in c/tools/: a struct for its arguments, a
   table that describes them, a function, and TOOL(...). Adding the file adds the tool.

       struct greet_arguments { struct text name; };

       static const struct tool_field fields[] = {
           TOOL_STRING(struct greet_arguments, name, "Whom to greet"),
       };

       static void greet(struct tool_call *call, const void *given) {
           const struct greet_arguments *arguments = given;
           tool_text(call, "Hello, %.*s!", TOOL_FORMAT(arguments->name));
       }

       TOOL(greet, .title = "Greet", .description = "Greets somebody by name.",
            TOOL_FIELDS(fields), .run = greet);

   The arguments arrive checked and typed. Whatever a call hands out lives until the function
   returns, and is freed for it. */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* A call of a tool, from start to end. */
struct tool_call;

enum tool_field_kind {
    TOOL_FIELD_NUMBER,  /* double, finite */
    TOOL_FIELD_INTEGER, /* int64_t, at most 53 bits */
    TOOL_FIELD_STRING,  /* struct text, valid UTF-8 without NUL */
    TOOL_FIELD_BOOLEAN, /* bool */
};

/* One argument. Made by the macros below. */
struct tool_field {
    enum tool_field_kind kind;
    const char *name;
    const char *description;
    size_t offset; /* of the member in the arguments' struct */
    bool optional; /* where it is not given, the member is all zeros */
};

/* An argument that must be given. The member's type is checked by the compiler. */
#define TOOL_NUMBER(structure, member, what) TOOL_FIELD(NUMBER, double, structure, member, what, 0)
#define TOOL_INTEGER(structure, member, what)                                                      \
    TOOL_FIELD(INTEGER, int64_t, structure, member, what, 0)
#define TOOL_STRING(structure, member, what)                                                       \
    TOOL_FIELD(STRING, struct text, structure, member, what, 0)
#define TOOL_BOOLEAN(structure, member, what) TOOL_FIELD(BOOLEAN, bool, structure, member, what, 0)

/* The same, for one that may be left out. */
#define TOOL_OPTIONAL_NUMBER(structure, member, what)                                              \
    TOOL_FIELD(NUMBER, double, structure, member, what, 1)
#define TOOL_OPTIONAL_INTEGER(structure, member, what)                                             \
    TOOL_FIELD(INTEGER, int64_t, structure, member, what, 1)
#define TOOL_OPTIONAL_STRING(structure, member, what)                                              \
    TOOL_FIELD(STRING, struct text, structure, member, what, 1)
#define TOOL_OPTIONAL_BOOLEAN(structure, member, what)                                             \
    TOOL_FIELD(BOOLEAN, bool, structure, member, what, 1)

#define TOOL_FIELD(kind_name, type, structure, member, what, is_optional)                          \
    {                                                                                              \
        .kind = TOOL_FIELD_##kind_name, .name = #member, .description = (what),                    \
        .offset = _Generic(((structure *)0)->member, type                                          \
                           : offsetof(structure, member)),                                         \
        .optional = (is_optional)                                                                  \
    }

/* The most that the struct of a tool's arguments may take, in bytes. */
enum { TOOL_ARGUMENTS_BYTES = 1024 };

/* A tool. All texts live for ever; those that are not set are not shown to clients. */
struct tool {
    const char *name; /* 1 to 128 of A-Z a-z 0-9 _ - . */
    const char *title;
    const char *description;
    const struct tool_field *fields; /* what it takes; NULL for nothing */
    size_t field_count;
    void (*run)(struct tool_call *call, const void *arguments);
    bool read_only; /* annotation: changes nothing anywhere */
};

/* Declares the tool `symbol`, whose name is that too; the rest are members of struct tool. */
#define TOOL(symbol, ...)                                                                          \
    static const struct tool tool_##symbol = {.name = #symbol, __VA_ARGS__};                       \
    TOOL_REGISTER(symbol)

/* The members `.fields` and `.field_count` for an array. */
#define TOOL_FIELDS(array) .fields = (array), .field_count = sizeof(array) / sizeof *(array)

/* Puts a pointer to the tool into a section that registry.c walks. */
#ifdef __APPLE__
#define TOOL_SECTION "__DATA,mcp_tools"
#else
#define TOOL_SECTION "mcp_tools"
#endif
#define TOOL_REGISTER(symbol)                                                                      \
    __attribute__((used,                                                                           \
                   section(TOOL_SECTION))) static const struct tool *const tool_pointer_##symbol = \
        &tool_##symbol

/* Appends a text to the result, formatted as by printf. What it makes must be valid UTF-8. */
__attribute__((format(printf, 2, 3))) void tool_text(struct tool_call *call, const char *format,
                                                     ...);

/* Appends a text and marks the result as an error, which the model is shown. Say what is wrong and
   what to do instead. */
__attribute__((format(printf, 2, 3))) void tool_error(struct tool_call *call, const char *format,
                                                      ...);

/* The two arguments that "%.*s" takes for a text. */
#define TOOL_FORMAT(value) (int)(value).length, (value).bytes

/* `number` as JavaScript prints it: 0.30000000000000004, 1e+21, 0 for -0. Lives as long as the
   call; never NULL. */
const char *tool_number(struct tool_call *call, double number);

/* The credential header with which the caller came, whole; empty where the server asks for none.
   In mode `any` only: elsewhere a tool sees no secret, and this is empty. */
struct text tool_credential(const struct tool_call *call);

/* The caller's name: that of the token in mode `tokens`, else empty. */
struct text tool_caller(const struct tool_call *call);

#endif
