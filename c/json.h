/* Strict JSON (RFC 8259): checked before anything else reads it, and views into what was checked.

   First the bytes are checked to be UTF-8; then one pass checks the document: grammar, no NUL
   escape, no lone surrogate, no key twice in one object, bounded depth and size, nothing after the
   value. It also notes the members of the outermost objects, so that an envelope needs no tree, and
   finding something in it does not walk past megabytes of something else. cJSON sees only texts
   that passed this check. */
#ifndef JSON_H
#define JSON_H

#include "arena.h"
#include "text.h"

enum json_kind {
    JSON_ABSENT,
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

/* Why a document was refused. */
enum json_error {
    JSON_OK,
    JSON_EMPTY,         /* nothing but blanks */
    JSON_SYNTAX,        /* not the grammar of RFC 8259 */
    JSON_UTF8,          /* a byte that is not valid UTF-8 */
    JSON_ESCAPE,        /* \u0000 or a lone surrogate */
    JSON_DUPLICATE_KEY, /* the same key twice in one object, compared unescaped */
    JSON_TOO_DEEP,      /* more than LIMIT_JSON_DEPTH */
    JSON_TOO_MANY,      /* more than LIMIT_JSON_VALUES */
    JSON_TRAILING,      /* bytes after the value */
    JSON_NO_MEMORY,     /* the arena is exhausted */
};

/* Nested objects whose members are noted: a message, its params, and what those hold. */
enum { JSON_NOTED_DEPTH = 3 };

/* A value as written in the document, without the blanks around it. A view of the input, which must
   outlive it. For a value that is not there, `kind` is JSON_ABSENT and `text` empty. */
struct json_value {
    enum json_kind kind;
    struct text text;
    const struct json_member *members; /* an object's first, if they were noted; else NULL */
};

/* A noted member. `key` is what is between the quotes, still escaped. Belongs to the arena given to
   json_check. */
struct json_member {
    struct text key;
    bool escaped; /* there is an escape in `key`; set only where members are noted */
    struct json_value value;
    const struct json_member *next; /* of the same object; NULL after the last */
};

/* A checked document. */
struct json_document {
    struct json_value root;
    size_t error_offset; /* where checking stopped, in bytes, if it failed */
};

/* Checks `input` and fills `document`. `input` must outlive the document. */
enum json_error json_check(struct text input, struct arena *arena, struct json_document *document);

/* What is wrong, as a sentence for the sender. Lives forever. */
struct text json_error_sentence(enum json_error error);

/* The member `key` of `object`, found by walking its text if its members were not noted. Absent if
   `object` is no object. `object` must be (part of) a checked document, as for all below. */
struct json_value json_object_member(struct json_value object, struct text key);

/* Walks the members of `object`: `*member`, which belongs to the caller, starts as zeros, and
   becomes the next one each time. False after the last one, and if `object` is no object. */
bool json_next_member(struct json_value object, struct json_member *member);

/* Walks the elements of `array`: `*position` starts at 0. False after the last one. */
bool json_next_element(struct json_value array, size_t *position, struct json_value *element);

/* True if the string `string` (still escaped, without its quotes) says `plain`. */
bool json_string_says(struct text string, struct text plain);

/* True if `value` is a string that says `plain`, however it is escaped. */
bool json_says(struct json_value value, struct text plain);

/* Gets the characters of `string` (still escaped, without its quotes), a key for one: a view if
   nothing was escaped, else unescaped into the arena. False if the arena is exhausted. */
bool json_unescape(struct text string, struct arena *arena, struct text *characters);

/* The same for `value`; false also if that is no string. */
bool json_string(struct json_value value, struct arena *arena, struct text *characters);

#endif
