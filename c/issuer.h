/* The issuer of the tokens of mode `jwt`: which URLs it may have, where its metadata is, and where
   that says its keys are. Pure. */
#ifndef ISSUER_H
#define ISSUER_H

#include "arena.h"
#include "text.h"

/* True if `issuer` can be one: an https URL without query and fragment (RFC 8414, section 2), or an
   http one of this machine, for development. */
bool issuer_is_url(struct text issuer);

/* The number of places where its metadata can be. */
enum { ISSUER_PLACES = 2 };

/* The URL of the place `place`, from 0: OpenID Connect Discovery's (section 4.1), which most
   issuers have, then RFC 8414's (section 3.1). Belongs to the arena. */
struct text issuer_metadata_url(struct text issuer, unsigned place, struct arena *arena);

/* Reads the issuer's metadata: sets `keys_url` to its `jwks_uri`, a view of `metadata` or of the
   arena. False if it is not JSON, not this very issuer's (RFC 8414, section 3.3), or has no such
   URL that can be trusted. */
bool issuer_read_metadata(struct text issuer, struct text metadata, struct arena *arena,
                          struct text *keys_url);

#endif
