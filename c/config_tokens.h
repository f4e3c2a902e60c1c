/* The secret TOKENS: named keys as digests, with what each may do and until when. */
#ifndef CONFIG_TOKENS_H
#define CONFIG_TOKENS_H

#include "config.h"

/* Reads the entries of `value`, separated by commas, blanks or line ends, into `config->tokens`:

       NAME:DIGEST[:expires=TIME][:scopes=SCOPE+SCOPE]

   DIGEST is the key's SHA-256 in 64 hex digits, TIME a day (2027-01-31, its first moment) or a
   second (2027-01-31T10:00:00Z), in UTC (RFC 3339). Without `expires` a key is good forever,
   without `scopes` for everything. Several entries of one name are good at once. The scopes in
   `value` are changed to have spaces between them. An entry that cannot be read sets
   `config->error`. */
void config_tokens_read(struct text value, struct config *config);

#endif
