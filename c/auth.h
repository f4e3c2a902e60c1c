/* Who is calling: a request's credential, and whether AUTH_MODE lets it in (RFC 6750). */
#ifndef AUTH_H
#define AUTH_H

#include "buffer.h"
#include "config.h"
#include "errors.h"
#include "http.h"

struct exchange;

/* On whose behalf a request runs: the only notion of identity. Sessions, request state, tasks and
   streams are bound to `by` and `subject`. The texts are views of the request's head and of the
   variables, or copies of what is remembered; all live as long as the request. */
struct principal {
    enum principal_by {
        PRINCIPAL_ANYBODY, /* callers are not identified */
        PRINCIPAL_TOKEN,   /* whoever has this token: `subject` is the token */
        PRINCIPAL_NAMED,   /* an entry of TOKENS: `subject` is its name */
        PRINCIPAL_SUBJECT, /* "ISSUER\nSUBJECT", as a token says (RFC 7519, section 4.1) */
    } by;
    struct text subject; /* with `by`, the same only for the same caller */
    struct text name;    /* for people and logs; empty if unknown */
    bool limited;        /* it may do only what `scopes` allow */
    struct text scopes;  /* space-separated (RFC 6749, section 3.3) */
    double expires;      /* when the credential does, in milliseconds since 1970; 0: never */
};

/* The credential as it was sent. Views of the request's head. */
struct credential {
    struct text header; /* the whole value of the header; empty if none was sent */
    struct text token;  /* the token in it */
    /* Why it was refused, a word for the log, such as "expired", which the response does not say.
       Lives forever; NULL if the error says it all. */
    const char *refusal;
};

/* Judges the request by what needs nothing from outside: its form, and TOKENS. Done once, when its
   head comes: a credential that expires while the body is on its way is good to the end of the
   request. HTTP_ERROR_NONE: `credential` and `principal` are filled. HTTP_ERROR_CREDENTIAL_UNKNOWN:
   only `credential` is; it may be known elsewhere. */
enum http_error auth_check(const struct config *config, const struct http_request *request,
                           struct credential *credential, struct principal *principal);

/* Judges the exchange's request, and fills its `credential` and `principal`. If that takes
   something from outside, returns HTTP_ERROR_NONE and sets an action; auth_answered takes its
   outcome, and does the same. */
enum http_error auth_begin(struct exchange *exchange);
enum http_error auth_answered(struct exchange *exchange, struct text answer);

/* Appends the value of WWW-Authenticate for `error`. It names the resource's metadata if there is
   an authorization server, but not to a client that came with a key of the kind in TOKENS: that
   would begin a login instead of saying what is wrong. */
void auth_append_challenge(const struct exchange *exchange, enum http_error error,
                           struct buffer *out);

#endif
