/* base64 (RFC 4648), read strictly: each value has one spelling only. */
#ifndef BASE64_H
#define BASE64_H

#include "text.h"

/* The number of bytes that `length` digits of base64url without padding (section 5) stand for;
   SIZE_MAX if no number of bytes gives that many digits. */
size_t base64url_decoded_size(size_t length);

/* Decodes `digits` into `bytes`, which has room for base64url_decoded_size. False if a digit is
   invalid or the unused bits are not 0, so that each value has only one spelling. */
bool base64url_decode(struct text digits, uint8_t *bytes);

/* Decodes base64 with padding (section 4) into `bytes`, which has room for as many bytes as there
   are digits; `*size` is the number of bytes. False if `digits` is not base64. */
bool base64_decode(struct text digits, uint8_t *bytes, size_t *size);

#endif
