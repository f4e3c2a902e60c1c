/* The protocol's methods. */
#ifndef METHODS_H
#define METHODS_H

#include "features.h"

/* In which revisions a method is served. */
enum era { LEGACY = 1, MODERN = 2, BOTH = LEGACY | MODERN };

struct method {
    struct text name;
    feature_method *run;
    enum era era;
    bool (*offered)(void); /* NULL: always */
    bool alone;            /* may not stand in a batch */
};

/* Carries out `request`, which is a JSONRPC_REQUEST, and appends its response. Returns what became
   of it, for the HTTP status. May raise exchange->key_missing: then what was appended is to be
   thrown away. */
struct outcome methods_answer(struct exchange *exchange, const struct jsonrpc_message *request,
                              struct buffer *out);

#endif
