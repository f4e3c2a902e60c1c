/* Views into bytes that somebody else owns. A text is a pointer and a length, never terminated. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` may be NULL only where `length` is 0. The owner, and how long the bytes live, is said by
   whoever hands a text out; a text made of a literal lives for ever. */
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

/* The same of a string of which no more than `most` bytes are taken, as printf's precision has it:
   it may end before them, and need not end after them; below 0 is none. Not for NULL. */
struct text text_of_most(const char *string, int most);

/* True where both hold the same bytes. Not for secrets: see text_equal_secret. */
bool text_equal(struct text left, struct text right);

/* True where both hold the same bytes, A to Z taken as a to z (RFC 9110, section 5.1). */
bool text_equal_ignoring_case(struct text left, struct text right);

/* True where `left` and `right`, both `length` bytes, are the same; takes the same time whether and
   wherever they differ. */
bool text_equal_secret(const uint8_t *left, const uint8_t *right, size_t length);

/* True where `whole` begins with `prefix`, byte by byte. */
bool text_starts_with(struct text whole, struct text prefix);

/* The offset of the first `byte` in `whole`, or `whole.length` where there is none. */
size_t text_find(struct text whole, char byte);

/* True where `byte` is one of `bytes`. */
bool text_has(struct text bytes, char byte);

/* The part from `start` on; empty where `start` is past the end. */
struct text text_from(struct text whole, size_t start);

/* Orders by bytes, a beginning before what it begins: below, equal to or above 0. */
int text_compare(struct text left, struct text right);

/* `whole` without spaces, tabs and line ends at either side. */
struct text text_trim(struct text whole);

/* Takes the next field, up to `separator` or the end, off the front of `*rest` into `*field`.
   Returns false where nothing is left; "a,,b" gives three fields, "" one, and a text without bytes
   none. */
bool text_next_field(struct text *rest, char separator, struct text *field);

/* True where a field of `list`, between `separator`s and without blanks around it, is `wanted`. */
bool text_has_field(struct text list, char separator, struct text wanted);

/* The value of a hexadecimal digit, of either case; -1 for any other byte. */
int text_hex_digit(char byte);

/* Writes the digits of `value` to the base `base`, 2 to 16, in lower case, so that they end before
   `end`; returns the first. */
char *text_digits(uint64_t value, unsigned base, char *end);

/* From here on numbers are high, and which of them is meant is not known. */
#define TEXT_NUMBER_HIGH 1000000000000000u

/* Reads a decimal number into `*value`; TEXT_NUMBER_HIGH or more for any that is as high. False for
   anything else. */
bool text_to_number(struct text digits, uint64_t *value);

#endif
