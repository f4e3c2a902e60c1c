/* Who is calling: the credential of a request, and whether AUTH_MODE lets it in (RFC 6750). */
#ifndef AUTH_H
#define AUTH_H

#include "config.h"
#include "errors.h"
#include "http.h"

enum { PRINCIPAL_BYTES = 16 };

/* On whose behalf a request runs. Sessions are bound to it. */
struct principal {
    uint8_t id[PRINCIPAL_BYTES]; /* the same for the same caller, different for different ones */
    struct text name;            /* of the token in TOKENS; empty in the other modes */
};

/* The credential as it was sent. Views of the request's head. */
struct credential {
    struct text header; /* the whole value of the header; empty where none was sent */
    struct text token;  /* the token in it */
};

/* Judges the request by `config`. On HTTP_ERROR_NONE, `credential` is filled and, in mode tokens,
   `principal->name`. */
enum http_error auth_check(const struct config *config, const struct http_request *request,
                           struct credential *credential, struct principal *principal);

/* Fills `principal->id`; apart from auth_check because only sessions need it. */
void auth_identify(const struct config *config, const struct credential *credential,
                   struct principal *principal);

/* True where `token` is token68 (RFC 9110, section 11.2). */
bool auth_is_token68(struct text token);

/* The value of WWW-Authenticate for `error`: names no metadata, for no mode here has any. */
struct text auth_challenge(enum http_error error);

#endif
