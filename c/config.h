/* The variables and secrets of the Worker, read once by each instance. */
#ifndef CONFIG_H
#define CONFIG_H

#include "limits.h"
#include "sha256.h"
#include "text.h"

/* A named token: requests whose credential has this digest act as `name`. */
struct config_token {
    struct text name;
    uint8_t digest[SHA256_BYTES];
    bool limited;       /* it may do no more than `scopes` allow */
    struct text scopes; /* space-separated */
    double expires;     /* milliseconds since 1970; 0: never */
};

/* All texts are views of what config_read was given, and live as long as the instance. */
struct config {
    bool auth_any;    /* AUTH_MODE=any: a well-formed credential is required, none is checked */
    bool auth_none;   /* AUTH_MODE=none */
    bool auth_tokens; /* AUTH_MODE has tokens, jwt, oauth: each lets in those it knows */
    bool auth_jwt;
    bool auth_oauth;
    bool auth_unset; /* no AUTH_MODE: as `any` if reached by a loopback name, else closed */
    struct config_token tokens[LIMIT_TOKENS];
    size_t token_count;
    struct text jwt_issuer;   /* JWT_ISSUER: a URL, as tokens have it in `iss` */
    struct text jwt_audience; /* JWT_AUDIENCE: comma-separated; a token has one of them in `aud` */
    struct text allowed_origins;
    struct text allowed_hosts;
    bool has_seal_key;        /* without SEAL_KEY, false until the mailbox was asked for it */
    struct hmac_key seal_key; /* from SEAL_KEY, or from what the mailbox keeps */
    uint64_t body_bytes;      /* the largest body */
    bool audit, audit_set;    /* each call is logged; AUDIT was set */
    bool has_rate_limiter;    /* the platform's binding RATE_LIMITER is there */
    const char *introspect;   /* NULL: not the OAuth build; else what it finds wrong, or empty */
    const char *error;        /* what is wrong with the variables, as a sentence; NULL: nothing */
};

/* Reads `variables`, a sequence of NAME NUL VALUE NUL; a binding that is no variable has an empty
   value. Changes the values in place. Ignores unknown names. A value that cannot be used sets
   `error`: whatever asks for a credential then answers that, and the page shows it. */
void config_read(char *variables, size_t length, struct config *config);

/* True if a mode is in force whose tokens others issue: mcp_server.issued_tokens is then not
   NULL. */
static inline bool config_has_login(const struct config *config) {
    return config->error == NULL && (config->auth_jwt || config->auth_oauth);
}

#endif
