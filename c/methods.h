/* The protocol's methods. */
#ifndef METHODS_H
#define METHODS_H

#include "features.h"

/* Which revisions have a method. */
enum era { LEGACY = 1, MODERN = 2, BOTH = LEGACY | MODERN };

struct method {
    struct text name;
    feature_method *run;
    enum era era;
};

struct method_table {
    const struct method *first;
    size_t count;
};

/* Appends the entry of `declaration` in its list, and leaves the object open. */
typedef void list_entry(struct buffer *out, const void *declaration, enum revision revision);

/* What a kind of declaration needs: a build without any has none of it. */
struct feature {
    list_entry *append_entry;
    struct method_table methods;
};

/* Carries out `request`, which is a JSONRPC_REQUEST, and appends its response, or nothing if it was
   cancelled. Returns its outcome, for the HTTP status. May set exchange->key_missing or
   exchange->kept.missing: what was appended must then be thrown away. */
struct outcome methods_answer(struct exchange *exchange, const struct jsonrpc_message *request,
                              struct buffer *out);

/* The outcome for an unknown method. */
struct outcome methods_unknown(struct exchange *exchange, const struct jsonrpc_message *request);

#endif
