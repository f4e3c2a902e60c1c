/* Mode `oauth`: access tokens of the server's own authorization server, which is JavaScript of the
   OAuth build (worker/oauth). Here its answers are judged. */
#ifndef OAUTH_H
#define OAUTH_H

#include "exchange.h"

/* Sets the action that asks about the exchange's credential. */
void oauth_begin(struct exchange *exchange);

/* True if the exchange's principal is a subject of the authorization server at this very origin: a
   remembered token may have come in by another name of this server, and not be good for this
   one. */
bool oauth_is_of_here(struct exchange *exchange);

/* Reads that action's outcome, and fills the exchange's principal. `answer` has the lines subject,
   name, scopes (space-separated), expiry (milliseconds since 1970), audiences (space-separated;
   none: the token was requested without a resource, RFC 8707, and is good for this server, which
   alone knows it). HTTP_ERROR_CREDENTIAL_UNKNOWN if the token is not good, or for another audience;
   "not_allowed" instead of the lines means that whoever granted it may no longer come in.
   HTTP_ERROR_KEYS_UNAVAILABLE for a NUL: it could not be looked up. */
enum http_error oauth_answered(struct exchange *exchange, struct text answer);

#endif
