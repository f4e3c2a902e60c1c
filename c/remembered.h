/* Access tokens that were found good, so that the next request with one costs a digest and a
   lookup. The table is its instance's and has a fixed size: the oldest makes room for the
   newest. */
#ifndef REMEMBERED_H
#define REMEMBERED_H

#include "exchange.h"

struct remembered;

/* An empty table in `arena`, in a part that has to outlive every request. NULL if there is no
   room. */
struct remembered *remembered_in(struct arena *arena);

/* Fills `principal` with that of `token`. False if it is not known, or no longer good at `now`
   (milliseconds since 1970), or memory ran out. The principal's texts are in `arena`. */
bool remembered_find(const struct remembered *table, struct text token, double now,
                     struct arena *arena, struct principal *principal);

/* Remembers that `token` stands for `principal` until `until` (milliseconds since 1970). What is
   too long for the table is not remembered. */
void remembered_add(struct remembered *table, struct text token, const struct principal *principal,
                    double until);

/* Sets the exchange's principal to that of a token found good: `principal`, with its `subject`
   prefixed by the `issuer` (RFC 7519, section 4.1.2), and with what all such have in common.
   Remembers it until it expires, for at most `seconds`. HTTP_ERROR_BUSY, and nobody is let in, if
   memory ran out. */
enum http_error remembered_let_in(struct exchange *exchange, struct text issuer,
                                  const struct principal *principal, uint32_t seconds);

#endif
