/* Mode `jwt`: this server as an OAuth 2.1 resource server for the tokens of one issuer. What a
   token says is judged before anything is fetched: garbage costs nobody a request. Then come the
   issuer's metadata, its keys and the signature, one action each. */
#ifndef JWT_CHECK_H
#define JWT_CHECK_H

#include "exchange.h"

/* Judges the exchange's credential. HTTP_ERROR_NONE: an action was set, whose outcome
   jwt_check_answered takes. HTTP_ERROR_CREDENTIAL_UNKNOWN: the credential's `refusal` says why.
   HTTP_ERROR_BUSY if memory ran out. */
enum http_error jwt_check_begin(struct exchange *exchange);

/* Takes the action's outcome. HTTP_ERROR_NONE with another action, or with none: then the
   exchange's principal is filled, and remembered until the token expires, for LIMIT_JWKS_SECONDS at
   most. HTTP_ERROR_CREDENTIAL_UNKNOWN if the token is not good, HTTP_ERROR_KEYS_UNAVAILABLE if the
   issuer cannot be asked, or says what cannot be used; `refusal` says why. HTTP_ERROR_BUSY if
   memory ran out. */
enum http_error jwt_check_answered(struct exchange *exchange, struct text answer);

#endif
