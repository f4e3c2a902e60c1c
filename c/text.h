/* Views into bytes that somebody else owns. A text is a pointer and a length, never terminated. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` may be NULL only if `length` is 0. Whoever hands out a text says who owns the bytes and
   how long they live; a text made of a literal lives forever. */
struct text {
    const char *bytes;
    size_t length;
};

/* A text of a string literal. */
#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

/* The same as an initializer, for what is static. */
#define TEXT_INITIALIZER(literal)                                                                  \
    { (literal), sizeof(literal) - 1 }

/* The text of a terminated string; `string` may be NULL, which gives the empty text. */
struct text text_of(const char *string);

/* The same for at most `most` bytes of a string, as with printf's precision: it may end before
   them, and need not end after them; below 0 means all of it. Not for NULL. */
struct text text_of_most(const char *string, int most);

/* True if both hold the same bytes. Not for secrets: see text_equal_secret. */
bool text_equal(struct text left, struct text right);

/* True if both hold the same bytes, A to Z taken as a to z (RFC 9110, section 5.1). */
bool text_equal_ignoring_case(struct text left, struct text right);

/* True if `left` and `right`, both `length` bytes, are the same; takes the same time whether or
   where they differ. */
bool text_equal_secret(const uint8_t *left, const uint8_t *right, size_t length);

/* True if `whole` begins with `prefix`, byte by byte. */
bool text_starts_with(struct text whole, struct text prefix);

/* Takes `prefix` off the front of `*rest`; false if that begins with something else. */
bool text_take(struct text *rest, struct text prefix);

/* The offset of the first `byte` in `whole`, or `whole.length` if there is none. */
size_t text_find(struct text whole, char byte);

/* True if `byte` is one of `bytes`. */
bool text_has(struct text bytes, char byte);

/* True if all of `text` is visible ASCII, and none of it one of `excluded`. */
bool text_is_visible(struct text text, struct text excluded);

/* The part from `start` on; empty if `start` is past the end. */
struct text text_from(struct text whole, size_t start);

/* Compares by bytes, a prefix before what it begins: below, equal to or above 0. */
int text_compare(struct text left, struct text right);

/* `whole` without spaces, tabs and line ends at either side. */
struct text text_trim(struct text whole);

/* Takes the next field, up to `separator` or the end, off the front of `*rest` into `*field`.
   Returns false if nothing is left; "a,,b" gives three fields, "" one, and a text without bytes
   none. */
bool text_next_field(struct text *rest, char separator, struct text *field);

/* True if a field of `list`, between `separator`s and without blanks around it, is `wanted`. */
bool text_has_field(struct text list, char separator, struct text wanted);

/* True for A to Z, a to z and 0 to 9. */
bool text_is_alphanumeric(char byte);

/* The value of a hexadecimal digit, of either case; -1 for any other byte. */
int text_hex_digit(char byte);

/* Writes `value` in the base `base`, 2 to 16, in lower case, so that its digits end before `end`;
   returns the first. */
char *text_digits(uint64_t value, unsigned base, char *end);

/* From here on numbers are high, and not told apart. */
#define TEXT_NUMBER_HIGH 1000000000000000u

/* Reads a decimal number into `*value`; for any that is TEXT_NUMBER_HIGH or more, some such number.
   False for anything else. */
bool text_to_number(struct text digits, uint64_t *value);

/* For a function that stays one of its own and is not made part of its callers: because it has many
   of them, or because most calls pass it by. V8 compiles a function as a whole when it is first
   called, so that what an instance's first request does not need would delay its answer
   (tests/bench/FINDINGS.md, "Start"). */
#define APART __attribute__((noinline))

#endif
