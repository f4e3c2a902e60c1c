/* Access tokens that were found good, so that the next request with one costs a digest and a look.
   The table is its instance's and has a fixed size: the oldest makes place for the newest. */
#ifndef REMEMBERED_H
#define REMEMBERED_H

#include "exchange.h"

struct remembered;

/* An empty table in `arena`, whose part it is made of has to outlive every request. NULL where
   there is no room. */
struct remembered *remembered_in(struct arena *arena);

/* Fills `principal` with that of `token`. False where it is not known, or no longer good at `now`
   (milliseconds since 1970), or memory ran out. The principal's texts are in `arena`. */
bool remembered_find(const struct remembered *table, struct text token, double now,
                     struct arena *arena, struct principal *principal);

/* Remembers that `token` stands for `principal` until `until` (milliseconds since 1970). What is
   too long for the table is not remembered. */
void remembered_add(struct remembered *table, struct text token, const struct principal *principal,
                    double until);

/* Makes the exchange's principal whom a token is of that was found good: `principal`, but for its
   `subject`, which is the `issuer`'s (RFC 7519, section 4.1.2), and for what they have in common.
   Remembers it until it expires, for so many seconds at most. HTTP_ERROR_BUSY, and nobody is let
   in, where memory ran out. */
enum http_error remembered_let_in(struct exchange *exchange, struct text issuer,
                                  const struct principal *principal, uint32_t seconds);

#endif
