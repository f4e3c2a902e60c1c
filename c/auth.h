/* Who is calling: the credential of a request, and whether AUTH_MODE lets it in (RFC 6750). */
#ifndef AUTH_H
#define AUTH_H

#include "config.h"
#include "errors.h"
#include "http.h"

/* On whose behalf a request runs. Sessions are bound to it. Views of the request's head, and of the
   variables. */
struct principal {
    enum { PRINCIPAL_ANYBODY, PRINCIPAL_TOKEN, PRINCIPAL_NAMED } by; /* what `subject` is */
    struct text subject; /* the token, or the name; with `by` the same for the same caller only */
    struct text name;    /* of the token in TOKENS; empty in the other modes */
};

/* The credential as it was sent. Views of the request's head. */
struct credential {
    struct text header; /* the whole value of the header; empty where none was sent */
    struct text token;  /* the token in it */
};

/* Judges the request by `config`. On HTTP_ERROR_NONE, `credential` and `principal` are
   filled. */
enum http_error auth_check(const struct config *config, const struct http_request *request,
                           struct credential *credential, struct principal *principal);

/* True where `token` is token68 (RFC 9110, section 11.2). */
bool auth_is_token68(struct text token);

/* The value of WWW-Authenticate for `error`: names no metadata, for no mode here has any. */
struct text auth_challenge(enum http_error error);

#endif
