/* base64url without padding (RFC 4648, section 5), read strictly. */
#ifndef BASE64_H
#define BASE64_H

#include "text.h"

/* The number of bytes that `length` digits stand for; SIZE_MAX where no number of bytes gives that
   many digits. */
size_t base64url_decoded_size(size_t length);

/* Decodes `digits` into `bytes`, which has room for base64url_decoded_size. False where a digit is
   none or the unused bits are not 0, so that each value has one spelling only. */
bool base64url_decode(struct text digits, uint8_t *bytes);

#endif
