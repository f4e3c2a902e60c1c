/* Mode `oauth`: access tokens of the server's own authorization server, which is JavaScript of the
   OAuth build (worker/oauth); here is decided what its word is worth. */
#ifndef OAUTH_H
#define OAUTH_H

#include "exchange.h"

/* Leaves the action that asks about the exchange's credential. */
void oauth_begin(struct exchange *exchange);

/* True where the exchange's principal is a subject of the authorization server at this very origin:
   a token that is remembered may have come in by another name of this server, for which it is not.
 */
bool oauth_is_of_here(struct exchange *exchange);

/* Reads what it came to, and fills the exchange's principal: the lines subject, name, scopes
   (between spaces), when it expires (milliseconds since 1970), audiences (between spaces; none: the
   token was asked for without a resource, RFC 8707, and is good for this server, which alone knows
   it). HTTP_ERROR_CREDENTIAL_UNKNOWN where the token is not good, or for another audience;
   "not_allowed" instead of the lines says that whoever granted it may not come in any more.
   HTTP_ERROR_KEYS_UNAVAILABLE for a NUL: it could not be looked up. */
enum http_error oauth_answered(struct exchange *exchange, struct text answer);

#endif
