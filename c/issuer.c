#include "issuer.h"

#include <string.h>

#include "buffer.h"
#include "http.h"
#include "json.h"

static const struct text https = TEXT_INITIALIZER("https://"), http = TEXT_INITIALIZER("http://");

/* The part after the scheme; empty if that is neither https nor http. */
static struct text without_scheme(struct text url) {
    bool known = text_take(&url, https) || text_take(&url, http);
    return known ? url : (struct text){NULL, 0};
}

/* True for https, and for http if the host is this machine. No user can precede the host:
   http_is_host knows no @. */
static bool is_url(struct text url, bool query) {
    struct text rest = without_scheme(url);
    struct text host = {rest.bytes, text_find(rest, '/')};
    if (!http_is_host(host)) return false;
    if (!text_starts_with(url, https) && !http_host_is_loopback(host)) return false;
    /* what no path and no query has (RFC 3986, appendix A) */
    return text_is_visible(text_from(rest, host.length),
                           query ? TEXT("\"#<>[\\]^`{|}") : TEXT("\"#<>[\\]^`{|}?"));
}

bool issuer_is_url(struct text issuer) {
    return is_url(issuer, false);
}

struct text issuer_metadata_url(struct text issuer, unsigned place, struct arena *arena) {
    static const struct {
        struct text path;
        bool before; /* goes before the issuer's own path, not after it */
    } places[ISSUER_PLACES] = {
        {TEXT_INITIALIZER("/.well-known/openid-configuration"), false},
        {TEXT_INITIALIZER("/.well-known/oauth-authorization-server"), true},
    };
    struct buffer url = buffer_in(arena, issuer.length + 48);
    /* in both places a trailing slash is not part of it */
    if (issuer.length > 0 && issuer.bytes[issuer.length - 1] == '/') issuer.length--;
    struct text rest = without_scheme(issuer);
    struct text path = text_from(rest, text_find(rest, '/'));
    struct text origin = {issuer.bytes, issuer.length - path.length};
    if (places[place].before) BUFFER_APPEND(&url, origin, places[place].path, path);
    else BUFFER_APPEND(&url, issuer, places[place].path);
    return buffer_text(&url);
}

bool issuer_read_metadata(struct text issuer, struct text metadata, struct arena *arena,
                          struct text *keys_url) {
    struct json_document document;
    struct text named;
    if (json_check(metadata, arena, &document) != JSON_OK) return false;
    /* otherwise one of several issuers on a host could answer for another */
    if (!json_string(json_object_member(document.root, TEXT("issuer")), arena, &named) ||
        !text_equal(named, issuer)) {
        return false;
    }
    return json_string(json_object_member(document.root, TEXT("jwks_uri")), arena, keys_url) &&
           is_url(*keys_url, true) &&
           (text_starts_with(*keys_url, https) || text_starts_with(issuer, http));
}
