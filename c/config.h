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
};

/* All texts are views of what config_read was given, and live as long as the instance. */
struct config {
    bool auth_any;    /* AUTH_MODE=any: a well-formed credential is required, none is checked */
    bool auth_tokens; /* AUTH_MODE=tokens */
    bool auth_none;   /* AUTH_MODE=none */
    bool auth_unset;  /* no AUTH_MODE: as `any` where reached by a loopback name, else closed */
    struct config_token tokens[LIMIT_TOKENS];
    size_t token_count;
    struct text allowed_origins;
    struct text allowed_hosts;
    struct text seal_key; /* SEAL_KEY, or what the mailbox keeps; empty until it is known */
    uint64_t body_bytes;  /* the largest body */
    const char *error;    /* what is wrong with the variables, as a sentence; NULL if nothing is */
};

/* Reads `variables`: NAME NUL VALUE NUL, again and again. Unknown names are left alone. A value
   that cannot be used leaves `error` set, and the server then answers nothing but that. */
void config_read(struct text variables, struct config *config);

#endif
